//! Gained feeds: their documents are sent, each once, in the first gained feed that holds it.
//!
//! The feeds are gone along twice: whoever begins to work on a device needs what is open, and waits for
//! it behind nothing that is over.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::continuation::Then;
use super::filling::{Filling, Step};
use super::walk::feed_rows;
use super::whole::send_whole;
use crate::rows::Tx;
use crate::rows::records::{FeedEntry, Placed};
use crate::{listed, scopes};
use alleyway_core::feeds::FeedId;
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::cursor::Backfill;
use alleyway_core::sync::frame::{Filed, Item, Why};

/// The feeds that a device gains, and those that it keeps.
struct ChangedFeeds {
    gained: BTreeSet<FeedId>,
    kept: BTreeSet<FeedId>,
}

/// Sends documents of gained feeds from where the cursor stands.
pub(super) fn backfill(
    tx: &mut Tx<'_>,
    filling: &mut Filling<'_>,
    at: Backfill,
) -> Result<Step, StoreError> {
    let had = scopes::of(tx, filling.device.id(), filling.next.cursor.scope)?.feeds;
    let feeds = ChangedFeeds {
        gained: filling.scope.feeds.difference(&had).copied().collect(),
        kept: had.intersection(&filling.scope.feeds).copied().collect(),
    };
    let rows = if feeds.gained.contains(&at.feed) {
        feed_rows(tx, at.feed, at.sequence)?
    } else {
        Vec::new()
    };
    filling.moves();
    if rows.is_empty() {
        match behind(&feeds, at) {
            Some(next) => filling.next.cursor.backfill = Some(next),
            None => filling.reach(at.target),
        }
        return Ok(Step::On);
    }
    for (sequence, entry) in rows {
        let done = Backfill { sequence, ..at };
        send_entry(tx, filling, &feeds, at.began, done, entry)?;
        if filling.next.cursor.backfill != Some(done) {
            return Ok(Step::PageFull);
        }
    }
    Ok(Step::On)
}

/// Where it goes on behind a feed: with the next one, and behind the last with the first again, for what
/// is over; none once that is sent too.
fn behind(feeds: &ChangedFeeds, at: Backfill) -> Option<Backfill> {
    let rest = (Bound::Excluded(at.feed), Bound::Unbounded);
    let begin = |feed: &FeedId, over| Backfill {
        feed: *feed,
        sequence: 0,
        over,
        ..at
    };
    match feeds.gained.range(rest).next() {
        Some(next) => Some(begin(next, at.over)),
        None if at.over => None,
        None => feeds.gained.first().map(|first| begin(first, true)),
    }
}

/// Sends what a place of a gained feed's log says. The cursor moves to `done` if that fits.
fn send_entry(
    tx: &mut Tx<'_>,
    filling: &mut Filling<'_>,
    feeds: &ChangedFeeds,
    began: u64,
    done: Backfill,
    entry: FeedEntry,
) -> Result<(), StoreError> {
    let document = entry.document;
    // It may have been sent before it left: the feed was being sent more than once.
    if entry.leaves && done.sequence > began && !filling.shows(tx, document)? {
        filling.push_if_fits(Item::Forget(document), Then::Backfill(done));
    } else if entry.leaves || !is_to_send(tx, filling, feeds, done, document)? {
        filling.next.cursor.backfill = Some(done);
    } else if let Some(filed) = filed(tx, filling, done, document)? {
        filling.push_if_fits(Item::Row(filed), Then::Backfill(done));
    } else {
        send_whole(tx, filling, document, Why::Missing, Then::Backfill(done))?;
    }
    Ok(())
}

/// The row that is sent in place of a document; none if the document is to be sent itself.
fn filed(
    tx: &mut Tx<'_>,
    filling: &Filling<'_>,
    at: Backfill,
    document: DocumentId,
) -> Result<Option<Filed>, StoreError> {
    // Some of it has been sent already.
    let part = filling.next.cursor.part;
    let has_begun = part.is_some_and(|part| part.document == document);
    if !at.over || !filling.next.pages.takes_rows || has_begun {
        return Ok(None);
    }
    listed::filed(tx, document, filling.now)
}

/// Whether a document of gained feeds is to be sent with this one, now: it is the first of them that
/// holds it, no feed that the device knows did when it was last here, and the document is over or not as
/// it is asked for. One that changed since then may have been passed by the first time.
fn is_to_send(
    tx: &mut Tx<'_>,
    filling: &Filling<'_>,
    feeds: &ChangedFeeds,
    at: Backfill,
    document: DocumentId,
) -> Result<bool, StoreError> {
    let Some(head) = tx.head(document)? else {
        return Ok(false);
    };
    let known_until = filling.next.cursor.sequence;
    let known = |place: &Placed| feeds.kept.contains(&place.feed) && place.entered <= known_until;
    let first = head
        .placed
        .iter()
        .map(|place| place.feed)
        .filter(|feed| feeds.gained.contains(feed))
        .min();
    if first != Some(at.feed) || head.placed.iter().any(known) {
        return Ok(false);
    }
    let is_over = listed::is_over(tx, document, &head)?;
    Ok(is_over == at.over || at.over && at.sequence > known_until)
}
