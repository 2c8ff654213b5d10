//! The device's store: one redb file that only its owner can read.
//!
//! # Contract
//! * [`DeviceStore::commit`] applies all writes or none, and returns only when they would survive
//!   a power cut.
//! * One process holds the store; a second one is told so at once.
//! * The whole file is checked when it is opened: a damaged one is refused, never half read.
//! * The rows of the replica and the device's own settings lie in two tables, so that no key of
//!   one can be taken for a key of the other.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use alleyway_core::store::{Records, Row, StoreError, Write};
use redb::{Builder, Database, DatabaseError, Durability, ReadableDatabase, TableDefinition};
use thiserror::Error;

/// The rows of the replica.
const RECORDS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("records");
/// The device's own few rows.
const SETTINGS: TableDefinition<&str, &[u8]> = TableDefinition::new("settings");

/// The setting that holds [`FORMAT`], as four bytes, big end first.
const FORMAT_KEY: &str = "format";
/// The layout this version reads and writes.
pub const FORMAT: u32 = 1;
/// The file's name in the device's folder.
pub const FILE_NAME: &str = "device.redb";
/// What redb may keep in memory, in bytes; a device's whole store is a few MB.
const CACHE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Why a store was not opened.
#[derive(Debug, Error)]
pub enum OpenStoreError {
    /// Another process holds it.
    #[error("{0} is in use by another process")]
    Locked(PathBuf),
    /// The file is not what was written.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// A later version of the program wrote it.
    #[error("{path} has format {found}; this program knows formats up to {FORMAT}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// An earlier version of the program wrote it, and no conversion exists.
    #[error("{path} has the old format {found}; this program needs format {FORMAT}")]
    Older {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// The folder or the file cannot be used.
    #[error("{path}: {reason}")]
    Unusable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// An open store. Dropping it releases the file.
pub struct DeviceStore {
    database: Database,
}

impl std::fmt::Debug for DeviceStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceStore(…)")
    }
}

impl DeviceStore {
    /// Opens the store in the folder `home`; makes the folder (mode 0700) and an empty store
    /// (mode 0600) where there is none.
    ///
    /// # Errors
    /// See [`OpenStoreError`]; nothing was changed.
    pub fn open(home: &Path) -> Result<Self, OpenStoreError> {
        let path = home.join(FILE_NAME);
        let fresh = make_file(home, &path)?;
        let database = open_checked(&path)?;
        let store = Self { database };
        store.check_format(&path, fresh)?;
        Ok(store)
    }

    /// Whether the folder `home` holds a store.
    pub fn exists(home: &Path) -> bool {
        home.join(FILE_NAME).exists()
    }

    fn check_format(&self, path: &Path, fresh: bool) -> Result<(), OpenStoreError> {
        let damaged = |reason: String| OpenStoreError::Damaged { path: path.to_owned(), reason };
        match self.setting(FORMAT_KEY).map_err(|error| damaged(error.to_string()))? {
            // A crash between making the file and this row leaves an empty store, as fresh as none.
            None if fresh || self.is_empty() => self
                .set(FORMAT_KEY, &FORMAT.to_be_bytes())
                .map_err(|error| OpenStoreError::Unusable { path: path.to_owned(), reason: error.to_string() }),
            None => Err(damaged("the format row is missing".to_owned())),
            Some(bytes) => match <[u8; 4]>::try_from(bytes.as_slice()).map(u32::from_be_bytes) {
                Ok(FORMAT) => Ok(()),
                Ok(found) if found > FORMAT => Err(OpenStoreError::Newer { path: path.to_owned(), found }),
                Ok(found) => Err(OpenStoreError::Older { path: path.to_owned(), found }),
                Err(_) => Err(damaged("the format row is not a number".to_owned())),
            },
        }
    }

    fn is_empty(&self) -> bool {
        self.scan(&[], &[0xff; 64], 1).is_ok_and(|rows| rows.is_empty())
    }

    /// Commits `writes` together, durably.
    ///
    /// # Errors
    /// [`StoreError::Failed`]: nothing was written, and the program must end.
    pub fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        if writes.is_empty() {
            return Ok(());
        }
        let mut transaction = self.database.begin_write().map_err(failed)?;
        transaction.set_durability(Durability::Immediate).map_err(failed)?;
        {
            let mut table = transaction.open_table(RECORDS).map_err(failed)?;
            for write in writes {
                match &write.value {
                    Some(value) => table.insert(write.key.as_slice(), value.as_slice()).map(drop),
                    None => table.remove(write.key.as_slice()).map(drop),
                }
                .map_err(failed)?;
            }
        }
        transaction.commit().map_err(failed)
    }

    /// One of the device's own settings.
    ///
    /// # Errors
    /// [`StoreError::Failed`] if it could not be read.
    pub fn setting(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let transaction = self.database.begin_read().map_err(failed)?;
        let table = match transaction.open_table(SETTINGS) {
            Ok(table) => table,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        Ok(table.get(key).map_err(failed)?.map(|value| value.value().to_vec()))
    }

    /// Puts one of the device's own settings, durably.
    ///
    /// # Errors
    /// [`StoreError::Failed`] if it was not written.
    pub fn set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().map_err(failed)?;
        transaction.set_durability(Durability::Immediate).map_err(failed)?;
        transaction.open_table(SETTINGS).map_err(failed)?.insert(key, value).map_err(failed)?;
        transaction.commit().map_err(failed)
    }
}

impl Records for DeviceStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let transaction = self.database.begin_read().map_err(failed)?;
        let table = match transaction.open_table(RECORDS) {
            Ok(table) => table,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        Ok(table.get(key).map_err(failed)?.map(|value| value.value().to_vec()))
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let transaction = self.database.begin_read().map_err(failed)?;
        let table = match transaction.open_table(RECORDS) {
            Ok(table) => table,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut rows = Vec::new();
        for row in table.range(from..to).map_err(failed)?.take(limit) {
            let (key, value) = row.map_err(failed)?;
            rows.push((key.value().to_vec(), value.value().to_vec()));
        }
        Ok(rows)
    }
}

/// Makes folder and file where they are missing; whether the file is new. Both names are synced,
/// so that a store that was written to cannot vanish with its folder entry.
fn make_file(home: &Path, path: &Path) -> Result<bool, OpenStoreError> {
    let unusable = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| OpenStoreError::Unusable { path, reason: error.to_string() }
    };
    if !home.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(home).map_err(unusable(home))?;
        let parent = home.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(unusable(parent))?;
    }
    match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => {
            file.sync_all().map_err(unusable(path))?;
            File::open(home).and_then(|folder| folder.sync_all()).map_err(unusable(home))?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(unusable(path)(error)),
    }
}

/// Opens the file and checks every page of it.
fn open_checked(path: &Path) -> Result<Database, OpenStoreError> {
    let damaged = |reason: String| OpenStoreError::Damaged { path: path.to_owned(), reason };
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES_MAX).set_check_integrity_on_open(true);
    // redb asserts in places on a damaged file; that is an answer too, and not a crash of ours.
    let opened = catch_unwind(AssertUnwindSafe(|| builder.create(path)))
        .map_err(|_| damaged("its inner structure does not hold together".to_owned()))?;
    opened.map_err(|error| match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            OpenStoreError::Locked(path.to_owned())
        }
        DatabaseError::Storage(redb::StorageError::Io(error)) if error.kind() != io::ErrorKind::InvalidData => {
            OpenStoreError::Unusable { path: path.to_owned(), reason: error.to_string() }
        }
        other => damaged(other.to_string()),
    })
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(error.to_string())
}

#[cfg(test)]
mod tests;
