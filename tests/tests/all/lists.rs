//! Lists on a device: they read the rows beside the documents.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

use std::collections::BTreeSet;

use alleyway_catalogue::Lang;
use alleyway_client::Screen;
use alleyway_client::views::list::{Case, CaseQuery, Listing};
use alleyway_core::crypto::{SecretKey, Signature};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::{
    CaseCommand, CaseRow, CaseStage, Escalate, NewCode, Note, Receive, Reject, Withdraw,
};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Records as _;
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{
    DeviceFrame, Hello, Item, PROTOCOL_VERSION, ServerFrame, next_frame,
};
use alleyway_core::text::Text;
use alleyway_core::wire::{Reader, Wire};
use alleyway_replica::{CaseLine, Draft, RecordError, Replica};
use alleyway_tests::forge::frames;
use alleyway_tests::pure::{Device, TOWN, Town};

/// Cases on the device.
const CASES: u32 = 60;

/// A chief with so many cases and some households, whose device was opened anew.
fn opened(town: &mut Town) -> Device {
    let mut xie = town.device("xie");
    town.households(10);
    town.sync(&mut xie);
    for number in 1..=CASES {
        town.report(&mut xie, &format!("路灯 {number}"), "不亮", "巷口", "");
    }
    town.sync(&mut xie);
    town.sync(&mut xie);
    xie.replica = Replica::open(&xie.store).unwrap();
    xie
}

fn listed(device: &Device, town: &Town, query: &CaseQuery) -> Vec<Case> {
    let screen = Screen {
        replica: &device.replica,
        now: town.now,
        lang: Lang::Zh,
    };
    match screen.cases(query) {
        Listing::Rows(rows) => rows,
        Listing::Index(_) => panic!("the lease is in force"),
    }
}

/// The documents that names are read from: the directories, and the book.
fn with_names(device: &Device) -> u64 {
    let documents = device.store.keys(b"d", b"e", usize::MAX).unwrap();
    (documents.len() - device.replica.index().len()) as u64
}

#[test]
fn lists_filters_and_titles_open_no_case_right_behind_an_opening() {
    let mut town = Town::new();
    let device = opened(&mut town);
    let query = |title: Option<&str>, stage, late| CaseQuery {
        title: title.map(str::to_owned),
        stage,
        late,
        ..CaseQuery::default()
    };
    let all = listed(&device, &town, &CaseQuery::default());
    assert_eq!(all.len(), CASES as usize);
    let titled = listed(&device, &town, &query(Some("灯 60"), None, false));
    assert_eq!((titled.len(), titled[0].title.as_str()), (1, "路灯 60"));
    let number = all[7].number.to_string();
    let numbered = listed(&device, &town, &query(Some(&number), None, false));
    assert_eq!(numbered.len(), 1);
    let closed = query(None, Some(CaseStage::Closed), false);
    assert!(listed(&device, &town, &closed).is_empty());
    assert!(listed(&device, &town, &query(None, None, true)).is_empty());
    assert_eq!(device.replica.households().len(), 10);
    let decoded = device.replica.decoded_count();
    assert!(decoded <= with_names(&device), "{decoded} for names");
    // What is searched for in texts is opened, each case once.
    let found = CaseQuery {
        text: Some("巷口".to_owned()),
        ..CaseQuery::default()
    };
    assert_eq!(listed(&device, &town, &found).len(), CASES as usize);
    assert!(device.replica.decoded_count() >= decoded + u64::from(CASES));
}

#[test]
fn one_case_with_a_note_that_waits_is_opened_and_no_other() {
    let mut town = Town::new();
    let mut device = opened(&mut town);
    let case = device.replica.cases()[3].document;
    town.note(&mut device, case, "还没有修好");
    device.replica = Replica::open(&device.store).unwrap();
    // Names are known.
    assert!(device.replica.organisation().units().next().is_some());
    let before = device.replica.decoded_count();
    let lines = device.replica.cases();
    assert_eq!(device.replica.decoded_count(), before + 1);
    assert_eq!(lines.iter().map(|line| line.pending).sum::<usize>(), 1);
}

/// The cases that an answer brings, in its order.
fn brought(answer: &[u8], cases: &BTreeSet<DocumentId>) -> Vec<DocumentId> {
    let mut brought = Vec::new();
    for frame in frames(answer).unwrap() {
        let ServerFrame::Page(page) = frame else {
            continue;
        };
        for item in page.items.iter() {
            let document = match item {
                Item::Part(part) => part.document,
                Item::Changes(changes) => changes.document,
                _ => continue,
            };
            if cases.contains(&document) {
                brought.push(document);
            }
        }
    }
    brought
}

#[test]
fn a_new_device_is_sent_the_open_cases_before_those_that_are_over() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let (mut open, mut over) = (Vec::new(), Vec::new());
    for number in 0..40 {
        let case = town.report(&mut xie, &format!("路灯 {number}"), "不亮", "巷口", "");
        let ends = number % 3 != 0;
        if ends {
            let body = CaseCommand::Withdraw(Withdraw {
                text: Text::cut("修好了"),
            });
            let draft = Draft {
                target: Some(case.document),
                body: body.into(),
            };
            town.record(&mut xie, draft);
        }
        let list = if ends { &mut over } else { &mut open };
        list.push(case.document);
    }
    town.sync(&mut xie);
    let cases: BTreeSet<DocumentId> = open.iter().chain(&over).copied().collect();
    let mut second = town.device("xie");
    let mut order = Vec::new();
    town.sync_over(&mut second, |town, flight| {
        let answer = town.answer(flight);
        order.extend(brought(&answer, &cases));
        answer
    });
    let (first, last) = order.split_at(open.len());
    assert_eq!(first.iter().collect::<BTreeSet<_>>(), open.iter().collect());
    assert_eq!(last.iter().collect::<BTreeSet<_>>(), over.iter().collect());
    assert_eq!(order.len(), cases.len(), "each once");
}

/// A town with a case that was ended so many days ago, and a device that is enrolled now.
fn ended_before(days: i64) -> (Town, Device, Device, DocumentId) {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let case = town
        .report(&mut xie, "路灯不亮", "不亮", "巷口", "")
        .document;
    let body = CaseCommand::Withdraw(Withdraw {
        text: Text::cut("修好了"),
    });
    let draft = Draft {
        target: Some(case),
        body: body.into(),
    };
    town.record(&mut xie, draft);
    town.sync(&mut xie);
    town.now = town.now.plus_days(days);
    town.sync(&mut xie);
    let mut second = town.device("xie");
    let cost = town.sync(&mut second);
    assert!(cost.summary.up_to_date, "digests agree: {:?}", cost.summary);
    (town, xie, second, case)
}

fn note_on(town: &mut Town, device: &mut Device, case: DocumentId) -> Result<(), RecordError> {
    let body = CaseCommand::Note(Note {
        text: Text::cut("还是坏的"),
    });
    let draft = Draft {
        target: Some(case),
        body: body.into(),
    };
    let random = town.random();
    let (writes, _) = device.replica.record(draft, town.now, random)?;
    device.persist(writes);
    Ok(())
}

#[test]
fn what_has_long_been_over_comes_as_a_row_and_whole_when_it_is_opened() {
    let (mut town, _, mut second, case) = ended_before(91);
    assert!(second.replica.is_filed(case));
    second.replica = Replica::open(&second.store).unwrap();
    let all = CaseQuery {
        all: true,
        title: Some("路灯".to_owned()),
        ..CaseQuery::default()
    };
    assert_eq!(listed(&second, &town, &all).len(), 1);
    assert!(second.replica.case(case).is_none());
    assert_eq!(
        note_on(&mut town, &mut second, case),
        Err(RecordError::Filed)
    );
    let screen = Screen {
        replica: &second.replica,
        now: town.now,
        lang: Lang::Zh,
    };
    assert_eq!(screen.case(case).unwrap_err().code, "filed");
    let shown = |device: &Device| -> Vec<CaseRow> {
        let lines = device.replica.cases().into_iter();
        // Without a book no date is known, which the row alone does not say.
        let row = |line: CaseLine| CaseRow {
            known_until: None,
            ..line.row
        };
        lines.map(row).collect()
    };
    let before = shown(&second);
    let asked = second.replica.fetch(case).into_iter().collect();
    second.persist(asked);
    assert!(town.sync(&mut second).summary.up_to_date);
    assert!(!second.replica.is_filed(case));
    assert_eq!(shown(&second), before, "the row was true");
    assert!(second.replica.case(case).is_some());
    let judged = note_on(&mut town, &mut second, case).unwrap_err();
    let RecordError::Refused(refusal) = judged else {
        panic!("{judged:?}")
    };
    assert_eq!(refusal.code, RefusalCode::WrongState, "it is over");
}

#[test]
fn what_ended_within_ninety_days_comes_whole_and_all_can_be_asked_for() {
    let (_, _, second, case) = ended_before(89);
    assert!(!second.replica.is_filed(case));
    assert!(second.replica.case(case).is_some());
    let (mut town, _, mut second, case) = ended_before(91);
    let asked = second.replica.fetch_all();
    assert_eq!(asked.len(), 1);
    second.persist(asked);
    town.sync(&mut second);
    assert!(second.replica.case(case).is_some());
}

fn takes(town: &mut Town, device: &mut Device, case: DocumentId, step: CaseCommand) {
    town.sync(device);
    let draft = Draft {
        target: Some(case),
        body: step.into(),
    };
    town.record(device, draft);
    assert_eq!(town.sync(device).summary.refused, 0);
}

/// A town in which the branch rejected a case long ago, the phone that reported it, and a new one of the
/// same chief.
fn rejected_long_ago() -> (Town, Device, Device, DocumentId) {
    let mut town = Town::new();
    let (mut xie, mut qin) = (town.device("xie"), town.device("qin"));
    town.sync(&mut xie);
    let case = town
        .report(&mut xie, "路灯不亮", "不亮", "巷口", "")
        .document;
    let escalate = CaseCommand::Escalate(Escalate {
        // The next level up is filled in.
        to: town.alley,
        reason: Text::cut("要钱"),
        tried: Text::cut("换过灯泡"),
    });
    let reject = CaseCommand::Reject(Reject {
        reason: Text::cut("not_ours"),
        text: Text::cut("不归村里管。"),
    });
    takes(&mut town, &mut xie, case, escalate);
    takes(&mut town, &mut qin, case, CaseCommand::Receive(Receive {}));
    takes(&mut town, &mut qin, case, reject);
    town.now = town.now.plus_days(91);
    town.sync(&mut xie);
    let mut second = town.device("xie");
    assert!(town.sync(&mut second).summary.up_to_date);
    assert!(second.replica.is_filed(case));
    (town, xie, second, case)
}

#[test]
fn a_step_on_what_has_long_been_over_brings_it_whole_to_whoever_had_its_row() {
    let (mut town, mut xie, mut second, case) = rejected_long_ago();
    let code = CaseCommand::NewCode(NewCode { slip: None });
    takes(&mut town, &mut xie, case, code);
    assert!(town.sync(&mut second).summary.up_to_date);
    let (one, other) = (xie.replica.case(case), second.replica.case(case));
    assert_eq!(one.unwrap().head, other.unwrap().head);
}

#[test]
fn a_first_sync_that_is_cut_off_at_any_of_its_effects_goes_on_with_rows() {
    let (mut town, _, whole, case) = rejected_long_ago();
    let listed = whole.replica.cases();
    let mut turns = 0;
    loop {
        let mut device = town.device("xie");
        let is_cut_off = town.is_cut_off(&mut device, turns);
        device.replica = Replica::open(&device.store).unwrap();
        assert!(town.sync(&mut device).summary.up_to_date, "{turns}");
        assert!(device.replica.is_filed(case), "{turns}");
        assert_eq!(device.replica.cases(), listed, "{turns}");
        if !is_cut_off {
            return assert!(turns > 3);
        }
        turns += 1;
    }
}

#[test]
fn a_device_of_the_release_before_does_not_ask_for_rows_and_is_sent_the_documents() {
    let (mut town, _, _, case) = rejected_long_ago();
    let mut older = town.device("xie");
    let secret = older.secret();
    let cost = town.sync_over(&mut older, |town, flight| {
        town.answer(&without_rows(flight, &secret))
    });
    assert!(cost.summary.up_to_date);
    assert!(!older.replica.is_filed(case));
    assert!(older.replica.case(case).is_some());
}

/// A flight as a program signs it that knows no rows.
fn without_rows(bytes: &[u8], secret: &SecretKey) -> Vec<u8> {
    let mut from = Reader::new(bytes);
    assert_eq!(from.byte().unwrap(), PROTOCOL_VERSION);
    let hello = next_frame(&mut from).unwrap().unwrap();
    let (hello, _): (Hello, Signature) = Wire::from_bytes(hello).unwrap();
    let mut kept = Vec::new();
    while let Some(frame) = next_frame(&mut from).unwrap() {
        let frame = DeviceFrame::from_bytes(frame).unwrap();
        if !matches!(frame, DeviceFrame::AskRows(_)) {
            kept.push(frame);
        }
    }
    flight::encode(TOWN, secret, &hello, &kept)
}
