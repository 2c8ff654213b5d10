//! A document's life as the commands that made it: smaller than the saved document, for most of
//! what that holds (ids, actors, hashes) follows from them. Used on the line and in the ledger's store.

use crate::command::{Body, Content, content_of};
use crate::documents::Receipt;
use crate::id::DocumentId;
use crate::sync::frame::Author;
use crate::time::Time;
use crate::wire::{List, Reader, Wire, WireError, put_varint};

/// Entries of one history; a longer life is sent as a saved document.
pub const HISTORY_ENTRIES_MAX: usize = 512;

/// Commands of one document, from one version on without a gap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The commands, in version order.
    pub entries: Vec<Past>,
}

/// A command that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Whose it is, and of which device.
    pub author: Author,
    /// Makes the id, with the device's key.
    pub counter: u64,
    /// Makes the id too.
    pub nonce: [u8; 4],
    /// When it was typed.
    pub at: Time,
    /// When it was received.
    pub receipt: Receipt,
    /// What was done.
    pub body: Body,
}

impl Past {
    /// The hash of its command's content, at a version of a document: the first one created it.
    pub fn content(&self, document: DocumentId, version: u64) -> Content {
        let changed = (version > 1).then_some(document);
        content_of(changed, self.at, &self.body)
    }
}

/// What an entry is counted from: the one before.
#[derive(Default)]
struct Last {
    counter: u64,
    at: i64,
    received: i64,
    clock_off: i32,
}

impl Wire for History {
    fn encode(&self, out: &mut Vec<u8>) {
        let mut authors: Vec<Author> = Vec::new();
        for entry in &self.entries {
            if !authors.contains(&entry.author) {
                authors.push(entry.author);
            }
        }
        put_varint(out, authors.len() as u64);
        for author in &authors {
            author.encode(out);
        }
        put_varint(out, self.entries.len() as u64);
        let mut last = Last::default();
        for entry in &self.entries {
            let author = authors
                .iter()
                .position(|known| *known == entry.author)
                .unwrap_or_default();
            put_varint(out, author as u64);
            last.encode(entry, out);
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let authors = List::<Author, HISTORY_ENTRIES_MAX>::decode(from)?;
        let count = from.length("a history", HISTORY_ENTRIES_MAX)?;
        let mut entries = Vec::new();
        let mut last = Last::default();
        for _ in 0..count {
            let index = usize::try_from(from.varint()?).unwrap_or(usize::MAX);
            let author = *authors
                .get(index)
                .ok_or(WireError::Invalid("author index"))?;
            entries.push(last.decode(author, from)?);
        }
        Ok(Self { entries })
    }
}

impl Last {
    fn encode(&mut self, entry: &Past, out: &mut Vec<u8>) {
        let counted = entry
            .counter
            .wrapping_sub(self.counter)
            .wrapping_sub(1)
            .cast_signed();
        counted.encode(out);
        entry.nonce.encode(out);
        entry.at.0.wrapping_sub(self.at).encode(out);
        entry
            .receipt
            .received
            .0
            .wrapping_sub(self.received)
            .encode(out);
        entry
            .receipt
            .clock_off_seconds
            .wrapping_sub(self.clock_off)
            .encode(out);
        entry.body.encode(out);
        self.follow(entry);
    }

    fn decode(&mut self, author: Author, from: &mut Reader<'_>) -> Result<Past, WireError> {
        let counted = i64::decode(from)?.cast_unsigned();
        let counter = self.counter.wrapping_add(counted).wrapping_add(1);
        let nonce = Wire::decode(from)?;
        let at = Time(self.at.wrapping_add(i64::decode(from)?));
        let received = Time(self.received.wrapping_add(i64::decode(from)?));
        let clock_off_seconds = self.clock_off.wrapping_add(i32::decode(from)?);
        let receipt = Receipt {
            received,
            clock_off_seconds,
            mark: author.mark,
        };
        let entry = Past {
            author,
            counter,
            nonce,
            at,
            receipt,
            body: Body::decode(from)?,
        };
        self.follow(&entry);
        Ok(entry)
    }

    fn follow(&mut self, entry: &Past) {
        self.counter = entry.counter;
        self.at = entry.at.0;
        self.received = entry.receipt.received.0;
        self.clock_off = entry.receipt.clock_off_seconds;
    }
}
