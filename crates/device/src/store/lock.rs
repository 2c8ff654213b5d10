//! One holder of a device's folder at a time.
//!
//! `flock` and not [`File::try_lock`], which Android does not have before Rust 1.98; and a table of
//! this process, for file systems on which a process does not lock itself out.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{FlockOperation, flock};

/// The file's name in the device's folder. It is empty.
pub(super) const FILE_NAME: &str = "device.lock";

/// A file, by device and number.
type Id = (u64, u64);

/// The lock files that this process holds.
static HELD: Mutex<BTreeSet<Id>> = Mutex::new(BTreeSet::new());

/// A held folder, until it is dropped or the process ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    id: Id,
}

impl Lock {
    /// Takes the lock; none if somebody else has it.
    pub(super) fn take(home: &Path) -> io::Result<Option<Self>> {
        let path = home.join(FILE_NAME);
        loop {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .mode(0o600)
                .open(&path)?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            let id = id(&file.metadata()?);
            // A wipe may have removed the file meanwhile: then this one locks nobody out.
            let there = fs::metadata(&path).ok();
            if there.is_some_and(|there| self::id(&there) == id) {
                let is_free = held().insert(id);
                return Ok(is_free.then(|| Self { file, id }));
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        held().remove(&self.id);
        // A child of this process that is being started still has the file: it must not hold the
        // lock too. What cannot be unlocked is when the file is closed.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

fn held() -> MutexGuard<'static, BTreeSet<Id>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn id(file: &fs::Metadata) -> Id {
    (file.dev(), file.ino())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time_and_the_next_one_behind_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap().unwrap();
        assert!(Lock::take(folder.path()).unwrap().is_none());
        drop(first);
        assert!(Lock::take(folder.path()).unwrap().is_some());
    }

    #[test]
    fn who_still_has_the_file_does_not_hold_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap().unwrap();
        let of_a_child = first.file.try_clone().unwrap();
        drop(first);
        assert!(Lock::take(folder.path()).unwrap().is_some());
        drop(of_a_child);
    }

    #[test]
    fn the_table_keeps_a_second_one_out_where_the_system_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap().unwrap();
        flock(&first.file, FlockOperation::Unlock).unwrap();
        assert!(Lock::take(folder.path()).unwrap().is_none());
    }
}
