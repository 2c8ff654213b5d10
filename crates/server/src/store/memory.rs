//! The core's store in memory, kept up like one that lasts: for tests.
//!
//! Nothing in it can be damaged or get lost, and no commit comes between two calls, for whoever has it
//! has all of it. So a check and a copy are done at once, and nothing is sealed.

use std::ops::Range;
use std::sync::Arc;

use alleyway_core::store::{MemoryStore, Records as _, Store as _, StoreError};

use super::engine::Entry;
use super::entries::KEY_BYTES_MAX;
use super::tail::{Contents, Tail};
use super::upkeep::{Changed, Copied, CopyEnd, Upkeep, Verified, VerifyReport};
use super::{Room, StoreStats, envelope};

/// Behind every key.
const END: [u8; KEY_BYTES_MAX + 1] = [0xff; KEY_BYTES_MAX + 1];

impl Upkeep for MemoryStore {
    fn stats(&self) -> StoreStats {
        StoreStats::default()
    }

    fn room(&self) -> Arc<dyn Room> {
        Arc::new(Memory)
    }

    fn verify_some(&self, _check: u32) -> Result<Verified, StoreError> {
        let rows = self.scan(b"", &END, usize::MAX)?;
        Ok(Verified::All(VerifyReport {
            rows: rows.len() as u64,
            bytes: rows.iter().map(|(_, value)| value.len() as u64).sum(),
            complete: true,
            ..VerifyReport::default()
        }))
    }

    fn begin_copy(&self) -> bool {
        true
    }

    fn copy_some(&self) -> Result<Copied, StoreError> {
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value) in self.scan(b"", &END, usize::MAX)? {
            entries.extend(envelope::split(&key, envelope::plain(&key, &value))?);
        }
        entries.sort();
        let mut contents = Contents::default();
        for (key, value) in &entries {
            contents.add(key, value);
        }
        let reach = self.high_water()?;
        let tail = Tail {
            commits: reach.sequence,
            reach,
            slots: 0,
            contents,
        };
        Ok(Copied::End(CopyEnd {
            entries,
            changed: Changed::new(),
            tail,
        }))
    }

    fn abandon_copy(&self) {}

    fn document_keys(&self, _slots: Range<u64>) -> Result<Vec<u8>, StoreError> {
        Ok(Vec::new())
    }
}

/// Memory: nobody says how much is left.
#[derive(Debug)]
struct Memory;

impl Room for Memory {
    fn free_bytes(&self) -> Option<u64> {
        None
    }

    fn used_bytes(&self) -> Vec<(&'static str, u64)> {
        Vec::new()
    }
}
