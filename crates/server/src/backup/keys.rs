//! The document keys' own files, apart from the backup.
//!
//! `NAME.keys` is a line that names the town and how many keys there are, the keys (32 bytes each),
//! and the BLAKE3 of all that. Copied after the ledger, it holds every key that the ledger's records
//! need. It lives as long as `--keep` says: a key that is destroyed is gone from the last backup too
//! once these files have been replaced.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use alleyway_core::id::TownId;
use alleyway_files::read_bounded;
use zeroize::Zeroizing;

use super::error::BackupError;
use super::folder::{
    BackupFolder, Fill, ID, ID_BYTES_MAX, make_folder, names_ending, sweep, sync_folder,
    write_whole,
};
use super::manifest::Manifest;

const END: &str = ".keys";
/// The longest file, in bytes: 32 million documents.
const KEYS_BYTES_MAX: u64 = 1024 * 1024 * 1024;
const KEY_BYTES: usize = 32;

/// The document keys of a backup.
pub(super) struct DocumentKeys(Zeroizing<Vec<u8>>);

impl DocumentKeys {
    pub(super) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The keys, slot by slot.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// A slot's key; none if it was destroyed or never stood.
    pub(super) fn key(&self, slot: u64) -> Option<[u8; KEY_BYTES]> {
        let at = usize::try_from(slot).ok()?.checked_mul(KEY_BYTES)?;
        let key: [u8; KEY_BYTES] = self
            .0
            .get(at..at.checked_add(KEY_BYTES)?)?
            .try_into()
            .ok()?;
        (key != [0; KEY_BYTES]).then_some(key)
    }
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{END}"))
}

fn head(town: TownId, bytes: &[u8]) -> String {
    format!(
        "alleyway backup keys 1 {town} {}\n",
        bytes.len() / KEY_BYTES
    )
}

/// Notes in the keys' folder which backups it belongs to. Another's is refused, for the keys of what
/// is not in these backups are cleared away; and an empty one if there are backups, whose keys are
/// then elsewhere: on a disk that is not mounted, as likely as not. What an attempt before this one
/// left half written is removed, for it holds keys.
pub(super) fn belong(
    folder: &Path,
    backups: &BackupFolder,
    fill: &Fill,
) -> Result<(), BackupError> {
    make_folder(folder)?;
    let path = folder.join(ID);
    let id = backups.id()?;
    match read_bounded(&path, ID_BYTES_MAX) {
        Ok(noted) if noted == id.as_bytes() => {}
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(BackupError::io(&path)(error));
        }
        Err(_) if names_ending(folder, END)?.is_empty() => {
            if !backups.names()?.is_empty() {
                return Err(BackupError::KeysElsewhere(folder.to_owned()));
            }
            write_whole(&path, id.as_bytes(), fill)?;
            sync_folder(folder)?;
        }
        _ => return Err(BackupError::AnotherFolder(folder.to_owned())),
    }
    sweep(folder, END)
}

/// Writes a backup's keys, durably.
pub(super) fn write(
    folder: &Path,
    name: &str,
    town: TownId,
    keys: &DocumentKeys,
    fill: &Fill,
) -> Result<(), BackupError> {
    make_folder(folder)?;
    let mut file = Zeroizing::new(head(town, keys.bytes()).into_bytes());
    file.extend_from_slice(keys.bytes());
    let sum = blake3::hash(&file);
    file.extend_from_slice(sum.as_bytes());
    write_whole(&path(folder, name), &file, fill)?;
    sync_folder(folder)
}

/// Reads a backup's keys: of its town, all of them.
pub(super) fn read(folder: &Path, manifest: &Manifest) -> Result<DocumentKeys, BackupError> {
    let path = path(folder, &manifest.name);
    let file = match read_bounded(&path, KEYS_BYTES_MAX) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(BackupError::KeysMissing(path));
        }
        read => Zeroizing::new(read.map_err(BackupError::io(&path))?),
    };
    let wrong = || BackupError::Keys(path.clone());
    let (body, sum) = file.split_last_chunk::<32>().ok_or_else(wrong)?;
    if blake3::hash(body).as_bytes() != sum {
        return Err(wrong());
    }
    let length = body
        .iter()
        .position(|byte| *byte == b'\n')
        .map(|at| at + 1)
        .ok_or_else(wrong)?;
    let (line, keys) = body.split_at_checked(length).ok_or_else(wrong)?;
    let whole =
        (keys.len() / KEY_BYTES) as u64 == manifest.keys && keys.len().is_multiple_of(KEY_BYTES);
    let town = manifest.town().ok_or_else(wrong)?;
    if !whole || line != head(town, keys).as_bytes() {
        return Err(wrong());
    }
    Ok(DocumentKeys(Zeroizing::new(keys.to_vec())))
}

/// Removes the keys of all but these backups, and so of attempts that came to no backup.
pub(super) fn prune(folder: &Path, backups: &BTreeSet<String>) -> Result<(), BackupError> {
    for name in names_ending(folder, END)?
        .iter()
        .filter(|name| !backups.contains(*name))
    {
        let path = path(folder, name);
        std::fs::remove_file(&path).map_err(BackupError::io(&path))?;
    }
    sync_folder(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::folder::fill;
    use crate::backup::manifest::sample;

    fn keys(count: usize) -> DocumentKeys {
        DocumentKeys(Zeroizing::new(
            (0..count)
                .flat_map(|at| [u8::try_from(at).unwrap(); KEY_BYTES])
                .collect(),
        ))
    }

    #[test]
    fn keys_are_read_back_for_their_own_backup_only() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = Manifest {
            keys: 3,
            ..sample()
        };
        let town = manifest.town().unwrap();
        write(folder.path(), &manifest.name, town, &keys(3), &fill()).unwrap();
        let read_back = read(folder.path(), &manifest).unwrap();
        assert_eq!(
            (read_back.key(0), read_back.key(2), read_back.key(3)),
            (None, Some([2; 32]), None)
        );
        let other_town = Manifest {
            town: TownId([9; 16]).to_string(),
            ..manifest.clone()
        };
        assert!(matches!(
            read(folder.path(), &other_town),
            Err(BackupError::Keys(_))
        ));
        assert!(matches!(
            read(
                folder.path(),
                &Manifest {
                    keys: 4,
                    ..manifest.clone()
                }
            ),
            Err(BackupError::Keys(_))
        ));
        let other_name = Manifest {
            name: "x".to_owned(),
            ..manifest.clone()
        };
        assert!(matches!(
            read(folder.path(), &other_name),
            Err(BackupError::KeysMissing(_))
        ));
        let file = path(folder.path(), &manifest.name);
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[90] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert!(matches!(
            read(folder.path(), &manifest),
            Err(BackupError::Keys(_))
        ));
    }

    #[test]
    fn keys_of_no_backup_go() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c", "d"] {
            write(folder.path(), name, TownId([1; 16]), &keys(1), &fill()).unwrap();
        }
        prune(
            folder.path(),
            &["a".to_owned(), "d".to_owned(), "e".to_owned()].into(),
        )
        .unwrap();
        assert_eq!(names_ending(folder.path(), END).unwrap(), ["a", "d"]);
    }
}
