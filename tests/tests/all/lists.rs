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
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::{CaseCommand, CaseStage, Withdraw};
use alleyway_core::store::Records as _;
use alleyway_core::sync::frame::{Item, ServerFrame, next_frame};
use alleyway_core::text::Text;
use alleyway_core::wire::{Reader, Wire as _};
use alleyway_replica::{Draft, Replica};
use alleyway_tests::pure::{Device, Town};

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
    let mut from = Reader::new(answer);
    let mut brought = Vec::new();
    while let Some(frame) = next_frame(&mut from).unwrap() {
        let ServerFrame::Page(page) = ServerFrame::from_bytes(frame).unwrap() else {
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
        let case = town.report(&mut xie, &format!("路灯 {number}"), "", "", "");
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
    town.sync_told(&mut second, |answer| order.extend(brought(answer, &cases)));
    let (first, last) = order.split_at(open.len());
    assert_eq!(first.iter().collect::<BTreeSet<_>>(), open.iter().collect());
    assert_eq!(last.iter().collect::<BTreeSet<_>>(), over.iter().collect());
    assert_eq!(order.len(), cases.len(), "each once");
}
