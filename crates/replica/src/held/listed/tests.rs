use super::*;
use crate::samples::{self, Sample};
use crate::{Replica, rows};
use alleyway_core::documents::samples::{Chain, START, book_steps, note, report, unit};
use alleyway_core::documents::{Document, samples::edit};
use alleyway_core::kinds::case::{CaseCommand, CaseRow};
use alleyway_core::store::{MemoryStore, Store as _, Transaction};
use alleyway_core::sync::frame::Filed;
use alleyway_core::time::Date;
use alleyway_core::wire::List;

const CASES: u16 = 50;

fn commit(store: &mut MemoryStore, writes: Vec<Write>) {
    let transaction = Transaction {
        writes: rows::latest_of_each(writes),
        ..Transaction::default()
    };
    store.commit(&transaction).unwrap();
}

fn device() -> (Sample, MemoryStore) {
    device_with(CASES)
}

/// A device with so many cases, and its store.
fn device_with(cases: u16) -> (Sample, MemoryStore) {
    let mut sample = samples::device();
    for number in 2..=cases {
        let case = Chain::new(number).then(1, report(unit(1))).then(2, note());
        sample.writes.extend(sample.replica.held.put(case.document));
    }
    let mut store = MemoryStore::default();
    commit(&mut store, sample.written());
    (sample, store)
}

/// The town's book, of which nothing is adopted.
fn book() -> Document {
    let (by, step) = book_steps(900).remove(0);
    Chain::new(900).then(by, step).document
}

/// The rows of a device's list, made of its documents.
fn of_documents(replica: &Replica) -> Vec<CaseRow> {
    let lines = replica.cases().into_iter();
    let documents = lines.map(|line| replica.working(line.document).unwrap());
    documents
        .map(|document| CaseRow::of(&document, replica.read_by()).unwrap())
        .collect()
}

fn listed(replica: &Replica) -> Vec<CaseRow> {
    replica.cases().into_iter().map(|line| line.row).collect()
}

/// The keys of a store's rows for lists.
fn keys(store: &MemoryStore) -> Vec<Vec<u8>> {
    store
        .keys(&[rows::ROWS], &[rows::ROWS + 1], usize::MAX)
        .unwrap()
}

#[test]
fn a_list_of_3000_cases_decodes_none_right_behind_an_opening() {
    let (_, store) = device_with(3_000);
    let replica = Replica::open(&store).unwrap();
    assert_eq!((replica.cases().len(), replica.decoded_count()), (3_000, 0));
}

#[test]
fn a_list_decodes_nothing_and_says_what_the_documents_say() {
    let (_, store) = device();
    let replica = Replica::open(&store).unwrap();
    let shown = listed(&replica);
    assert_eq!(
        (shown.len(), replica.decoded_count()),
        (usize::from(CASES), 0)
    );
    assert_eq!(shown, of_documents(&replica));
    assert_eq!(replica.decoded_count(), u64::from(CASES), "a case each");
}

#[test]
fn only_a_case_with_something_pending_is_worked_out() {
    let (mut sample, _) = device();
    sample.type_notes(2, "a note");
    let retitled = edit("title", "another title", &[]);
    let mut command = samples::note_on(sample.case, 3, "");
    command.body = CaseCommand::Edit(retitled).into();
    sample.writes.push(sample.replica.outbox.put(3, command));
    let mut store = MemoryStore::default();
    commit(&mut store, sample.written());
    let replica = Replica::open(&store).unwrap();
    let lines = replica.cases();
    let own = lines
        .iter()
        .find(|line| line.document == sample.case)
        .unwrap();
    assert_eq!((own.pending, own.row.title.as_str()), (3, "another title"));
    assert_eq!(own.row.conflicts, 1);
    assert_eq!(replica.decoded_count(), 1);
}

#[test]
fn rows_of_an_earlier_release_are_made_once_and_kept() {
    let (_, mut store) = device();
    let without = keys(&store).into_iter().map(rows::remove).collect();
    commit(&mut store, without);
    let mut replica = Replica::open(&store).unwrap();
    let shown = listed(&replica);
    assert_eq!(
        replica.decoded_count(),
        u64::from(CASES),
        "no row was there"
    );
    assert_eq!(listed(&replica), shown);
    let writes = replica.keep_rows();
    assert_eq!(writes.len(), usize::from(CASES));
    assert_eq!(replica.keep_rows(), [], "kept once");
    commit(&mut store, writes);
    let replica = Replica::open(&store).unwrap();
    assert_eq!((listed(&replica), replica.decoded_count()), (shown, 0));
}

#[test]
fn a_row_that_is_damaged_or_of_another_head_is_made_anew() {
    let (sample, mut store) = device();
    let before = store.get(&rows::row(sample.case)).unwrap().unwrap();
    let damaged = Write {
        key: rows::row(sample.case),
        value: Some(before.iter().rev().copied().collect()),
        slot: None,
    };
    // An earlier release takes the note in, and knows nothing of rows.
    let longer = Chain::new(1)
        .then(1, report(unit(1)))
        .then(2, note())
        .document;
    let mut later = Replica::open(&store).unwrap();
    let mut put = later.held.put(longer);
    put.retain(|write| write.key != rows::row(sample.case));
    for writes in [vec![damaged], put] {
        commit(&mut store, writes);
        let replica = Replica::open(&store).unwrap();
        assert_eq!(listed(&replica), of_documents(&replica));
        let anew = Replica::open(&store).unwrap();
        listed(&anew);
        assert_eq!(anew.decoded_count(), 1, "its document alone");
    }
}

#[test]
fn a_document_leaves_with_its_row_and_a_row_that_was_left_goes() {
    let (mut sample, mut store) = device();
    let gone = sample.replica.held.remove(sample.case).unwrap().writes;
    commit(&mut store, gone);
    assert_eq!(keys(&store).len(), usize::from(CASES) - 1);
    // An earlier release removes a document, and knows nothing of rows.
    let left = keys(&store).pop().unwrap();
    let id = sample.replica.held.listed::<CaseRow>().max().unwrap();
    commit(&mut store, vec![rows::remove(rows::document(id))]);
    let mut replica = Replica::open(&store).unwrap();
    assert_eq!(listed(&replica).len(), usize::from(CASES) - 2);
    assert_eq!(replica.keep_rows(), [rows::remove(left)]);
}

#[test]
fn nothing_is_listed_once_the_lease_has_ended_and_all_is_once_it_begins_anew() {
    let (_, mut store) = device();
    let mut replica = Replica::open(&store).unwrap();
    let shown = listed(&replica);
    let late = START.plus_days(30);
    let Some(crate::Effect::PersistAnew(writes)) = replica.tick(late, [10; 32]) else {
        panic!("the lease has not ended");
    };
    commit(&mut store, writes);
    assert_eq!(listed(&replica), []);
    assert_eq!(listed(&Replica::open(&store).unwrap()), []);
    assert_eq!(keys(&store).len(), usize::from(CASES), "they rest sealed");
    replica.take_lease(&samples::half(), late);
    assert_eq!((listed(&replica), replica.decoded_count()), (shown, 0));
}

#[test]
fn the_store_holds_nothing_of_a_row_that_can_be_read() {
    let (sample, store) = device();
    let row = store.get(&rows::row(sample.case)).unwrap().unwrap();
    let title = sample.replica.cases()[0].row.title.clone();
    assert!(
        !row.windows(title.len())
            .any(|part| part == title.as_bytes())
    );
    let document: Document = sample.replica.working(sample.case).unwrap();
    assert_eq!(document.live("title")[0].value, title.as_str());
}

#[test]
fn rows_for_which_rules_were_missing_are_made_again_when_rules_have_come() {
    let (mut sample, _) = device();
    let held = &mut sample.replica.held;
    let before = held.row::<CaseRow>(sample.case).unwrap();
    assert!(before.dues.first().is_none() && !before.dues.clocks.is_empty());
    // The town's book comes behind the cases, then the end of the answer.
    held.put(book());
    held.hear(Some(Date::of(START.plus_days(9))));
    let writes = held.settle_rows();
    let settled = writes.iter().filter(|write| write.key[0] == rows::ROWS);
    assert_eq!(settled.count(), usize::from(CASES));
    let decoded = held.decoded_count();
    let after = held.row::<CaseRow>(sample.case).unwrap();
    assert!(after.dues.first().is_some());
    assert_eq!(held.decoded_count(), decoded, "the row is there");
    assert_eq!(listed(&sample.replica), of_documents(&sample.replica));
}

#[test]
fn a_row_without_a_date_is_made_again_on_another_day_of_contact() {
    let (mut sample, _) = device();
    let held = &mut sample.replica.held;
    held.put(book());
    held.hear(Some(Date::of(START).plus(-1)));
    let row = held.row::<CaseRow>(sample.case).unwrap();
    assert!(row.dues.first().is_none() && !row.dues.clocks.is_empty());
    held.hear(Some(Date::of(START.plus_days(9))));
    let row = held.row::<CaseRow>(sample.case).unwrap();
    assert!(row.dues.first().is_some());
    assert_eq!(listed(&sample.replica), of_documents(&sample.replica));
}

/// A case of which only the row is sent.
fn filed(document: &Document) -> Filed {
    Filed {
        document: document.id(),
        kind: document.kind().unwrap(),
        generation: document.generation(),
        version: document.version(),
        head: document.head(),
        audience: List::default(),
        row: document.row_alone().unwrap(),
    }
}

#[test]
fn a_document_of_which_only_the_row_came_is_listed_and_asked_for_if_the_row_is_gone() {
    let (mut sample, mut store) = device();
    let case = Chain::new(777).then(1, report(unit(1))).document;
    let id = case.id();
    commit(&mut store, sample.replica.held.put_filed(&filed(&case)));
    let replica = Replica::open(&store).unwrap();
    assert!(replica.is_filed(id));
    let lines = replica.cases();
    assert!(lines.iter().any(|line| line.document == id));
    assert_eq!(replica.decoded_count(), 0);
    assert!(replica.working(id).is_none());
    let digest = |replica: &Replica| replica.held.get(id).unwrap().digest();
    let before = digest(&replica);
    commit(&mut store, vec![rows::remove(rows::row(id))]);
    let mut replica = Replica::open(&store).unwrap();
    assert!(replica.cases().iter().all(|line| line.document != id));
    assert_eq!(replica.held.want_unreadable().len(), 1);
    assert!(replica.held.is_wanted(id));
    replica.held.put(case);
    assert!(!replica.is_filed(id));
    assert_eq!(digest(&replica), before, "it counted as the document does");
}

#[test]
fn what_was_typed_upon_is_asked_for_behind_its_row() {
    let (mut sample, _) = device();
    sample.type_notes(1, "x");
    let documents = [1, 777].map(|number| Chain::new(number).then(1, report(unit(1))).document);
    let [typed_upon, other] = documents.map(|document| {
        sample.replica.held.remove(document.id());
        sample.replica.take_filed(&filed(&document));
        document.id()
    });
    let replica = &sample.replica;
    assert!(replica.is_filed(typed_upon) && replica.is_filed(other));
    assert!(replica.held.is_wanted(typed_upon) && !replica.held.is_wanted(other));
    assert!(
        replica.working(typed_upon).is_none(),
        "nothing stands on a row"
    );
}

#[test]
fn a_row_replaces_no_document_that_is_here_and_asks_for_a_newer_one() {
    let (mut sample, _) = device();
    let chain = Chain::new(2).then(1, report(unit(1))).then(2, note());
    let id = chain.document.id();
    assert_eq!(sample.replica.held.put_filed(&filed(&chain.document)), []);
    let newer = chain.then(3, note()).document;
    sample.replica.held.put_filed(&filed(&newer));
    assert!(sample.replica.held.is_wanted(id));
    assert!(!sample.replica.is_filed(id));
}

#[test]
fn an_answer_that_leaves_something_out_moves_no_date() {
    let (mut sample, _) = device();
    let held = &mut sample.replica.held;
    held.put(book());
    let (before, later) = (Date::of(START).plus(-1), Date::of(START.plus_days(9)));
    let dated = |held: &Held| {
        let row = held.row::<CaseRow>(sample.case).unwrap();
        row.dues.first().is_some()
    };
    held.answered(Some(before), true);
    assert!(!dated(held));
    // A newer version of the book may be what is still to come.
    let write = held.answered(Some(later), false).unwrap();
    assert_eq!(
        (write.key.as_slice(), write.value.is_some()),
        (rows::RULES_UNTIL, true)
    );
    assert!(!dated(held));
    held.opened(Some(later));
    assert!(!dated(held), "a device that is opened anew knows no more");
    assert_eq!(held.answered(Some(later), false), None);
    let write = held.answered(Some(later), true).unwrap();
    assert!(write.value.is_none() && dated(held));
    held.opened(Some(later));
    assert!(dated(held));
}
