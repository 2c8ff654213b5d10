use super::*;
use crate::Ledger;
use crate::resident::tests::{Town, setup};
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::store::{Store as _, Write};
use alleyway_core::text::Text;

/// The rows for lists, and how far they are made.
const ROWS: [&[u8]; 2] = [keys::LISTED, keys::LISTED_STATE];

fn row(town: &mut Town) -> CaseRow {
    let case = town.case;
    super::row(&mut town.ledger.tx(&town.store), case)
        .unwrap()
        .unwrap()
}

#[test]
fn a_row_is_kept_where_a_step_is_admitted_and_read_without_the_document() {
    let mut town = Town::closed();
    town.ledger = Ledger::open(&town.store, setup()).unwrap();
    let row = row(&mut town);
    assert_eq!((row.stage.word(), row.is_open()), ("closed", false));
    assert_eq!(town.ledger.stats().loaded_documents, 0);
    assert_eq!(town.problems(), Vec::<String>::new());
}

#[test]
fn a_note_writes_no_row_and_a_case_that_is_over_has_its_whole_row() {
    let mut town = Town::closed();
    let kept = town.rows(&ROWS);
    town.step(CaseCommand::Note(Note {
        text: Text::cut("x"),
    }));
    assert_eq!(town.rows(&ROWS), kept);
    let case = town.case;
    let mut tx = town.ledger.tx(&town.store);
    let document = tx.take_document(case).unwrap().unwrap();
    let by = alleyway_core::kinds::case::clocks::ReadBy::all(tx.organisation());
    assert_eq!(document.row_alone(), document.list_row(by));
}

#[test]
fn a_ledger_of_before_gets_its_rows_once() {
    let town = Town::closed();
    let kept = town.rows(&ROWS);
    let mut town = town.without(&ROWS);
    assert_eq!(town.rows(&ROWS), Vec::new());
    assert_eq!(town.problems(), Vec::<String>::new(), "none are missed yet");
    assert!(town.goes_through(|ledger, store| ledger.make_rows(store)) > 1);
    assert_eq!(town.rows(&ROWS), kept);
    assert_eq!(
        town.goes_through(|ledger, store| ledger.make_rows(store)),
        0
    );
}

#[test]
fn a_row_that_is_not_there_or_of_another_form_is_read_off_the_document() {
    let mut town = Town::closed();
    let whole = row(&mut town);
    let key = keys::listed(town.case);
    for value in [None, Some(vec![0xee, 1, 2])] {
        let (key, slot) = (key.clone(), None);
        town.put(vec![Write { key, value, slot }]);
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
        town.put(vec![Write { key, value, slot }]);
        assert_eq!(town.problems(), std::slice::from_ref(&said));
    }
    let case = town.case;
    town.ledger.make_row_anew(&town.store, case).unwrap();
    let transaction = town.ledger.take_transaction().unwrap();
    town.store.commit(&transaction).unwrap();
    assert_eq!(town.problems(), Vec::<String>::new());
}
