//! What the server needs of a store besides the core's port: counters, and a check of everything.

use alleyway_core::store::{MemoryStore, Store, StoreError};

use crate::store::{SledStore, StoreStats, VerifyReport};

/// A store that a server runs on.
pub trait ServerStore: Store + Send {
    /// Counters since the store was opened.
    fn stats(&self) -> StoreStats;

    /// The store's files, where it has any.
    fn sled(&self) -> Option<&SledStore> {
        None
    }

    /// Reads every record; `progress` hears how many have been read. Damage is part of the report.
    ///
    /// # Errors
    /// If the store cannot be read at all.
    fn verify_all(&self, progress: &mut dyn FnMut(u64)) -> Result<VerifyReport, StoreError>;

    /// Reads the next few records; the report, once all were read. Commits between two calls are
    /// accounted for.
    ///
    /// # Errors
    /// If the store cannot be read at all.
    fn verify_some(&self) -> Result<Option<VerifyReport>, StoreError>;

    /// The same for a check of its own number, from 1 on, where the store tells checks apart.
    ///
    /// # Errors
    /// If the store cannot be read at all.
    fn verify_some_of(&self, _check: u32) -> Result<Option<VerifyReport>, StoreError> {
        self.verify_some()
    }
}

impl ServerStore for SledStore {
    fn sled(&self) -> Option<&SledStore> {
        Some(self)
    }

    fn stats(&self) -> StoreStats {
        Self::stats(self)
    }

    fn verify_all(&self, progress: &mut dyn FnMut(u64)) -> Result<VerifyReport, StoreError> {
        Self::verify_all(self, progress)
    }

    fn verify_some(&self) -> Result<Option<VerifyReport>, StoreError> {
        Self::verify_some(self)
    }

    fn verify_some_of(&self, check: u32) -> Result<Option<VerifyReport>, StoreError> {
        Self::verify_some_of(self, check)
    }
}

/// For tests: there is nothing to count, and nothing that could be damaged.
impl ServerStore for MemoryStore {
    fn stats(&self) -> StoreStats {
        StoreStats::default()
    }

    fn verify_all(&self, _progress: &mut dyn FnMut(u64)) -> Result<VerifyReport, StoreError> {
        Ok(VerifyReport {
            complete: true,
            ..VerifyReport::default()
        })
    }

    fn verify_some(&self) -> Result<Option<VerifyReport>, StoreError> {
        self.verify_all(&mut |_| {}).map(Some)
    }
}
