//! The documents of feeds by the ranges in which devices compare them, in memory.
//!
//! A feed comes into memory when it is first compared, some rows of its log at a time, and is kept up
//! with what happens to its documents from then on. So a change costs the logarithm of what a range
//! holds, and a comparison costs what differs; none reads the feed's log again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::pending::{View, read};
use super::records::{FeedEntry, HeadRecord};
use super::{Tx, keys};
use alleyway_core::feeds::{FeedId, digest_of, range_of};
use alleyway_core::limits::DIGEST_RANGES;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{Listed, check_of};

/// Documents of feeds that nobody compares at the moment: about 16 MB. A document counts in each of
/// its feeds. The feeds that were compared longest ago go first.
const DOCUMENTS_MAX: usize = 200_000;

/// One range of one feed: the documents in it, by their places in the feed's log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Range {
    /// The sum of its documents' digests.
    pub(crate) sum: u128,
    /// By place, as they are listed.
    pub(crate) documents: BTreeMap<u64, Listed>,
}

/// A document in a feed, at its place in the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InFeed {
    pub(crate) sequence: u64,
    pub(crate) digest: u128,
    pub(crate) listed: Listed,
}

/// Keeps a feed in memory for as long as it is held: the feed is being compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept(Arc<()>);

/// How far a feed has come into memory.
#[derive(Debug)]
pub(crate) struct Reading {
    /// Rows of the log that were read now.
    pub(crate) rows: usize,
    /// All of it is in memory.
    pub(crate) is_whole: bool,
    pub(crate) kept: Kept,
}

#[derive(Debug)]
struct Feed {
    /// One for each range.
    ranges: Vec<Range>,
    /// The place up to which its log was read; none once it is whole.
    read_to: Option<u64>,
    documents: usize,
    used: u64,
    kept: Kept,
}

impl Feed {
    fn new() -> Self {
        Self {
            ranges: vec![Range::default(); DIGEST_RANGES],
            read_to: Some(0),
            documents: 0,
            used: 0,
            kept: Kept::default(),
        }
    }

    fn put(&mut self, document: &InFeed) {
        let range = usize::from(range_of(document.listed.document));
        if let Some(range) = self.ranges.get_mut(range) {
            range.sum = range.sum.wrapping_add(document.digest);
            range.documents.insert(document.sequence, document.listed);
            self.documents += 1;
        }
    }

    fn take(&mut self, document: &InFeed) {
        let range = usize::from(range_of(document.listed.document));
        if let Some(range) = self.ranges.get_mut(range)
            && range.documents.remove(&document.sequence).is_some()
        {
            range.sum = range.sum.wrapping_sub(document.digest);
            self.documents = self.documents.saturating_sub(1);
        }
    }

    /// Reads so many more rows of the log; returns how many there were.
    fn read(&mut self, view: View<'_>, feed: FeedId, rows_max: usize) -> Result<usize, StoreError> {
        let Some(read_to) = self.read_to else {
            return Ok(0);
        };
        let from = keys::feed(feed, read_to.saturating_add(1));
        let rows = view.scan(&from, &keys::end_of(&keys::feed_log(feed)), rows_max)?;
        for (key, value) in &rows {
            let sequence = key
                .last_chunk::<8>()
                .map(|sequence| u64::from_be_bytes(*sequence))
                .ok_or_else(|| StoreError::damaged(key))?;
            let entry: FeedEntry = read(key, value)?;
            self.read_to = Some(sequence);
            if entry.leaves {
                continue;
            }
            if let Some(head) = view.get::<HeadRecord>(&keys::head(entry.document))? {
                self.put(&InFeed {
                    sequence,
                    digest: digest_of(entry.document, head.generation, &head.head),
                    listed: Listed {
                        document: entry.document,
                        version: head.version,
                        check: check_of(&head.head),
                    },
                });
            }
        }
        if rows.len() < rows_max {
            self.read_to = None;
        }
        Ok(rows.len())
    }
}

/// The feeds that are in memory.
#[derive(Debug)]
pub(crate) struct Ranges {
    feeds: BTreeMap<FeedId, Feed>,
    documents_max: usize,
    clock: u64,
    /// Changes since the start.
    changes: u64,
}

impl Default for Ranges {
    fn default() -> Self {
        Self {
            feeds: BTreeMap::new(),
            documents_max: DOCUMENTS_MAX,
            clock: 0,
            changes: 0,
        }
    }
}

impl Ranges {
    /// Reads so many more rows of a feed's log, if it is not whole.
    fn read(&mut self, view: View<'_>, id: FeedId, rows_max: usize) -> Result<Reading, StoreError> {
        self.clock += 1;
        let feed = self.feeds.entry(id).or_insert_with(Feed::new);
        feed.used = self.clock;
        let reading = Reading {
            rows: feed.read(view, id, rows_max)?,
            is_whole: feed.read_to.is_none(),
            kept: feed.kept.clone(),
        };
        self.forget_oldest();
        Ok(reading)
    }

    /// Forgets feeds that nobody compares, until few enough documents are left.
    fn forget_oldest(&mut self) {
        let mut documents: usize = self.feeds.values().map(|feed| feed.documents).sum();
        while documents > self.documents_max {
            let unused = self
                .feeds
                .iter()
                .filter(|(_, feed)| Arc::strong_count(&feed.kept.0) == 1)
                .min_by_key(|(_, feed)| feed.used)
                .map(|(id, _)| *id);
            let Some(feed) = unused.and_then(|id| self.feeds.remove(&id)) else {
                return;
            };
            documents = documents.saturating_sub(feed.documents);
        }
    }

    /// A document of a feed has another place there, none any more, or its first one. What is not
    /// read yet is read as it is by then: each new place is behind all that was read.
    fn change(&mut self, feed: FeedId, before: Option<&InFeed>, after: Option<&InFeed>) {
        let Some(feed) = self.feeds.get_mut(&feed) else {
            return;
        };
        self.changes += 1;
        if let Some(before) = before {
            feed.take(before);
        }
        if let (Some(after), None) = (after, feed.read_to) {
            feed.put(after);
        }
    }

    /// How many changes were made: for [`Ranges::undo`].
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Undoes what was changed since `changes`: the feeds are read again when they are compared.
    pub(super) fn undo(&mut self, changes: u64) {
        if self.changes != changes {
            self.feeds.clear();
        }
    }
}

impl Tx<'_> {
    /// Brings a feed into memory for a comparison, as far as so many more rows of its log reach.
    pub(crate) fn read_ranges(
        &mut self,
        feed: FeedId,
        rows_max: usize,
    ) -> Result<Reading, StoreError> {
        let view = View::new(self.records, &self.memory.pending);
        self.memory.ranges.read(view, feed, rows_max)
    }

    /// A range of a feed that is whole in memory.
    pub(crate) fn range(&self, feed: FeedId, range: u8) -> Option<&Range> {
        let feed = self.memory.ranges.feeds.get(&feed)?;
        feed.ranges.get(usize::from(range))
    }

    /// A document of a feed has another place there, none any more, or its first one.
    pub(crate) fn change_range(
        &mut self,
        feed: FeedId,
        before: Option<&InFeed>,
        after: Option<&InFeed>,
    ) {
        self.memory.ranges.change(feed, before, after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_core::id::DocumentId;
    use alleyway_core::store::MemoryStore;

    fn feed(number: u8) -> FeedId {
        FeedId::unit(DocumentId([number; 16]))
    }

    fn document(number: u8) -> InFeed {
        InFeed {
            sequence: u64::from(number),
            digest: u128::from(number),
            listed: Listed {
                document: DocumentId([number; 16]),
                version: 1,
                check: [number; 4],
            },
        }
    }

    #[test]
    fn feeds_that_nobody_compares_are_forgotten_and_those_compared_are_kept() {
        let mut ranges = Ranges {
            documents_max: 3,
            ..Ranges::default()
        };
        let store = MemoryStore::default();
        let view = View::of_store(&store);
        let mut read = |id: u8| {
            let reading = ranges.read(view, feed(id), 8).unwrap();
            assert!(reading.is_whole && reading.rows == 0);
            for number in 1..=2 {
                ranges.change(feed(id), None, Some(&document(number)));
            }
            (
                reading.kept,
                ranges.feeds.keys().copied().collect::<Vec<_>>(),
            )
        };
        let (first, _) = read(1);
        let (_, there) = read(2);
        assert_eq!(there, [feed(1), feed(2)]);
        let (_, there) = read(3);
        assert_eq!(there, [feed(1), feed(3)], "the first is being compared");
        drop(first);
        let (_, there) = read(4);
        assert_eq!(there, [feed(3), feed(4)]);
    }

    #[test]
    fn what_is_undone_is_read_again_and_nothing_else() {
        let mut ranges = Ranges::default();
        let store = MemoryStore::default();
        ranges.read(View::of_store(&store), feed(1), 8).unwrap();
        let before = ranges.changes();
        ranges.change(feed(2), None, Some(&document(1)));
        ranges.undo(before);
        assert_eq!(ranges.feeds.len(), 1, "no feed in memory was changed");
        ranges.change(feed(1), None, Some(&document(1)));
        ranges.undo(before);
        assert!(ranges.feeds.is_empty());
    }
}
