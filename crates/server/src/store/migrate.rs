//! A data folder of the format before is made into one of this format.
//!
//! | step | `FORMAT` says |
//! | --- | --- |
//! | the folder is copied to `before-format-3.new`, synced, renamed to `before-format-3` | 2 |
//! | the records are made anew, in transactions of a bounded size | 2-to-3 |
//! | done | 3 |
//!
//! A copy that fails, on a full disk for example, is removed again and has changed nothing. Whatever
//! is cut off goes on with the next start. The program of the format before refuses `2-to-3`. The
//! copy stays until somebody deletes it; it opens with the program that wrote it.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use alleyway_core::store::{Store as _, StoreError};
use alleyway_files::{create_empty, make_folder, sync_folder};
use alleyway_ledger::Migration;

use super::TownStore;
use super::engine::Engine;
use super::error::OpenError;
use super::folder::{DataFolder, FORMAT_VERSION, Format};

/// The copy of the folder as it was.
const COPY: &str = "before-format-3";
const COPY_UNFINISHED: &str = "before-format-3.new";
/// Transactions between two lines in the log.
const LOGGED_EVERY: u64 = 100;

/// Copies a folder of the format before, if that was not done yet, and says in `FORMAT` that it is
/// being migrated.
///
/// # Errors
/// [`OpenError::NotCopied`] or [`OpenError::CopyInTheWay`]; the folder is as it was then.
pub(super) fn prepare(folder: &DataFolder, format: Format) -> Result<(), OpenError> {
    if format != Format::Before {
        return Ok(());
    }
    let path = folder.path().to_owned();
    let not_copied = |source| OpenError::NotCopied {
        folder: path.clone(),
        source,
    };
    let (copy, unfinished) = (path.join(COPY), path.join(COPY_UNFINISHED));
    if copy.exists() {
        // A copy of what is here now: the migration was cut off right behind it.
        let same = read(&copy.join("high-water"))
            .and_then(|copied| Ok(copied == read(&folder.high_water())?));
        if !same.map_err(not_copied)? {
            return Err(OpenError::CopyInTheWay(copy));
        }
    } else {
        tell(
            "the data folder has an older format: it is copied to before-format-3 before it is migrated",
            0,
        );
        let copied = remove(&unfinished)
            .and_then(|()| copy_folder(&path, &unfinished))
            .and_then(|()| {
                fs::rename(&unfinished, &copy)?;
                sync_folder(&path)
            });
        if let Err(error) = copied {
            // As much room as there was before.
            let _ = remove(&unfinished);
            return Err(not_copied(error));
        }
    }
    folder.write_format(Format::Migrating)
}

/// Says how far it is: in a server's log; to whoever runs another command, which has none, on stderr.
fn tell(what: &str, records: u64) {
    if tracing::dispatcher::has_been_set() {
        tracing::info!(records, format = FORMAT_VERSION, "{what}");
    } else if records == 0 {
        eprintln!("{what}");
    } else {
        eprintln!("{what}; records: {records}");
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Copies files and folders, durably. Sockets, the lock and copies themselves are left out.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    make_folder(to)?;
    for entry in from.read_dir()? {
        let (entry, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let kind = fs::metadata(&entry)?.file_type();
        let is_copy = name
            .to_str()
            .is_some_and(|name| name.starts_with("before-format-"));
        if kind.is_dir() && !is_copy {
            copy_folder(&entry, &to.join(name))?;
        } else if kind.is_file() && name != "LOCK" {
            let mut target = create_empty(&to.join(name))?;
            io::copy(&mut File::open(&entry)?, &mut target)?;
            target.sync_all()?;
        }
    }
    sync_folder(to)
}

impl<E: Engine> TownStore<E> {
    /// Makes the records anew. Every record was read and found sound before.
    ///
    /// # Errors
    /// [`OpenError::NotMigrated`]; the next start goes on.
    pub(super) fn migrate(&mut self) -> Result<(), OpenError> {
        let folder = self.folder.path().to_owned();
        let failed = |source: StoreError| OpenError::NotMigrated {
            folder: folder.clone(),
            source,
        };
        let (mut migration, mut transactions, mut written) = (Migration::default(), 0_u64, 0_u64);
        while let Some(transaction) = migration.step(self, self.tail.reach).map_err(failed)? {
            self.commit(&transaction).map_err(failed)?;
            transactions += 1;
            written += transaction.writes.len() as u64;
            if transactions.is_multiple_of(LOGGED_EVERY) {
                tell("the data folder is being migrated", written);
            }
        }
        self.folder.write_format(Format::Present)?;
        tell(
            "the data folder was migrated; before-format-3 in it holds the old one, with document keys",
            written,
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests;
