//! The device's store: one log, in files of the device's folder.
//!
//! # Contract
//! * [`DeviceStore::commit`] applies all writes or none, and returns only when they would survive
//!   a power cut. After an error the store takes nothing any more, and says so as often as it is
//!   asked: open it anew, and it has all of what was being written, or nothing.
//! * One holder at a time has the store, in this process or another one; a second one is told so at
//!   once (`lock`).
//! * Names and values are sealed under the store's data key, and the data key under the host's
//!   ([`crate::keys`]).
//! * What a commit replaced may rest in the files, sealed. [`DeviceStore::commit_anew`] changes the
//!   data key, and nothing that was there before can be read again.
//! * A value that is not what was written is never returned: it is [`StoreError::Damaged`], and
//!   every other value can still be read. What the server cannot send again stands twice. A damaged
//!   file is written anew and kept; one that lost acknowledged commits is refused, and stays as it
//!   is.
//! * The rows of the replica and the device's own settings lie in two tables, so that no key of
//!   one can be taken for a key of the other.
//!
//! How commits lie in the files, [`log`] says; it knows no file system.

mod files;
mod lock;
pub mod log;
mod open;
mod reserve;
mod wipe;

use std::path::{Path, PathBuf};

use alleyway_client::store::{Rebuilt, Store};
use alleyway_core::store::{Records, Row, StoreError, Write};
use alleyway_replica::Room;

pub use files::FILE_NAMES;
pub use log::FORMAT;
pub use open::{KeyFile, KeySource, OpenStoreError};
pub use wipe::wipe;

use crate::keys::StoreKey;
use files::Folder;
use lock::Lock;
use log::{Log, Name, NewValue, Table};

/// An open store. Dropping it releases the folder.
#[derive(Debug)]
pub struct DeviceStore {
    log: Log<Folder>,
    salvaged: Option<Salvaged>,
    /// Dropped last: whoever comes next finds closed files.
    _lock: Lock,
}

/// A file that was damaged and written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// Where the damaged file is kept.
    pub kept: PathBuf,
    /// Values that cannot be read.
    pub unreadable: usize,
}

impl DeviceStore {
    /// True if the folder `home` holds a store, or what is left of one.
    pub fn exists(home: &Path) -> bool {
        let names = FILE_NAMES.into_iter().chain([files::MARK_NAME]);
        let holds_bytes = |name| home.join(name).metadata().is_ok_and(|file| file.len() > 0);
        { names }.any(holds_bytes) || open::former(home).is_some()
    }

    /// The findings when the file was damaged and had to be written anew; none if it was whole.
    pub fn salvaged(&self) -> Option<&Salvaged> {
        self.salvaged.as_ref()
    }

    /// Commits `writes` together, durably.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Failed`]: the store is to be opened anew, and whatever
    /// was read from it too.
    pub fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        if writes.is_empty() {
            return Ok(());
        }
        self.log.commit(&changes(writes))
    }

    /// Keeps room of the disk for commits to come, and for the store to be written anew.
    ///
    /// # Errors
    /// [`StoreError::Full`] if there is not so much; [`StoreError::Failed`].
    pub fn reserve(&mut self, room: Room) -> Result<(), StoreError> {
        self.log.reserve(room.commits, room.bytes)
    }

    /// Commits `writes` as [`DeviceStore::commit`] does, if need be in the room that is kept.
    ///
    /// # Errors
    /// As [`DeviceStore::commit`].
    pub fn commit_reserved(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        if writes.is_empty() {
            return Ok(());
        }
        self.log.commit_reserved(&changes(writes))
    }

    /// Commits `writes` as [`DeviceStore::commit_reserved`] does, and destroys the key under which everything
    /// lay until then: what they replace or remove rests nowhere in the folder readable, not even
    /// to who holds the store's key. As far as the disk lets a file be written over.
    ///
    /// # Errors
    /// As [`DeviceStore::commit`]. Either nothing was written, or all; then the next opening
    /// destroys the old key.
    pub fn commit_anew(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        self.log.commit_anew(&changes(writes))
    }

    /// One of the device's own settings.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it is not what was written, [`StoreError::Failed`] if it could not
    /// be read.
    pub fn setting(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.log.get(&Name::new(Table::Settings, key.as_bytes()))
    }

    /// Puts one of the device's own settings, durably.
    ///
    /// # Errors
    /// As [`DeviceStore::commit`].
    pub fn set(&mut self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let name = Name::new(Table::Settings, key.as_bytes());
        self.log.commit(&[(name, Some(value))])
    }

    /// The host's key, for a host that is to keep it in another way.
    pub fn key(&self) -> &StoreKey {
        self.log.host()
    }
}

fn changes(writes: &[Write]) -> Vec<NewValue<'_>> {
    let change = |write: &Write| Name::new(Table::Records, &write.key);
    writes
        .iter()
        .map(|write| (change(write), write.value.as_deref()))
        .collect()
}

impl Records for DeviceStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.log.get(&Name::new(Table::Records, key))
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        let names = self.log.keys(Table::Records, from, to).take(limit);
        let row = |name: &Name| Ok(self.log.get(name)?.map(|value| (name.key.clone(), value)));
        names.filter_map(|name| row(name).transpose()).collect()
    }

    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let names = self.log.keys(Table::Records, from, to).take(limit);
        Ok(names.map(|name| name.key.clone()).collect())
    }
}

/// The port is what the methods of the same names do.
impl Store for DeviceStore {
    fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        DeviceStore::commit(self, writes)
    }

    fn reserve(&mut self, room: Room) -> Result<(), StoreError> {
        DeviceStore::reserve(self, room)
    }

    fn commit_reserved(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        DeviceStore::commit_reserved(self, writes)
    }

    fn commit_anew(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        DeviceStore::commit_anew(self, writes)
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        DeviceStore::setting(self, name)
    }

    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        DeviceStore::set(self, name, value)
    }

    fn rebuilt(&self) -> Option<Rebuilt> {
        self.salvaged.as_ref().map(|salvaged| Rebuilt {
            kept: salvaged.kept.display().to_string(),
            unreadable: salvaged.unreadable,
        })
    }
}

#[cfg(any(test, feature = "harm"))]
#[expect(clippy::expect_used, reason = "only tests do harm")]
impl DeviceStore {
    /// Flips a bit of a row's value wherever it lies in the file.
    ///
    /// # Panics
    /// If there is no such row, or its file cannot be written.
    pub fn spoil(&mut self, key: &[u8]) {
        let name = Name::new(Table::Records, key);
        self.log.spoil(&name).expect("a row in a file");
    }
}

#[cfg(test)]
mod tests;
