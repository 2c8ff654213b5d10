use std::cell::Cell;

use super::*;
use crate::samples;

thread_local! {
    /// Public keys that were derived by this test.
    pub(super) static DERIVED: Cell<usize> = const { Cell::new(0) };
}

#[test]
fn the_public_key_is_derived_once_however_often_it_is_asked_for() {
    let mut device = samples::device();
    let before = DERIVED.get();
    device.type_notes(100, "a note");
    let working = device.replica.working(device.case).unwrap();
    assert_eq!(working.version(), 101);
    assert_eq!(device.replica.pending().len(), 100);
    let identity = device.replica.identity.as_ref().unwrap();
    assert_eq!(identity.key(), samples::key().public());
    assert_eq!(DERIVED.get(), before);
}

#[test]
fn a_stored_identity_is_read_with_its_public_key() {
    let device = samples::device();
    let identity = device.replica.identity.unwrap();
    let read = Identity::from_bytes(&identity.to_bytes()).unwrap();
    assert_eq!(read, identity);
    assert_eq!(read.key(), samples::key().public());
}
