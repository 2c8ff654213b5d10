//! A page being filled.

use super::Present;
use super::continuation::{PagesLeft, Then};
use super::whole::SharedDocuments;
use crate::rows::Tx;
use crate::rows::records::{DeviceRecord, TailRecord};
use crate::scopes::{Scope, cursors, meets};
use alleyway_core::crypto::PublicKey;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::{PAGE_BYTES_MAX, SLOW_PAGE_BYTES_MIN};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{Author, Entry, Item, Other, Own, Page};
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire};

/// A page being filled, the device that it is for, and where its answer stands.
pub(super) struct Filling<'a> {
    pub(super) next: &'a mut PagesLeft,
    pub(super) device: &'a DeviceRecord,
    pub(super) scope: &'a Scope,
    pub(super) now: Time,
    pub(super) shared: &'a mut SharedDocuments,
    /// The documents that were to be loaded for this page. What is not in memory of them by now is
    /// loaded with it.
    pub(super) asked: Vec<DocumentId>,
    bytes: usize,
    naming: Naming,
    items: Vec<Item>,
    moved: bool,
    reached: bool,
}

/// The names in the entries of a page: authors, and the time from which they count.
#[derive(Debug, Default)]
pub(super) struct Naming {
    pub(super) since: Option<Time>,
    pub(super) authors: Vec<Author>,
}

/// The next step of whoever fills an answer.
#[derive(PartialEq, Eq)]
pub(super) enum Step {
    On,
    PageFull,
    Complete,
}

impl<'a> Filling<'a> {
    pub(super) fn new(
        next: &'a mut PagesLeft,
        to: &'a Present,
        shared: &'a mut SharedDocuments,
    ) -> Self {
        Self {
            asked: std::mem::take(&mut next.needs),
            next,
            device: &to.device,
            scope: &to.scope,
            now: to.now,
            shared,
            bytes: 0,
            naming: Naming::default(),
            items: Vec::new(),
            moved: false,
            reached: false,
        }
    }

    /// The page, if there is anything on it. The cursor then stands behind it.
    pub(super) fn page(self, tx: &Tx<'_>) -> Result<Option<Page>, StoreError> {
        if self.items.is_empty() && !self.moved {
            return Ok(None);
        }
        let cursor = &mut self.next.cursor;
        cursor.chain = tx.chain_at(cursor.sequence)?.unwrap_or_default();
        Ok(Some(Page {
            authors: List::new(self.naming.authors).unwrap_or_default(),
            since: self.naming.since.unwrap_or_default(),
            items: List::new(self.items).unwrap_or_default(),
            cursor: cursors::seal(tx, cursor, self.next.device),
        }))
    }

    /// Whether the cursor has reached the member's present feeds on this page.
    pub(super) fn has_reached(&self) -> bool {
        self.reached
    }

    /// The cursor moves, whatever is on the page.
    pub(super) fn moves(&mut self) {
        self.moved = true;
    }

    /// The device has all that its new feeds hold. The page that says so says which they are.
    pub(super) fn reach(&mut self, scope: u32) {
        self.next.cursor.backfill = None;
        self.next.cursor.scope = scope;
        self.reached = true;
    }

    /// Whether a document is in the device's feeds.
    pub(super) fn shows(&self, tx: &Tx<'_>, document: DocumentId) -> Result<bool, StoreError> {
        let head = tx.head(document)?;
        Ok(head.is_some_and(|head| meets(&head, &self.scope.feeds)))
    }

    /// Whether as many bytes more still fit; the first item always does.
    pub(super) fn fits(&self, bytes: usize) -> bool {
        // The page's own head and an item's take less than the rest.
        self.items.is_empty() || self.bytes + bytes + 1_024 <= self.page_bytes_max()
    }

    /// The bytes that a page takes up at most, with its head.
    fn page_bytes_max(&self) -> usize {
        PAGE_BYTES_MAX.min(self.next.pages.bytes + 1_024)
    }

    /// Whether so long an item has to be cut into slices for this line.
    pub(super) fn is_to_be_sliced(&self, bytes: usize) -> bool {
        self.next.pages.is_sliced && bytes > self.next.pages.bytes
    }

    /// The room for a slice: the first one always has some.
    pub(super) fn slice_bytes(&self) -> usize {
        let room = self.next.pages.bytes.saturating_sub(self.bytes);
        match room {
            _ if self.items.is_empty() => room.max(SLOW_PAGE_BYTES_MIN),
            // Its head would be a good part of it.
            0..256 => 0,
            _ => room,
        }
    }

    /// Puts an item onto the page and moves the cursor behind it, if it fits.
    pub(super) fn push_if_fits(&mut self, item: Item, then: Then) {
        if self.fits(item.to_bytes().len()) {
            self.push(item);
            then.apply(&mut self.next.cursor);
        }
    }

    /// Puts an item onto the page.
    pub(super) fn push(&mut self, item: Item) {
        self.bytes += item.to_bytes().len();
        self.items.push(item);
    }

    /// A version as its device is told of it on this page: its own by reference.
    pub(super) fn entry(&mut self, row: &TailRecord) -> Entry {
        let known = self.naming.authors.len();
        let entry = self.naming.entry(row, &self.device.key);
        self.bytes += 48 * (self.naming.authors.len() - known);
        entry
    }
}

impl Naming {
    /// A version as its device is told of it: its own by reference.
    pub(super) fn entry(&mut self, row: &TailRecord, own: &PublicKey) -> Entry {
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
                self.authors.len() - 1
            });
        Entry::Other(Other {
            nonce: row.command.nonce,
            author: u32::try_from(index).unwrap_or(u32::MAX),
            at_offset: row.command.at.0.wrapping_sub(since.0),
            received_offset: row.receipt.received.0.wrapping_sub(since.0),
            clock_off_seconds: row.receipt.clock_off_seconds,
            body: row.command.body.clone(),
        })
    }
}
