//! The engine of a store in a data folder: a sorted map of bytes that survives a power cut.
//!
//! # Contract
//! An engine keeps entries, each a key of at most [`KEY_BYTES_MAX`] bytes with a value of at most
//! [`VALUE_BYTES_MAX`] bytes, and understands neither. Everything else is above it: seals, checksums,
//! values cut into parts, the sum over all entries, the high water, the document keys, the security
//! journal. So an engine is replaced without any of them.
//!
//! * [`Engine::apply`] changes all entries of a batch or none, and returns only when the change would
//!   survive a power cut. After an error nobody knows which: the caller ends.
//! * [`Engine::load`] puts entries that need not be durable before the next [`Engine::apply`].
//! * [`Engine::get`] and [`Engine::range`] see every change that has returned. Ranges are in ascending
//!   order of the keys, bytewise.
//! * An engine may lose entries, or bring back old ones, when its files are damaged: the sum over all
//!   entries shows that. It must not end the process for it: what would be a panic is an error.
//! * Opening makes durable whatever opening itself changed.

#[cfg(test)]
pub(super) mod map;
pub(super) mod sled;

use std::io;
use std::ops::Bound;
use std::path::Path;
use std::time::Duration;

use alleyway_core::store::StoreError;
use thiserror::Error;

pub use self::sled::Sled;
pub use super::entries::{ENTRY_KEY_BYTES_MAX as KEY_BYTES_MAX, VALUE_BYTES_MAX};

/// A key of an engine and the value there.
pub type Entry = (Vec<u8>, Vec<u8>);

/// A key of an engine and what becomes of it; none removes it.
pub type EntryChange = (Vec<u8>, Option<Vec<u8>>);

/// Why an engine did not open, read or write.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The files are still held: by a handle of this process that was dropped a moment ago.
    #[error("its files are held")]
    Held,
    /// The system refused: a disk or a quota is full, or rights are missing. The files are not
    /// damaged.
    #[error("{0}")]
    Refused(io::Error),
    /// The files are not what was written.
    #[error("{0}")]
    Damaged(String),
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

impl From<EngineError> for StoreError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Damaged(what) => Self::Damaged(what),
            other => Self::Failed(format!("the engine: {other}")),
        }
    }
}

/// A sorted map of bytes that survives a power cut.
pub trait Engine: Sized + Send {
    /// Opens what lies in `folder`, which exists, or begins empty if nothing does. `cache_bytes` is what it may keep
    /// in memory.
    ///
    /// # Errors
    /// Every [`EngineError`].
    fn open(folder: &Path, cache_bytes: u64) -> Result<Self, EngineError>;

    /// The value of a key.
    ///
    /// # Errors
    /// Every [`EngineError`] but [`EngineError::Held`].
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError>;

    /// The entries between two bounds, in order.
    fn range<'a>(
        &'a self,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> impl Iterator<Item = Result<Entry, EngineError>> + use<'a, Self>;

    /// Puts entries, durable with the next [`Engine::apply`].
    ///
    /// # Errors
    /// Every [`EngineError`] but [`EngineError::Held`].
    fn load(&mut self, entries: Vec<Entry>) -> Result<(), EngineError>;

    /// Changes entries, all or none, durably. Returns how long the disk was waited for.
    ///
    /// # Errors
    /// Every [`EngineError`] but [`EngineError::Held`].
    fn apply(&mut self, changes: Vec<EntryChange>) -> Result<Duration, EngineError>;

    /// The bytes that its files take on the disk.
    ///
    /// # Errors
    /// Every [`EngineError`] but [`EngineError::Held`].
    fn size_on_disk(&self) -> Result<u64, EngineError>;

    /// Whether it is seen to keep entries where it never syncs them, against its contract. Asked at
    /// the opening and after each commit.
    ///
    /// # Errors
    /// [`EngineError::Refused`].
    fn is_unsynced(&self) -> Result<bool, EngineError>;

    /// Whether it opened without a file that it should have had: what it holds is then compared,
    /// record by record, with the sum over all of them before anybody reads it.
    fn is_in_doubt(&self) -> bool {
        false
    }
}
