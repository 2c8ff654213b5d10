//! The ledger's store on this machine: sled, and the files beside it.
//!
//! # The data folder
//! | name | what it holds |
//! | --- | --- |
//! | `FORMAT` | the format's version and the town; written last, so a folder without it is none |
//! | `before-format-3/` | the folder as it was before its migration, to be deleted by hand |
//! | `LOCK` | nothing; locked by the process that has the folder open |
//! | `ledger/` | sled: every record, in one tree |
//! | `keys/slots` | the document keys, 32 bytes a slot; zeros are a destroyed key. Backed up apart |
//! | `security/journal` | whose devices there are, and which are stopped: not restored with the ledger |
//! | `high-water` | how far acknowledged records reach |
//!
//! `ledger/`, `keys/` and `security/` are for their owner only (0700), and so are the files beside them (0600).
//!
//! # A commit
//! What is for the security journal, if anything is, is synced first. New key slots, if any are due,
//! are synced. Then one batch of sled, with the store's tail in it,
//! `flush`, and `fdatasync` of sled's file. Then the high water and its `fdatasync`. Two in all; a
//! third when a block of 1,024 key slots is drawn, and one for the security journal. (When sled shortens its file, it syncs it itself.)
//!
//! # What guards what
//! A value is bound to its key by a checksum or a seal, which each read verifies. The tail, compared
//! with the high water at the start, shows a missing end. A sum over all entries, kept in the tail,
//! shows what is missing or old in the middle: a full start ([`OpenCheck::Everything`]),
//! [`SledStore::verify_all`] and [`SledStore::verify_some`] compare it. A server starts with the tail
//! alone, and its background scan goes on from there. The sum has to be there: of 700 bits flipped one at a time in
//! the file of 1,500 commits, 25 gave a store that opened, reached its high water, and silently
//! lacked records; with the sum, none did.

mod blobs;
mod commit;
#[cfg(test)]
mod conformance;
mod entries;
mod envelope;
mod folder;
mod journal;
mod migrate;
mod open;
pub(crate) mod raw;
mod rebuild;
mod slots;
mod tail;
#[cfg(test)]
mod tests;
mod verify;

use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use alleyway_core::id::TownId;
use alleyway_core::store::{HighWater, Records, Row, Store, StoreError, Transaction};
use sled::IVec;

use self::entries::{EntryKey, KEY_BYTES_MAX, bound, parse, part_key, printable, row_key};
use self::envelope::Unopened;
use self::folder::DataFolder;
use self::journal::Journal;
pub use self::open::{OpenCheck, OpenError, OpenOptions};
use self::raw::Copying;
pub(crate) use self::rebuild::Rebuild;
use self::slots::Slots;
use self::tail::{HighWaterFile, Tail};
/// The version of data folders that this program reads and writes.
pub(crate) const FORMAT: u32 = folder::FORMAT_VERSION;
pub(crate) use self::verify::PAGE_ENTRIES;
use self::verify::Sweep;
pub use self::verify::{DAMAGED_NAMED_MAX, VerifyReport};

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
    /// How often sled was found to have written files that it never syncs: anything but 0 is an
    /// alarm.
    pub blob_alarms: u64,
}

/// How long each file of a commit took to be written and synced; zero if it was not due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncTimes {
    /// `security/journal`.
    pub journal: Duration,
    /// `keys/slots`.
    pub keys: Duration,
    /// sled's flush and its file.
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

/// The store of a town's ledger, in a data folder that this process holds.
pub struct SledStore {
    db: sled::Db,
    db_file: File,
    slots: Slots,
    high_water: HighWaterFile,
    journal: Journal,
    tail: Tail,
    stats: StoreStats,
    /// The checks that [`SledStore::verify_some_of`] is in the middle of, by their numbers.
    sweep: std::cell::RefCell<BTreeMap<u32, Sweep>>,
    /// The copy that a backup is in the middle of.
    copying: std::cell::RefCell<Option<Copying>>,
    poisoned: bool,
    // Last, so that sled is closed before the lock is released.
    folder: DataFolder,
}

/// Shows no record and no key.
impl std::fmt::Debug for SledStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SledStore")
            .field("path", &self.path())
            .field("tail", &self.tail)
            .finish_non_exhaustive()
    }
}

impl SledStore {
    /// The town that the folder was created for.
    pub fn town(&self) -> TownId {
        self.folder.town()
    }

    /// The data folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Counters since the store was opened.
    pub fn stats(&self) -> StoreStats {
        self.stats
    }

    /// What sled's files take on the disk, in bytes.
    ///
    /// # Errors
    /// [`StoreError::Failed`] if the disk cannot be read.
    pub fn size_on_disk(&self) -> Result<u64, StoreError> {
        self.db
            .size_on_disk()
            .map_err(|error| engine_failed(&error))
    }

    /// Destroys a slot's key, durably: what is sealed under it can never be read again.
    ///
    /// # Errors
    /// [`StoreError::Failed`]; then the store takes no further commits.
    pub fn destroy_key(&mut self, slot: u64) -> Result<(), StoreError> {
        let result = self.slots.destroy(slot);
        self.stats.fsyncs += 1;
        self.poisoned |= result.is_err();
        result
    }

    /// A raw entry of the tree.
    fn entry(&self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        self.db.get(key).map_err(|error| engine_error(&error, key))
    }

    /// Opens a row, with its parts if it has any.
    fn value_of(&self, key: &[u8], row: &[u8]) -> Result<Vec<u8>, Unopened> {
        let slot_key = |slot| self.slots.key(slot);
        let Some((count, start)) = envelope::parts(row) else {
            return envelope::open(key, row, slot_key);
        };
        if count == 0 {
            return Err(Unopened::Damaged);
        }
        let mut joined = start.to_vec();
        let mut expected = 1..=count;
        for part in self.db.range(part_key(key, 1)..=part_key(key, count)) {
            let (part, bytes) = part.map_err(|error| engine_error(&error, key))?;
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
}

impl Records for SledStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if key.len() > KEY_BYTES_MAX {
            return Ok(None);
        }
        guarded(|| {
            let row = self.entry(&row_key(key)?)?;
            row.map(|row| {
                self.value_of(key, &row)
                    .map_err(|unopened| unopened.of(key))
            })
            .transpose()
        })
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        // sled panics at a range that ends before it starts.
        if from >= to {
            return Ok(Vec::new());
        }
        guarded(|| {
            let mut rows = Vec::new();
            for entry in self.db.range(bound(from)..bound(to)).take(limit) {
                let (entry, value) = entry.map_err(|error| engine_error(&error, from))?;
                let EntryKey::Row(key) = parse(&entry) else {
                    return Err(StoreError::Damaged(printable(&entry)));
                };
                let value = self
                    .value_of(key, &value)
                    .map_err(|unopened| unopened.of(key))?;
                rows.push((key.to_vec(), value));
            }
            Ok(rows)
        })
    }
}

impl Store for SledStore {
    fn commit(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Failed(
                "an earlier commit failed; the server has to start again".to_owned(),
            ));
        }
        // Whatever interrupts the commit, even a panic of the engine, leaves it poisoned.
        self.poisoned = true;
        guarded(|| self.commit_durably(transaction))?;
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

/// Runs `work` on the engine. sled asserts a good deal about what it reads; on a damaged disk that
/// becomes an error here, and the caller ends the process in order.
fn guarded<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(StoreError::Failed(
            "sled's files contradict each other".to_owned(),
        ))
    })
}

fn engine_failed(error: &sled::Error) -> StoreError {
    match error {
        sled::Error::Corruption { .. } => StoreError::Damaged(format!("of sled ({error})")),
        _ => StoreError::Failed(format!("sled: {error}")),
    }
}

fn engine_error(error: &sled::Error, key: &[u8]) -> StoreError {
    match error {
        sled::Error::Corruption { .. } => StoreError::Damaged(printable(key)),
        _ => engine_failed(error),
    }
}
