//! A document sent whole.

use super::{Author, Changes, Check};
use crate::documents::{Document, Mark, Receipt};
use crate::id::DocumentId;
use crate::sync::history::History;
use crate::time::Time;
use crate::wire::{List, Reader, Wire, WireError, put_varint};
use crate::{wire_enum, wire_struct};

/// A whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whole {
    /// As the commands that made it: executed here, they must lead to the head named.
    Replayed(Replayed),
    /// As it is saved: a long life, or one whose commands gave another head on the device.
    Saved(Saved),
    /// Its new part, where that is too long for a page of a slow line.
    News(News),
}
wire_enum!(Whole { 1 => Replayed, 2 => Saved, 3 => News });

/// The new part of a document: an item of a page, with what the page would say beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Devices and their members, named by entries.
    pub authors: List<Author, 1_024>,
    /// From which entries count their receipts, in milliseconds.
    pub since: Time,
    /// The commands.
    pub changes: Changes,
}
wire_struct!(News {
    authors,
    since,
    changes
});

/// A whole document as the commands that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Its generation.
    pub generation: u32,
    /// The check of the head they lead to.
    pub check: Check,
    /// All of them.
    pub history: History,
}
wire_struct!(Replayed {
    generation,
    check,
    history
});

/// A whole document as it is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its generation.
    pub generation: u32,
    /// The receipts of its versions: on the wire each time is counted from the one before.
    pub receipts: Vec<Receipt>,
    /// The saved document.
    pub saved: Vec<u8>,
}

impl Saved {
    /// A document, as it is now.
    pub fn of(document: &Document) -> Self {
        let (generation, receipts) = (document.generation(), document.receipts().to_vec());
        Self {
            generation,
            receipts,
            saved: document.save(),
        }
    }

    /// The document; `None` if the bytes are damaged.
    pub fn load(self, id: DocumentId) -> Option<Document> {
        Document::load(id, self.generation, &self.saved, self.receipts).ok()
    }
}

impl Wire for Saved {
    fn encode(&self, out: &mut Vec<u8>) {
        self.generation.encode(out);
        put_varint(out, self.receipts.len() as u64);
        let mut last = 0_i64;
        for receipt in &self.receipts {
            receipt.received.0.wrapping_sub(last).encode(out);
            receipt.clock_off_seconds.encode(out);
            last = receipt.received.0;
        }
        // Few are marked.
        let marked: Vec<(u64, Mark)> = (0_u64..)
            .zip(&self.receipts)
            .filter(|(_, receipt)| receipt.mark != Mark::None)
            .map(|(index, receipt)| (index, receipt.mark))
            .collect();
        put_varint(out, marked.len() as u64);
        for mark in &marked {
            mark.encode(out);
        }
        out.extend_from_slice(&self.saved);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let generation = Wire::decode(from)?;
        let count = from.length("receipts", usize::MAX)?;
        let mut receipts = Vec::new();
        let mut last = 0_i64;
        for _ in 0..count {
            last = last.wrapping_add(i64::decode(from)?);
            receipts.push(Receipt::new(Time(last), Wire::decode(from)?));
        }
        for _ in 0..from.length("marks", receipts.len())? {
            let (index, mark) = <(u64, Mark)>::decode(from)?;
            let receipt = usize::try_from(index)
                .ok()
                .and_then(|index| receipts.get_mut(index));
            receipt.ok_or(WireError::Invalid("mark's index"))?.mark = mark;
        }
        let saved = from.take(from.remaining())?.to_vec();
        Ok(Self {
            generation,
            receipts,
            saved,
        })
    }
}
