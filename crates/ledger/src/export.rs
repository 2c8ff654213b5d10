//! Whole documents, which an export writes out besides the rows.

use crate::rows::loaded::load;
use crate::rows::records::HeadRecord;
use crate::rows::{View, keys, read};
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::store::{Records, StoreError};

/// Documents in the order of their ids, those behind `after`, `limit` at most. Each is loaded and
/// compared with its head.
///
/// # Errors
/// [`StoreError::Damaged`] if one is not what its head says.
pub fn documents(
    records: &dyn Records,
    after: Option<DocumentId>,
    limit: usize,
) -> Result<Vec<Document>, StoreError> {
    let mut from = keys::HEADS.to_vec();
    if let Some(id) = after {
        from = keys::head(id);
        from.push(0);
    }
    let rows = records.scan(&from, &keys::end_of(keys::HEADS), limit)?;
    let load_row = |(key, value): (Vec<u8>, Vec<u8>)| {
        let head: HeadRecord = read(&key, &value)?;
        let id = key
            .last_chunk()
            .copied()
            .map(DocumentId)
            .ok_or_else(|| StoreError::damaged(&key))?;
        load(View::of_store(records), id, &head)
    };
    rows.into_iter().map(load_row).collect()
}
