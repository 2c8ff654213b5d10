//! Digests that differ: by feed and range, what the device does not hold as it is here.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::rows::Tx;
use crate::rows::keys;
use crate::rows::read;
use crate::rows::records::{FeedEntry, HeadRecord};
use crate::scopes::Scope;
use alleyway_core::feeds::{FeedId, digest_of, range_of};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{Holdings, Listed, Listing, ServerFrame, check_of, put_frame};
use alleyway_core::wire::List;

/// Documents in one listing frame.
const LISTED_MAX: usize = 1_000;

/// The holdings that a device claims, and how far they have been compared.
#[derive(Debug, Clone)]
pub(super) struct Comparing {
    theirs: BTreeMap<(FeedId, u8), u128>,
    /// The feeds up to this one are done.
    done: Option<FeedId>,
}

impl Comparing {
    pub(super) fn new(holdings: &Holdings) -> Self {
        let sums = holdings
            .sums
            .iter()
            .map(|sum| ((sum.feed, sum.range), u128::from_le_bytes(sum.sum)));
        Self {
            theirs: sums.collect(),
            done: None,
        }
    }
}

/// Lists the ranges of the next feed in which device and server differ; returns how to go on,
/// none behind the last feed. Costs by what a feed holds: it is for what should never be needed,
/// and a metric counts it.
pub(super) fn list_differences(
    tx: &Tx<'_>,
    comparing: Comparing,
    scope: &Scope,
    frames: &mut Vec<u8>,
) -> Result<Option<Comparing>, StoreError> {
    let from = comparing.done.map_or(Bound::Unbounded, Bound::Excluded);
    let Some(feed) = scope.feeds.range((from, Bound::Unbounded)).next().copied() else {
        return Ok(None);
    };
    let ours = ranges(tx, feed)?;
    for range in 0..u8::try_from(alleyway_core::limits::DIGEST_RANGES).unwrap_or(u8::MAX) {
        let held = ours.get(&range);
        let sum = held.map_or(0, |held| held.sum);
        if sum != comparing.theirs.get(&(feed, range)).copied().unwrap_or(0) {
            put_listings(
                frames,
                feed,
                range,
                held.map_or(&[], |held| &held.documents),
            );
        }
    }
    Ok(Some(Comparing {
        done: Some(feed),
        ..comparing
    }))
}

fn ranges(tx: &Tx<'_>, feed: FeedId) -> Result<BTreeMap<u8, Held>, StoreError> {
    let prefix = keys::feed_log(feed);
    let mut ranges: BTreeMap<u8, Held> = BTreeMap::new();
    for (key, value) in tx.scan_all(&prefix)? {
        let entry: FeedEntry = read(&key, &value)?;
        let head: Option<HeadRecord> = tx.get(&keys::head(entry.document))?;
        let (Some(head), false) = (head, entry.leaves) else {
            continue;
        };
        let held = ranges.entry(range_of(entry.document)).or_default();
        held.sum = held
            .sum
            .wrapping_add(digest_of(entry.document, head.generation, &head.head));
        let check = check_of(&head.head);
        held.documents.push(Listed {
            document: entry.document,
            version: head.version,
            check,
        });
    }
    Ok(ranges)
}

/// One range of one feed.
#[derive(Default)]
struct Held {
    sum: u128,
    documents: Vec<Listed>,
}

fn put_listings(frames: &mut Vec<u8>, feed: FeedId, range: u8, documents: &[Listed]) {
    let mut put = |documents: &[Listed], last| {
        let documents = List::new(documents.to_vec()).unwrap_or_default();
        put_frame(
            frames,
            &ServerFrame::Listing(Listing {
                feed,
                range,
                last,
                documents,
            }),
        );
    };
    let chunks = documents.len().div_ceil(LISTED_MAX);
    if chunks == 0 {
        put(&[], true);
    }
    for (index, chunk) in documents.chunks(LISTED_MAX).enumerate() {
        put(chunk, index + 1 == chunks);
    }
}
