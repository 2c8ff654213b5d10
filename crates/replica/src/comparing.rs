//! When digests differ: what is held, and what is to be asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::Replica;
use super::confirmed::Confirmed;
use alleyway_core::feeds::{FeedId, range_of};
use alleyway_core::id::DocumentId;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Holdings, Listing, RangeSum, Why, check_of};
use alleyway_core::wire::List;

impl Replica {
    /// The sums of what is held, by feed and range.
    pub(super) fn holdings(&self) -> Holdings {
        let announced = self
            .session
            .as_ref()
            .and_then(|session| session.scope.as_ref());
        let feeds = announced.map_or(&self.state.feeds, |scope| &scope.feeds);
        let feeds: BTreeSet<FeedId> = feeds.iter().copied().collect();
        let mut sums: BTreeMap<(FeedId, u8), u128> = BTreeMap::new();
        for (id, confirmed) in &self.documents {
            for feed in confirmed.held_by(&feeds) {
                let sum = sums.entry((feed, range_of(*id))).or_default();
                *sum = sum.wrapping_add(confirmed.digest());
            }
        }
        let sums: Vec<RangeSum> = sums
            .into_iter()
            .map(|((feed, range), sum)| RangeSum {
                feed,
                range,
                sum: sum.to_le_bytes(),
            })
            .collect();
        // What does not fit is as if it were not held: it is listed, and compared one by one.
        Holdings {
            sums: List::new(sums.into_iter().take(1_500).collect()).unwrap_or_default(),
        }
    }

    /// Asks for what differs from the listing of a range. What is held here and not listed is
    /// asked for too: the answer is that it is not to be had.
    pub(super) fn take_listing(&mut self, listing: &Listing) -> Vec<Write> {
        let mut wanted: Vec<DocumentId> = Vec::new();
        for listed in listing.documents.iter() {
            let same = self
                .documents
                .get(&listed.document)
                .is_some_and(|confirmed| {
                    confirmed.version() == listed.version
                        && check_of(&confirmed.head()) == listed.check
                });
            if !same {
                wanted.push(listed.document);
            }
        }
        let mut listed: BTreeSet<DocumentId> = listing
            .documents
            .iter()
            .map(|listed| listed.document)
            .collect();
        if let Some(session) = &mut self.session {
            // A long range is listed in several frames.
            listed.append(&mut session.listed);
            if !listing.last {
                session.listed.clone_from(&listed);
            }
        }
        if listing.last {
            let feeds = BTreeSet::from([listing.feed]);
            let here = |(id, confirmed): &(&DocumentId, &Confirmed)| {
                range_of(**id) == listing.range && confirmed.held_by(&feeds).next().is_some()
            };
            let held = self.documents.iter().filter(here).map(|(id, _)| *id);
            wanted.extend(held.filter(|id| !listed.contains(id)));
        }
        if let Some(session) = &mut self.session {
            session.progress = true;
        }
        wanted
            .into_iter()
            .map(|id| {
                self.wanted.entry(id).or_insert(Why::Missing);
                self.write_wanted(id)
            })
            .collect()
    }
}
