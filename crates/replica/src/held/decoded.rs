//! Decoded documents, in bounded memory: those that were used longest ago go first.

use std::collections::BTreeMap;
use std::sync::Arc;

use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::DECODED_BYTES_MAX;

/// Decoded documents. Whoever uses one shares it, so that it may go meanwhile.
#[derive(Debug)]
pub(super) struct Decoded {
    documents: BTreeMap<DocumentId, Kept>,
    /// The documents, by when they were used last.
    by_use: BTreeMap<u64, DocumentId>,
    uses: u64,
    /// The memory that they take up, in bytes.
    bytes: usize,
    bytes_max: usize,
}

#[derive(Debug)]
struct Kept {
    document: Arc<Document>,
    /// The memory that it takes up, in bytes.
    bytes: usize,
    used: u64,
}

impl Default for Decoded {
    fn default() -> Self {
        Self::new(DECODED_BYTES_MAX)
    }
}

impl Decoded {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            documents: BTreeMap::new(),
            by_use: BTreeMap::new(),
            uses: 0,
            bytes: 0,
            bytes_max,
        }
    }

    /// A document that is here, which counts as used.
    pub(super) fn get(&mut self, id: DocumentId) -> Option<Arc<Document>> {
        let used = self.uses.saturating_add(1);
        let kept = self.documents.get_mut(&id)?;
        self.by_use.remove(&kept.used);
        self.by_use.insert(used, id);
        (kept.used, self.uses) = (used, used);
        Some(Arc::clone(&kept.document))
    }

    /// Keeps a document, which counts as used, in the place of what it was before; others go until
    /// there is room for it. The one that is put stays, however long it is.
    pub(super) fn put(&mut self, document: Arc<Document>) {
        let id = document.id();
        self.remove(id);
        self.uses = self.uses.saturating_add(1);
        let kept = Kept {
            bytes: document.memory_bytes(),
            used: self.uses,
            document,
        };
        self.bytes = self.bytes.saturating_add(kept.bytes);
        self.by_use.insert(kept.used, id);
        self.documents.insert(id, kept);
        while self.bytes > self.bytes_max && self.documents.len() > 1 {
            let Some((_, oldest)) = self.by_use.first_key_value() else {
                return;
            };
            self.remove(*oldest);
        }
    }

    pub(super) fn remove(&mut self, id: DocumentId) {
        if let Some(kept) = self.documents.remove(&id) {
            self.by_use.remove(&kept.used);
            self.bytes = self.bytes.saturating_sub(kept.bytes);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new(self.bytes_max);
    }

    /// The memory that they take up, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests;
