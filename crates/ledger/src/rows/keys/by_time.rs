//! The keys of what time alone does.

use super::{document_of, key};
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::store::StoreError;
use alleyway_core::time::Date;

/// How far the server's steps by time are.
pub(crate) const BY_TIME: &[u8] = b"C";

/// A document in which the server has something to say by time alone behind a day.
pub(crate) fn turn(day: Date, document: DocumentId) -> Vec<u8> {
    key(b'D', &[&ordered(day), &document.0])
}

/// The end (exclusive) of those behind whose day it is on another day; they begin at [`TURNS`].
pub(crate) fn turns_until(today: Date) -> Vec<u8> {
    key(b'D', &[&ordered(today)])
}

/// All such documents, by day.
pub(crate) const TURNS: &[u8] = b"D";

/// A day so that earlier ones come first.
fn ordered(day: Date) -> [u8; 4] {
    (day.0 ^ i32::MIN).to_be_bytes()
}

/// A document that waits for the answer of a unit.
pub(crate) fn waiting(unit: UnitId, document: DocumentId) -> Vec<u8> {
    key(b'J', &[&unit.0, &document.0])
}

/// All such documents, by unit.
pub(crate) const WAITING: &[u8] = b"J";

/// All documents that wait for the answer of a unit.
pub(crate) fn waiting_for(unit: UnitId) -> Vec<u8> {
    key(b'J', &[&unit.0])
}

/// The unit of a key of [`waiting`].
pub(crate) fn unit_waited_for(key: &[u8]) -> Result<UnitId, StoreError> {
    key.get(1..)
        .and_then(|rest| rest.first_chunk::<16>())
        .map(|id| DocumentId(*id))
        .ok_or_else(|| StoreError::damaged(key))
}

/// A document that is late, by the day that was over first.
pub(crate) fn late(due: Date, document: DocumentId) -> Vec<u8> {
    key(b'X', &[&ordered(due), &document.0])
}

/// The day and the document of such a key.
pub(crate) fn late_of(key: &[u8]) -> Result<(Date, DocumentId), StoreError> {
    let due = key.get(1..).and_then(|rest| rest.first_chunk::<4>());
    let due = due.ok_or_else(|| StoreError::damaged(key))?;
    let due = Date(i32::from_be_bytes(*due) ^ i32::MIN);
    Ok((due, document_of(key)?))
}

/// All such documents, those that have been late for longest first.
pub(crate) const LATE: &[u8] = b"X";

/// Where a document is in the index of what time alone does.
pub(crate) fn place(document: DocumentId) -> Vec<u8> {
    key(b'U', &[&document.0])
}

/// The places of all documents in that index.
pub(crate) const PLACES: &[u8] = b"U";
