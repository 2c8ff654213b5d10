//! All rows of a store's file, as they lie in it: sealed.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use alleyway_core::store::StoreError;
use redb::{Builder, Database, ReadableDatabase, ReadableTable, TableError};

use super::{CACHE_BYTES_MAX, RECORDS, SETTINGS, begin_write, failed};

/// A file's rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) records: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(super) settings: BTreeMap<String, Vec<u8>>,
}

/// A row put, or taken away: what a commit does to the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// A row of the replica; none if it is taken away.
    Record(Vec<u8>, Option<Vec<u8>>),
    /// A setting.
    Setting(String, Vec<u8>),
}

impl Rows {
    /// Reads all of a file.
    pub(super) fn read(database: &Database) -> Result<Self, StoreError> {
        let transaction = database.begin_read().map_err(failed)?;
        let mut rows = Self::default();
        match transaction.open_table(SETTINGS) {
            Ok(table) => {
                for row in table.iter().map_err(failed)? {
                    let (key, value) = row.map_err(failed)?;
                    rows.settings
                        .insert(key.value().to_owned(), value.value().to_vec());
                }
            }
            Err(TableError::TableDoesNotExist(_)) => {}
            Err(error) => return Err(failed(error)),
        }
        match transaction.open_table(RECORDS) {
            Ok(table) => {
                for row in table.iter().map_err(failed)? {
                    let (key, value) = row.map_err(failed)?;
                    rows.records
                        .insert(key.value().to_vec(), value.value().to_vec());
                }
            }
            Err(TableError::TableDoesNotExist(_)) => {}
            Err(error) => return Err(failed(error)),
        }
        Ok(rows)
    }

    /// Makes a file of them, of mode 0600, durably.
    pub(super) fn write(self, path: &Path) -> Result<Database, StoreError> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(failed)?;
        let database = Builder::new()
            .set_cache_size(CACHE_BYTES_MAX)
            .create(path)
            .map_err(failed)?;
        let settings = self
            .settings
            .into_iter()
            .map(|(key, value)| Change::Setting(key, value));
        let records = self
            .records
            .into_iter()
            .map(|(key, value)| Change::Record(key, Some(value)));
        let changes: Vec<Change> = settings.chain(records).collect();
        put(&database, &changes)?;
        Ok(database)
    }
}

/// Puts changes into a file, durably, all or none.
pub(super) fn put(database: &Database, changes: &[Change]) -> Result<(), StoreError> {
    let transaction = begin_write(database)?;
    {
        let mut records = transaction.open_table(RECORDS).map_err(failed)?;
        let mut settings = transaction.open_table(SETTINGS).map_err(failed)?;
        for change in changes {
            match change {
                Change::Record(key, Some(value)) => {
                    records.insert(key.as_slice(), value.as_slice()).map(drop)
                }
                Change::Record(key, None) => records.remove(key.as_slice()).map(drop),
                Change::Setting(key, value) => {
                    settings.insert(key.as_str(), value.as_slice()).map(drop)
                }
            }
            .map_err(failed)?;
        }
    }
    transaction.commit().map_err(failed)
}
