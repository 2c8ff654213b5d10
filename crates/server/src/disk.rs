//! Room on the disk: what is left of it, and when nothing more is taken.
//!
//! A commit that the disk refuses ends the process, for nobody knows what of it is there. So the
//! server stops taking while there is still room for what it has begun: below the reserve nothing is
//! handed in, below half of it nothing is noted at all; what is only read is answered as before. The
//! room is asked of the system before each group that would write (one `statvfs`, about a microsecond
//! beside a commit's milliseconds), so that taking goes on with the first request after there is room
//! again.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::statvfs;

/// Folders of the data folder whose bytes are told apart; what else there is is small, or a copy
/// that a migration left.
pub const PARTS: [&str; 3] = ["ledger", "keys", "security"];
/// Files of one folder that are looked at; sled has a handful.
const FILES_MAX: usize = 4_096;

/// How much a request may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// Nothing, or what has to be written whatever the room: that a device is stopped.
    Nothing,
    /// A few records, whatever was asked: what a device acknowledges, its scope.
    Little,
    /// What is handed in.
    HandedIn,
}

type Reading = Box<dyn Fn() -> Option<u64> + Send + Sync>;

/// The disk that the data folder is on.
pub struct Disk {
    folder: PathBuf,
    reserve_bytes: u64,
    reading: Reading,
    /// Whether the last look found too little room, so that each change is logged once.
    short: AtomicBool,
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk")
            .field("reserve_bytes", &self.reserve_bytes)
            .finish_non_exhaustive()
    }
}

impl Disk {
    /// The disk of a folder, of which `reserve_bytes` are to stay free.
    pub fn of(folder: &Path, reserve_bytes: u64) -> Self {
        let asked = folder.to_owned();
        let reading = move || {
            let said = statvfs(&asked).ok()?;
            Some(said.f_bavail.saturating_mul(said.f_frsize))
        };
        Self {
            folder: folder.to_owned(),
            ..Self::with_reading(reserve_bytes, reading)
        }
    }

    /// A disk whose room is what `reading` says, in bytes; none if it cannot be known.
    pub fn with_reading(
        reserve_bytes: u64,
        reading: impl Fn() -> Option<u64> + Send + Sync + 'static,
    ) -> Self {
        Self {
            folder: PathBuf::new(),
            reserve_bytes,
            reading: Box::new(reading),
            short: AtomicBool::new(false),
        }
    }

    /// A disk that nobody watches: for what an administrator does to a folder that is not served.
    pub fn unwatched() -> Self {
        Self::with_reading(0, || None)
    }

    /// What is to stay free, in bytes.
    pub fn reserve_bytes(&self) -> u64 {
        self.reserve_bytes
    }

    /// What is free now for this process's user, in bytes; none if the system does not say.
    pub fn free_bytes(&self) -> Option<u64> {
        (self.reading)()
    }

    /// Whether there is room for what a request may write. A disk that says nothing about itself
    /// has room: the commit will tell.
    pub fn has_room_for(&self, writes: Writes) -> bool {
        let needed = match writes {
            Writes::Nothing => return true,
            Writes::Little => self.reserve_bytes / 2,
            Writes::HandedIn => self.reserve_bytes,
        };
        let Some(free) = self.free_bytes() else {
            return true;
        };
        self.tell(free);
        free >= needed
    }

    fn tell(&self, free_bytes: u64) {
        let short = free_bytes < self.reserve_bytes;
        if self.short.swap(short, Ordering::Relaxed) == short {
            return;
        }
        let reserve_bytes = self.reserve_bytes;
        if short {
            tracing::error!(
                free_bytes,
                reserve_bytes,
                "the disk is nearly full: nothing is taken in until there is room; make room on the data folder's disk"
            );
        } else {
            tracing::info!(
                free_bytes,
                reserve_bytes,
                "there is room on the disk again: what is handed in is taken"
            );
        }
    }

    /// What a part of the data folder takes up, in bytes; 0 if it cannot be read.
    pub fn used_bytes(&self, part: &str) -> u64 {
        files_bytes(&self.folder.join(part)).unwrap_or(0)
    }
}

/// The bytes of a folder's files, one level down too: sled keeps long values in a folder.
fn files_bytes(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0_u64;
    for entry in folder.read_dir()?.take(FILES_MAX) {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_dir() {
            let inner = entry.path().read_dir()?.take(FILES_MAX);
            bytes = inner
                .filter_map(|entry| entry.ok()?.metadata().ok())
                .fold(bytes, |sum, about| sum + about.len());
        } else {
            bytes += about.len();
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_the_reserve_nothing_is_handed_in_and_below_half_of_it_nothing_noted() {
        for (free, little, handed_in) in [
            (1_000, true, true),
            (999, true, false),
            (500, true, false),
            (499, false, false),
        ] {
            let disk = Disk::with_reading(1_000, move || Some(free));
            assert!(disk.has_room_for(Writes::Nothing));
            assert_eq!(disk.has_room_for(Writes::Little), little, "{free}");
            assert_eq!(disk.has_room_for(Writes::HandedIn), handed_in, "{free}");
        }
    }

    #[test]
    fn a_disk_that_says_nothing_and_one_without_a_reserve_have_room() {
        assert!(Disk::unwatched().has_room_for(Writes::HandedIn));
        assert!(Disk::with_reading(0, || Some(0)).has_room_for(Writes::HandedIn));
        assert!(Disk::with_reading(u64::MAX, || None).has_room_for(Writes::HandedIn));
    }

    #[test]
    fn a_folders_own_disk_is_asked_and_its_files_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("ledger/blobs")).unwrap();
        std::fs::write(folder.path().join("ledger/db"), [0; 1_000]).unwrap();
        std::fs::write(folder.path().join("ledger/blobs/1"), [0; 10]).unwrap();
        let disk = Disk::of(folder.path(), 1 << 62);
        assert!(disk.free_bytes().is_some());
        assert!(
            !disk.has_room_for(Writes::HandedIn),
            "nobody has so much room"
        );
        assert!(Disk::of(folder.path(), 1).has_room_for(Writes::HandedIn));
        assert_eq!(
            (disk.used_bytes("ledger"), disk.used_bytes("keys")),
            (1_010, 0)
        );
    }
}
