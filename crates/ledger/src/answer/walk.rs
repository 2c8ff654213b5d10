//! The walk along the logs of the feeds that a device knows, in the order of the ledger.

use std::collections::BTreeMap;

use super::continuation::Then;
use super::filling::{Filling, Naming, Step};
use super::whole::{send_news_in_slices, send_whole};
use crate::rows::loaded::tail;
use crate::rows::records::{FeedEntry, HeadRecord, TailRecord};
use crate::rows::{Tx, keys, read};
use crate::scopes::meets;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::{CHANGES_ENTRIES_MAX, PART_BYTES_MAX};
use alleyway_core::store::StoreError;
use alleyway_core::sync::cursor::Place;
use alleyway_core::sync::frame::{Changes, Entry, Item, News, Why, check_of};
use alleyway_core::wire::{List, Wire};

/// Rows read from one feed's log at a time.
const LOG_ROWS: usize = 64;

/// Walks on from where the cursor stands, until the page is full or everything is sent.
pub(super) fn walk(tx: &mut Tx<'_>, filling: &mut Filling<'_>) -> Result<Step, StoreError> {
    loop {
        let mut places: BTreeMap<u64, DocumentId> = BTreeMap::new();
        let mut horizon = u64::MAX;
        for feed in &filling.scope.feeds {
            let rows = feed_rows(tx, *feed, filling.next.cursor.walked)?;
            if rows.len() == LOG_ROWS {
                horizon = horizon.min(rows.last().map_or(u64::MAX, |(sequence, _)| *sequence));
            }
            places.extend(
                rows.into_iter()
                    .map(|(sequence, entry)| (sequence, entry.document)),
            );
        }
        let cursor = &mut filling.next.cursor;
        if places.is_empty() {
            let moves = cursor.sequence != cursor.walked;
            cursor.sequence = cursor.walked;
            if moves {
                filling.moves();
            }
            return Ok(Step::Complete);
        }
        for (sequence, document) in places.range(..=horizon) {
            send_news(tx, filling, *sequence, *document)?;
            if filling.next.cursor.walked < *sequence {
                return Ok(Step::PageFull);
            }
        }
    }
}

/// The next rows of a feed's log behind a sequence.
pub(super) fn feed_rows(
    tx: &Tx<'_>,
    feed: FeedId,
    after: u64,
) -> Result<Vec<(u64, FeedEntry)>, StoreError> {
    let from = keys::feed(feed, after.saturating_add(1));
    let rows = tx.scan(&from, &keys::end_of(&keys::feed_log(feed)), LOG_ROWS)?;
    rows.into_iter()
        .map(|(key, value)| {
            let sequence = key
                .last_chunk::<8>()
                .map(|s| u64::from_be_bytes(*s))
                .ok_or_else(|| StoreError::damaged(&key))?;
            Ok((sequence, read(&key, &value)?))
        })
        .collect()
}

/// Sends what happened to a document since the cursor: commands, or all of it, or that it is gone.
/// The cursor moves behind it only if it is on the page.
fn send_news(
    tx: &mut Tx<'_>,
    filling: &mut Filling<'_>,
    sequence: u64,
    document: DocumentId,
) -> Result<(), StoreError> {
    let then = Then::Walk(sequence);
    let feeds = &filling.scope.feeds;
    let Some(head) = tx.head(document)?.filter(|head| meets(head, feeds)) else {
        filling.push_if_fits(Item::Forget(document), then);
        return Ok(());
    };
    let since = filling.next.cursor.sequence;
    let had = head
        .placed
        .iter()
        .any(|place| feeds.contains(&place.feed) && place.entered <= since);
    let part = filling.next.cursor.part;
    let begun = part.filter(|part| part.document == document);
    let part_sent = begun.is_some_and(|part| !matches!(part.place(), Place::News(_)));
    if (had || head.first_tail == 1) && !part_sent {
        // A document that entered just now, and whose whole life is short, comes as commands too.
        let from = if had { since } else { 0 };
        let news = news_since(tx, document, &head, from)?;
        if !news.is_empty() {
            send_changes(filling, document, &head, &news, then);
            return Ok(());
        }
    }
    send_whole(tx, filling, document, Why::Missing, then)
}

/// Sends commands as one item, or in slices if it is too long for the line.
fn send_changes(
    filling: &mut Filling<'_>,
    document: DocumentId,
    head: &HeadRecord,
    news: &[(u64, TailRecord)],
    then: Then,
) {
    let changes = |entries: Vec<Entry>| Changes {
        document,
        generation: head.generation,
        version: news.first().map_or(0, |(version, _)| *version),
        entries: List::new(entries).unwrap_or_default(),
        check: check_of(&head.head),
    };
    let entries = news.iter().map(|(_, row)| filling.entry(row)).collect();
    let item = Item::Changes(changes(entries));
    if !filling.is_to_be_sliced(item.to_bytes().len()) {
        filling.push_if_fits(item, then);
        return;
    }
    // It names authors of its own: its slices are on several pages.
    let mut naming = Naming::default();
    let own = &filling.device.key;
    let entries = news.iter().map(|(_, row)| naming.entry(row, own)).collect();
    let news = News {
        since: naming.since.unwrap_or_default(),
        changes: changes(entries),
        authors: List::new(naming.authors).unwrap_or_default(),
    };
    send_news_in_slices(filling, head.version, news, then);
}

/// The commands since a sequence; none if they are not all there, or too many.
fn news_since(
    tx: &Tx<'_>,
    document: DocumentId,
    head: &HeadRecord,
    since: u64,
) -> Result<Vec<(u64, TailRecord)>, StoreError> {
    let mut rows = tail(tx.view(), document, head.first_tail)?;
    let seen = rows.iter().filter(|(_, row)| row.sequence <= since).count();
    let all_there = seen > 0 || head.first_tail == 1;
    let news = rows.split_off(seen.min(rows.len()));
    let bytes: usize = news.iter().map(|(_, row)| row.change.len()).sum();
    if !all_there || news.len() > CHANGES_ENTRIES_MAX || bytes > PART_BYTES_MAX {
        return Ok(Vec::new());
    }
    Ok(news)
}
