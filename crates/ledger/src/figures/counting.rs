//! A ledger of a release that kept no figures, or others, counts its cases before it answers anybody.

use super::{keep, kept};
use crate::rows::loaded::load;
use crate::rows::records::{FiguresState, HeadRecord};
use crate::rows::{Tx, keys, read};
use alleyway_core::id::{DocumentId, MemberId};
use alleyway_core::kinds::case::CaseTally;
use alleyway_core::store::StoreError;

/// Documents that one transaction counts, a millisecond each.
const DOCUMENTS_AT_ONCE: usize = 200;
/// Rows of other rules that one transaction removes.
const ROWS_AT_ONCE: usize = 1_000;

/// The state of the counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// So many documents more were looked at; there are more. What was written is to be committed.
    Goes(usize),
    /// Every case is counted.
    Done,
}

/// Counts some more cases. What is left to do is read from the store, so that a counting that was cut
/// off goes on where it ended; a case that is counted already is not counted again.
///
/// # Errors
/// Whatever the store says, of a damaged document too.
pub(crate) fn count(tx: &mut Tx<'_>) -> Result<Counting, StoreError> {
    let state: Option<FiguresState> = tx.get(keys::FIGURES_STATE)?;
    let state = match state.filter(|state| state.is_of_this_release()) {
        Some(state) => state,
        None if remove_others(tx)? => return Ok(Counting::Goes(0)),
        None => FiguresState::BEGUN,
    };
    let Some(last) = state.last() else {
        return Ok(Counting::Done);
    };
    let mut from = keys::head(last);
    from.push(0);
    let heads = tx.scan(&from, &keys::end_of(keys::HEADS), DOCUMENTS_AT_ONCE)?;
    let mut last = None;
    for (key, value) in &heads {
        let id = DocumentId(key.last_chunk().copied().unwrap_or_default());
        count_one(tx, id, &read(key, value)?)?;
        last = Some(id);
    }
    let state = last.map_or(FiguresState::WHOLE, FiguresState::behind);
    tx.put(keys::FIGURES_STATE.to_vec(), &state);
    Ok(Counting::Goes(heads.len()))
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
