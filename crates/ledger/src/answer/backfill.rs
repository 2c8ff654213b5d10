//! Gained feeds: their documents are sent, each once, in the first gained feed that holds it.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::continuation::Then;
use super::filling::{Filling, Step};
use super::walk::feed_rows;
use super::whole::send_whole;
use crate::rows::Tx;
use crate::rows::records::{FeedEntry, Placed};
use crate::scopes;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::cursor::Backfill;
use alleyway_core::sync::frame::{Item, Why};

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
        let mut behind = feeds
            .gained
            .range((Bound::Excluded(at.feed), Bound::Unbounded));
        match behind.next() {
            Some(feed) => {
                filling.next.cursor.backfill = Some(Backfill {
                    feed: *feed,
                    sequence: 0,
                    ..at
                });
            }
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
    } else if entry.leaves || !is_to_send(tx, filling, feeds, done.feed, document)? {
        filling.next.cursor.backfill = Some(done);
    } else {
        send_whole(tx, filling, document, Why::Missing, Then::Backfill(done))?;
    }
    Ok(())
}

/// Whether a document of gained feeds is to be sent with this one: it is the first of them that
/// holds it, and no feed that the device knows did when it was last here.
fn is_to_send(
    tx: &Tx<'_>,
    filling: &Filling<'_>,
    feeds: &ChangedFeeds,
    feed: FeedId,
    document: DocumentId,
) -> Result<bool, StoreError> {
    let sequence = filling.next.cursor.sequence;
    let known = |place: &Placed| feeds.kept.contains(&place.feed) && place.entered <= sequence;
    Ok(tx.head(document)?.is_some_and(|head| {
        let first = head
            .placed
            .iter()
            .map(|place| place.feed)
            .filter(|feed| feeds.gained.contains(feed))
            .min();
        first == Some(feed) && !head.placed.iter().any(known)
    }))
}
