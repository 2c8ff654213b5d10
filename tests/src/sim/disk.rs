//! The server's disk: three files under the store's port, each with what was written to it and not
//! synced yet.
//!
//! A commit writes the journal and syncs it, then the rows, then the high water: the order that the
//! port's contract asks for. A power cut leaves any subset of what was not synced: a piece that is
//! torn is known by its checksum and taken as never written, with all behind it in its file. A
//! process that is killed leaves everything that was written.

use std::cell::Cell;
use std::collections::BTreeMap;

use alleyway_core::store::{HighWater, Records, Row, Store, StoreError, Transaction};
use alleyway_demo::Chance;

/// Where a commit is cut off: before its first write, behind each write and each sync.
pub(crate) const CUTS: usize = 7;

/// A file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum File {
    Journal,
    Rows,
    HighWater,
}

/// What undoes a write that was not synced.
#[derive(Debug)]
enum Undo {
    Journal(Vec<Vec<u8>>),
    Rows(Vec<(Vec<u8>, Option<Vec<u8>>)>),
    HighWater(HighWater),
}

impl Undo {
    fn file(&self) -> File {
        match self {
            Self::Journal(_) => File::Journal,
            Self::Rows(_) => File::Rows,
            Self::HighWater(_) => File::HighWater,
        }
    }
}

/// The disk.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    pub(crate) rows: BTreeMap<Vec<u8>, Vec<u8>>,
    high_water: HighWater,
    journal: Vec<Vec<u8>>,
    /// What was written and not synced, in order.
    unsynced: Vec<Undo>,
    /// Nothing more can be written.
    pub(crate) is_full: bool,
    /// The read that fails; 0 if none does.
    fails_at: Cell<usize>,
    /// A fault was met.
    met: Cell<bool>,
    /// The rows of the last commit are there.
    holds_the_last: bool,
    /// Reads so far.
    reads: Cell<u64>,
}

fn failed(what: &str) -> StoreError {
    StoreError::Failed(what.to_owned())
}

impl Disk {
    /// There is no room any more.
    pub(crate) fn fill(&mut self) {
        self.is_full = true;
    }

    /// One of the next reads fails.
    pub(crate) fn fail_a_read(&mut self, at: usize) {
        self.fails_at.set(at);
    }

    /// All faults are over.
    pub(crate) fn mend(&mut self) {
        self.is_full = false;
        self.fails_at.set(0);
        self.met.set(false);
    }

    /// Whether a fault was met since it was mended.
    pub(crate) fn met_a_fault(&self) -> bool {
        self.met.get()
    }

    /// The next fault is another one.
    pub(crate) fn forget_the_fault(&mut self) {
        self.met.set(false);
    }

    /// Reads do not fail until [`Disk::release_faults`].
    pub(crate) fn hold_faults(&self) -> usize {
        self.fails_at.replace(0)
    }

    pub(crate) fn release_faults(&self, held: usize) {
        self.fails_at.set(held);
    }

    /// What a backup of now holds. The security journal is not in it.
    pub(crate) fn copied(&self) -> Self {
        Self {
            rows: self.rows.clone(),
            high_water: self.high_water,
            ..Self::default()
        }
    }

    /// A new disk, with what a backup holds and the journal that lay apart.
    pub(crate) fn restored(&self, journal: Vec<Vec<u8>>) -> Self {
        Self {
            journal,
            ..self.copied()
        }
    }

    /// What is in the security journal.
    pub(crate) fn journal_entries(&self) -> &[Vec<u8>] {
        &self.journal
    }

    /// A group wrote nothing: nothing of it can be missing.
    pub(crate) fn commit_nothing(&mut self) {
        self.holds_the_last = true;
    }

    /// Whether the rows of the last commit are there.
    pub(crate) fn holds_the_last(&self) -> bool {
        self.holds_the_last
    }

    pub(crate) fn reads(&self) -> u64 {
        self.reads.get()
    }

    fn read(&self) -> Result<(), StoreError> {
        self.reads.set(self.reads.get() + 1);
        let left = self.fails_at.get();
        self.fails_at.set(left.saturating_sub(1));
        if left == 1 {
            self.met.set(true);
            return Err(failed("a read failed"));
        }
        Ok(())
    }

    /// Writes and syncs as far as `cut`; all of it if that is [`CUTS`]. `lax` leaves the syncs out.
    pub(crate) fn commit_up_to(
        &mut self,
        transaction: &Transaction,
        cut: usize,
        lax: bool,
    ) -> Result<(), StoreError> {
        if self.is_full {
            self.met.set(true);
            return Err(failed("no space left on the device"));
        }
        self.holds_the_last = false;
        let mut steps = 0;
        let mut goes_on = move || {
            steps += 1;
            steps <= cut
        };
        if !transaction.journal.is_empty() {
            if !goes_on() {
                return Ok(());
            }
            self.write_journal(transaction);
            if !goes_on() {
                return Ok(());
            }
            self.sync(File::Journal, lax);
        }
        if !goes_on() {
            return Ok(());
        }
        self.write_rows(transaction);
        if !goes_on() {
            return Ok(());
        }
        self.sync(File::Rows, lax);
        if !goes_on() {
            return Ok(());
        }
        self.unsynced.push(Undo::HighWater(self.high_water));
        self.high_water = transaction.high_water;
        if goes_on() {
            self.sync(File::HighWater, lax);
        }
        Ok(())
    }

    fn write_journal(&mut self, transaction: &Transaction) {
        self.unsynced.push(Undo::Journal(self.journal.clone()));
        if transaction.journal.anew {
            self.journal.clear();
        }
        self.journal
            .extend(transaction.journal.entries.iter().cloned());
    }

    fn write_rows(&mut self, transaction: &Transaction) {
        let mut undo = Vec::new();
        for write in &transaction.writes {
            let before = match &write.value {
                Some(value) => self.rows.insert(write.key.clone(), value.clone()),
                None => self.rows.remove(&write.key),
            };
            undo.push((write.key.clone(), before));
        }
        self.unsynced.push(Undo::Rows(undo));
        self.holds_the_last = true;
    }

    fn sync(&mut self, file: File, lax: bool) {
        if !lax {
            self.unsynced.retain(|undo| undo.file() != file);
        }
    }

    /// The process was killed: what it wrote is still written, sooner or later.
    pub(crate) fn process_killed(&mut self) {
        self.unsynced.clear();
    }

    /// The power went: of each file, what was not synced is there up to some piece.
    pub(crate) fn power_cut(&mut self, rng: &mut Chance) {
        let unsynced = std::mem::take(&mut self.unsynced);
        let mut kept = Vec::new();
        let mut torn = Vec::new();
        for undo in unsynced {
            if torn.contains(&undo.file()) || rng.one_in(2) {
                torn.push(undo.file());
                kept.push(undo);
            }
        }
        for undo in kept.into_iter().rev() {
            match undo {
                Undo::Journal(before) => self.journal = before,
                Undo::HighWater(before) => self.high_water = before,
                Undo::Rows(rows) => {
                    self.holds_the_last = false;
                    for (key, before) in rows.into_iter().rev() {
                        match before {
                            Some(value) => self.rows.insert(key, value),
                            None => self.rows.remove(&key),
                        };
                    }
                }
            }
        }
    }
}

impl Records for Disk {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read()?;
        Ok(self.rows.get(key).cloned())
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        self.read()?;
        if from >= to {
            return Ok(Vec::new());
        }
        let range = self.rows.range(from.to_vec()..to.to_vec());
        Ok(range
            .take(limit)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect())
    }
}

impl Store for Disk {
    fn commit(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        self.commit_up_to(transaction, CUTS, false)
    }

    fn high_water(&self) -> Result<HighWater, StoreError> {
        Ok(self.high_water)
    }

    fn journal(&self) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
        Ok(Some(self.journal.clone()))
    }
}
