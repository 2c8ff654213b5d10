//! Documents in memory: loaded when needed, a bounded number of them.

use std::collections::{BTreeMap, BTreeSet};

use super::keys;
use super::pending::{View, read};
use super::records::{HeadRecord, TailRecord, TailRow};
use alleyway_core::documents::{Document, Head, Receipt};
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Saved;
use alleyway_core::sync::history::History;

/// The room that the documents in memory may take up, in bytes: some 1,500 of usual length. A short
/// one is loaded again in a third of a millisecond.
const MEMORY_BYTES_MAX: usize = 40 * 1024 * 1024;

/// Log entries of a document that is loaded while its request has its turn: it takes few milliseconds.
/// One that has more is long, and is loaded before, while others go on.
pub(super) const SHORT_ENTRIES_MAX: u64 = 256;

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
    /// Those that were loaded for the request at hand, which stay until it has been handled.
    held: BTreeSet<DocumentId>,
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
            held: BTreeSet::new(),
        }
    }

    pub(super) fn contains(&self, id: DocumentId) -> bool {
        self.documents.contains_key(&id)
    }

    /// Puts in a document that was loaded for the request at hand. One that is in memory already stays
    /// as it is: it may have changed since the other was read.
    pub(super) fn hold(&mut self, document: Document) {
        let id = document.id();
        self.held.insert(id);
        let document = self.remove(id).unwrap_or(document);
        self.put(document);
    }

    /// Lets go of what was loaded for a request.
    pub(super) fn let_go(&mut self) {
        self.held.clear();
        self.drop_oldest();
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
        self.drop_oldest();
    }

    fn drop_oldest(&mut self) {
        while self.documents.len() > self.max
            || (self.bytes > self.bytes_max && self.documents.len() > 1)
        {
            let mut by_use = self.by_use.values().copied();
            let Some(oldest) = by_use.find(|id| !self.held.contains(id)) else {
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

/// The versions of a document in order, from one on that begins a row: the first of the tail, or the
/// first behind the snapshot.
pub(crate) fn tail(
    view: View<'_>,
    id: DocumentId,
    from: u64,
) -> Result<Vec<(u64, TailRecord)>, StoreError> {
    let rows = tail_rows(view, id, from)?.into_iter();
    let versions = rows.flat_map(|(first, row)| (first..).zip(row.versions));
    Ok(versions.collect())
}

/// The rows of those versions, each with the version that it begins with.
pub(crate) fn tail_rows(
    view: View<'_>,
    id: DocumentId,
    from: u64,
) -> Result<Vec<(u64, TailRow)>, StoreError> {
    let end = keys::end_of(&keys::tail(id, u64::MAX));
    let rows = view.scan(&keys::tail(id, from), &end, usize::MAX)?;
    rows.into_iter()
        .map(|(key, value)| {
            let first = keys::version_of(&key).ok_or_else(|| StoreError::damaged(&key))?;
            Ok((first, read(&key, &value)?))
        })
        .collect()
}

/// A document as it is stored: what it takes to load it, read at one moment. To read it is quick; to
/// load it takes the longer, the longer the document is, and needs no store.
#[derive(Debug)]
pub struct StoredDocument {
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
    pub fn load(self) -> Result<Document, StoreError> {
        let damaged = || StoreError::damaged(&keys::head(self.id));
        let document = Document::load(self.id, self.generation, &self.saved, self.receipts)
            .map_err(|_| damaged())?;
        if document.head() != self.head || document.version() != self.version {
            return Err(damaged());
        }
        Ok(document)
    }

    /// The memory that it takes up once it is loaded, in bytes.
    pub(super) fn memory_bytes(&self) -> usize {
        Document::memory_bytes_of(self.receipts.len(), self.saved.len())
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

    #[test]
    fn what_was_loaded_for_a_request_stays_until_that_has_been_handled() {
        let document = |seed: u16| Chain::new(seed).then(1, report(unit(1))).document;
        let mut loaded = Loaded::new(1);
        loaded.hold(document(1));
        loaded.hold(document(2));
        loaded.put(document(3));
        assert!(loaded.contains(document(1).id()) && loaded.contains(document(2).id()));
        assert!(!loaded.contains(document(3).id()));
        loaded.let_go();
        assert_eq!(loaded.len(), 1);
        assert!(loaded.contains(document(2).id()));
    }
}
