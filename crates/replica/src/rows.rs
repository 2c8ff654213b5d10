//! The layout of the device's store: one byte for what it is, then what it is of.

use std::collections::BTreeMap;

use alleyway_core::id::DocumentId;
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::wire::Wire;

pub(super) const IDENTITY: &[u8] = b"i";
pub(super) const STATE: &[u8] = b"s";
/// The bytes that the line takes at once, if a fast one takes more.
pub(super) const LINE: &[u8] = b"n";
/// The server's incarnation that the documents are of, if it is not the one heard last.
pub(super) const COMPARED: &[u8] = b"h";
/// The day up to which the device has the town's rules, if it is not that of the last contact.
pub(super) const RULES_UNTIL: &[u8] = b"u";
pub(super) const DOCUMENTS: u8 = b'd';
/// A document's row for lists.
pub(super) const ROWS: u8 = b't';
pub(super) const PARTS: u8 = b'p';
pub(super) const WANTED: u8 = b'w';
pub(super) const LOOKED_AT: u8 = b'l';
pub(super) const OUTBOX: u8 = b'o';
pub(super) const LOCKED: u8 = b'k';
pub(super) const BATCHES: u8 = b'b';
pub(super) const VERDICTS: u8 = b'v';
/// Places of a batch that were given up here.
pub(super) const GIVEN_UP: u8 = b'g';
pub(super) const RECEIPTS: u8 = b'r';
/// Batches of other devices, by device and number (big-endian).
pub(super) const CARRIED: u8 = b'c';

pub(super) fn key(kind: u8, of: &impl Wire) -> Vec<u8> {
    let mut key = vec![kind];
    of.encode(&mut key);
    key
}

/// A key of a counter: big-endian, so that rows are in order.
pub(super) fn numbered(kind: u8, number: u64) -> Vec<u8> {
    key(kind, &number.to_be_bytes())
}

pub(super) fn put(key: Vec<u8>, value: &impl Wire) -> Write {
    Write {
        key,
        value: Some(value.to_bytes()),
        slot: None,
    }
}

pub(super) fn remove(key: Vec<u8>) -> Write {
    Write {
        key,
        value: None,
        slot: None,
    }
}

pub(super) fn get<T: Wire>(records: &dyn Records, key: &[u8]) -> Result<Option<T>, StoreError> {
    records
        .get(key)?
        .map(|bytes| T::from_bytes(&bytes).map_err(|_| StoreError::damaged(key)))
        .transpose()
}

/// Visits all rows of a kind; the visitor says `None` to a row it cannot read. Returns the keys of the
/// rows that cannot be read.
pub(super) fn each<K: Wire>(
    records: &dyn Records,
    kind: u8,
    mut visit: impl FnMut(K, &[u8]) -> Option<()>,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut damaged = Vec::new();
    for (key, value) in readable(records, kind)? {
        let of = K::from_bytes(key.get(1..).unwrap_or_default()).ok();
        if of
            .zip(value)
            .and_then(|(of, value)| visit(of, &value))
            .is_none()
        {
            damaged.push(key);
        }
    }
    Ok(damaged)
}

/// As [`each`], of rows whose keys are counters.
pub(super) fn each_numbered(
    records: &dyn Records,
    kind: u8,
    mut visit: impl FnMut(u64, &[u8]) -> Option<()>,
) -> Result<Vec<Vec<u8>>, StoreError> {
    each(records, kind, |number: [u8; 8], value| {
        visit(u64::from_be_bytes(number), value)
    })
}

/// A key and its value, if it can be read.
type PerhapsRow = (Vec<u8>, Option<Vec<u8>>);

/// All rows of a kind, those whose values cannot be read without them.
fn readable(records: &dyn Records, kind: u8) -> Result<Vec<PerhapsRow>, StoreError> {
    let (from, to) = ([kind], [kind.saturating_add(1)]);
    match records.scan(&from, &to, usize::MAX) {
        Ok(rows) => {
            return Ok(rows
                .into_iter()
                .map(|(key, value)| (key, Some(value)))
                .collect());
        }
        Err(StoreError::Damaged(_)) => {}
        Err(error) => return Err(error),
    }
    let mut rows = Vec::new();
    for key in records.keys(&from, &to, usize::MAX)? {
        match records.get(&key) {
            Ok(value) => rows.push((key, value)),
            Err(StoreError::Damaged(_)) => rows.push((key, None)),
            Err(error) => return Err(error),
        }
    }
    Ok(rows)
}

/// The id of a document, as keys hold it.
pub(super) fn document(id: DocumentId) -> Vec<u8> {
    key(DOCUMENTS, &id)
}

/// The key of what lists show of a document.
pub(super) fn row(id: DocumentId) -> Vec<u8> {
    key(ROWS, &id)
}

/// A key is written once in a transaction: the last write counts.
pub(super) fn latest_of_each(writes: Vec<Write>) -> Vec<Write> {
    let latest: BTreeMap<Vec<u8>, Write> = writes
        .into_iter()
        .map(|write| (write.key.clone(), write))
        .collect();
    latest.into_values().collect()
}
