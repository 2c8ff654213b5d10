//! Long documents, loaded ahead of the turn of the request that needs them.

use super::Tx;
use super::loaded::StoredDocument;
use super::records::HeadRecord;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;

/// The memory that the documents which are loaded ahead for one request may take up, in bytes. Those that
/// it needs beyond that are loaded at its turn. The first one always fits.
const AHEAD_BYTES_MAX: usize = 64 * 1024 * 1024;

impl Tx<'_> {
    /// Where a document stands that is long and not in memory; none of any other. To load it at a
    /// request's turn would let all others wait.
    pub(crate) fn long_and_cold(&self, id: DocumentId) -> Result<Option<HeadRecord>, StoreError> {
        // Read first, so that a document in memory takes no less work than one that does not exist.
        let head = self.head(id)?;
        let is_cold = !self.memory.documents.contains(id);
        let is_long = |head: &HeadRecord| head.version > self.memory.short_entries_max;
        Ok(head.filter(|head| is_cold && is_long(head)))
    }

    /// Those of the documents that are long and not in memory, as they are stored, to be loaded
    /// elsewhere: as many as may be loaded for one request.
    pub(crate) fn stored_documents(
        &self,
        ids: &[DocumentId],
    ) -> Result<Vec<StoredDocument>, StoreError> {
        let (mut stored, mut bytes) = (Vec::new(), 0_usize);
        for id in ids {
            let Some(head) = self.long_and_cold(*id)? else {
                continue;
            };
            let document = StoredDocument::read(self.view(), *id, &head)?;
            bytes = bytes.saturating_add(document.memory_bytes());
            if bytes > AHEAD_BYTES_MAX && !stored.is_empty() {
                break;
            }
            stored.push(document);
        }
        Ok(stored)
    }

    /// Takes in a document that was loaded elsewhere, and holds it until [`Tx::let_go`]. One that is
    /// not what stands any more is left out.
    pub(crate) fn take_in(&mut self, document: Document) -> Result<(), StoreError> {
        let stands = self.head(document.id())?.is_some_and(|head| {
            (head.generation, head.version, head.head)
                == (document.generation(), document.version(), document.head())
        });
        if stands || self.memory.documents.contains(document.id()) {
            self.memory.documents.hold(document);
        }
        Ok(())
    }

    /// Lets go of the documents that were taken in.
    pub(crate) fn let_go(&mut self) {
        self.memory.documents.let_go();
    }
}
