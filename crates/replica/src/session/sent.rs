//! Batches that went out in a sync.

use std::collections::BTreeSet;

/// Batches that were sent, so that one without a final verdict is not sent for ever.
#[derive(Debug)]
pub(super) struct Sent<K> {
    pub(super) all: BTreeSet<K>,
    /// Those of the last flight: a challenge says that they were not read.
    pub(super) in_flight: BTreeSet<K>,
}

impl<K> Default for Sent<K> {
    fn default() -> Self {
        Self {
            all: BTreeSet::new(),
            in_flight: BTreeSet::new(),
        }
    }
}

impl<K: Ord + Copy> Sent<K> {
    pub(super) fn send(&mut self, batch: K) {
        self.all.insert(batch);
        self.in_flight.insert(batch);
    }

    /// The batches of the last flight were not read. Returns them.
    pub(super) fn unread(&mut self) -> BTreeSet<K> {
        let unread = std::mem::take(&mut self.in_flight);
        self.all.retain(|batch| !unread.contains(batch));
        unread
    }
}
