//! Long documents are loaded before the request that needs them has its turn, while others go on.
//!
//! To load one is an effect: the ledger says which ones a request needs and has not in memory, and goes
//! on with others. Whoever owns the ledger has them read as they are stored, loads them wherever that
//! keeps nobody waiting, and comes back with them. By then they may not be what stands any more: such
//! ones are left out. What is still not in memory when the request is handled is loaded then, and
//! counted ([`crate::LedgerStats::long_loaded_at_turn`]).

use super::Ledger;
use crate::resident;
use crate::rows::StoredDocument;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{Records, StoreError};

impl Ledger {
    /// Documents with more log entries than this are long, from the next request on: for a simulator,
    /// and for tests, whose documents are short.
    pub fn set_short_entries_max(&mut self, entries: u64) {
        self.memory.short_entries_max = entries;
    }

    /// The long documents that what is asked by a tracking code needs, and that are not in memory: for
    /// a resident's step the case and those in which it goes on; for the page only those that have no
    /// record of their own yet. What a flight and its answer need is told by
    /// [`crate::Continuation::needs`].
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn resident_needs(
        &mut self,
        records: &dyn Records,
        code: TrackingCode,
        for_step: bool,
    ) -> Result<Vec<DocumentId>, StoreError> {
        resident::needed(&self.tx(records), code, for_step)
    }

    /// Those of the documents that are long and not in memory by now, as they are stored, to be loaded
    /// elsewhere: up to 64 MiB of memory, or the first alone. One that cannot be loaded is to be left
    /// out: with the request that needs it the ledger says what is wrong.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn stored(
        &mut self,
        records: &dyn Records,
        documents: &[DocumentId],
    ) -> Result<Vec<StoredDocument>, StoreError> {
        self.tx(records).stored_documents(documents)
    }

    /// Does `work` with documents in memory that were loaded elsewhere, and that stay there until it is
    /// done. One that is not what stands any more is left out.
    ///
    /// # Errors
    /// What `work` says, or the store.
    pub fn with_loaded<T>(
        &mut self,
        records: &dyn Records,
        documents: Vec<Document>,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut tx = self.tx(records);
        for document in documents {
            tx.take_in(document)?;
        }
        let done = work(self);
        self.tx(records).let_go();
        done
    }
}
