use std::cell::Cell;

use super::*;
use crate::samples;
use alleyway_core::documents::Head;
use alleyway_core::documents::samples::{Chain, note, report, unit};

thread_local! {
    /// Commands that were executed provisionally by this test.
    pub(super) static PERFORMED: Cell<usize> = const { Cell::new(0) };
    /// Documents that were worked out from the confirmed one by this test.
    pub(super) static WORKED_OUT: Cell<usize> = const { Cell::new(0) };
}

fn device() -> (Replica, DocumentId) {
    let device = samples::device();
    (device.replica, device.case)
}

/// Types a note, as [`Replica::record`] does. Returns the head of the document that it was typed on.
fn note_on(replica: &mut Replica, id: DocumentId, counter: u64) -> Head {
    let mut document = replica.take_working(id).unwrap();
    let (command, head) = (samples::note_on(id, counter, "a note"), document.head());
    replica.execute(&mut document, &command).unwrap().unwrap();
    replica.outbox.put(counter, command);
    replica.keep_working(document);
    head
}

/// Puts so many cases beside the sample's own.
fn more_cases(replica: &mut Replica, count: u16) -> Vec<DocumentId> {
    let cases = (2..2 + count).map(|of| Chain::new(of).then(1, report(unit(1))).document);
    let put = |document: Document| {
        let id = document.id();
        replica.held.put(document);
        id
    };
    cases.map(put).collect()
}

/// The working document, made of the confirmed one.
fn made_anew(replica: &Replica, id: DocumentId) -> Document {
    replica.stand_on(id, replica.ordered(id)).1.unwrap()
}

#[test]
fn one_more_note_executes_one_command_however_many_are_pending() {
    let (mut replica, id) = device();
    for counter in 1..=200 {
        let before = PERFORMED.get();
        note_on(&mut replica, id, counter);
        // It is looked at, and its steps are asked for.
        assert_eq!(replica.working(id).unwrap().version(), counter + 1);
        assert_eq!(PERFORMED.get() - before, 1, "{counter} are pending");
    }
    assert_eq!(
        replica.working(id).unwrap().head(),
        made_anew(&replica, id).head()
    );
}

#[test]
fn a_note_after_another_case_was_touched_executes_one_command() {
    let (mut replica, id) = device();
    let other = more_cases(&mut replica, 1)[0];
    for counter in 1..=1_000 {
        note_on(&mut replica, id, counter);
    }
    for counter in 1_001..=1_020 {
        note_on(&mut replica, other, counter * 2);
        let before = (PERFORMED.get(), WORKED_OUT.get());
        note_on(&mut replica, id, counter * 2 + 1);
        let cost = (PERFORMED.get() - before.0, WORKED_OUT.get() - before.1);
        assert_eq!(cost, (1, 0), "commands executed, documents worked out");
    }
    assert_eq!(
        replica.working(id).unwrap().head(),
        made_anew(&replica, id).head()
    );
}

#[test]
fn more_cases_than_are_kept_cost_the_few_commands_of_one_of_them() {
    let (mut replica, id) = device();
    let cases = more_cases(&mut replica, 100);
    let mut counter = 0;
    let mut next = || {
        counter += 1;
        counter
    };
    for _ in 0..200 {
        note_on(&mut replica, id, next());
    }
    for _ in 0..3 {
        for case in &cases {
            note_on(&mut replica, *case, next());
        }
    }
    let before = PERFORMED.get();
    for case in &cases {
        note_on(&mut replica, *case, next());
    }
    // Three are pending on each.
    let of_each = (PERFORMED.get() - before) / cases.len();
    assert!(of_each <= 4, "{of_each} executed for each");
    // The dear one is kept.
    let before = PERFORMED.get();
    note_on(&mut replica, id, next());
    assert_eq!(PERFORMED.get() - before, 1);
}

#[test]
fn what_is_kept_takes_bounded_memory_and_the_one_that_was_typed_on_last_stays() {
    let (mut replica, id) = device();
    let other = more_cases(&mut replica, 1)[0];
    note_on(&mut replica, id, 1);
    let one = replica.working(id).unwrap().memory_bytes();
    for (bytes_max, worked_out_again) in [(3 * one, 0), (one + one / 2, 2), (0, 2)] {
        *replica.worked.get_mut() = Worked::new(bytes_max);
        let mut counter = 10 * u64::try_from(bytes_max).unwrap() + 10;
        let mut touch = |replica: &mut Replica, case| {
            counter += 1;
            note_on(replica, case, counter);
        };
        touch(&mut replica, id);
        touch(&mut replica, other);
        let before = WORKED_OUT.get();
        touch(&mut replica, other);
        assert_eq!(WORKED_OUT.get(), before, "{bytes_max}");
        touch(&mut replica, id);
        touch(&mut replica, other);
        assert_eq!(WORKED_OUT.get() - before, worked_out_again, "{bytes_max}");
    }
}

#[test]
fn a_batch_that_is_sealed_leaves_what_was_worked_out() {
    let mut sample = samples::device();
    sample.type_notes(50, "a note");
    assert_eq!(sample.replica.working(sample.case).unwrap().version(), 51);
    sample.seal_first(50);
    let before = PERFORMED.get();
    assert_eq!(sample.replica.working(sample.case).unwrap().version(), 51);
    assert_eq!(PERFORMED.get(), before);
}

#[test]
fn the_working_document_is_what_would_be_made_anew() {
    let (mut replica, id) = device();
    for counter in 1..=8 {
        let anew = made_anew(&replica, id);
        assert_eq!(note_on(&mut replica, id, counter), anew.head());
    }
    assert_eq!(replica.working(id).unwrap().version(), 9);
}

#[test]
fn commands_that_are_put_back_are_executed_again() {
    let (mut replica, id) = device();
    note_on(&mut replica, id, 1);
    let failed: Result<(), ()> = replica.all_or_none(|replica| {
        note_on(replica, id, 2);
        Err(())
    });
    assert!(failed.is_err());
    assert_eq!(replica.working(id).unwrap().version(), 2);
    note_on(&mut replica, id, 3);
    assert_eq!(
        replica.working(id).unwrap().head(),
        made_anew(&replica, id).head()
    );
}

#[test]
fn it_is_made_anew_once_it_is_another_document() {
    let (mut replica, id) = device();
    note_on(&mut replica, id, 1);
    note_on(&mut replica, id, 2);
    // A note was refused.
    replica.outbox.give_up(&[1]);
    let anew = made_anew(&replica, id);
    assert_eq!(anew.version(), 2);
    assert_eq!(replica.working(id).unwrap().head(), anew.head());
    assert_eq!(note_on(&mut replica, id, 3), anew.head());
    // The server has more of it.
    let more = Chain::new(1).then(1, report(unit(1))).then(2, note());
    replica.held.put(more.document);
    let anew = made_anew(&replica, id);
    assert_eq!(note_on(&mut replica, id, 4), anew.head());
    // It is not here.
    replica.held.remove(id);
    for counter in 1..=4 {
        replica.outbox.remove(counter);
    }
    assert!(replica.take_working(id).is_none());
}
