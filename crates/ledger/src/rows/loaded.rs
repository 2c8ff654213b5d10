//! Documents in memory: loaded when needed, a bounded number of them.

use std::collections::BTreeMap;

use super::keys;
use super::pending::{View, read};
use super::records::{HeadRecord, TailRecord};
use alleyway_core::documents::{Document, Head, Receipt};
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Saved;
use alleyway_core::sync::history::History;

/// The room that the documents in memory may take up, in bytes: 2,000 of usual length are a third
/// of that.
const MEMORY_BYTES_MAX: usize = 256 * 1024 * 1024;

/// The documents that are in memory, least recently used first out.
#[derive(Debug)]
pub(crate) struct Loaded {
    max: usize,
    bytes_max: usize,
    clock: u64,
    documents: BTreeMap<DocumentId, (u64, Document)>,
    /// The memory that they take up, in bytes.
    bytes: usize,
    by_use: BTreeMap<u64, DocumentId>,
}

impl Loaded {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            max: max.max(1),
            bytes_max: MEMORY_BYTES_MAX,
            clock: 0,
            documents: BTreeMap::new(),
            bytes: 0,
            by_use: BTreeMap::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.documents.len()
    }

    /// Takes a document out; `None` if the store has none.
    pub(crate) fn take(
        &mut self,
        view: View<'_>,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError> {
        if let Some(document) = self.remove(id) {
            return Ok(Some(document));
        }
        let Some(head) = view.get::<HeadRecord>(&keys::head(id))? else {
            return Ok(None);
        };
        load(view, id, &head).map(Some)
    }

    /// Puts a document back, and drops those that were not used for longest.
    pub(crate) fn put(&mut self, document: Document) {
        self.remove(document.id());
        self.clock += 1;
        self.by_use.insert(self.clock, document.id());
        self.bytes = self.bytes.saturating_add(document.memory_bytes());
        self.documents.insert(document.id(), (self.clock, document));
        while self.documents.len() > self.max
            || (self.bytes > self.bytes_max && self.documents.len() > 1)
        {
            let Some(oldest) = self.by_use.values().next().copied() else {
                break;
            };
            self.remove(oldest);
        }
    }

    fn remove(&mut self, id: DocumentId) -> Option<Document> {
        let (used, document) = self.documents.remove(&id)?;
        self.by_use.remove(&used);
        self.bytes = self.bytes.saturating_sub(document.memory_bytes());
        Some(document)
    }

    /// Forgets all: what is in memory may be ahead of what will be committed.
    pub(crate) fn clear(&mut self) {
        self.documents.clear();
        self.by_use.clear();
        self.bytes = 0;
    }
}

/// The versions of a document from one on, in order.
pub(crate) fn tail(
    view: View<'_>,
    id: DocumentId,
    from: u64,
) -> Result<Vec<(u64, TailRecord)>, StoreError> {
    let end = keys::end_of(&keys::tail(id, u64::MAX));
    let rows = view.scan(&keys::tail(id, from), &end, usize::MAX)?;
    rows.into_iter()
        .map(|(key, value)| {
            let version = key
                .last_chunk::<8>()
                .map(|v| u64::from_be_bytes(*v))
                .ok_or_else(|| StoreError::damaged(&key))?;
            Ok((version, read(&key, &value)?))
        })
        .collect()
}

/// A document as it is stored: what it takes to load it, read at one moment. To read it is quick; to
/// load it takes the longer, the longer the document is, and needs no store.
#[derive(Debug)]
pub(crate) struct StoredDocument {
    id: DocumentId,
    generation: u32,
    version: u64,
    head: Head,
    /// The bytes that were saved last, and those of the changes since.
    saved: Vec<u8>,
    receipts: Vec<Receipt>,
}

impl StoredDocument {
    /// Reads it. Between compactions a document's tail is shorter than its snapshot, and has fewer
    /// entries than one piece of history.
    pub(crate) fn read(
        view: View<'_>,
        id: DocumentId,
        head: &HeadRecord,
    ) -> Result<Self, StoreError> {
        let (mut saved, mut receipts) = (Vec::new(), Vec::new());
        if head.snapshot_version > 0 {
            let key = keys::snapshot(id);
            let damaged = || StoreError::damaged(&key);
            let bytes = view.get_bytes(&key)?.ok_or_else(damaged)?;
            let snapshot: Saved = read(&key, &bytes)?;
            if snapshot.generation != head.generation {
                return Err(damaged());
            }
            (saved, receipts) = (snapshot.saved, snapshot.receipts);
        }
        for (version, record) in tail(view, id, head.snapshot_version + 1)? {
            if version != receipts.len() as u64 + 1 {
                return Err(StoreError::damaged(&keys::tail(id, version)));
            }
            saved.extend_from_slice(&record.change);
            receipts.push(record.receipt);
        }
        Ok(Self {
            id,
            generation: head.generation,
            version: head.version,
            head: head.head,
            saved,
            receipts,
        })
    }

    /// Loads it. Trusts heads, not `Ok`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it is not what its record says.
    pub(crate) fn load(self) -> Result<Document, StoreError> {
        let damaged = || StoreError::damaged(&keys::head(self.id));
        let document = Document::load(self.id, self.generation, &self.saved, self.receipts)
            .map_err(|_| damaged())?;
        if document.head() != self.head || document.version() != self.version {
            return Err(damaged());
        }
        Ok(document)
    }
}

/// Loads a document: its snapshot, and the changes behind it.
pub(crate) fn load(
    view: View<'_>,
    id: DocumentId,
    head: &HeadRecord,
) -> Result<Document, StoreError> {
    StoredDocument::read(view, id, head)?.load()
}

/// A document's life as commands: what is compacted, then the tail.
pub(crate) fn history(
    view: View<'_>,
    id: DocumentId,
    head: &HeadRecord,
) -> Result<History, StoreError> {
    let mut entries = Vec::new();
    let end = keys::end_of(&keys::history(id, u64::MAX));
    for (key, value) in view.scan(&keys::history(id, 0), &end, usize::MAX)? {
        entries.extend(read::<History>(&key, &value)?.entries);
    }
    let tail = tail(view, id, entries.len() as u64 + 1)?;
    entries.extend(tail.iter().map(|(_, record)| record.past()));
    if entries.len() as u64 != head.version {
        return Err(StoreError::damaged(&keys::history(id, 0)));
    }
    Ok(History { entries })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_core::documents::samples::{Chain, note, report, unit};

    #[test]
    fn long_documents_leave_memory_before_there_are_too_many() {
        let document = |seed: u16| {
            Chain::new(seed)
                .then(1, report(unit(1)))
                .then(2, note())
                .document
        };
        let one = document(1).memory_bytes();
        assert!(one > 100, "{one}");
        let mut loaded = Loaded {
            bytes_max: 3 * one + one / 2,
            ..Loaded::new(100)
        };
        for seed in 1..=9 {
            loaded.put(document(seed));
        }
        assert_eq!((loaded.len(), loaded.by_use.len()), (3, 3));
        assert!(loaded.bytes <= loaded.bytes_max);
        // The same one again counts once, and a single long one stays.
        loaded.put(document(9));
        assert_eq!(loaded.len(), 3);
        let mut loaded = Loaded {
            bytes_max: 1,
            ..Loaded::new(100)
        };
        loaded.put(document(1));
        assert_eq!(loaded.len(), 1);
        let store = alleyway_core::store::MemoryStore::default();
        let id = document(1).id();
        assert!(loaded.take(View::of_store(&store), id).unwrap().is_some());
        assert_eq!(loaded.bytes, 0);
    }
}
