//! A ledger of a release that kept no rows, or others, makes them before it answers anybody.

use crate::rows::loaded::load;
use crate::rows::records::{HeadRecord, ListedState};
use crate::rows::{Tx, keys, read};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::list::Listed;
use alleyway_core::store::StoreError;

/// Documents that one transaction makes rows of, a millisecond each.
const DOCUMENTS_AT_ONCE: usize = 200;

/// Makes the rows of some more documents: how many more were looked at, none once all were. What is
/// left to do is read from the store, so that a making that was cut off goes on where it ended.
///
/// # Errors
/// Whatever the store says, of a damaged document too.
pub(crate) fn make(tx: &mut Tx<'_>) -> Result<Option<usize>, StoreError> {
    let state: Option<ListedState> = tx.get(keys::LISTED_STATE)?;
    let state = state.filter(|state| state.is_of_this_release());
    let Some(last) = state.unwrap_or(ListedState::BEGUN).last() else {
        return Ok(None);
    };
    let mut from = keys::head(last);
    from.push(0);
    let heads = tx.scan(&from, &keys::end_of(keys::HEADS), DOCUMENTS_AT_ONCE)?;
    let mut last = None;
    for (key, value) in &heads {
        let id = DocumentId(key.last_chunk().copied().unwrap_or_default());
        make_one(tx, id, &read(key, value)?)?;
        last = Some(id);
    }
    let state = last.map_or(ListedState::WHOLE, ListedState::behind);
    tx.put(keys::LISTED_STATE.to_vec(), &state);
    Ok(Some(heads.len()))
}

/// Makes a document's row anew, whatever is kept in its place.
pub(crate) fn make_anew(tx: &mut Tx<'_>, id: DocumentId) -> Result<(), StoreError> {
    match tx.head(id)? {
        Some(head) if head.kind.listed() != Listed::Never => make_one(tx, id, &head),
        _ => {
            tx.remove(keys::listed(id));
            Ok(())
        }
    }
}

fn make_one(tx: &mut Tx<'_>, id: DocumentId, head: &HeadRecord) -> Result<(), StoreError> {
    if head.kind.listed() == Listed::Never {
        return Ok(());
    }
    if let Some(row) = load(tx.view(), id, head)?.row_alone() {
        tx.put_sealed(keys::listed(id), row.to_vec(), head.slot);
    }
    Ok(())
}
