//! Rows that each document has are made anew for a ledger that a release without them, or with others,
//! wrote: all documents are gone through once, before anybody is answered.

use super::records::HeadRecord;
use super::{Tx, keys, read};
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;
use alleyway_core::wire_struct;

/// Documents that one transaction goes through, a millisecond each.
const DOCUMENTS_AT_ONCE: usize = 200;

/// Up to which document all were gone through, and by which rules their rows were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GoneThrough {
    /// They grow with each release whose rows are others.
    rules: u32,
    /// The last document that was looked at; none once all were.
    last: Option<DocumentId>,
}
wire_struct!(GoneThrough { rules, last });

impl GoneThrough {
    /// Every document has its rows, as in a new ledger.
    pub(crate) fn whole(rules: u32) -> Self {
        Self { rules, last: None }
    }

    /// No document was looked at so far.
    pub(crate) fn begun(rules: u32) -> Self {
        let last = Some(DocumentId([0; 16]));
        Self { rules, last }
    }

    /// Whether the rows are by these rules, as far as they are made.
    pub(crate) fn is_by(self, rules: u32) -> bool {
        self.rules == rules
    }

    /// Whether every document has its rows, by these rules.
    pub(crate) fn is_whole(self, rules: u32) -> bool {
        self.is_by(rules) && self.last.is_none()
    }
}

/// Some documents behind one, in the order of their ids.
pub(crate) fn documents_behind(
    tx: &Tx<'_>,
    last: DocumentId,
    most: usize,
) -> Result<Vec<(DocumentId, HeadRecord)>, StoreError> {
    let mut from = keys::head(last);
    from.push(0);
    let rows = tx.scan(&from, &keys::end_of(keys::HEADS), most)?;
    let head =
        |(key, value): (Vec<u8>, Vec<u8>)| Ok((keys::document_of(&key)?, read(&key, &value)?));
    rows.into_iter().map(head).collect()
}

/// Makes the rows of some more documents: how many more were looked at, none once all were. What is left
/// to do is written down under `key`, so that what was cut off goes on where it ended.
pub(crate) fn go_on(
    tx: &mut Tx<'_>,
    key: &[u8],
    state: GoneThrough,
    mut make: impl FnMut(&mut Tx<'_>, DocumentId, &HeadRecord) -> Result<(), StoreError>,
) -> Result<Option<usize>, StoreError> {
    let Some(last) = state.last else {
        return Ok(None);
    };
    let documents = documents_behind(tx, last, DOCUMENTS_AT_ONCE)?;
    for (id, head) in &documents {
        make(tx, *id, head)?;
    }
    let last = documents.last().map(|(id, _)| *id);
    tx.put(key.to_vec(), &GoneThrough { last, ..state });
    Ok(Some(documents.len()))
}
