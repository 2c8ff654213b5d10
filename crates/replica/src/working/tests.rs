use std::cell::Cell;

use super::*;
use crate::samples;
use alleyway_core::documents::samples::{Chain, note, report, unit};

thread_local! {
    /// Commands that were executed provisionally by this test.
    pub(super) static PERFORMED: Cell<usize> = const { Cell::new(0) };
}

fn device() -> (Replica, DocumentId) {
    let device = samples::device();
    (device.replica, device.case)
}

/// Types a note, as [`Replica::record`] does; the document it was typed on.
fn note_on(replica: &mut Replica, id: DocumentId, counter: u64) -> Document {
    let typed = replica.typed.take();
    let upon = replica.working_again(id, typed).unwrap();
    let command = samples::note_on(id, counter, "a note");
    let mut document = upon.clone();
    replica.execute(&mut document, &command).unwrap().unwrap();
    replica.outbox.put(counter, command);
    replica.typed = replica.typed_on(document);
    upon
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
fn what_was_typed_on_last_is_the_working_document_still() {
    let (mut replica, id) = device();
    for counter in 1..=8 {
        let anew = made_anew(&replica, id);
        assert_eq!(note_on(&mut replica, id, counter).head(), anew.head());
        assert!(replica.typed.is_some(), "it is kept");
    }
    assert_eq!(replica.working(id).unwrap().version(), 9);
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
    assert_eq!(note_on(&mut replica, id, 3).head(), anew.head());
    // The server has more of it.
    let more = Chain::new(1).then(1, report(unit(1))).then(2, note());
    replica.held.put(more.document);
    let anew = made_anew(&replica, id);
    assert_eq!(note_on(&mut replica, id, 4).head(), anew.head());
    // It is not here.
    let typed = replica.typed.take();
    replica.held.remove(id);
    for counter in 1..=4 {
        replica.outbox.remove(counter);
    }
    assert!(replica.working_again(id, typed).is_none());
}
