//! Room on the disk: what is left of it, and when nothing more is taken.
//!
//! A commit that the disk refuses ends the process, for nobody knows what of it is there. So the
//! server stops taking while there is still room for what it has begun: below the reserve nothing is
//! handed in, below half of it nothing is noted at all; what is only read is answered as before. The
//! room is asked of the system before each group that would write (one `statvfs`, about a microsecond
//! beside a commit's milliseconds), so that taking goes on with the first request after there is room
//! again.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::store::Room;

/// How much a request may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// Nothing, or what has to be written whatever the room: that a device is stopped.
    Nothing,
    /// A few records, whatever was asked: what a device acknowledges, its scope.
    Little,
    /// Commands that are handed in.
    HandedIn,
}

/// The disk that a store is on.
#[derive(Debug)]
pub struct Disk {
    room: Arc<dyn Room>,
    reserve_bytes: u64,
    /// Whether the last look found too little room, so that each change is logged once.
    short: AtomicBool,
}

impl Disk {
    /// The disk of a store, of which `reserve_bytes` are to stay free.
    pub fn of(room: Arc<dyn Room>, reserve_bytes: u64) -> Self {
        Self {
            room,
            reserve_bytes,
            short: AtomicBool::new(false),
        }
    }

    /// A disk whose room is what `reading` says, in bytes; none if it cannot be known.
    pub fn with_reading(
        reserve_bytes: u64,
        reading: impl Fn() -> Option<u64> + Send + Sync + 'static,
    ) -> Self {
        Self::of(Arc::new(Reading(reading)), reserve_bytes)
    }

    /// A disk that nobody watches: for what an administrator does to a folder that is not served.
    pub fn unwatched() -> Self {
        Self::with_reading(0, || None)
    }

    /// The bytes that are to stay free.
    pub fn reserve_bytes(&self) -> u64 {
        self.reserve_bytes
    }

    /// The bytes that are free now for this process's user; none if the system does not say.
    pub fn free_bytes(&self) -> Option<u64> {
        self.room.free_bytes()
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

    /// The bytes that each part of the store takes up.
    pub fn used_bytes(&self) -> Vec<(&'static str, u64)> {
        self.room.used_bytes()
    }
}

/// A room of which only a number is known.
struct Reading<F>(F);

impl<F> fmt::Debug for Reading<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reading")
    }
}

impl<F: Fn() -> Option<u64> + Send + Sync> Room for Reading<F> {
    fn free_bytes(&self) -> Option<u64> {
        (self.0)()
    }

    fn used_bytes(&self) -> Vec<(&'static str, u64)> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::FolderRoom;

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
    fn a_folders_own_disk_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let disk = |reserve| Disk::of(Arc::new(FolderRoom::of(folder.path())), reserve);
        assert!(disk(0).free_bytes().is_some());
        assert!(
            !disk(1 << 62).has_room_for(Writes::HandedIn),
            "nobody has so much room"
        );
        assert!(disk(1).has_room_for(Writes::HandedIn));
    }
}
