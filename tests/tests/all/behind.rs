//! Who has not heard of the town's book for some versions. A phone keeps the dates of old cases, and shows
//! none for a new one until the rules of its day are there; a server that was restored from before them tells
//! residents the day by them once they stand again.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

use std::collections::BTreeMap;

use alleyway_catalogue::Lang;
use alleyway_client::Screen;
use alleyway_client::views::list::{CaseQuery, Listing};
use alleyway_core::command::Body;
use alleyway_core::kinds::book::SectionName;
use alleyway_core::kinds::case::clocks::ReadBy;
use alleyway_core::kinds::case::{CaseCommand, Escalate};
use alleyway_core::kinds::unit::Post;
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_core::time::{Date, Time};
use alleyway_ledger::Tracking;
use alleyway_replica::Draft;
use alleyway_tests::pure::{Device, Town};

/// A device that has heard of everything there is.
fn phone(town: &mut Town, key: &str) -> Device {
    let mut device = town.device(key);
    town.sync(&mut device);
    device
}

fn administrator(town: &mut Town, key: &str) -> Device {
    let hall = town.ledger.organisation().towns().next().unwrap();
    town.appoint(hall, key, Post::Administrator);
    phone(town, key)
}

/// One lays down how long a clock runs, the other puts it into force tomorrow.
fn lay_down(town: &mut Town, [one, other]: [&mut Device; 2], clock: &str, term: &str) {
    let json = format!(r#"{{"classes":[{{"class":"help","{clock}":"{term}"}}]}}"#);
    let section = SectionName::Deadlines.word();
    let draft = one.replica.propose_rules(section, &json).unwrap();
    let proposal = town.record(one, draft).command;
    town.sync(one);
    town.sync(other);
    let tomorrow = Date::of(town.now).plus(1);
    let draft = other.replica.adopt_rules(&proposal.key(), tomorrow);
    town.record(other, draft.unwrap());
    assert_eq!(town.sync(other).summary.refused, 0);
}

/// By title: why the light of each case has its colour, and the day that is due first.
fn lights(device: &Device, town: &Town) -> BTreeMap<String, (String, Option<String>)> {
    let screen = Screen {
        replica: &device.replica,
        now: town.now,
        lang: Lang::Zh,
    };
    let Listing::Rows(rows) = screen.cases(&CaseQuery::default()) else {
        panic!("the lease is in force");
    };
    rows.into_iter()
        .map(|row| {
            let light = row.light.unwrap();
            let due = light.due.map(|due| due.to_string());
            (row.title, (light.reason, due))
        })
        .collect()
}

fn days_pass(town: &mut Town, days: i64) {
    town.now = town.now.plus_days(days);
}

#[test]
fn a_phone_three_versions_of_the_book_behind_keeps_old_dates_and_shows_none_for_a_new_case() {
    let mut town = Town::new();
    let mut xie = phone(&mut town, "xie");
    let (mut jin, mut su) = (
        administrator(&mut town, "jin"),
        administrator(&mut town, "su"),
    );
    town.sync(&mut xie);
    // Monday, 21 September 2026: one working day.
    assert_eq!(Date::of(town.now).to_string(), "2026-09-21");
    town.report(&mut xie, "老的", "不亮", "巷口", "");
    town.sync(&mut xie);
    town.sync(&mut xie);
    let old = lights(&xie, &town);
    assert_eq!(old["老的"].1.as_deref(), Some("2026-09-22"));
    for accept_alley in ["3wd", "4wd", "20d"] {
        days_pass(&mut town, 1);
        lay_down(&mut town, [&mut jin, &mut su], "accept_alley", accept_alley);
    }
    days_pass(&mut town, 1);
    let mut lu = phone(&mut town, "lu");
    assert_eq!(lights(&lu, &town)["老的"].1, old["老的"].1, "as it was");
    let late = ("late".to_owned(), old["老的"].1.clone());
    assert_eq!(lights(&xie, &town)["老的"], late);
    // Its phone has heard nothing since: by whose rules the new case runs it does not know.
    town.report(&mut xie, "新的", "松动", "巷口", "");
    let shown = lights(&xie, &town);
    assert_eq!(shown["新的"], ("no_rules".to_owned(), None));
    assert_eq!(shown["老的"], late);
    town.sync(&mut xie);
    town.sync(&mut lu);
    // Friday, 25 September, and twenty days.
    let known = ("in_time".to_owned(), Some("2026-10-10".to_owned()));
    for device in [&xie, &lu] {
        let shown = lights(device, &town);
        assert_eq!((&shown["新的"].1, &shown["老的"]), (&known.1, &late));
        assert_eq!(shown["新的"].0, known.0);
    }
    let book = xie.replica.organisation().rulebook();
    assert_eq!(book.versions(SectionName::Deadlines).len(), 3);
    assert_eq!(book, town.ledger.organisation().rulebook());
}

/// The day that a resident was promised, as the page has it.
fn promised(town: &mut Town, code: TrackingCode) -> String {
    let page = town.ledger.track(&town.store, code, town.now).unwrap();
    let Tracking::Found(found) = page else {
        panic!("{page:?}");
    };
    found.due.unwrap().to_string()
}

#[test]
fn rules_that_a_restore_had_lost_stand_again_and_residents_are_shown_the_day_by_them() {
    let mut town = Town::new();
    let mut xie = phone(&mut town, "xie");
    let (mut jin, mut su) = (
        administrator(&mut town, "jin"),
        administrator(&mut town, "su"),
    );
    let backup = town.store.clone();
    lay_down(&mut town, [&mut jin, &mut su], "handle", "20wd");
    days_pass(&mut town, 1);
    town.restore(backup.with_journal_of(&town.store));
    town.now = Time(town.now.0 + 3_600_000);
    town.ledger
        .begin_incarnation(&town.store, town.now)
        .unwrap();
    town.commit();
    // Their day has begun, and the server has forgotten them.
    let reported = town.report(&mut xie, "路灯", "不亮", "巷口", "");
    let branch = town.ledger.organisation().next_level_up(town.alley);
    let escalate = Escalate {
        to: branch.unwrap(),
        reason: Text::cut("修不了"),
        tried: Text::cut("垫过"),
    };
    let draft = Draft {
        target: Some(reported.document),
        body: Body::Case(CaseCommand::Escalate(escalate)),
    };
    town.record(&mut xie, draft);
    town.sync(&mut xie);
    let code = reported.code.unwrap();
    let by_what_ships = promised(&mut town, code);
    town.sync(&mut jin);
    town.sync(&mut su);
    let organisation = town.ledger.organisation();
    let deadlines = organisation.rulebook().versions(SectionName::Deadlines);
    assert_eq!(deadlines.len(), 1);
    let documents = alleyway_ledger::documents(&town.store, None, usize::MAX).unwrap();
    let mut documents = documents.into_iter();
    let case = documents.find(|document| document.id() == reported.document);
    let times = case.unwrap().case_times(ReadBy::all(organisation)).unwrap();
    let by_the_book = times.promised.unwrap().day.to_string();
    assert_ne!(by_the_book, by_what_ships);
    assert_eq!(promised(&mut town, code), by_the_book);
}
