//! What a device lacks: the walk along its feeds, gained feeds, documents it asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};

use crate::Ledger;
use crate::answer::{Continuation, Sending, Then};
use crate::rows::keys;
use crate::rows::loaded::{history, tail};
use crate::rows::pending::read;
use crate::rows::records::{DeviceRecord, FeedEntry, HeadRecord, TailRecord};
use crate::scopes::{Scope, meets};
use alleyway_core::crypto::PublicKey;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::{CHANGES_ENTRIES_MAX, PAGE_BYTES_MAX, PART_BYTES_MAX};
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::cursor::{Backfill, PartPosition};
use alleyway_core::sync::frame::{
    Author, Changes, Entry, Item, Other, Own, Page, Part, Replayed, Saved, Whole, Why, check_of,
};
use alleyway_core::sync::history::HISTORY_ENTRIES_MAX;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List, Wire};

/// Rows read from one feed's log at a time.
const LOG_ROWS: usize = 64;

/// A version of a document, as its commands or as it is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SentAs {
    document: DocumentId,
    version: u64,
    replayed: bool,
}

/// A page, if there is anything on it, and whether the device then has everything.
pub(crate) struct Filled {
    /// With this page the device has what its new feeds hold, and evicts what is in none of them.
    pub(crate) scope: Option<alleyway_core::sync::frame::Scope>,
    pub(crate) page: Option<Page>,
    pub(crate) complete: bool,
}

/// A page being filled.
#[derive(Default)]
struct Draft {
    bytes: usize,
    since: Option<Time>,
    authors: Vec<Author>,
    items: Vec<Item>,
    moved: bool,
    /// The cursor has reached the member's present feeds.
    reached: bool,
}

/// Whether to go on filling.
#[derive(PartialEq, Eq)]
enum Step {
    On,
    PageFull,
    Complete,
}

impl Ledger {
    /// Fills one page, and moves the continuation behind it.
    pub(crate) fn fill(
        &mut self,
        records: &dyn Records,
        next: &mut Continuation,
        device: &DeviceRecord,
        scope: &Scope,
    ) -> Result<Filled, StoreError> {
        let mut draft = Draft::default();
        let step = loop {
            let step = self.step(records, next, device, scope, &mut draft)?;
            if step != Step::On {
                break step;
            }
        };
        if !draft.items.is_empty() || draft.moved {
            next.cursor.chain = self
                .chain_at(records, next.cursor.sequence)?
                .unwrap_or_default();
        }
        let page = (!draft.items.is_empty() || draft.moved).then(|| Page {
            authors: List::new(draft.authors).unwrap_or_default(),
            since: draft.since.unwrap_or_default(),
            items: List::new(draft.items).unwrap_or_default(),
            cursor: self.seal_cursor(next),
        });
        let feeds = || List::new(scope.feeds.iter().copied().collect()).unwrap_or_default();
        let reached = draft
            .reached
            .then(|| alleyway_core::sync::frame::Scope { feeds: feeds() });
        Ok(Filled {
            scope: reached,
            page,
            complete: step == Step::Complete,
        })
    }

    fn step(
        &mut self,
        records: &dyn Records,
        next: &mut Continuation,
        device: &DeviceRecord,
        scope: &Scope,
        draft: &mut Draft,
    ) -> Result<Step, StoreError> {
        if let Some(document) = next.whole.as_ref().map(|sending| sending.document) {
            if self.is_in(records, document, scope)? {
                return Ok(send_parts(next, draft));
            }
            if !draft.fits(64) {
                return Ok(Step::PageFull);
            }
            // It left the device's feeds while it was being sent: the rest is not the device's to know.
            (next.whole, next.cursor.part) = (None, None);
            draft.push(Item::Forget(document));
            return Ok(Step::On);
        }
        if let Some(wanted) = next.wanted.front().copied() {
            if !draft.fits(64) {
                return Ok(Step::PageFull);
            }
            next.wanted.pop_front();
            self.send_whole(records, next, scope, wanted, Then::Wanted, draft)?;
            return Ok(Step::On);
        }
        if let Some(backfill) = next
            .cursor
            .backfill
            .filter(|backfill| backfill.target == scope.version)
        {
            return self.backfill(records, next, device, scope, backfill, draft);
        }
        if next.cursor.backfill.is_none() && next.cursor.scope == scope.version {
            return self.walk(records, next, device, scope, draft);
        }
        // Only then is walked: a walk along feeds that are not those of the cursor's scope would
        // pass by what comes back with them.
        let had = self.scope_of(records, device, next.cursor.scope)?;
        // The feeds changed, perhaps again: what was to be reached is not any more. From here on
        // the device holds what the scope in its cursor holds, and perhaps some of what was gained.
        let began = next
            .cursor
            .backfill
            .map_or(next.cursor.sequence, |abandoned| abandoned.began);
        draft.moved = true;
        match scope.feeds.difference(&had.feeds).next() {
            Some(first) => {
                let (target, feed) = (scope.version, *first);
                next.cursor.backfill = Some(Backfill {
                    target,
                    feed,
                    sequence: 0,
                    began,
                });
            }
            None => draft.reach(next, scope.version),
        }
        Ok(Step::On)
    }

    /// Along the logs of the feeds that the device knows, in the order of the ledger.
    fn walk(
        &mut self,
        records: &dyn Records,
        next: &mut Continuation,
        device: &DeviceRecord,
        scope: &Scope,
        draft: &mut Draft,
    ) -> Result<Step, StoreError> {
        loop {
            let mut places: BTreeMap<u64, DocumentId> = BTreeMap::new();
            let mut horizon = u64::MAX;
            for feed in &scope.feeds {
                let rows = self.feed_rows(records, *feed, next.cursor.walked)?;
                if rows.len() == LOG_ROWS {
                    horizon = horizon.min(rows.last().map_or(u64::MAX, |(sequence, _)| *sequence));
                }
                places.extend(
                    rows.into_iter()
                        .map(|(sequence, entry)| (sequence, entry.document)),
                );
            }
            if places.is_empty() {
                draft.moved |= next.cursor.sequence != next.cursor.walked;
                next.cursor.sequence = next.cursor.walked;
                return Ok(Step::Complete);
            }
            for (sequence, document) in places.range(..=horizon) {
                self.send_news(records, next, device, scope, (*sequence, *document), draft)?;
                if next.cursor.walked < *sequence {
                    return Ok(Step::PageFull);
                }
            }
        }
    }

    fn feed_rows(
        &self,
        records: &dyn Records,
        feed: FeedId,
        after: u64,
    ) -> Result<Vec<(u64, FeedEntry)>, StoreError> {
        let to = keys::end_of(&keys::feed_log(feed));
        let rows = self.pending.scan(
            records,
            &keys::feed(feed, after.saturating_add(1)),
            &to,
            LOG_ROWS,
        )?;
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

    /// What happened to a document since the cursor: commands, or all of it, or that it is gone.
    /// The cursor moves behind it only if it is on the page.
    fn send_news(
        &mut self,
        records: &dyn Records,
        next: &mut Continuation,
        device: &DeviceRecord,
        scope: &Scope,
        (sequence, document): (u64, DocumentId),
        draft: &mut Draft,
    ) -> Result<(), StoreError> {
        let then = Then::Walk(sequence);
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(document))?;
        let Some(head) = head.filter(|head| meets(head, &scope.feeds)) else {
            draft.push_if_fits(next, Item::Forget(document), then);
            return Ok(());
        };
        let since = next.cursor.sequence;
        let had = head
            .placed
            .iter()
            .any(|place| scope.feeds.contains(&place.feed) && place.entered <= since);
        let part_sent = next
            .cursor
            .part
            .is_some_and(|part| part.document == document);
        if (had || head.first_tail == 1) && !part_sent {
            // A document that entered just now, and whose whole life is short, comes as commands too.
            let from = if had { since } else { 0 };
            if let Some(item) = self.changes_since(records, document, &head, device, from, draft)? {
                draft.push_if_fits(next, item, then);
                return Ok(());
            }
        }
        self.send_whole(records, next, scope, (document, Why::Missing), then, draft)
    }

    /// The commands since a sequence; none if they are not all there, or too many.
    fn changes_since(
        &self,
        records: &dyn Records,
        document: DocumentId,
        head: &HeadRecord,
        device: &DeviceRecord,
        since: u64,
        draft: &mut Draft,
    ) -> Result<Option<Item>, StoreError> {
        let rows = tail(records, &self.pending, document, head.first_tail)?;
        let seen = rows.iter().filter(|(_, row)| row.sequence <= since).count();
        let all_there = seen > 0 || head.first_tail == 1;
        let news = rows.get(seen..).unwrap_or_default();
        let bytes: usize = news.iter().map(|(_, row)| row.change.len()).sum();
        if !all_there
            || news.is_empty()
            || news.len() > CHANGES_ENTRIES_MAX
            || bytes > PART_BYTES_MAX
        {
            return Ok(None);
        }
        let entries = news
            .iter()
            .map(|(_, row)| draft.entry(row, &device.key))
            .collect();
        let version = news.first().map_or(0, |(version, _)| *version);
        let entries = List::new(entries).unwrap_or_default();
        let check = check_of(&head.head);
        Ok(Some(Item::Changes(Changes {
            document,
            generation: head.generation,
            version,
            entries,
            check,
        })))
    }

    /// Sends a whole document, or as many of its parts as fit, or says that it is not to be had.
    fn send_whole(
        &mut self,
        records: &dyn Records,
        next: &mut Continuation,
        scope: &Scope,
        (document, why): (DocumentId, Why),
        then: Then,
        draft: &mut Draft,
    ) -> Result<(), StoreError> {
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(document))?;
        let Some(head) = head.filter(|head| meets(head, &scope.feeds)) else {
            draft.push_if_fits(next, Item::Forget(document), then);
            return Ok(());
        };
        let (version, bytes) = (
            head.version,
            self.shared_whole(records, document, &head, why)?,
        );
        let sent = next
            .cursor
            .part
            .filter(|part| part.document == document && part.version == version);
        let begun = if matches!(then, Then::Wanted) {
            0
        } else {
            sent.map_or(0, |part| part.next)
        };
        next.whole = Some(Sending {
            document,
            version,
            bytes,
            then,
            next: begun,
        });
        send_parts(next, draft);
        Ok(())
    }

    /// A document, encoded whole. A long one stays in memory for as long as it is being sent, once for
    /// all who are sent it.
    fn shared_whole(
        &mut self,
        records: &dyn Records,
        id: DocumentId,
        head: &HeadRecord,
        why: Why,
    ) -> Result<Arc<Vec<u8>>, StoreError> {
        let replayed = why == Why::Missing && head.version <= HISTORY_ENTRIES_MAX as u64;
        let key = SentAs {
            document: id,
            version: head.version,
            replayed,
        };
        if let Some(bytes) = self.sending.get(&key).and_then(Weak::upgrade) {
            return Ok(bytes);
        }
        let bytes = Arc::new(self.whole(records, id, head, replayed)?);
        if bytes.len() > PART_BYTES_MAX {
            self.sending.retain(|_, sent| sent.strong_count() > 0);
            self.sending.insert(key, Arc::downgrade(&bytes));
        }
        Ok(bytes)
    }

    /// A document, encoded whole: as its commands, without loading it, unless they are many or gave
    /// another head on the device.
    fn whole(
        &mut self,
        records: &dyn Records,
        id: DocumentId,
        head: &HeadRecord,
        replayed: bool,
    ) -> Result<Vec<u8>, StoreError> {
        if replayed {
            let history = history(records, &self.pending, id, head)?;
            let check = check_of(&head.head);
            return Ok(Whole::Replayed(Replayed {
                generation: head.generation,
                check,
                history,
            })
            .to_bytes());
        }
        let loaded = self.documents.take(records, &self.pending, id)?;
        let loaded = loaded.ok_or_else(|| StoreError::damaged(&keys::head(id)))?;
        let bytes = Whole::Saved(Saved::of(&loaded)).to_bytes();
        self.documents.put(loaded);
        Ok(bytes)
    }

    /// Sends the documents of gained feeds, each once: in the first gained feed that holds it.
    fn backfill(
        &mut self,
        records: &dyn Records,
        next: &mut Continuation,
        device: &DeviceRecord,
        scope: &Scope,
        at: Backfill,
        draft: &mut Draft,
    ) -> Result<Step, StoreError> {
        let had = self.scope_of(records, device, next.cursor.scope)?.feeds;
        let gained: BTreeSet<FeedId> = scope.feeds.difference(&had).copied().collect();
        let kept: BTreeSet<FeedId> = had.intersection(&scope.feeds).copied().collect();
        let rows = if gained.contains(&at.feed) {
            self.feed_rows(records, at.feed, at.sequence)?
        } else {
            Vec::new()
        };
        draft.moved = true;
        if rows.is_empty() {
            if let Some(feed) = gained
                .range((
                    std::ops::Bound::Excluded(at.feed),
                    std::ops::Bound::Unbounded,
                ))
                .next()
            {
                next.cursor.backfill = Some(Backfill {
                    feed: *feed,
                    sequence: 0,
                    ..at
                });
            } else {
                draft.reach(next, at.target);
            }
            return Ok(Step::On);
        }
        for (sequence, entry) in rows {
            let done = Backfill { sequence, ..at };
            // It may have been sent before it left: the feed was being sent more than once.
            if entry.leaves && sequence > at.began && !self.is_in(records, entry.document, scope)? {
                draft.push_if_fits(next, Item::Forget(entry.document), Then::Backfill(done));
                if next.cursor.backfill != Some(done) {
                    return Ok(Step::PageFull);
                }
                continue;
            }
            if entry.leaves
                || !self.is_to_backfill(records, next, entry.document, (at.feed, &gained, &kept))?
            {
                next.cursor.backfill = Some(done);
                continue;
            }
            self.send_whole(
                records,
                next,
                scope,
                (entry.document, Why::Missing),
                Then::Backfill(done),
                draft,
            )?;
            if next.cursor.backfill != Some(done) {
                return Ok(Step::PageFull);
            }
        }
        Ok(Step::On)
    }

    fn is_in(
        &self,
        records: &dyn Records,
        document: DocumentId,
        scope: &Scope,
    ) -> Result<bool, StoreError> {
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(document))?;
        Ok(head.is_some_and(|head| meets(&head, &scope.feeds)))
    }

    /// Whether a document of gained feeds is to be sent with this one: it is the first of them that
    /// holds it, and no feed that the device knows did when it was last here.
    fn is_to_backfill(
        &self,
        records: &dyn Records,
        next: &Continuation,
        document: DocumentId,
        (feed, gained, kept): (FeedId, &BTreeSet<FeedId>, &BTreeSet<FeedId>),
    ) -> Result<bool, StoreError> {
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(document))?;
        Ok(head.is_some_and(|head| {
            let known = |place: &crate::rows::records::Placed| {
                kept.contains(&place.feed) && place.entered <= next.cursor.sequence
            };
            let first = head
                .placed
                .iter()
                .map(|place| place.feed)
                .filter(|f| gained.contains(f))
                .min();
            first == Some(feed) && !head.placed.iter().any(known)
        }))
    }
}

/// Sends parts of the whole document in progress until the page is full or it is sent; the cursor
/// then stands in it, or behind it.
fn send_parts(next: &mut Continuation, draft: &mut Draft) -> Step {
    let Some(mut sending) = next.whole.take() else {
        return Step::On;
    };
    let count = u32::try_from(sending.bytes.chunks(PART_BYTES_MAX).len()).unwrap_or(u32::MAX);
    while sending.next < count {
        let Some(bytes) = sending
            .bytes
            .chunks(PART_BYTES_MAX)
            .nth(sending.next as usize)
        else {
            break;
        };
        if !draft.fits(bytes.len()) {
            next.whole = Some(sending);
            return Step::PageFull;
        }
        let bytes = Blob::new(bytes.to_vec()).unwrap_or_default();
        let (document, version, index) = (sending.document, sending.version, sending.next);
        draft.push(Item::Part(Part {
            document,
            version,
            index,
            count,
            bytes,
        }));
        sending.next += 1;
        if sending.next < count && !matches!(sending.then, Then::Wanted) {
            next.cursor.part = Some(PartPosition {
                document,
                version,
                next: sending.next,
            });
        }
    }
    sending.then.apply(next);
    Step::On
}

impl Then {
    /// Moves the cursor behind what was sent.
    fn apply(self, next: &mut Continuation) {
        match self {
            Self::Wanted => return,
            Self::Walk(sequence) => next.cursor.walked = sequence,
            Self::Backfill(done) => next.cursor.backfill = Some(done),
        }
        next.cursor.part = None;
    }
}

impl Draft {
    /// The device has all that its new feeds hold. The page that says so says which they are.
    fn reach(&mut self, next: &mut Continuation, scope: u32) {
        next.cursor.backfill = None;
        next.cursor.scope = scope;
        self.reached = true;
    }

    /// Whether as many bytes more still fit; the first item always does.
    fn fits(&self, bytes: usize) -> bool {
        // The page's own head and an item's take less than the rest.
        self.items.is_empty() || self.bytes + bytes + 1_024 <= PAGE_BYTES_MAX
    }

    fn push_if_fits(&mut self, next: &mut Continuation, item: Item, then: Then) {
        if self.fits(item.to_bytes().len()) {
            self.push(item);
            then.apply(next);
        }
    }

    fn push(&mut self, item: Item) {
        self.bytes += item.to_bytes().len();
        self.items.push(item);
    }

    /// A version as its device is told of it: its own by reference.
    fn entry(&mut self, row: &TailRecord, own: &PublicKey) -> Entry {
        if row.device == *own {
            return Entry::Own(Own {});
        }
        let since = *self.since.get_or_insert(row.receipt.received);
        let author = Author {
            member: row.author,
            device: row.device,
            mark: row.receipt.mark,
        };
        let index = self
            .authors
            .iter()
            .position(|known| *known == author)
            .unwrap_or_else(|| {
                self.authors.push(author);
                self.bytes += 48;
                self.authors.len() - 1
            });
        Entry::Other(Other {
            author: u32::try_from(index).unwrap_or(u32::MAX),
            counter: row.command.counter,
            nonce: row.command.nonce,
            at_offset: row.command.at.0.wrapping_sub(since.0),
            received_offset: row.receipt.received.0.wrapping_sub(since.0),
            clock_off_seconds: row.receipt.clock_off_seconds,
            body: row.command.body.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resident::tests::Town;
    use crate::rows::pending::Pending;
    use alleyway_core::kinds::case::CaseCommand;
    use alleyway_core::kinds::case::Note;
    use alleyway_core::text::Text;

    #[test]
    fn whoever_is_sent_the_same_version_of_a_long_document_shares_its_bytes() {
        let mut town = Town::new();
        let note = || {
            CaseCommand::Note(Note {
                text: Text::cut(&"路".repeat(1_900)),
            })
        };
        (0..6).for_each(|_| town.step(note()));
        let encode = |town: &mut Town, why| {
            let head: HeadRecord = Pending::default()
                .get(&town.store, &keys::head(town.case))
                .unwrap()
                .unwrap();
            town.ledger
                .shared_whole(&town.store, town.case, &head, why)
                .unwrap()
        };
        let first = encode(&mut town, Why::Differs);
        assert!(first.len() > PART_BYTES_MAX);
        assert!(Arc::ptr_eq(&first, &encode(&mut town, Why::Differs)));
        assert!(
            !Arc::ptr_eq(&first, &encode(&mut town, Why::Missing)),
            "as its commands it is another"
        );
        town.step(note());
        assert!(
            !Arc::ptr_eq(&first, &encode(&mut town, Why::Differs)),
            "and another version too"
        );
        drop(first);
        // What nobody is sent any more is not kept.
        let last = encode(&mut town, Why::Differs);
        assert_eq!(town.ledger.sending.len(), 1);
        drop(last);
        assert!(
            town.ledger
                .sending
                .values()
                .all(|sent| sent.strong_count() == 0)
        );
    }
}
