//! A ledger of a release that kept no rows, or others, makes them before it answers anybody.

use crate::rows::gone_through::{self, GoneThrough};
use crate::rows::loaded::load;
use crate::rows::records::{HeadRecord, LISTED_FORM};
use crate::rows::{Tx, keys};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::list::Listed;
use alleyway_core::store::StoreError;

/// Makes the rows of some more documents: how many more were looked at, none once all were. What is
/// left to do is read from the store, so that a making that was cut off goes on where it ended.
///
/// # Errors
/// Whatever the store says, of a damaged document too.
pub(crate) fn make(tx: &mut Tx<'_>) -> Result<Option<usize>, StoreError> {
    let state: Option<GoneThrough> = tx.get(keys::LISTED_STATE)?;
    let state = state.filter(|state| state.is_by(LISTED_FORM));
    let state = state.unwrap_or_else(|| GoneThrough::begun(LISTED_FORM));
    gone_through::go_on(tx, keys::LISTED_STATE, state, make_one)
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
