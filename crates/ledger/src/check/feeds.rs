//! Every feed: the documents that its log names, and their sum.

use std::collections::BTreeSet;

use super::CheckReport;
use super::problem::Problem;
use crate::rows::keys;
use crate::rows::records::{FeedEntry, FeedSum, HeadRecord};
use crate::rows::{View, read};
use alleyway_core::feeds::{FeedId, digest_of};
use alleyway_core::id::DocumentId;
use alleyway_core::store::{Records, StoreError};

/// Places of a log looked at in one step.
const PLACES_AT_ONCE: usize = 100;

/// The place up to which the feeds have been looked at.
#[derive(Debug)]
pub(super) struct Feeds {
    left: BTreeSet<FeedId>,
    walk: Option<Walk>,
}

/// A feed's log that is being walked along.
#[derive(Debug)]
struct Walk {
    feed: FeedId,
    from: Vec<u8>,
    /// The feed's sum when the walk began: if it is another at the end, somebody wrote.
    begun: FeedSum,
    found: FeedSum,
    /// Places of documents that are not there.
    strays: u64,
}

impl Feeds {
    pub(super) fn new(left: BTreeSet<FeedId>) -> Self {
        Self { left, walk: None }
    }

    /// Looks at some places. Whether those were the last.
    pub(super) fn step(
        &mut self,
        records: &dyn Records,
        report: &mut CheckReport,
    ) -> Result<bool, StoreError> {
        let mut walk = match (self.walk.take(), &mut self.left) {
            (Some(walk), _) => walk,
            (None, left) => match left.pop_first() {
                Some(feed) => Walk::begin(feed, records)?,
                None => return Ok(true),
            },
        };
        if !walk.step(records, PLACES_AT_ONCE)? {
            self.walk = Some(walk);
            return Ok(false);
        }
        if stored(records, walk.feed)? != walk.begun {
            // It changed on the way: once more, and this time nobody writes in between. That takes as
            // long as its documents are many, about half a second for a hundred thousand.
            walk = Walk::begin(walk.feed, records)?;
            while !walk.step(records, PLACES_AT_ONCE)? {}
        }
        let Walk {
            begun,
            found,
            strays,
            ..
        } = walk;
        if found != begun || strays > 0 {
            report.problem(Problem::FeedSum {
                places: found.documents,
                documents: begun.documents,
                strays,
            });
        }
        Ok(false)
    }
}

impl Walk {
    fn begin(feed: FeedId, records: &dyn Records) -> Result<Self, StoreError> {
        let begun = stored(records, feed)?;
        Ok(Self {
            feed,
            from: keys::feed_log(feed),
            begun,
            found: FeedSum::default(),
            strays: 0,
        })
    }

    /// Goes some places on. Whether that is the end.
    fn step(&mut self, records: &dyn Records, places: usize) -> Result<bool, StoreError> {
        let view = View::of_store(records);
        let rows = records.scan(
            &self.from,
            &keys::end_of(&keys::feed_log(self.feed)),
            places,
        )?;
        let Some((last, _)) = rows.last() else {
            return Ok(true);
        };
        self.from.clone_from(last);
        self.from.push(0);
        for (key, value) in &rows {
            let FeedEntry { document, leaves } = read(key, value)?;
            if leaves {
                continue;
            }
            match self.placed(view, document, key)? {
                Some(digest) => {
                    self.found.sum = u128::from_le_bytes(self.found.sum)
                        .wrapping_add(digest)
                        .to_le_bytes();
                    self.found.documents += 1;
                }
                None => self.strays += 1,
            }
        }
        Ok(false)
    }

    /// The digest that a document adds to the sum; none if it is not in this place.
    fn placed(
        &self,
        view: View<'_>,
        id: DocumentId,
        key: &[u8],
    ) -> Result<Option<u128>, StoreError> {
        let Some(head) = view.get::<HeadRecord>(&keys::head(id))? else {
            return Ok(None);
        };
        let is_here = |sequence| keys::feed(self.feed, sequence) == key;
        let here = head
            .placed
            .iter()
            .any(|place| place.feed == self.feed && is_here(place.sequence));
        Ok(here.then(|| digest_of(id, head.generation, &head.head)))
    }
}

fn stored(records: &dyn Records, feed: FeedId) -> Result<FeedSum, StoreError> {
    Ok(View::of_store(records)
        .get(&keys::sum(feed))?
        .unwrap_or_default())
}
