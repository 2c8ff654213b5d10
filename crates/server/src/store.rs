//! The ledger's store on this machine: an engine, and the files beside it.
//!
//! The port's contract is the core's ([`alleyway_core::store`]); what a server needs of a store besides
//! is [`Upkeep`]. [`TownStore`] keeps both on any [`Engine`]; [`SledStore`] is the one that runs.
//!
//! | file | what |
//! | --- | --- |
//! | `engine` | a sorted map of bytes that survives a power cut; on sled |
//! | `keys` | the document keys |
//! | `journal` | the security journal |
//! | `high_water`, `tail` | how far acknowledged records reach, in a file and in the engine |
//! | `entries`, `envelope`, `packing`, `rows` | how a row lies in entries, and is packed and sealed |
//! | `commit`, `verify`, `copy` | what is done with a store that is open |
//! | `folder`, `open`, `rebuild`, `migrate`, `error` | how one comes to be open |
//! | `upkeep`, `room` | what a server needs besides the port |
//! | `memory` | the core's store in memory, kept up for tests |
//!
//! # The data folder
//! | name | what it holds |
//! | --- | --- |
//! | `FORMAT` | the format's version and the town; written last, so a folder without it is none |
//! | `before-format-3/` | the folder as it was before its migration, to be deleted by hand |
//! | `LOCK` | nothing; locked by the process that has the folder open |
//! | `ledger/` | the engine's files: every record |
//! | `keys/slots` | the document keys, 32 bytes a slot; zeros are a destroyed key. Backed up apart |
//! | `security/journal` | whose devices there are, and which are stopped: not restored with the ledger |
//! | `high-water` | how far acknowledged records reach |
//!
//! `ledger/`, `keys/` and `security/` are for their owner only (0700), and so are the files beside them (0600).
//!
//! # A commit
//! What is for the security journal, if anything is, is synced first. New key slots, if any are due,
//! are synced. Then one batch of the engine, with the store's tail in it: for sled that is `flush`, and
//! `fdatasync` of its file. Then the high water and its `fdatasync`. Two in all; a third when a block of
//! 1,024 key slots is drawn, and one for the security journal. (When sled shortens its file, it syncs it
//! itself.)
//!
//! # What guards what
//! A value is bound to its key by a checksum or a seal, which each read verifies. The tail, compared
//! with the high water at the start, shows a missing end. A sum over all entries, kept in the tail,
//! shows what is missing or old in the middle: a full start ([`OpenCheck::Everything`]) and
//! [`Upkeep::verify_some`] compare it. A server starts with the tail alone, and its background scan goes
//! on from there. The sum has to be there: of 700 bits flipped one at a time in sled's file of 1,500
//! commits, 25 gave a store that opened, reached its high water, and silently lacked records; with the
//! sum, none did.

mod commit;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod copy;
pub mod engine;
mod entries;
mod envelope;
mod error;
mod folder;
mod high_water;
mod journal;
mod keys;
mod memory;
mod migrate;
mod open;
mod packing;
mod rebuild;
mod room;
mod rows;
mod tail;
#[cfg(test)]
mod tests;
mod upkeep;
mod verify;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use alleyway_core::id::TownId;
use alleyway_core::store::{HighWater, Records, Row, Store, StoreError, Transaction};

use self::copy::Copying;
use self::engine::{Engine, EngineError, Entry, Sled};
use self::entries::{EntryKey, KEY_BYTES_MAX, bound, parse, part_key, printable, row_key};
use self::envelope::Unopened;
pub use self::error::{BrokenEnd, OpenError, Reached};
use self::folder::DataFolder;
use self::high_water::HighWaterFile;
use self::journal::Journal;
use self::keys::Keys;
pub use self::open::{OpenCheck, OpenOptions};
pub(crate) use self::rebuild::{Rebuild, Rebuilt};
pub use self::room::{FolderRoom, Room};
pub(crate) use self::rows::{OpenedRow, open_row, row_of, tree_key};
pub use self::tail::{Contents, Tail};
pub use self::upkeep::{
    Changed, Copied, CopyEnd, DAMAGED_NAMED_MAX, Damaged, KEYS_SLICE, Upkeep, Verified,
    VerifyReport,
};
use self::verify::Sweep;

/// The version of data folders that this program reads and writes.
pub(crate) const FORMAT: u32 = folder::FORMAT_VERSION;

/// Counters since the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Commits.
    pub commits: u64,
    /// Files synced for commits and destroyed keys.
    pub fsyncs: u64,
    /// Bytes handed to the engine and the files beside it.
    pub bytes_written: u64,
    /// How long the last commit took.
    pub last_commit: Duration,
    /// How long all commits took.
    pub commit_time: Duration,
    /// How long the files of the last commit took to be synced.
    pub last_syncs: SyncTimes,
    /// How often the engine was found to keep something where it never syncs it: anything but 0 is
    /// an alarm.
    pub blob_alarms: u64,
}

/// How long each file of a commit took to be written and synced; zero if it was not due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncTimes {
    /// `security/journal`.
    pub journal: Duration,
    /// `keys/slots`.
    pub keys: Duration,
    /// The engine.
    pub ledger: Duration,
    /// `high-water`.
    pub high_water: Duration,
}

impl SyncTimes {
    /// Those that were due, by the file's name.
    pub fn by_file(self) -> impl Iterator<Item = (&'static str, Duration)> {
        let all = [
            ("journal", self.journal),
            ("keys", self.keys),
            ("ledger", self.ledger),
            ("high_water", self.high_water),
        ];
        all.into_iter().filter(|(_, time)| !time.is_zero())
    }
}

/// The store of a town's ledger on the engine that runs.
pub type SledStore = TownStore<Sled>;

/// The store of a town's ledger, in a data folder that this process holds.
pub struct TownStore<E> {
    engine: E,
    keys: Keys,
    high_water: HighWaterFile,
    journal: Journal,
    tail: Tail,
    stats: StoreStats,
    /// The checks that [`Upkeep::verify_some`] is in the middle of, by their numbers.
    sweeps: RefCell<BTreeMap<u32, Sweep>>,
    /// The copy that a backup is in the middle of.
    copying: RefCell<Option<Copying>>,
    poisoned: bool,
    // Last, so that the engine is closed before the lock is released.
    folder: Arc<DataFolder>,
}

/// Shows no record and no key.
impl<E> std::fmt::Debug for TownStore<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TownStore")
            .field("path", &self.folder.path())
            .field("tail", &self.tail)
            .finish_non_exhaustive()
    }
}

impl<E: Engine> TownStore<E> {
    /// The town that the folder was created for.
    pub fn town(&self) -> TownId {
        self.folder.town()
    }

    /// The data folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The bytes that the engine's files take on the disk.
    ///
    /// # Errors
    /// [`StoreError::Failed`] if the disk cannot be read.
    pub fn size_on_disk(&self) -> Result<u64, StoreError> {
        Ok(self.engine.size_on_disk()?)
    }

    /// Destroys a slot's key, durably: what is sealed under it can never be read again.
    ///
    /// # Errors
    /// [`StoreError::Failed`]; then the store takes no further commits.
    pub fn destroy_key(&mut self, slot: u64) -> Result<(), StoreError> {
        let result = self.keys.destroy(slot);
        self.stats.fsyncs += 1;
        self.poisoned |= result.is_err();
        result
    }

    /// An entry as it lies in the engine.
    fn entry(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.engine.get(key).map_err(|error| named(error, key))
    }

    /// Opens a row, with its parts if it has any.
    fn value_of(&self, key: &[u8], row: &[u8]) -> Result<Vec<u8>, Unopened> {
        let slot_key = |slot| self.keys.key(slot);
        let Some((count, start)) = envelope::parts(row) else {
            return envelope::open(key, row, slot_key);
        };
        if count == 0 {
            return Err(Unopened::Damaged);
        }
        let mut joined = start.to_vec();
        let mut expected = 1..=count;
        for part in self.parts_of(key, 1..=count) {
            let (part, bytes) = part.map_err(|error| named(error, key))?;
            let index = expected.next().ok_or(Unopened::Damaged)?;
            if parse(&part) != (EntryKey::Part { row: key, index }) {
                return Err(Unopened::Damaged);
            }
            joined.extend_from_slice(&bytes);
        }
        if expected.next().is_some() {
            return Err(Unopened::Damaged);
        }
        envelope::open(key, &joined, slot_key)
    }

    /// The entries of a row's parts.
    fn parts_of<'a>(
        &'a self,
        row: &[u8],
        parts: std::ops::RangeInclusive<u32>,
    ) -> impl Iterator<Item = Result<Entry, EngineError>> + use<'a, E> {
        let (first, last) = (part_key(row, *parts.start()), part_key(row, *parts.end()));
        self.engine
            .range(Bound::Included(&first), Bound::Included(&last))
    }
}

impl<E: Engine> Records for TownStore<E> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if key.len() > KEY_BYTES_MAX {
            return Ok(None);
        }
        let row = self.entry(&row_key(key)?)?;
        row.map(|row| {
            self.value_of(key, &row)
                .map_err(|unopened| unopened.of(key))
        })
        .transpose()
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        let (first, end) = (bound(from), bound(to));
        let mut rows = Vec::new();
        let range = self
            .engine
            .range(Bound::Included(&first), Bound::Excluded(&end));
        for entry in range.take(limit) {
            let (entry, value) = entry.map_err(|error| named(error, from))?;
            let EntryKey::Row(key) = parse(&entry) else {
                return Err(StoreError::Damaged(printable(&entry)));
            };
            let value = self
                .value_of(key, &value)
                .map_err(|unopened| unopened.of(key))?;
            rows.push((key.to_vec(), value));
        }
        Ok(rows)
    }
}

impl<E: Engine> Store for TownStore<E> {
    fn commit(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Failed(
                "an earlier commit failed; the server has to start again".to_owned(),
            ));
        }
        // Whatever interrupts the commit, even a panic, leaves it poisoned.
        self.poisoned = true;
        self.commit_durably(transaction)?;
        self.poisoned = false;
        Ok(())
    }

    fn high_water(&self) -> Result<HighWater, StoreError> {
        Ok(self.tail.reach)
    }

    fn journal(&self) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
        self.journal
            .entries()
            .map_err(|error| StoreError::Failed(format!("security/journal: {error}")))
    }
}

impl<E: Engine> Upkeep for TownStore<E> {
    fn stats(&self) -> StoreStats {
        self.stats
    }

    fn room(&self) -> Arc<dyn Room> {
        Arc::new(FolderRoom::of(self.path()))
    }

    fn verify_some(&self, check: u32) -> Result<Verified, StoreError> {
        self.verify_next(check)
    }

    fn begin_copy(&self) -> bool {
        self.begin_copying()
    }

    fn copy_some(&self) -> Result<Copied, StoreError> {
        self.copy_next()
    }

    fn abandon_copy(&self) {
        self.copying.replace(None);
    }

    fn document_keys(&self, slots: std::ops::Range<u64>) -> Result<Vec<u8>, StoreError> {
        let end = slots.end.min(slots.start.saturating_add(KEYS_SLICE));
        self.keys.raw(slots.start, end)
    }
}

/// An engine's error, of the record it is about.
fn named(error: EngineError, key: &[u8]) -> StoreError {
    match error {
        EngineError::Damaged(_) => StoreError::Damaged(printable(key)),
        other => other.into(),
    }
}
