//! Digests that differ: by feed and range, what the device does not hold as it is here.
//!
//! A comparison is answered in slices. Each range is listed as it is at one moment, which is that of
//! its slice; what the device is sent behind the listings goes on from the cursor of the moment at
//! which the comparison began. So what happened in between is sent again, or for the first time, and
//! nothing is left out.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::continuation::Pages;
use crate::rows::Tx;
use crate::rows::ranges::Kept;
use crate::scopes::Scope;
use alleyway_core::feeds::FeedId;
use alleyway_core::limits::DIGEST_RANGES;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{Holdings, Listed, Listing, ServerFrame, put_frame};
use alleyway_core::wire::List;

/// Documents in one listing frame.
const LISTED_MAX: usize = 1_000;
/// Rows of feeds' logs that one slice reads into memory.
const SLICE_ROWS: usize = 256;
/// Documents that one slice lists, and those of the range in which it ends; fewer for a slow line.
const SLICE_LISTED: usize = 1_000;
/// The bytes that a listed document takes up.
const LISTED_BYTES: usize = 24;
/// The rows that comparing the sums of a feed reads.
const FEED_ROWS: usize = 4;

/// The holdings that a device claims, and how far they have been compared.
#[derive(Debug, Clone)]
pub(super) struct Comparing {
    theirs: Arc<BTreeMap<(FeedId, u8), u128>>,
    at: Option<ClaimedAt>,
}

/// The place at which a comparison goes on.
#[derive(Debug, Clone)]
struct ClaimedAt {
    feed: FeedId,
    /// The next range; behind the last, the feed is done.
    range: u8,
    _kept: Kept,
}

impl Comparing {
    pub(super) fn new(holdings: &Holdings) -> Self {
        let sums = holdings
            .sums
            .iter()
            .map(|sum| ((sum.feed, sum.range), u128::from_le_bytes(sum.sum)));
        Self {
            theirs: Arc::new(sums.collect()),
            at: None,
        }
    }

    /// The feed that is next, and its range.
    fn next(&self, scope: &Scope) -> Option<(FeedId, u8)> {
        let (from, range) = match &self.at {
            None => (Bound::Unbounded, 0),
            Some(at) if usize::from(at.range) < DIGEST_RANGES => {
                (Bound::Included(at.feed), at.range)
            }
            Some(at) => (Bound::Excluded(at.feed), 0),
        };
        let feed = scope
            .feeds
            .range((from, Bound::Unbounded))
            .next()
            .copied()?;
        let is_begun = self.at.as_ref().is_some_and(|at| at.feed == feed);
        Some((feed, if is_begun { range } else { 0 }))
    }
}

/// Lists ranges in which device and server differ, as many as a slice holds, and about as many as a
/// page does; returns how to go on, none behind the last feed.
pub(super) fn list_differences(
    tx: &mut Tx<'_>,
    mut comparing: Comparing,
    scope: &Scope,
    pages: &Pages,
    frames: &mut Vec<u8>,
) -> Result<Option<Comparing>, StoreError> {
    let (mut rows, mut listed) = (0, 0);
    let listed_max = SLICE_LISTED.min(pages.bytes / LISTED_BYTES);
    while let Some((feed, mut range)) = comparing.next(scope) {
        if rows >= SLICE_ROWS || listed >= listed_max {
            return Ok(Some(comparing));
        }
        let reading = tx.read_ranges(feed, SLICE_ROWS.saturating_sub(rows))?;
        rows += reading.rows + FEED_ROWS;
        if reading.is_whole {
            while usize::from(range) < DIGEST_RANGES && listed < listed_max {
                listed += list(tx, &comparing, (feed, range), frames);
                range += 1;
            }
        }
        comparing.at = Some(ClaimedAt {
            feed,
            range,
            _kept: reading.kept,
        });
    }
    Ok(None)
}

/// Lists a range if it differs; returns how many documents it lists.
fn list(tx: &Tx<'_>, comparing: &Comparing, at: (FeedId, u8), frames: &mut Vec<u8>) -> usize {
    let (feed, range) = at;
    let Some(held) = tx.range(feed, range) else {
        return 0;
    };
    if held.sum == comparing.theirs.get(&at).copied().unwrap_or(0) {
        return 0;
    }
    let documents: Vec<Listed> = held.documents.values().copied().collect();
    put_listings(frames, feed, range, &documents);
    // That there is none is said too.
    documents.len().max(1)
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

#[cfg(test)]
mod tests;
