use super::*;
use crate::Ledger;
use crate::resident::tests::{Town, setup};
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::store::{MemoryStore, Store as _, Transaction, Write};
use alleyway_core::text::Text;

fn put(store: &mut MemoryStore, writes: Vec<Write>) {
    let transaction = Transaction {
        writes,
        high_water: store.high_water().unwrap(),
        ..Transaction::default()
    };
    store.commit(&transaction).unwrap();
}

/// All that is kept of rows, and how far they are made.
fn rows(store: &MemoryStore) -> Vec<(Vec<u8>, Vec<u8>)> {
    let view = View::of_store(store);
    let prefixes = [keys::LISTED, keys::LISTED_STATE];
    prefixes
        .map(|prefix| view.scan_all(prefix).unwrap())
        .concat()
}

fn problems(town: &Town) -> Vec<String> {
    let report = town.ledger.checking().run(&town.store, &mut |_| {});
    let told = report.unwrap().problems;
    told.iter().map(|problem| format!("{problem:?}")).collect()
}

fn row(town: &mut Town) -> CaseRow {
    let case = town.case;
    super::row(&mut town.ledger.tx(&town.store), case)
        .unwrap()
        .unwrap()
}

/// A town of a release that kept no rows, opened by this one.
fn of_before(mut town: Town) -> Town {
    let gone = rows(&town.store).into_iter().map(|(key, _)| Write {
        key,
        value: None,
        slot: None,
    });
    let gone = gone.collect();
    put(&mut town.store, gone);
    town.ledger = Ledger::open(&town.store, setup()).unwrap();
    town
}

fn make_all(town: &mut Town) -> usize {
    let mut seen = 0;
    while let Some(more) = town.ledger.make_rows(&town.store).unwrap() {
        seen += more;
        let transaction = town.ledger.take_transaction().unwrap();
        town.store.commit(&transaction).unwrap();
    }
    seen
}

#[test]
fn a_row_is_kept_where_a_step_is_admitted_and_read_without_the_document() {
    let mut town = Town::closed();
    town.ledger = Ledger::open(&town.store, setup()).unwrap();
    let row = row(&mut town);
    assert_eq!((row.stage.word(), row.is_open()), ("closed", false));
    assert_eq!(town.ledger.stats().loaded_documents, 0);
    assert_eq!(problems(&town), Vec::<String>::new());
}

#[test]
fn a_note_writes_no_row_and_a_case_that_is_over_has_its_whole_row() {
    let mut town = Town::closed();
    let kept = rows(&town.store);
    town.step(CaseCommand::Note(Note {
        text: Text::cut("x"),
    }));
    assert_eq!(rows(&town.store), kept);
    let case = town.case;
    let mut tx = town.ledger.tx(&town.store);
    let document = tx.take_document(case).unwrap().unwrap();
    let by = alleyway_core::kinds::case::clocks::ReadBy::all(tx.organisation());
    assert_eq!(document.row_alone(), document.list_row(by));
}

#[test]
fn a_ledger_of_before_gets_its_rows_once() {
    let town = Town::closed();
    let kept = rows(&town.store);
    let mut town = of_before(town);
    assert_eq!(rows(&town.store), Vec::new());
    assert_eq!(problems(&town), Vec::<String>::new(), "none are missed yet");
    assert!(make_all(&mut town) > 1);
    assert_eq!(rows(&town.store), kept);
    assert_eq!(make_all(&mut town), 0);
}

#[test]
fn a_row_that_is_not_there_or_of_another_form_is_read_off_the_document() {
    let mut town = Town::closed();
    let whole = row(&mut town);
    let key = keys::listed(town.case);
    for value in [None, Some(vec![0xee, 1, 2])] {
        let (key, slot) = (key.clone(), None);
        put(&mut town.store, vec![Write { key, value, slot }]);
        town.ledger = Ledger::open(&town.store, setup()).unwrap();
        assert_eq!(row(&mut town), whole);
        assert_eq!(town.ledger.stats().loaded_documents, 1);
    }
}

#[test]
fn a_check_finds_a_row_that_is_not_what_the_document_says_and_one_that_is_not_there() {
    let mut town = Town::closed();
    let head: Option<HeadRecord> = town.ledger.tx(&town.store).head(town.case).unwrap();
    let slot = head.map(|head| head.slot);
    let other = CaseRow {
        title: Text::cut("x"),
        ..row(&mut town)
    };
    let other = other.kept().unwrap().to_vec();
    let said = format!("ListedOther {{ document: {:?} }}", town.case);
    for value in [Some(other), None] {
        let slot = slot.filter(|_| value.is_some());
        let key = keys::listed(town.case);
        put(&mut town.store, vec![Write { key, value, slot }]);
        assert_eq!(problems(&town), std::slice::from_ref(&said));
    }
    let case = town.case;
    town.ledger.make_row_anew(&town.store, case).unwrap();
    let transaction = town.ledger.take_transaction().unwrap();
    town.store.commit(&transaction).unwrap();
    assert_eq!(problems(&town), Vec::<String>::new());
}
