//! Titles and numbers of cases are searched, of all cases that the reader's device is sent or would be
//! sent now. No document is loaded: rows are read (`listed`).
//!
//! The logs of the reader's feeds are walked, a feed behind the other. A case in several of them is
//! shown in the first that has had it since before the first page. What happens to a case while somebody
//! turns pages puts it at the end of its feeds, where it is met again, and what enters a feed that was
//! walked is met in those behind it: nothing is missed, and a case may be shown on two pages.
//!
//! The cases that a supervisor is shown are written down, as those that a sync sends are.

use super::{CASES_MAX, LOOKED_AT_ONCE, LOOKED_MAX, ReadError, known_device};
use crate::error::LedgerError;
use crate::rows::records::{DeviceRecord, FeedEntry, HeadRecord, Placed};
use crate::rows::{Tx, keys, read};
use crate::{audit, listed, scopes};
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::kinds::ListRow as _;
use alleyway_core::kinds::case::{CaseRow, CaseStage};
use alleyway_core::number::CaseNumber;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::StoreError;
use alleyway_core::text::fold::Sought;
use alleyway_core::time::Time;
use alleyway_core::wire_struct;
use std::collections::BTreeSet;

/// A place in the log of a feed, behind which a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchPlace {
    /// The ledger's sequence when the first page began.
    began: u64,
    /// The feed.
    feed: FeedId,
    /// The sequence of the last place that was looked at.
    sequence: u64,
}
wire_struct!(SearchPlace {
    began,
    feed,
    sequence
});

/// A case that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The case.
    pub document: DocumentId,
    /// Its number.
    pub number: CaseNumber,
    /// Its title.
    pub title: String,
    /// The code of its category.
    pub category: String,
    /// Its state.
    pub stage: CaseStage,
    /// The name of the unit that holds it, or held it last.
    pub holder: String,
    /// Whether only those who were cleared read it.
    pub confidential: bool,
    /// When the step that last moved it was received.
    pub moved: Option<Time>,
}

impl Found {
    pub(super) fn of(organisation: &Organisation, document: DocumentId, row: &CaseRow) -> Self {
        let holder = organisation.unit(row.holder);
        Self {
            document,
            number: row.number,
            title: row.title.to_string(),
            category: row.category.to_string(),
            holder: holder.map_or_else(String::new, |unit| unit.name.to_string()),
            stage: row.stage.clone(),
            confidential: row.confidential,
            moved: row.moved,
        }
    }
}

/// A page of what is searched for, in the making.
#[derive(Debug, Clone)]
pub struct Search {
    sought: Sought,
    after: Option<SearchPlace>,
    looked: usize,
    found: Vec<Found>,
    /// Whether somebody reads who supervises.
    supervises: bool,
}

impl Search {
    /// A page of the cases whose title or number holds a text, compared as people read it; of all, if the
    /// text has nothing that is seen. It begins behind `after`, the end of the page before.
    pub fn new(text: &str, after: Option<SearchPlace>) -> Self {
        Self {
            sought: Sought::new(text),
            after,
            looked: 0,
            found: Vec::new(),
            supervises: false,
        }
    }

    /// The cases of the page, at most [`CASES_MAX`].
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// The place at which the next page begins; none if this was the last.
    pub fn next(&self) -> Option<SearchPlace> {
        self.after
    }

    fn is_full(&self) -> bool {
        self.found.len() >= CASES_MAX || self.looked >= LOOKED_MAX
    }

    fn is_met_by(&self, row: &CaseRow) -> bool {
        self.sought.is_in(&row.title) || self.sought.is_in(&row.number.to_string())
    }
}

/// Looks at some more places. Whether the page is full, or nothing is left: what it shows a supervisor is
/// written down then. The device's scope is asked for anew each time.
pub(crate) fn search(
    tx: &mut Tx<'_>,
    device: DeviceId,
    search: &mut Search,
    now: Time,
) -> Result<bool, LedgerError<ReadError>> {
    let device = known_device(tx, device)?;
    let feeds = scopes::feeds_of(tx, &device, now);
    search.supervises |= feeds.contains(&FeedId::SUPERVISION);
    let is_done = look(tx, &feeds, search)?;
    if is_done {
        note_shown(tx, &device, search, now)?;
    }
    Ok(is_done)
}

fn note_shown(
    tx: &mut Tx<'_>,
    device: &DeviceRecord,
    search: &Search,
    now: Time,
) -> Result<(), StoreError> {
    if !search.supervises {
        return Ok(());
    }
    let shown = search.found.iter().map(|found| found.document);
    audit::write_shown(tx, device, shown, now)
}

/// Looks at some more places of these feeds.
fn look(
    tx: &mut Tx<'_>,
    feeds: &BTreeSet<FeedId>,
    search: &mut Search,
) -> Result<bool, StoreError> {
    let began = search.after.map_or_else(|| tx.sequence(), |at| at.began);
    let begin = |feed: FeedId| SearchPlace {
        began,
        feed,
        sequence: 0,
    };
    let first = |after: Option<FeedId>| {
        let mut feeds = feeds.iter().copied();
        feeds.find(|feed| after.is_none_or(|after| *feed > after))
    };
    let at = match search.after {
        Some(at) if feeds.contains(&at.feed) => Some(at),
        // The reader is not sent it any more: on with the next one.
        after => first(after.map(|at| at.feed)).map(begin),
    };
    let Some(at) = at else {
        search.after = None;
        return Ok(true);
    };
    let (from, log) = (
        keys::feed(at.feed, at.sequence.saturating_add(1)),
        keys::feed_log(at.feed),
    );
    let places = tx.scan(&from, &keys::end_of(&log), LOOKED_AT_ONCE)?;
    if places.is_empty() {
        let next = first(Some(at.feed));
        search.after = next.map(begin);
        return Ok(next.is_none());
    }
    for (key, value) in places {
        let sequence = key.last_chunk::<8>().map(|s| u64::from_be_bytes(*s));
        let sequence = sequence.ok_or_else(|| StoreError::damaged(&key))?;
        let entry: FeedEntry = read(&key, &value)?;
        search.after = Some(SearchPlace { sequence, ..at });
        search.looked += 1;
        if !entry.leaves
            && let Some(found) = find(tx, search, feeds, at, entry.document)?
        {
            search.found.push(found);
        }
        if search.is_full() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A document, if it is a case that is searched for, and not on the page yet, nor met in a feed before.
fn find(
    tx: &mut Tx<'_>,
    search: &Search,
    feeds: &BTreeSet<FeedId>,
    at: SearchPlace,
    document: DocumentId,
) -> Result<Option<Found>, StoreError> {
    let was_met = |place: &Placed| {
        place.feed < at.feed && feeds.contains(&place.feed) && place.entered <= at.began
    };
    let is_new = |head: &HeadRecord| {
        let mut found = search.found.iter();
        head.kind == CaseRow::KIND
            && !head.placed.iter().any(was_met)
            && !found.any(|found| found.document == document)
    };
    if !tx.head(document)?.is_some_and(|head| is_new(&head)) {
        return Ok(None);
    }
    let row: Option<CaseRow> = listed::row(tx, document)?;
    let row = row.filter(|row| search.is_met_by(row));
    Ok(row.map(|row| Found::of(tx.organisation(), document, &row)))
}

#[cfg(test)]
mod tests;
