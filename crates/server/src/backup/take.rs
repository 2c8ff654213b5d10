//! A backup from its beginning to its end.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::copy::{Copy, Source, copy};
use super::error::BackupError;
use super::folder::{BackupFolder, Fill, fill};
use super::last::LastBackup;
use super::manifest::Manifest;
use super::{keys, verify};

/// Backups kept if nothing else is said.
pub const KEEP_DEFAULT: usize = 14;

/// Devices noted in one request, so that others' go in between.
const DEVICES_AT_ONCE: usize = 500;

/// The request for a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupRequest {
    /// The folder of the backups.
    pub to: PathBuf,
    /// The folder of the document keys.
    pub keys: PathBuf,
    /// Backups, and keys, kept.
    pub keep: usize,
}

/// The outcome of a backup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUp {
    /// Its name.
    pub name: String,
    /// When it was made (RFC 3339).
    pub taken: String,
    /// The last sequence in it.
    pub sequence: u64,
    /// Entries in it.
    pub entries: u64,
    /// Chunks it is made of.
    pub chunks: u64,
    /// Those that were written; the others were there.
    pub new_chunks: u64,
    /// Bytes of all chunks.
    pub bytes: u64,
    /// Bytes that were written.
    pub new_bytes: u64,
    /// Document keys that were written, those drawn in advance too.
    pub keys: u64,
    /// Devices that heard, or will hear, that what they handed in is in a backup.
    pub devices: u64,
    /// Why older backups were not cleared away; the new one counts all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_cleared: Option<String>,
}

/// Makes a backup. It counts, and the ledger is told, only once it was read back and found whole.
pub(crate) fn take(source: &Source, request: &BackupRequest) -> Result<BackedUp, BackupError> {
    take_with(source, request, fill, None)
}

/// The same, with what becomes of files: `fill` of the backup's, `fill_keys` of the keys'.
pub(super) fn take_with(
    source: &Source,
    request: &BackupRequest,
    fill: impl Fn() -> Fill,
    between: Option<&dyn Fn()>,
) -> Result<BackedUp, BackupError> {
    let BackupRequest {
        to,
        keys: keys_folder,
        keep,
    } = request;
    let data = &source.data;
    for (a, b) in [(to, keys_folder), (data, to), (data, keys_folder)] {
        apart(a, b)?;
    }
    let folder = BackupFolder::take(to, fill())?;
    same_town(source, &folder)?;
    keys::belong(keys_folder, &folder, &fill())?;
    folder.sweep()?;
    let Copy {
        manifest,
        keys,
        written,
    } = copy(source, &folder)?;
    folder.sync_chunks(&manifest.chunks)?;
    if let Some(between) = between {
        between();
    }
    let mut verified = 0;
    verify::verify(&folder, &manifest, &mut |entries| {
        let more = entries.len() as u64;
        source.progress.count("verified", verified, more);
        verified += more;
        Ok(())
    })?;
    let town = manifest
        .town()
        .ok_or_else(|| BackupError::NotWhole(manifest.name.clone()))?;
    keys::write(keys_folder, &manifest.name, town, &keys, &fill())?;
    if keys::read(keys_folder, &manifest)?.bytes() != keys.bytes() {
        return Err(BackupError::NotWhole(manifest.name));
    }
    folder.put_manifest(&manifest)?;
    if folder.read_manifest(&manifest.name)? != manifest {
        return Err(BackupError::NotWhole(manifest.name));
    }
    count(source, &manifest)?;
    let cleared = clear(&folder, keys_folder, *keep, &manifest.name);
    let new = manifest
        .chunks
        .iter()
        .filter(|chunk| written.contains(&chunk.blake3));
    let new: Vec<u64> = new.map(|chunk| chunk.bytes).collect();
    Ok(BackedUp {
        sequence: manifest.sequence,
        entries: manifest.entries,
        chunks: manifest.chunks.len() as u64,
        new_chunks: new.len() as u64,
        bytes: manifest.chunks.iter().map(|chunk| chunk.bytes).sum(),
        new_bytes: new.iter().sum(),
        keys: manifest.keys,
        devices: manifest.devices.len() as u64,
        not_cleared: cleared.err().map(|error| error.to_string()),
        name: manifest.name,
        taken: manifest.taken,
    })
}

/// The backup is whole: devices need not keep for the server what is in it.
fn count(source: &Source, manifest: &Manifest) -> Result<(), BackupError> {
    let held = manifest
        .held()
        .ok_or_else(|| BackupError::NotWhole(manifest.name.clone()))?;
    for some in held.chunks(DEVICES_AT_ONCE) {
        let some = some.to_vec();
        source.ask(move |desk| desk.ledger.cover(desk.store, &some).map(drop))?;
    }
    let last = LastBackup {
        name: manifest.name.clone(),
        taken: manifest.taken.clone(),
        sequence: manifest.sequence,
    };
    last.keep(&source.data)
}

/// Clears away the backups beyond the newest `keep`, their keys, and what only they were made of.
fn clear(
    folder: &BackupFolder,
    keys_folder: &Path,
    keep: usize,
    newest: &str,
) -> Result<(), BackupError> {
    keys::prune(keys_folder, &folder.prune(keep, newest)?)?;
    folder.prune_chunks()
}

/// One folder holds one town's backups: clearing away the old ones would else clear away another's.
fn same_town(source: &Source, folder: &BackupFolder) -> Result<(), BackupError> {
    let town = source.town;
    // One that cannot be read says nothing.
    let names = folder.names()?;
    let mut manifests = names
        .iter()
        .rev()
        .filter_map(|name| folder.read_manifest(name).ok());
    match manifests.next() {
        Some(manifest) if manifest.town() != Some(town) => {
            Err(BackupError::AnotherTown(folder.path().to_owned()))
        }
        _ => Ok(()),
    }
}

/// Neither folder is the other, or lies in it.
fn apart(a: &Path, b: &Path) -> Result<(), BackupError> {
    let (real_a, real_b) = (resolved(a), resolved(b));
    if real_a.starts_with(&real_b) || real_b.starts_with(&real_a) {
        return Err(BackupError::NotApart(a.to_owned(), b.to_owned()));
    }
    Ok(())
}

/// A path without links, as far as it exists.
pub(super) fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = path.ancestors().find_map(|above| {
        let real = above.canonicalize().ok()?;
        Some(
            path.strip_prefix(above)
                .map_or(real.clone(), |rest| real.join(rest)),
        )
    });
    let mut plain = PathBuf::new();
    for part in real.unwrap_or(path).components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
