//! What a phone lists, against its documents: a row beside a document says what the document says.

use alleyway_core::id::DocumentId;
use alleyway_core::kinds::ListRow;
use alleyway_replica::Replica;

use crate::sim::violation::{Checked, SAME, broken, ensure};

/// Checks the lists of a phone against all of its documents.
pub(super) fn rows(phone: &Replica) -> Checked {
    rows_of(phone, |_| true)
}

/// Checks the lists of a phone that was just opened, which are of its store's rows, against an eighth of
/// its documents: to look into all of them at each opening would take most of a run.
pub(crate) fn stored_rows(phone: &Replica) -> Checked {
    rows_of(phone, |id| id.0[0].is_multiple_of(8))
}

fn rows_of(phone: &Replica, is_checked: impl Fn(DocumentId) -> bool) -> Checked {
    let cases = phone.cases().into_iter();
    for line in cases.filter(|line| is_checked(line.document)) {
        same(phone, line.document, &line.row)?;
    }
    let households = phone.households().into_iter();
    for line in households.filter(|line| is_checked(line.document)) {
        same(phone, line.document, &line.row)?;
    }
    Ok(())
}

fn same<R: ListRow + PartialEq + std::fmt::Debug>(
    phone: &Replica,
    id: DocumentId,
    row: &R,
) -> Checked {
    if phone.is_filed(id) {
        // What there is of it is compared with what the oracle has.
        return Ok(());
    }
    let working = phone.working(id);
    let working = working.ok_or_else(|| broken(SAME, format!("{id} is listed, and not there")))?;
    let own = R::of(&working, phone.read_by());
    ensure(own.as_ref() == Some(row), SAME, || {
        format!("{id} is listed as {row:?}, and is {own:?}")
    })
}
