//! The cases that are late now, by the server's word, of all that the reader's device is sent or would be sent
//! now: those that have been late for longest first. No document is loaded. The cases that a supervisor is
//! shown are written down, as those that a sync sends are.

use super::search::Found;
use super::{CASES_MAX, LOOKED_AT_ONCE, LOOKED_MAX, ReadError, known_device};
use crate::append::turns::place_of;
use crate::error::LedgerError;
use crate::rows::{Tx, keys};
use crate::{audit, listed, scopes};
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{DeviceId, DocumentId, UnitId};
use alleyway_core::kinds::ListRow as _;
use alleyway_core::kinds::case::CaseRow;
use alleyway_core::kinds::case::clocks::Turn;
use alleyway_core::store::StoreError;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire_struct;
use std::collections::BTreeSet;

/// A late case, behind which a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatePlace {
    /// The last day that was over first.
    due: Date,
    /// The case.
    document: DocumentId,
}
wire_struct!(LatePlace { due, document });

/// A case that is late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateCase {
    /// The case, as searches show it.
    pub case: Found,
    /// Of what is over and not done, what was to be done first, and by when.
    pub turn: Turn,
    /// The name of the unit that was sent the case, and has not answered.
    pub sent_to: Option<String>,
}

/// A page of what is late, in the making.
#[derive(Debug, Clone)]
pub struct LateList {
    unit: Option<UnitId>,
    after: Option<LatePlace>,
    looked: usize,
    late: Vec<LateCase>,
    /// Whether the reader supervises.
    supervises: bool,
}

impl LateList {
    /// A page of what is late in a unit and in all below it, whether the unit holds the case or was sent
    /// it; of all that the reader may read without one. It begins behind `after`, the end of the page
    /// before.
    pub fn new(unit: Option<UnitId>, after: Option<LatePlace>) -> Self {
        Self {
            unit,
            after,
            looked: 0,
            late: Vec::new(),
            supervises: false,
        }
    }

    /// The cases of the page, at most [`CASES_MAX`].
    pub fn cases(&self) -> &[LateCase] {
        &self.late
    }

    /// The place at which the next page begins; none if this was the last.
    pub fn next(&self) -> Option<LatePlace> {
        self.after
    }
}

/// Looks at some more late cases. Whether the page is full, or nothing is left. The device's scope is asked
/// for anew each time.
pub(crate) fn late(
    tx: &mut Tx<'_>,
    device: DeviceId,
    list: &mut LateList,
    now: Time,
) -> Result<bool, LedgerError<ReadError>> {
    let device = known_device(tx, device)?;
    if list
        .unit
        .is_some_and(|unit| tx.organisation().kind(unit).is_none())
    {
        return Err(LedgerError::Refused(ReadError::OutOfScope));
    }
    let feeds = scopes::feeds_of(tx, &device, now);
    list.supervises |= feeds.contains(&FeedId::SUPERVISION);
    let is_done = look(tx, &feeds, list)?;
    if is_done && list.supervises {
        let shown = list.late.iter().map(|late| late.case.document);
        audit::write_shown(tx, &device, shown, now)?;
    }
    Ok(is_done)
}

/// Looks at some more late cases, for a reader of these feeds.
fn look(
    tx: &mut Tx<'_>,
    feeds: &BTreeSet<FeedId>,
    list: &mut LateList,
) -> Result<bool, StoreError> {
    let from = list.after.map_or(keys::LATE.to_vec(), |after| {
        let mut key = keys::late(after.due, after.document);
        key.push(0);
        key
    });
    let rows = tx.scan(&from, &keys::end_of(keys::LATE), LOOKED_AT_ONCE)?;
    let is_last = rows.len() < LOOKED_AT_ONCE;
    for (key, _) in rows {
        let (due, document) = keys::late_of(&key)?;
        list.after = Some(LatePlace { due, document });
        list.looked += 1;
        if let Some(late) = read(tx, list.unit, feeds, document)? {
            list.late.push(late);
        }
        if list.late.len() >= CASES_MAX || list.looked >= LOOKED_MAX {
            return Ok(true);
        }
    }
    if is_last {
        list.after = None;
    }
    Ok(is_last)
}

/// A late case, if the reader is sent it and it is of the unit that is asked for.
fn read(
    tx: &mut Tx<'_>,
    unit: Option<UnitId>,
    feeds: &BTreeSet<FeedId>,
    document: DocumentId,
) -> Result<Option<LateCase>, StoreError> {
    let head = tx.head(document)?;
    let is_sent = head.is_some_and(|head| {
        head.kind == CaseRow::KIND && head.feeds().intersection(feeds).next().is_some()
    });
    if !is_sent {
        return Ok(None);
    }
    // What ended since the last look of the server is late no more.
    let row: Option<CaseRow> = listed::row(tx, document)?.filter(CaseRow::is_open);
    let (Some(row), Some(turn)) = (row, place_of(tx, document)?.late) else {
        return Ok(None);
    };
    let organisation = tx.organisation();
    let is_of = |unit: UnitId| {
        let mut units = [Some(row.holder), row.sent_to].into_iter().flatten();
        units.any(|of| organisation.is_within(of, unit))
    };
    if !unit.is_none_or(is_of) {
        return Ok(None);
    }
    let sent_to = row.sent_to.and_then(|to| organisation.unit(to));
    Ok(Some(LateCase {
        sent_to: sent_to.map(|unit| unit.name.to_string()),
        case: Found::of(organisation, document, &row),
        turn,
    }))
}
