//! Sums of what is held: whether it is what the server has, and where it is not.

use std::collections::{BTreeMap, BTreeSet};

use super::Held;
use alleyway_core::feeds::{FeedId, range_of};
use alleyway_core::id::DocumentId;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Holdings, Listing, RangeSum, check_of};
use alleyway_core::wire::List;

/// Sums of one frame. What does not fit is as if it were not held: it is listed, and compared one by
/// one.
const SUMS_MAX: usize = 1_500;

impl Held {
    /// The sum of what is held, each document once for every one of `feeds` that holds it.
    pub(crate) fn digest(&self, feeds: &BTreeSet<FeedId>) -> [u8; 16] {
        let mut digest = 0_u128;
        for confirmed in self.documents.values() {
            for _ in confirmed.held_by(feeds) {
                digest = digest.wrapping_add(confirmed.digest());
            }
        }
        digest.to_le_bytes()
    }

    /// The sums of what is held, by feed and range.
    pub(crate) fn holdings(&self, feeds: &BTreeSet<FeedId>) -> Holdings {
        let mut sums: BTreeMap<(FeedId, u8), u128> = BTreeMap::new();
        for (id, confirmed) in &self.documents {
            for feed in confirmed.held_by(feeds) {
                let sum = sums.entry((feed, range_of(*id))).or_default();
                *sum = sum.wrapping_add(confirmed.digest());
            }
        }
        let sums = sums.into_iter().map(|((feed, range), sum)| RangeSum {
            feed,
            range,
            sum: sum.to_le_bytes(),
        });
        Holdings {
            sums: List::new(sums.take(SUMS_MAX).collect()).unwrap_or_default(),
        }
    }

    /// Notes which feeds hold the documents of kinds that are not known here, as a frame of a listing
    /// says, and its end: `listed` are then all that were named.
    pub(crate) fn learn_feeds(
        &mut self,
        listing: &Listing,
        listed: Option<&BTreeSet<DocumentId>>,
    ) -> Vec<Write> {
        let named: BTreeSet<DocumentId> = listing
            .documents
            .iter()
            .map(|listed| listed.document)
            .collect();
        let mut writes = Vec::new();
        for (id, confirmed) in &mut self.documents {
            let holds = named.contains(id);
            let is_told = holds
                || listed.is_some_and(|all| range_of(*id) == listing.range && !all.contains(id));
            if is_told && confirmed.note_feed(listing.feed, holds) {
                writes.push(confirmed.write());
            }
        }
        writes
    }

    /// Documents of a listing that are not here, or not as they are listed.
    pub(crate) fn unlike(&self, listing: &Listing) -> Vec<DocumentId> {
        let mut unlike = Vec::new();
        for listed in listing.documents.iter() {
            let same = self.get(listed.document).is_some_and(|confirmed| {
                confirmed.version() == listed.version && check_of(&confirmed.head()) == listed.check
            });
            if !same {
                unlike.push(listed.document);
            }
        }
        unlike
    }

    /// Documents that are here in the listing's feed and range, and not among those that were
    /// `listed`.
    pub(crate) fn unlisted(
        &self,
        listing: &Listing,
        listed: &BTreeSet<DocumentId>,
    ) -> Vec<DocumentId> {
        let feeds = BTreeSet::from([listing.feed]);
        self.iter()
            .filter(|(id, confirmed)| {
                range_of(*id) == listing.range
                    && confirmed.held_by(&feeds).next().is_some()
                    && !listed.contains(id)
            })
            .map(|(id, _)| id)
            .collect()
    }
}
