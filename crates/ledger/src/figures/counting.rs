//! A ledger of a release that kept no figures, or others, counts its cases before it answers anybody.

use super::{keep, kept};
use crate::rows::gone_through::{self, GoneThrough};
use crate::rows::loaded::load;
use crate::rows::records::{FIGURES_RULES, HeadRecord};
use crate::rows::{Tx, keys};
use alleyway_core::id::{DocumentId, MemberId};
use alleyway_core::kinds::case::CaseTally;
use alleyway_core::store::StoreError;

/// Rows of other rules that one transaction removes.
const ROWS_AT_ONCE: usize = 1_000;

/// Counts some more cases: how many documents more were looked at, none once all were. What is left to do
/// is read from the store, so that a counting that was cut off goes on where it ended; a case that is
/// counted already is not counted again.
///
/// # Errors
/// Whatever the store says, of a damaged document too.
pub(crate) fn count(tx: &mut Tx<'_>) -> Result<Option<usize>, StoreError> {
    let state: Option<GoneThrough> = tx.get(keys::FIGURES_STATE)?;
    let state = match state.filter(|state| state.is_by(FIGURES_RULES)) {
        Some(state) => state,
        None if remove_others(tx)? => return Ok(Some(0)),
        None => GoneThrough::begun(FIGURES_RULES),
    };
    gone_through::go_on(tx, keys::FIGURES_STATE, state, count_one)
}

/// Removes rows that were counted by other rules. Whether there were any.
fn remove_others(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let mut removed = false;
    for prefix in [keys::PARTS, keys::FIGURES] {
        for (key, _) in tx.scan(prefix, &keys::end_of(prefix), ROWS_AT_ONCE)? {
            tx.remove(key);
            removed = true;
        }
    }
    Ok(removed)
}

fn count_one(tx: &mut Tx<'_>, id: DocumentId, head: &HeadRecord) -> Result<(), StoreError> {
    if !CaseTally::is_kept_of_kind(head.kind) || kept(tx.view(), id)?.is_some() {
        return Ok(());
    }
    let document = load(tx.view(), id, head)?;
    let resident = MemberId::resident_of(tx.setup().town, id);
    match CaseTally::of(&document, resident) {
        Some(tally) => keep(tx, &document, None, tally, head.slot),
        None => Ok(()),
    }
}
