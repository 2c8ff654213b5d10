//! A phone: the replica over a disk that keeps what was persisted, and nothing else.

use alleyway_client::Driver;
use alleyway_core::crypto::{PublicKey, SecretKey};
use alleyway_core::id::{DeviceId, DocumentId, MemberId};
use alleyway_core::store::{MemoryStore, Records as _, Store, Transaction, Write};
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use alleyway_replica::{Replica, SyncSummary};

use super::network::May;
use super::older;
use super::oracle::{Notebook, stored_rows};
use super::thin::Thin;
use super::violation::{Broken, NOTHING_LOST, broken};
use super::watch::Watch;

/// The row that holds a phone's cursor and counters.
pub(crate) const STATE_ROW: &[u8] = b"s";
/// Rows of documents.
pub(crate) const DOCUMENT_ROWS: u8 = b'd';
/// Rows of the outbox.
pub(crate) const OUTBOX_ROWS: u8 = b'o';
/// Rows of what was typed and rests unreadable.
pub(crate) const LOCKED_ROWS: u8 = b'k';

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
    /// What its signing key is made of: whoever plays its author in front of a copy needs it.
    pub(crate) signing: [u8; 32],
    pub(crate) disk: Disk,
    /// An older copy of the disk, to be restored from.
    pub(crate) copy: Option<Disk>,
    pub(crate) replica: Replica,
    /// The sync that it is in.
    pub(crate) driver: Option<Driver>,
    /// How far its clock is ahead, in milliseconds.
    pub(crate) ahead: i64,
    /// When its clock fell to 1970, if it has not come back.
    pub(crate) fell: Option<Time>,
    /// Its lease, by somebody who knows the time.
    pub(crate) watch: Watch,
    /// The request whose answer it waits for.
    pub(crate) connection: Option<u64>,
    pub(crate) crashes: u64,
    /// What its member could see when its last answer ended.
    pub(crate) may: Option<May>,
    /// What its last sync did.
    pub(crate) summary: Option<SyncSummary>,
    /// Its program does not know the newest kinds of commands.
    pub(crate) is_older: bool,
    /// It is an administrator's, who looks after the town's book and has nothing to do with cases.
    pub(crate) administers: bool,
    /// There is no room on it for as many writes to come.
    pub(crate) full_for: usize,
    /// Its line is slow, and breaks.
    pub(crate) thin: Option<Thin>,
    /// It was reported lost, and is empty now.
    pub(crate) is_wiped: bool,
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
    /// There was no room: the program said so, and ended.
    Full,
}

impl Persisted {
    /// Whether the disk has it.
    pub(crate) fn is_there(self) -> bool {
        matches!(self, Self::Kept | Self::CrashedAfter)
    }
}

pub(crate) fn read(disk: &Disk) -> Result<Replica, Broken> {
    let opened = Replica::open(&disk.rows).map_err(|e| {
        broken(
            NOTHING_LOST,
            format!("a phone's store cannot be opened: {e}"),
        )
    })?;
    stored_rows(&opened)?;
    Ok(opened)
}

impl Phone {
    pub(crate) fn new(
        name: &'static str,
        member: MemberId,
        signing: [u8; 32],
    ) -> Result<Self, Broken> {
        let disk = Disk::default();
        let replica = read(&disk)?;
        let key = SecretKey::from_bytes(&signing).public();
        Ok(Self {
            name,
            member,
            key,
            signing,
            disk,
            copy: None,
            replica,
            driver: None,
            ahead: 0,
            fell: None,
            watch: Watch::default(),
            connection: None,
            crashes: 0,
            may: None,
            summary: None,
            is_older: false,
            administers: false,
            full_for: 0,
            thin: None,
            is_wiped: false,
        })
    }

    /// Its device.
    pub(crate) fn device(&self) -> DeviceId {
        DeviceId::of(&self.key)
    }

    /// The phone's clock.
    pub(crate) fn clock(&self, now: Time) -> Time {
        match self.fell {
            Some(fell) => Time(now.0 - fell.0),
            None => Time(now.0.saturating_add(self.ahead)),
        }
    }

    pub(crate) fn keep(&mut self, writes: Vec<Write>) {
        let transaction = Transaction {
            writes,
            ..Transaction::default()
        };
        // A store in memory takes everything.
        let _ = self.disk.rows.commit(&transaction);
    }

    /// Off and on again.
    pub(crate) fn crash(&mut self) -> Result<(), Broken> {
        self.crashes += 1;
        (self.connection, self.driver) = (None, None);
        self.watch.start();
        self.replica = if self.is_older {
            older::as_older(|| read(&self.disk))?
        } else {
            read(&self.disk)?
        };
        Ok(())
    }

    /// Has its program do something: an older one reads what it is sent as that does.
    pub(crate) fn at_work<T>(&mut self, work: impl FnOnce(&mut Replica) -> T) -> T {
        if self.is_older {
            older::as_older(|| work(&mut self.replica))
        } else {
            work(&mut self.replica)
        }
    }

    /// Its program ends the sync that it is in, if it is in one.
    pub(crate) fn gives_up(&mut self) {
        match self.driver.take() {
            Some(driver) => driver.failed(&mut self.replica),
            None => self.replica.sync_failed(),
        }
    }

    /// The documents on its disk.
    pub(crate) fn documents(&self) -> Vec<DocumentId> {
        let rows = self
            .disk
            .rows
            .keys(&[DOCUMENT_ROWS], &[DOCUMENT_ROWS + 1], usize::MAX)
            .unwrap_or_default();
        rows.iter()
            .filter_map(|key| DocumentId::from_bytes(key.get(1..)?).ok())
            .collect()
    }
}
