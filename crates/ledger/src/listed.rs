//! Rows beside the documents: what lists and searches show of them, so that none is loaded for it.
//!
//! A row is as far as it goes by the document alone: what is due rests on the town's rules, and is
//! worked out where somebody looks (ADR 30). It is kept in the transaction that admits a step, if the
//! step changes it, sealed under the document's slot. A folder of a release that kept none, or others,
//! gets its rows when it is opened.
//!
//! | file | what |
//! | --- | --- |
//! | `making` | a ledger of before gets its rows |

mod making;
pub(crate) use making::{make, make_anew};

use crate::rows::gone_through::GoneThrough;
use crate::rows::records::{HeadRecord, LISTED_FORM};
use crate::rows::{Tx, View, keys};
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::ListRow;
use alleyway_core::kinds::case::CaseRow;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Filed;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::List;

/// Notes what an admitted command changes in the document's row. Of most commands that is nothing, and
/// nothing is written.
pub(crate) fn note(tx: &mut Tx<'_>, document: &Document, slot: u64) -> Result<(), StoreError> {
    let Some(row) = document.row_alone() else {
        return Ok(());
    };
    let id = document.id();
    let is_kept = document.version() > 1 && kept(tx.view(), id)?.as_deref() == Some(&*row);
    if !is_kept {
        tx.put_sealed(keys::listed(id), row.to_vec(), slot);
    }
    Ok(())
}

/// A document's row, as it is kept.
pub(crate) fn kept(view: View<'_>, id: DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
    view.get_bytes(&keys::listed(id))
}

/// A document's row; none if no list shows such documents. Where none is kept that can be read, the
/// document is loaded.
pub(crate) fn row<R: ListRow>(tx: &mut Tx<'_>, id: DocumentId) -> Result<Option<R>, StoreError> {
    if let Some(row) = kept(tx.view(), id)?.and_then(|row| R::read(&row)) {
        return Ok(Some(row));
    }
    let Some(document) = tx.take_document(id)? else {
        return Ok(None);
    };
    let row = R::alone(&document);
    tx.put_document(document);
    Ok(row)
}

/// Whether nothing is to be done in a document any more, by its row. Of documents that no list of cases
/// shows that is not asked.
pub(crate) fn is_over(
    tx: &mut Tx<'_>,
    id: DocumentId,
    head: &HeadRecord,
) -> Result<bool, StoreError> {
    if head.kind != CaseRow::KIND {
        return Ok(false);
    }
    let row: Option<CaseRow> = row(tx, id)?;
    Ok(row.is_some_and(|row| !row.is_open()))
}

/// The row of a document that is sent in its place, at `now`: it has been over for as many days as the
/// town's book of the day says.
pub(crate) fn filed(
    tx: &mut Tx<'_>,
    document: DocumentId,
    now: Time,
) -> Result<Option<Filed>, StoreError> {
    let Some(head) = tx.head(document)?.filter(|head| head.kind == CaseRow::KIND) else {
        return Ok(None);
    };
    let row: Option<CaseRow> = row(tx, document)?;
    let rules = tx.organisation().rulebook().at(Date::of(now));
    let days = i64::from(rules.measures().retention_days);
    let is_long_over = |row: &CaseRow| {
        let moved = row.moved.filter(|_| !row.is_open());
        moved.is_some_and(|moved| moved.plus_days(days) <= now)
    };
    let kept = row.filter(is_long_over).and_then(|row| row.kept());
    let audience = List::new(head.feeds().into_iter().collect()).ok();
    Ok(kept.zip(audience).map(|(row, audience)| Filed {
        document,
        kind: head.kind,
        generation: head.generation,
        version: head.version,
        head: head.head,
        audience,
        row,
    }))
}

/// Whether every document has its row.
pub(crate) fn is_whole(view: View<'_>) -> Result<bool, StoreError> {
    let state: Option<GoneThrough> = view.get(keys::LISTED_STATE)?;
    Ok(state.is_some_and(|state| state.is_whole(LISTED_FORM)))
}

#[cfg(test)]
mod tests;
