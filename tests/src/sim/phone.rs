//! A phone: the replica over a disk that keeps what was persisted, and nothing else.

use alleyway_core::crypto::{PublicKey, SecretKey};
use alleyway_core::id::MemberId;
use alleyway_core::replica::{Replica, SyncSummary};
use alleyway_core::store::{MemoryStore, Store, Transaction, Write};
use alleyway_core::time::Time;

use super::oracle::Notebook;
use super::plant::Plant;
use super::rng::Rng;
use super::violation::{Broken, NOTHING_LOST, broken};

/// The row that holds a phone's cursor and counters.
const STATE_ROW: &[u8] = b"s";

/// What a phone keeps over a crash.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    pub(crate) rows: MemoryStore,
    pub(crate) notebook: Notebook,
}

/// A phone.
pub(crate) struct Phone {
    pub(crate) name: &'static str,
    pub(crate) member: MemberId,
    pub(crate) key: PublicKey,
    pub(crate) disk: Disk,
    /// An older copy of the disk, to be restored from.
    pub(crate) copy: Option<Disk>,
    pub(crate) replica: Replica,
    /// How far its clock is ahead, in milliseconds.
    pub(crate) ahead: i64,
    /// The request whose answer it waits for.
    pub(crate) connection: Option<u64>,
    pub(crate) crashes: u64,
    /// What its last sync did.
    pub(crate) summary: Option<SyncSummary>,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Persisted {
    /// It is durable.
    Kept,
    /// The phone crashed, and came up without it.
    CrashedBefore,
    /// It is durable, then the phone crashed.
    CrashedAfter,
}

pub(crate) fn read(disk: &Disk) -> Result<Replica, Broken> {
    Replica::open(&disk.rows).map_err(|e| broken(NOTHING_LOST, format!("a phone's store cannot be opened: {e}")))
}

impl Phone {
    pub(crate) fn new(name: &'static str, member: MemberId, signing: &[u8; 32]) -> Result<Self, Broken> {
        let disk = Disk::default();
        let replica = read(&disk)?;
        let key = SecretKey::from_bytes(signing).public();
        Ok(Self { name, member, key, disk, copy: None, replica, ahead: 0, connection: None, crashes: 0, summary: None })
    }

    /// The phone's clock.
    pub(crate) fn clock(&self, now: Time) -> Time {
        Time(now.0.saturating_add(self.ahead))
    }

    pub(crate) fn keep(&mut self, writes: Vec<Write>) {
        let transaction = Transaction { writes, ..Transaction::default() };
        // A store in memory takes everything.
        let _ = self.disk.rows.commit(&transaction);
    }

    /// Commits, with a crash now and then.
    pub(crate) fn persist(
        &mut self,
        writes: Vec<Write>,
        crash_in: Option<usize>,
        plant: Plant,
        rng: &mut Rng,
    ) -> Result<Persisted, Broken> {
        let crash = if crash_in.is_some_and(|often| rng.one_in(often)) { 1 + rng.below(2) } else { 0 };
        if crash == 1 {
            if plant == Plant::CursorBeforePage {
                self.keep(writes.into_iter().filter(|write| write.key == STATE_ROW).collect());
            }
            self.crash()?;
            return Ok(Persisted::CrashedBefore);
        }
        self.keep(writes);
        if crash == 2 {
            self.crash()?;
            return Ok(Persisted::CrashedAfter);
        }
        Ok(Persisted::Kept)
    }

    /// Off and on again.
    pub(crate) fn crash(&mut self) -> Result<(), Broken> {
        self.crashes += 1;
        self.connection = None;
        self.replica = read(&self.disk)?;
        Ok(())
    }
}
