//! A file whose pages are damaged is made anew.
//!
//! redb checks every page when the file is opened and refuses one that has changed. What cannot be
//! fetched again is then taken from the journal; of the other rows the journal has hashes, and what
//! lies in the damaged file (`leaves`) and has the right one is taken too. The rows go into a new file
//! as they are, unopened, and the old file stays beside it.
//!
//! Without a whole journal the file is refused, and stays as it is: nobody could tell its newest rows
//! from older ones. A file that is missing where there is a journal is as an empty one.

use std::fs::{self, File};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use redb::{Database, ReadableDatabase};

use super::journal::{self, Shadow};
use super::leaves;
use super::open::{OpenStoreError, open_checked};
use super::{RECORDS, record_place};
use crate::keys::StoreKey;
use crate::keys::file::sync_folder;

/// The name under which a damaged file is kept.
pub(super) const KEPT_NAME: &str = "device.redb.damaged";
/// The new file while it is written.
pub(super) const NEW_NAME: &str = "device.redb.new";

/// How much of a damaged file is looked at, in bytes; a device's whole store is a few MB.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// A file that was damaged and rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// Where the damaged file is kept.
    pub kept: PathBuf,
    /// Rows that were found and do not open.
    pub unreadable: usize,
}

/// Rebuilds the file at `path`. The new one, open, and where the damaged one is kept; none if the
/// file is whole after all.
pub(super) fn rebuild(
    home: &Path,
    path: &Path,
) -> Result<(Database, Option<PathBuf>), OpenStoreError> {
    let (kept, beside) = (home.join(KEPT_NAME), home.join(NEW_NAME));
    let unusable = |error: std::io::Error| OpenStoreError::Unusable {
        path: kept.clone(),
        reason: error.to_string(),
    };
    // A damaged file holds no lock: the folder's keeps a second process from doing the same.
    let folder = File::open(home).map_err(unusable)?;
    folder
        .try_lock()
        .map_err(|_| OpenStoreError::Locked(path.to_owned()))?;
    let damaged = match open_checked(path) {
        Err(damaged @ OpenStoreError::Damaged { .. }) => damaged,
        Ok(database) if is_emptied(home, &database) => OpenStoreError::Damaged {
            path: path.to_owned(),
            reason: "it is empty".to_owned(),
        },
        other => return Ok((other?, None)),
    };
    let shadow = Shadow::read(home).ok_or(damaged)?;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unusable)?;
    file.take(FILE_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(unusable)?;
    let rows = shadow.rows(leaves::rows(&bytes));
    remove(&beside).map_err(unusable)?;
    let database = rows
        .write(&beside)
        .map_err(|error| OpenStoreError::Unusable {
            path: beside.clone(),
            reason: error.to_string(),
        })?;
    // There is a store under the name at every moment.
    remove(&kept)
        .and_then(|()| fs::hard_link(path, &kept))
        .map_err(unusable)?;
    fs::rename(&beside, path).map_err(unusable)?;
    sync_folder(home).map_err(OpenStoreError::Key)?;
    Ok((database, Some(kept)))
}

/// Lets redb look at a damaged file: it asserts in places, and that is an answer too, not a crash
/// of ours. None if it did; nothing is printed then.
pub(super) fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    // What is told of panics is one for the whole process: one at a time changes it.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (usual, here) = (Arc::new(take_hook()), thread::current().id());
    let of_others = Arc::clone(&usual);
    set_hook(Box::new(move |info| {
        if thread::current().id() != here {
            of_others(info);
        }
    }));
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    drop(take_hook());
    if let Some(usual) = Arc::into_inner(usual) {
        set_hook(usual);
    }
    done
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether a file without rows held some: the journal, which is made after the first, is there.
pub(super) fn is_emptied(home: &Path, database: &Database) -> bool {
    is_blank(database) && journal::is_there(home)
}

/// Whether a file has no rows at all.
pub(super) fn is_blank(database: &Database) -> bool {
    database
        .begin_read()
        .ok()
        .and_then(|read| Some(read.list_tables().ok()?.next().is_none()))
        .unwrap_or(false)
}

/// How many rows of the replica do not open.
pub(super) fn unreadable(database: &Database, key: &StoreKey) -> usize {
    rows_that(database, |place, value| {
        key.open(&record_place(place), value).is_none()
    })
    .count()
}

/// Whether any row of the replica opens with a key.
pub(super) fn opens_any(database: &Database, key: &StoreKey) -> bool {
    rows_that(database, |place, value| {
        key.open(&record_place(place), value).is_some()
    })
    .next()
    .is_some()
}

fn rows_that(
    database: &Database,
    which: impl Fn(&[u8], &[u8]) -> bool,
) -> impl Iterator<Item = ()> {
    let table = database
        .begin_read()
        .ok()
        .and_then(|read| read.open_table(RECORDS).ok());
    let rows = table.and_then(|table| table.range::<&[u8]>(..).ok());
    rows.into_iter()
        .flatten()
        .flatten()
        .filter(move |(place, value)| which(place.value(), value.value()))
        .map(drop)
}
