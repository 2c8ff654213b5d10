//! Working documents that were made, kept while they are what would be made: typing on, and looking at
//! it, does not begin again from the confirmed one, however many commands are pending.

use std::collections::BTreeMap;

use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::{WORKING_BYTES_MAX, WORKING_DOCUMENTS_MAX};

/// The working documents that are kept.
#[derive(Debug)]
pub(crate) struct Worked {
    kept: BTreeMap<DocumentId, Kept>,
    /// The memory that they take up, in bytes.
    bytes: usize,
    bytes_max: usize,
    /// How often one was used.
    uses: u64,
}

/// A working document, and what it was made of.
#[derive(Debug)]
struct Kept {
    made_of: MadeOf,
    document: Document,
    /// The memory that it takes up, in bytes.
    bytes: usize,
    /// When it was used last.
    used: u64,
}

/// The confirmed document and the own commands of which a working one was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MadeOf {
    /// The change by which the confirmed one came; none if it is not here.
    pub(super) held: Option<u64>,
    /// The last change of its own commands.
    pub(super) outbox: u64,
    /// The count of its own commands: as many are executed if it is made anew.
    pub(super) commands: usize,
}

impl Default for Worked {
    fn default() -> Self {
        Self::new(WORKING_BYTES_MAX)
    }
}

impl Worked {
    /// Nothing is kept so far, and later so many bytes of memory at most, but for a single document.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            kept: BTreeMap::new(),
            bytes: 0,
            bytes_max,
            uses: 0,
        }
    }

    /// Takes a document out, if it was made of just this.
    pub(super) fn take(&mut self, id: DocumentId, made_of: MadeOf) -> Option<Document> {
        let kept = self.remove(id)?;
        (kept.made_of == made_of).then_some(kept.document)
    }

    /// A copy of a document, if it was made of just this.
    pub(super) fn copy(&mut self, id: DocumentId, made_of: MadeOf) -> Option<Document> {
        let kept = self.kept.get_mut(&id)?;
        self.uses += 1;
        kept.used = self.uses;
        (kept.made_of == made_of).then(|| kept.document.clone())
    }

    /// Keeps a document. Of too many the one goes that is made anew with the fewest commands, of
    /// such the one that was used longest ago: whatever is typed, no more are executed again than
    /// those that are pending, divided by the documents that are kept.
    pub(super) fn keep(&mut self, document: Document, made_of: MadeOf) {
        let (id, bytes) = (document.id(), document.memory_bytes());
        self.remove(id);
        while self.kept.len() >= WORKING_DOCUMENTS_MAX
            || self.bytes.saturating_add(bytes) > self.bytes_max
        {
            let price = |kept: &Kept| (kept.made_of.commands, kept.used);
            let cheapest = self.kept.iter().min_by_key(|(_, kept)| price(kept));
            let Some(cheapest) = cheapest.map(|(id, _)| *id) else {
                break;
            };
            self.remove(cheapest);
        }
        self.uses += 1;
        let used = self.uses;
        let kept = Kept {
            made_of,
            document,
            bytes,
            used,
        };
        self.bytes = self.bytes.saturating_add(bytes);
        self.kept.insert(id, kept);
    }

    fn remove(&mut self, id: DocumentId) -> Option<Kept> {
        let kept = self.kept.remove(&id)?;
        self.bytes = self.bytes.saturating_sub(kept.bytes);
        Some(kept)
    }

    /// Drops those that are not what would be made any more.
    pub(super) fn retain(&mut self, is_still: impl Fn(DocumentId, MadeOf) -> bool) {
        let of = self.kept.iter();
        let gone = of.filter(|(id, kept)| !is_still(**id, kept.made_of));
        for id in gone.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.remove(id);
        }
    }

    /// Nothing may be read any longer.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.bytes_max);
    }
}
