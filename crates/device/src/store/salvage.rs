//! A file whose pages are damaged: what can be read of it is put into a new one.
//!
//! redb checks every page when the file is opened and refuses one that has changed. It is then read
//! without that check, row by row: every value has its own seal, so that whatever the damage made of
//! a row shows. The rows go into a new file as they are, unopened, and the old file stays beside it.
//!
//! A file that rotted after its process was killed cannot be read without redb's own recovery, which
//! refuses it: it is refused whole, and stays as it is.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use alleyway_core::store::StoreError;
use redb::{Builder, Database, ReadableDatabase, ReadableTable, TableError};

use super::open::{OpenStoreError, open_checked};
use super::{CACHE_BYTES_MAX, RECORDS, SETTINGS, begin_write, failed, record_place};
use crate::keys::StoreKey;
use crate::keys::file::sync_folder;

/// The name under which a damaged file is kept.
pub(super) const KEPT_NAME: &str = "device.redb.damaged";
/// The new file while it is written.
pub(super) const NEW_NAME: &str = "device.redb.new";

/// A file that was damaged and rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// Where the damaged file is kept.
    pub kept: PathBuf,
    /// Rows that were found and do not open.
    pub unreadable: usize,
}

/// All rows of a file, as they lie in it.
struct Rows {
    records: Vec<(Vec<u8>, Vec<u8>)>,
    settings: Vec<(String, Vec<u8>)>,
}

/// Rebuilds the file at `path`. The new one, open, and where the damaged one is kept; none if the
/// file is whole after all.
pub(super) fn rebuild(home: &Path, path: &Path) -> Result<(Database, Option<PathBuf>), OpenStoreError> {
    let (kept, beside) = (home.join(KEPT_NAME), home.join(NEW_NAME));
    let unusable = |error: std::io::Error| OpenStoreError::Unusable { path: kept.clone(), reason: error.to_string() };
    // A damaged file holds no lock: the folder's keeps a second process from doing the same.
    let folder = File::open(home).map_err(unusable)?;
    folder.try_lock().map_err(|_| OpenStoreError::Locked(path.to_owned()))?;
    let damaged = match open_checked(path) {
        Err(damaged @ OpenStoreError::Damaged { .. }) => damaged,
        other => return Ok((other?, None)),
    };
    // Opening writes to a file: it is a copy that is read, and the damaged one stays as it was found.
    remove(&beside).map_err(unusable)?;
    fs::copy(path, &beside).map_err(unusable)?;
    let rows = catch_unwind(AssertUnwindSafe(|| read(&beside))).ok().flatten();
    remove(&beside).map_err(unusable)?;
    let database = write(&beside, &rows.ok_or(damaged)?)
        .map_err(|error| OpenStoreError::Unusable { path: beside.clone(), reason: error.to_string() })?;
    // There is a store under the name at every moment.
    remove(&kept).and_then(|()| fs::hard_link(path, &kept)).map_err(unusable)?;
    fs::rename(&beside, path).map_err(unusable)?;
    sync_folder(home).map_err(OpenStoreError::Key)?;
    Ok((database, Some(kept)))
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn read(path: &Path) -> Option<Rows> {
    let database = Builder::new().set_cache_size(CACHE_BYTES_MAX).open(path).ok()?;
    let transaction = database.begin_read().ok()?;
    let mut rows = Rows { records: Vec::new(), settings: Vec::new() };
    for row in transaction.open_table(SETTINGS).ok()?.iter().ok()? {
        let (key, value) = row.ok()?;
        rows.settings.push((key.value().to_owned(), value.value().to_vec()));
    }
    match transaction.open_table(RECORDS) {
        Ok(table) => {
            for row in table.iter().ok()? {
                let (key, value) = row.ok()?;
                rows.records.push((key.value().to_vec(), value.value().to_vec()));
            }
        }
        Err(TableError::TableDoesNotExist(_)) => {}
        Err(_) => return None,
    }
    Some(rows)
}

fn write(path: &Path, rows: &Rows) -> Result<Database, StoreError> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    let database = Builder::new().set_cache_size(CACHE_BYTES_MAX).create(path).map_err(failed)?;
    let transaction = begin_write(&database)?;
    {
        let mut table = transaction.open_table(SETTINGS).map_err(failed)?;
        for (key, value) in &rows.settings {
            table.insert(key.as_str(), value.as_slice()).map_err(failed)?;
        }
        let mut table = transaction.open_table(RECORDS).map_err(failed)?;
        for (key, value) in &rows.records {
            table.insert(key.as_slice(), value.as_slice()).map_err(failed)?;
        }
    }
    transaction.commit().map_err(failed)?;
    Ok(database)
}

/// How many rows of the replica do not open.
pub(super) fn unreadable(database: &Database, key: &StoreKey) -> usize {
    rows_that(database, |place, value| key.open(&record_place(place), value).is_none()).count()
}

/// Whether any row of the replica opens with a key.
pub(super) fn opens_any(database: &Database, key: &StoreKey) -> bool {
    rows_that(database, |place, value| key.open(&record_place(place), value).is_some()).next().is_some()
}

fn rows_that(database: &Database, which: impl Fn(&[u8], &[u8]) -> bool) -> impl Iterator<Item = ()> {
    let table = database.begin_read().ok().and_then(|read| read.open_table(RECORDS).ok());
    let rows = table.and_then(|table| table.range::<&[u8]>(..).ok());
    rows.into_iter().flatten().flatten().filter(move |(place, value)| which(place.value(), value.value())).map(drop)
}
