//! The document keys: a file of slots, beside whichever engine keeps the records.
//!
//! Slot n is the 32 bytes at offset 32·n of `keys/slots`. Keys are drawn, written and synced in
//! blocks of [`BLOCK_SLOTS`] before a commit may name one, so that no record is ever durable before
//! its key. A key is destroyed in place, by zeros.
//!
//! The number of slots that stand is written in the ledger's tail, in the same batch as the records
//! that use them. What the file holds beyond it was never used by a record (a block whose commit did
//! not happen, perhaps half written when the power went): it is cut off at the start and drawn
//! again.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, PoisonError};

use alleyway_core::store::StoreError;

use crate::passing::until_passed;

/// A slot's key.
pub(super) type SlotKey = [u8; 32];

/// Keys that are drawn and synced at once.
pub(super) const BLOCK_SLOTS: u64 = 1_024;
/// Blocks that one commit may draw: a million documents.
const COMMIT_BLOCKS_MAX: u64 = 1_024;
/// Keys kept in memory, 32 bytes each.
const CACHED_KEYS_MAX: usize = 4_096;

const KEY_BYTES: u64 = 32;
const DESTROYED: SlotKey = [0; 32];

/// The open file of slots.
pub(super) struct Keys {
    file: File,
    /// How many slots stand.
    count: u64,
    /// A page of changes opens many rows of few documents: without this, every row would cost a
    /// read of the file. It is small, is emptied when full (the documents of the day come back at
    /// once), and a destroyed key leaves it before its bytes leave the file.
    cache: Mutex<BTreeMap<u64, SlotKey>>,
}

/// Shows no key.
impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

impl Keys {
    /// Takes the file with `count` slots that records may use.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] if the file holds fewer.
    pub(super) fn open(file: File, count: u64) -> io::Result<Self> {
        let bytes = count.saturating_mul(KEY_BYTES);
        let length = file.metadata()?.len();
        if length < bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if length > bytes {
            file.set_len(bytes)?;
            file.sync_data()?;
        }
        Ok(Self {
            file,
            count,
            cache: Mutex::default(),
        })
    }

    /// How many slots stand.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Makes sure that `slot` stands. Returns the bytes drawn and synced; 0 if no block was due.
    pub(super) fn provide(&mut self, slot: u64) -> Result<u64, StoreError> {
        if slot < self.count {
            return Ok(0);
        }
        let blocks = (slot - self.count) / BLOCK_SLOTS + 1;
        if blocks > COMMIT_BLOCKS_MAX {
            return Err(StoreError::Failed(format!(
                "slot {slot} is far beyond the {} that stand",
                self.count
            )));
        }
        until_passed("keys/slots", || self.draw(blocks)).map_err(failed)?;
        Ok(blocks * BLOCK_SLOTS * KEY_BYTES)
    }

    /// Draws blocks of keys, durably; behind an error none of them stands.
    fn draw(&mut self, blocks: u64) -> io::Result<()> {
        let before = self.count;
        let drawn = (0..blocks)
            .try_for_each(|_| self.draw_block())
            .and_then(|()| self.file.sync_data());
        if drawn.is_err() {
            self.count = before;
        }
        drawn
    }

    fn draw_block(&mut self) -> io::Result<()> {
        let mut keys =
            vec![0_u8; usize::try_from(BLOCK_SLOTS * KEY_BYTES).map_err(io::Error::other)?];
        getrandom::fill(&mut keys).map_err(io::Error::other)?;
        self.file.write_all_at(&keys, self.count * KEY_BYTES)?;
        self.count += BLOCK_SLOTS;
        Ok(())
    }

    /// A slot's key; none if it was destroyed or never stood.
    pub(super) fn key(&self, slot: u64) -> Result<Option<SlotKey>, StoreError> {
        if slot >= self.count {
            return Ok(None);
        }
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = cache.get(&slot) {
            return Ok(Some(*key));
        }
        let mut key = DESTROYED;
        self.file
            .read_exact_at(&mut key, slot * KEY_BYTES)
            .map_err(failed)?;
        if key == DESTROYED {
            return Ok(None);
        }
        if cache.len() >= CACHED_KEYS_MAX {
            cache.clear();
        }
        cache.insert(slot, key);
        Ok(Some(key))
    }

    /// The bytes of the slots from one to another (exclusive), destroyed ones as zeros.
    pub(super) fn raw(&self, from: u64, to: u64) -> Result<Vec<u8>, StoreError> {
        let to = to.min(self.count);
        let bytes =
            usize::try_from(to.saturating_sub(from).saturating_mul(KEY_BYTES)).unwrap_or_default();
        let mut keys = vec![0; bytes];
        self.file
            .read_exact_at(&mut keys, from.saturating_mul(KEY_BYTES))
            .map_err(failed)?;
        Ok(keys)
    }

    /// Destroys a slot's key, durably.
    pub(super) fn destroy(&mut self, slot: u64) -> Result<(), StoreError> {
        if slot >= self.count {
            return Err(StoreError::Failed(format!("slot {slot} does not stand")));
        }
        self.cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&slot);
        self.file
            .write_all_at(&DESTROYED, slot * KEY_BYTES)
            .map_err(failed)?;
        self.file.sync_data().map_err(failed)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err asks for")]
fn failed(error: io::Error) -> StoreError {
    StoreError::Failed(format!("keys/slots: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: u64) -> Keys {
        Keys::open(tempfile::tempfile().unwrap(), count).unwrap()
    }

    #[test]
    fn slots_are_drawn_in_blocks_and_differ() {
        let mut keys = keys(0);
        assert_eq!(keys.key(0).unwrap(), None);
        assert_eq!(keys.provide(0).unwrap(), 32_768);
        assert_eq!(keys.provide(1_023).unwrap(), 0);
        assert_eq!(keys.provide(3_000).unwrap(), 65_536);
        assert_eq!(keys.count(), 3_072);
        assert_ne!(keys.key(5).unwrap(), keys.key(6).unwrap());
        assert!(keys.provide(u64::MAX).is_err());
    }

    #[test]
    fn a_destroyed_key_is_gone_from_memory_and_file() {
        let mut keys = keys(0);
        keys.provide(9).unwrap();
        assert!(keys.key(9).unwrap().is_some());
        keys.destroy(9).unwrap();
        assert_eq!(keys.key(9).unwrap(), None);
        assert!(keys.destroy(1_024).is_err());
    }

    #[test]
    fn slots_that_no_commit_used_are_drawn_again() {
        let mut keys = keys(0);
        keys.provide(1_500).unwrap();
        let (kept, lost) = (keys.key(100).unwrap(), keys.key(1_500).unwrap());
        let mut keys = Keys::open(keys.file, 1_024).unwrap();
        keys.provide(1_500).unwrap();
        assert_eq!(keys.key(100).unwrap(), kept);
        assert_ne!(keys.key(1_500).unwrap(), lost);
    }

    #[test]
    fn more_keys_than_the_cache_holds_are_read() {
        let mut keys = keys(0);
        keys.provide(5_000).unwrap();
        let first = keys.key(0).unwrap();
        for slot in 0..5_000 {
            keys.key(slot).unwrap();
        }
        assert_eq!(keys.key(0).unwrap(), first);
        assert!(keys.cache.lock().unwrap().len() <= CACHED_KEYS_MAX);
    }
}
