//! A document's life as the commands that made it: smaller than the saved document, for most of
//! what that holds (ids, actors, hashes) follows from them. Used on the line and in the ledger's store.

use crate::command::{Body, Content, Counted, NO_COUNTER, Nonce, content_of};
use crate::documents::Receipt;
use crate::id::{CommandId, DocumentId};
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
    /// Makes the id, with the device's key and the content.
    pub nonce: Nonce,
    /// When it was typed.
    pub at: Time,
    /// When it was received.
    pub receipt: Receipt,
    /// The step.
    pub body: Body,
}

impl Past {
    /// The hash of its command's content, at a version of a document.
    pub fn content(&self, document: DocumentId, version: u64) -> Content {
        content_of(changed_at(document, version), self.at, &self.body)
    }

    /// The id of its command, at a version of a document.
    pub fn id(&self, document: DocumentId, version: u64) -> CommandId {
        let document = changed_at(document, version);
        self.nonce
            .id(&self.author.device, document, self.at, &self.body)
    }
}

/// The document that the command at a version of it changed: none for the first one, which created it.
pub fn changed_at(document: DocumentId, version: u64) -> Option<DocumentId> {
    (version > 1).then_some(document)
}

/// The beginning of a history whose entries say under which rule their ids were made. One of before
/// begins with the count of its authors, and all its entries are of rule 1.
const SAYS_RULES: [u8; 2] = NO_COUNTER;

/// The entry before, from which an entry is counted.
#[derive(Default)]
struct LastEntry {
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
        out.extend_from_slice(&SAYS_RULES);
        put_varint(out, authors.len() as u64);
        for author in &authors {
            author.encode(out);
        }
        put_varint(out, self.entries.len() as u64);
        let mut last = LastEntry::default();
        for entry in &self.entries {
            let author = authors
                .iter()
                .position(|known| *known == entry.author)
                .unwrap_or_default();
            let is_drawn = matches!(entry.nonce, Nonce::Drawn(_));
            put_varint(out, (author as u64) << 1 | u64::from(is_drawn));
            last.encode(entry, out);
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let says_rules = from.skip(&SAYS_RULES);
        let authors = List::<Author, HISTORY_ENTRIES_MAX>::decode(from)?;
        let count = from.length("a history", HISTORY_ENTRIES_MAX)?;
        let mut entries = Vec::new();
        let mut last = LastEntry::default();
        for _ in 0..count {
            let said = from.varint()?;
            let (index, is_drawn) = if says_rules {
                (said >> 1, said & 1 == 1)
            } else {
                (said, false)
            };
            let author = *usize::try_from(index)
                .ok()
                .and_then(|index| authors.get(index))
                .ok_or(WireError::Invalid("author index"))?;
            entries.push(last.decode(author, is_drawn, from)?);
        }
        Ok(Self { entries })
    }
}

impl LastEntry {
    fn encode(&mut self, entry: &Past, out: &mut Vec<u8>) {
        match entry.nonce {
            Nonce::Counted(Counted { counter, nonce }) => {
                let by = counter.wrapping_sub(self.counter).wrapping_sub(1);
                by.cast_signed().encode(out);
                nonce.encode(out);
            }
            Nonce::Drawn(nonce) => nonce.encode(out),
        }
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

    fn decode(
        &mut self,
        author: Author,
        is_drawn: bool,
        from: &mut Reader<'_>,
    ) -> Result<Past, WireError> {
        let nonce = if is_drawn {
            Nonce::Drawn(Wire::decode(from)?)
        } else {
            let by = i64::decode(from)?.cast_unsigned();
            Nonce::Counted(Counted {
                counter: self.counter.wrapping_add(by).wrapping_add(1),
                nonce: Wire::decode(from)?,
            })
        };
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
            nonce,
            at,
            receipt,
            body: Body::decode(from)?,
        };
        self.follow(&entry);
        Ok(entry)
    }

    fn follow(&mut self, entry: &Past) {
        if let Nonce::Counted(counted) = entry.nonce {
            self.counter = counted.counter;
        }
        self.at = entry.at.0;
        self.received = entry.receipt.received.0;
        self.clock_off = entry.receipt.clock_off_seconds;
    }
}
