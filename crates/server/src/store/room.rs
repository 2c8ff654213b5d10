//! Where a store keeps its bytes, and how much room is left there.

use std::fmt;
use std::path::{Path, PathBuf};

use rustix::fs::statvfs;

/// Files of one folder that are looked at; sled has a handful.
const FILES_MAX: usize = 4_096;

/// Where a store keeps its bytes. Any thread may ask, while another has the store.
pub trait Room: fmt::Debug + Send + Sync {
    /// The room that is left for this process's user, in bytes; none if nobody can say.
    fn free_bytes(&self) -> Option<u64>;

    /// The bytes that each part of the store takes up, by the part's name; 0 if that cannot be read.
    fn used_bytes(&self) -> Vec<(&'static str, u64)>;
}

/// A data folder and its disk.
#[derive(Debug)]
pub struct FolderRoom {
    folder: PathBuf,
}

impl FolderRoom {
    /// Folders of the data folder whose bytes are told apart; what else there is is small, or a copy
    /// that a migration left.
    pub const PARTS: [&str; 3] = ["ledger", "keys", "security"];

    /// That of a data folder.
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }
}

impl Room for FolderRoom {
    fn free_bytes(&self) -> Option<u64> {
        let said = statvfs(&self.folder).ok()?;
        Some(said.f_bavail.saturating_mul(said.f_frsize))
    }

    fn used_bytes(&self) -> Vec<(&'static str, u64)> {
        let used = |part: &'static str| (part, files_bytes(&self.folder.join(part)).unwrap_or(0));
        Self::PARTS.map(used).to_vec()
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
    fn a_folders_files_are_counted_and_its_disk_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("ledger/blobs")).unwrap();
        std::fs::write(folder.path().join("ledger/db"), [0; 1_000]).unwrap();
        std::fs::write(folder.path().join("ledger/blobs/1"), [0; 10]).unwrap();
        let room = FolderRoom::of(folder.path());
        assert!(room.free_bytes().is_some());
        assert_eq!(
            room.used_bytes(),
            [("ledger", 1_010), ("keys", 0), ("security", 0)]
        );
        assert_eq!(
            FolderRoom::of(&folder.path().join("none")).free_bytes(),
            None
        );
    }
}
