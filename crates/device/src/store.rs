//! The device's store: a redb file, and beside it a journal and the data key.
//!
//! # Contract
//! * [`DeviceStore::commit`] applies all writes or none, and returns only when they would survive
//!   a power cut.
//! * One process holds the store; a second one is told so at once.
//! * Every value is sealed under the store's data key, bound to its row, and the data key under the
//!   host's ([`crate::keys`], `data_key`). Keys of rows are not sealed: they say that a document or
//!   a command is there, and which, not what it says.
//! * What a commit replaced may rest in the files, sealed. [`DeviceStore::commit_anew`] changes the
//!   data key, and nothing that was there before can be read again (`renewal`).
//! * A value that is not what was written is never returned: it is [`StoreError::Damaged`], and
//!   every other value can still be read. A file whose pages are damaged is rebuilt from the journal
//!   and its own leaves, and the damaged one kept beside it (`salvage`, `journal`, `leaves`).
//! * The rows of the replica and the device's own settings lie in two tables, so that no key of
//!   one can be taken for a key of the other.

mod data_key;
mod journal;
mod leaves;
mod open;
mod renewal;
mod rows;
mod salvage;
mod wipe;

use std::path::{Path, PathBuf};

use alleyway_client::store::{Rebuilt, Store};
use alleyway_core::store::{Records, Row, StoreError, Write};
use redb::{Database, Durability, ReadableDatabase, TableDefinition, TableError};

pub use open::{KeyFile, KeySource, OpenStoreError};
pub use salvage::Salvaged;
pub use wipe::wipe;

use crate::keys::StoreKey;
use journal::Journal;
use rows::{Change, Rows};

/// The rows of the replica.
const RECORDS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("records");
/// The rows of the replica, to be read.
type RecordsTable = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;
/// The device's own few rows.
const SETTINGS: TableDefinition<&str, &[u8]> = TableDefinition::new("settings");

/// The layout this version writes. The first one was not sealed; the second one had no row that says
/// of which incarnation the documents are, and is brought up to this one when it is opened.
pub const FORMAT: u32 = 3;
/// The oldest layout that is brought up to date.
const OLDEST_FORMAT: u32 = 2;
/// The file's name in the device's folder.
pub const FILE_NAME: &str = "device.redb";
/// What redb may keep in memory, in bytes; a device's whole store is a few MB.
const CACHE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bound into every seal: what this is, and the first layout that was sealed so.
const DOMAIN: &[u8] = b"alleyway device store 2";

/// A value's place, bound into its seal: a table, then the row's key.
fn place(table: u8, key: &[u8]) -> Vec<u8> {
    [DOMAIN, &[0, table], key].concat()
}

/// The place of a row of the replica.
fn record_place(key: &[u8]) -> Vec<u8> {
    place(b'r', key)
}

/// The place of a setting.
fn setting_place(key: &str) -> Vec<u8> {
    place(b's', key.as_bytes())
}

/// An open store. Dropping it releases the file.
pub struct DeviceStore {
    home: PathBuf,
    database: Database,
    /// The host's key, which seals the data key.
    host: StoreKey,
    /// The data key, which seals everything else.
    data: StoreKey,
    journal: Journal,
    salvaged: Option<Salvaged>,
}

impl std::fmt::Debug for DeviceStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceStore(…)")
    }
}

impl DeviceStore {
    /// Whether the folder `home` holds a store, or what is left of one.
    pub fn exists(home: &Path) -> bool {
        home.join(FILE_NAME).exists() || journal::is_there(home)
    }

    /// What was found when the file was damaged and had to be rebuilt; none if it was whole.
    pub fn salvaged(&self) -> Option<&Salvaged> {
        self.salvaged.as_ref()
    }

    /// Commits `writes` together, durably.
    ///
    /// # Errors
    /// [`StoreError::Failed`]: nothing was written, and the program must end.
    pub fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        if writes.is_empty() {
            return Ok(());
        }
        let seal = |write: &Write| {
            let seal = |value: &Vec<u8>| {
                self.data
                    .seal(&record_place(&write.key), value)
                    .map_err(failed)
            };
            Ok(Change::Record(
                write.key.clone(),
                write.value.as_ref().map(seal).transpose()?,
            ))
        };
        let changes = writes
            .iter()
            .map(seal)
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.put(&changes)
    }

    /// One of the device's own settings.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it is not what was written, [`StoreError::Failed`] if it could not
    /// be read.
    pub fn setting(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = raw_setting(&self.database, key)? else {
            return Ok(None);
        };
        let value = self.data.open(&setting_place(key), &sealed);
        value
            .map(Some)
            .ok_or_else(|| StoreError::Damaged(key.to_owned()))
    }

    /// Puts one of the device's own settings, durably.
    ///
    /// # Errors
    /// [`StoreError::Failed`] if it was not written.
    pub fn set(&mut self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let sealed = self.data.seal(&setting_place(key), value).map_err(failed)?;
        self.put(&[Change::Setting(key.to_owned(), sealed)])
    }

    /// The host's key, for a host that is to keep it in another way.
    pub fn key(&self) -> &StoreKey {
        &self.host
    }

    /// Into the journal first: it is never behind the database.
    fn put(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.journal.append(changes).map_err(failed)?;
        if let Err(error) = rows::put(&self.database, changes) {
            self.journal.retract();
            return Err(error);
        }
        if self.journal.is_long()
            && let Ok(short) = Journal::make(&self.home, &Rows::read(&self.database)?)
        {
            // Else the long one goes on, and the next commit tries again.
            self.journal = short;
        }
        Ok(())
    }

    fn records(&self) -> Result<Option<RecordsTable>, StoreError> {
        match self
            .database
            .begin_read()
            .map_err(failed)?
            .open_table(RECORDS)
        {
            Ok(table) => Ok(Some(table)),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn opened(&self, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.data
            .open(&record_place(key), sealed)
            .ok_or_else(|| StoreError::damaged(key))
    }
}

/// A transaction that is durable when it is committed. Two phases: a page that rots later is then
/// told from a commit that was cut off, and never answered with the commit before.
fn begin_write(database: &Database) -> Result<redb::WriteTransaction, StoreError> {
    let mut transaction = database.begin_write().map_err(failed)?;
    transaction
        .set_durability(Durability::Immediate)
        .map_err(failed)?;
    transaction.set_two_phase_commit(true);
    Ok(transaction)
}

/// A setting as it lies in the file.
fn raw_setting(database: &Database, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let table = match database.begin_read().map_err(failed)?.open_table(SETTINGS) {
        Ok(table) => table,
        Err(TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    Ok(table
        .get(key)
        .map_err(failed)?
        .map(|value| value.value().to_vec()))
}

impl Records for DeviceStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(table) = self.records()? else {
            return Ok(None);
        };
        table
            .get(key)
            .map_err(failed)?
            .map(|sealed| self.opened(key, sealed.value()))
            .transpose()
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        let Some(table) = self.records()?.filter(|_| from < to) else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for row in table.range(from..to).map_err(failed)?.take(limit) {
            let (key, sealed) = row.map_err(failed)?;
            rows.push((
                key.value().to_vec(),
                self.opened(key.value(), sealed.value())?,
            ));
        }
        Ok(rows)
    }

    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let Some(table) = self.records()?.filter(|_| from < to) else {
            return Ok(Vec::new());
        };
        let rows = table.range(from..to).map_err(failed)?.take(limit);
        rows.map(|row| Ok(row.map_err(failed)?.0.value().to_vec()))
            .collect()
    }
}

/// The port is what the methods of the same names do.
impl Store for DeviceStore {
    fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        DeviceStore::commit(self, writes)
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

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(error.to_string())
}

#[cfg(any(test, feature = "harm"))]
#[expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "only tests do harm"
)]
impl DeviceStore {
    /// Flips a bit of a row's value as it lies in the file.
    pub fn spoil(&self, key: &[u8]) {
        use redb::ReadableTable;

        let transaction = begin_write(&self.database).unwrap();
        {
            let mut table = transaction.open_table(RECORDS).unwrap();
            let mut sealed = table.get(key).unwrap().unwrap().value().to_vec();
            *sealed.last_mut().unwrap() ^= 1;
            table.insert(key, sealed.as_slice()).unwrap();
        }
        transaction.commit().unwrap();
    }
}

#[cfg(test)]
mod tests;
