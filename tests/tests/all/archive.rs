//! Cases are searched by titles and numbers on the server, and late ones listed: of those that the reader may
//! read now.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

use std::collections::BTreeSet;

use alleyway_core::command::Body;
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::case::{CaseCommand, Escalate};
use alleyway_core::kinds::unit::{CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_ledger::{
    AdminCommand, CASES_MAX, LateCase, LateList, LedgerError, ReadError, Search,
};
use alleyway_replica::Draft;
use alleyway_tests::pure::{Device, Town};

/// A page of a search.
fn page(town: &mut Town, device: &Device, mut search: Search) -> Result<Search, ReadError> {
    let id = device.replica.status(town.now).unwrap().device;
    loop {
        match town.ledger.search(&town.store, id, &mut search, town.now) {
            Ok(true) => {
                town.commit();
                return Ok(search);
            }
            Ok(false) => {}
            Err(LedgerError::Refused(refusal)) => return Err(refusal),
            Err(LedgerError::Store(error)) => panic!("{error}"),
        }
    }
}

/// The titles of all pages.
fn titles(town: &mut Town, device: &Device, text: &str) -> Vec<String> {
    let mut titles = Vec::new();
    let mut after = None;
    loop {
        let read = page(town, device, Search::new(text, after)).unwrap();
        assert!(read.found().len() <= CASES_MAX);
        titles.extend(read.found().iter().map(|found| found.title.clone()));
        after = read.next();
        if after.is_none() {
            return titles;
        }
    }
}

fn phone(town: &mut Town, key: &str) -> Device {
    let mut device = town.device(key);
    town.sync(&mut device);
    device
}

#[test]
fn who_is_sent_a_case_finds_it_by_title_and_number_and_nobody_else_does() {
    let mut town = Town::new();
    let (mut chief, other) = (phone(&mut town, "xie"), phone(&mut town, "qin"));
    let recorded = town.report(&mut chief, "路灯不亮", "老槐树旁", "巷口", "");
    town.sync(&mut chief);
    assert_eq!(titles(&mut town, &chief, "路灯"), ["路灯不亮"]);
    assert_eq!(titles(&mut town, &chief, " 路 灯 "), ["路灯不亮"]);
    assert_eq!(titles(&mut town, &chief, ""), ["路灯不亮"]);
    let number = recorded.number.unwrap().to_string();
    assert_eq!(titles(&mut town, &chief, &number.replace('-', "")).len(), 1);
    // Texts are not searched, and who is not sent the case is not told that it is there.
    assert_eq!(titles(&mut town, &chief, "老槐树").len(), 0);
    assert_eq!(titles(&mut town, &other, &number).len(), 0);
    assert_eq!(titles(&mut town, &other, "").len(), 0);
}

#[test]
fn pages_hold_every_case_once_and_load_no_document() {
    let mut town = Town::new();
    let mut chief = phone(&mut town, "xie");
    let count = CASES_MAX + 7;
    for number in 0..count {
        town.report(&mut chief, &format!("路灯 {number}"), "不亮", "巷口", "");
    }
    town.sync(&mut chief);
    town.sync(&mut chief);
    town.start_anew();
    let found: Vec<String> = titles(&mut town, &chief, "路灯");
    assert_eq!(found.len(), count);
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), count);
    assert_eq!(town.ledger.stats().loaded_documents, 0);
}

#[test]
fn a_case_that_changes_between_two_pages_is_not_missed() {
    let mut town = Town::new();
    let mut chief = phone(&mut town, "xie");
    let reported: Vec<DocumentId> = (0..=CASES_MAX)
        .map(|number| {
            let title = format!("路灯 {number}");
            town.report(&mut chief, &title, "不亮", "巷口", "").document
        })
        .collect();
    town.sync(&mut chief);
    town.sync(&mut chief);
    let first = page(&mut town, &chief, Search::new("路灯", None)).unwrap();
    assert_eq!(first.found().len(), CASES_MAX);
    // One that was on the first page, and the one that was to be on the second.
    let last = *reported.last().unwrap();
    town.note(&mut chief, last, "x");
    town.note(&mut chief, reported[0], "x");
    town.sync(&mut chief);
    let second = page(&mut town, &chief, Search::new("路灯", first.next())).unwrap();
    let shown: Vec<DocumentId> = second.found().iter().map(|found| found.document).collect();
    assert_eq!((shown, second.next()), (vec![last, reported[0]], None));
}

#[test]
fn a_case_that_enters_a_feed_which_was_walked_already_is_not_missed() {
    let mut town = Town::new();
    let (branch, village) = (town.unit("branch"), town.unit("village"));
    // An alley whose feed is walked behind the branch's.
    for number in 0.. {
        if town.alley > branch {
            break;
        }
        let create = CreateUnit {
            key: Text::cut(&format!("alley-{number}")),
            name: Text::cut("石榴巷"),
            kind: UnitKind::Alley,
            parent: Some(village),
        };
        let create = AdminCommand {
            document: None,
            body: Body::Unit(UnitCommand::Create(create)),
        };
        town.alley = town.administer(vec![create])[0];
    }
    let alley = town.alley;
    town.appoint(alley, "yu", Post::AlleyChief);
    town.appoint(alley, "he", Post::AlleyChief);
    town.appoint(branch, "he", Post::BranchSecretary);
    let (mut chief, reader) = (phone(&mut town, "yu"), phone(&mut town, "he"));
    let reported: Vec<DocumentId> = (0..=CASES_MAX)
        .map(|number| {
            let title = format!("路灯 {number}");
            town.report(&mut chief, &title, "不亮", "巷口", "").document
        })
        .collect();
    town.sync(&mut chief);
    town.sync(&mut chief);
    let first = page(&mut town, &reader, Search::new("路灯", None)).unwrap();
    assert_eq!(first.found().len(), CASES_MAX);
    let last = *reported.last().unwrap();
    let escalate = CaseCommand::Escalate(Escalate {
        // The next level up is filled in.
        to: alley,
        reason: Text::cut("要钱"),
        tried: Text::cut("换过灯泡"),
    });
    let draft = Draft {
        target: Some(last),
        body: escalate.into(),
    };
    town.record(&mut chief, draft);
    assert_eq!(town.sync(&mut chief).summary.refused, 0);
    let second = page(&mut town, &reader, Search::new("路灯", first.next())).unwrap();
    let shown: Vec<DocumentId> = second.found().iter().map(|found| found.document).collect();
    assert_eq!((shown, second.next()), (vec![last], None));
    // One who begins now is shown it in the branch's feed, and once.
    assert_eq!(titles(&mut town, &reader, "路灯").len(), CASES_MAX + 1);
}

#[test]
fn a_stopped_device_and_an_unknown_one_find_nothing() {
    let mut town = Town::new();
    let chief = phone(&mut town, "xie");
    town.stop(&chief, Stop::Lost);
    let refused = page(&mut town, &chief, Search::new("", None)).unwrap_err();
    assert_eq!(refused, ReadError::Stopped);
}

/// All pages of what is late, with the day of each.
fn late(town: &mut Town, device: &Device, unit: Option<UnitId>) -> Result<Vec<String>, ReadError> {
    let id = device.replica.status(town.now).unwrap().device;
    let mut told = Vec::new();
    let mut after = None;
    loop {
        let mut list = LateList::new(unit, after);
        loop {
            match town.ledger.late(&town.store, id, &mut list, town.now) {
                Ok(true) => {
                    town.commit();
                    break;
                }
                Ok(false) => {}
                Err(LedgerError::Refused(refusal)) => return Err(refusal),
                Err(LedgerError::Store(error)) => panic!("{error}"),
            }
        }
        assert!(list.cases().len() <= CASES_MAX);
        let line = |late: &LateCase| format!("{} {}", late.turn.due, late.case.title);
        told.extend(list.cases().iter().map(line));
        after = list.next();
        if after.is_none() {
            return Ok(told);
        }
    }
}

#[test]
fn what_is_late_is_listed_longest_first_for_who_is_sent_it_and_loads_no_document() {
    let mut town = Town::new();
    let (mut chief, secretary) = (phone(&mut town, "xie"), phone(&mut town, "qin"));
    let dispatcher = phone(&mut town, "wei");
    for number in 0..=CASES_MAX {
        town.report(&mut chief, &format!("路灯 {number}"), "不亮", "巷口", "");
    }
    town.sync(&mut chief);
    assert_eq!(late(&mut town, &chief, None), Ok(Vec::new()));
    town.serve_days(3);
    town.report(&mut chief, "井盖", "松动", "巷口", "");
    town.sync(&mut chief);
    assert_eq!(late(&mut town, &chief, None).unwrap().len(), CASES_MAX + 1);
    town.serve_days(9);
    town.start_anew();
    let told = late(&mut town, &chief, None).unwrap();
    assert_eq!(told.len(), CASES_MAX + 2);
    assert!(
        told.is_sorted_by_key(|line| line[..10].to_owned()),
        "{told:?}"
    );
    assert!(told.last().unwrap().ends_with("井盖"));
    // The next level up reads them since they turned late, and not the one above.
    assert_eq!(late(&mut town, &secretary, None), Ok(told));
    assert_eq!(late(&mut town, &dispatcher, None), Ok(Vec::new()));
    assert_eq!(town.ledger.stats().loaded_documents, 0);
}

#[test]
fn what_is_late_is_asked_for_by_unit_and_a_unit_that_is_not_there_is_refused() {
    let mut town = Town::new();
    let (mut chief, secretary) = (phone(&mut town, "xie"), phone(&mut town, "qin"));
    town.report(&mut chief, "路灯", "不亮", "巷口", "");
    town.sync(&mut chief);
    town.serve_days(3);
    let organisation = town.ledger.organisation();
    let units: Vec<_> = organisation
        .units()
        .map(|unit| (unit.unit, organisation.is_within(town.alley, unit.unit)))
        .collect();
    assert_eq!(units.len(), 4);
    for (unit, has) in units {
        let told = late(&mut town, &secretary, Some(unit)).unwrap();
        assert_eq!(told.len(), usize::from(has));
    }
    let refused = late(&mut town, &secretary, Some(DocumentId([9; 16])));
    assert_eq!(refused, Err(ReadError::OutOfScope));
}
