//! A folder of backups: chunks that several manifests share, and the manifests.
//!
//! Everything is written under another name, synced, renamed, and the folder's names are synced: what
//! has its name is whole. Nothing that an older manifest needs is changed or removed before the new
//! one counts, so a backup that fails leaves the older ones as they were.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use alleyway_files::{Draft, UNFINISHED, read_bounded};

use super::chunks::{CHUNK_BYTES_MAX, Chunk, ChunkName, is_named};
use super::error::BackupError;
use super::manifest::{MANIFEST_BYTES_MAX, Manifest};
use crate::secrets::random;

/// The end of a manifest's name.
const MANIFEST: &str = ".manifest";

/// The file that names the folder; in the folder of its keys: whose keys they are.
pub(super) const ID: &str = "ID";
/// The longest such name, in bytes.
pub(super) const ID_BYTES_MAX: u64 = 64;

/// How bytes get into a file: a test has a disk that fills up.
pub(super) type Fill = Box<dyn Fn(&mut File, &[u8]) -> io::Result<()> + Send>;

/// A folder of backups.
pub(super) struct BackupFolder {
    path: PathBuf,
    fill: Fill,
    /// Held while a backup is made; the system releases it.
    _lock: Option<File>,
}

impl BackupFolder {
    /// The folder, to read.
    pub(super) fn open(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            fill: fill(),
            _lock: None,
        }
    }

    /// Takes the folder to write, and makes it if it is not there.
    pub(super) fn take(path: &Path, fill: Fill) -> Result<Self, BackupError> {
        for folder in [path.to_owned(), path.join("chunks"), path.join("manifests")] {
            make_folder(&folder)?;
        }
        let lock = path.join("LOCK");
        match alleyway_files::lock(&lock) {
            Ok(lock) => Ok(Self {
                path: path.to_owned(),
                fill,
                _lock: Some(lock),
            }),
            Err(TryLockError::WouldBlock) => Err(BackupError::UnderWay(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(BackupError::io(&lock)(error)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn manifests(&self) -> PathBuf {
        self.path.join("manifests")
    }

    fn chunk_folder(&self, name: &ChunkName) -> PathBuf {
        self.path
            .join("chunks")
            .join(name.blake3.get(..2).unwrap_or("00"))
    }

    fn chunk(&self, name: &ChunkName) -> PathBuf {
        self.chunk_folder(name).join(&name.blake3)
    }

    fn manifest(&self, name: &str) -> PathBuf {
        self.manifests().join(format!("{name}{MANIFEST}"))
    }

    /// The folder's id, wherever it is moved; drawn for the first backup in it.
    pub(super) fn id(&self) -> Result<String, BackupError> {
        let path = self.path.join(ID);
        match read_bounded(&path, ID_BYTES_MAX) {
            Ok(id) => Ok(String::from_utf8_lossy(&id).into_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let id = hex::encode(random::<16>()?);
                write_whole(&path, id.as_bytes(), &self.fill)?;
                sync_folder(&self.path)?;
                Ok(id)
            }
            Err(error) => Err(BackupError::io(&path)(error)),
        }
    }

    /// Removes manifests that an attempt before this one left half written.
    pub(super) fn sweep(&self) -> Result<(), BackupError> {
        sweep(&self.manifests(), MANIFEST)
    }

    /// Writes a chunk, if the folder does not have it whole already. True if it was written.
    pub(super) fn put_chunk(&self, chunk: &Chunk) -> Result<bool, BackupError> {
        let path = self.chunk(&chunk.name);
        if fs::read(&path).is_ok_and(|bytes| bytes == chunk.bytes) {
            return Ok(false);
        }
        make_folder(&self.chunk_folder(&chunk.name))?;
        write_whole(&path, &chunk.bytes, &self.fill)?;
        Ok(true)
    }

    /// Makes the names of all chunks durable.
    pub(super) fn sync_chunks(&self, names: &[ChunkName]) -> Result<(), BackupError> {
        let folders: BTreeSet<PathBuf> = names.iter().map(|name| self.chunk_folder(name)).collect();
        folders
            .iter()
            .map(PathBuf::as_path)
            .chain([self.path.join("chunks").as_path(), &self.path])
            .try_for_each(sync_folder)
    }

    /// A chunk's bytes, which are those its name says.
    pub(super) fn read_chunk(&self, name: &ChunkName) -> Result<Vec<u8>, BackupError> {
        let path = self.chunk(name);
        let bytes = match read_bounded(&path, CHUNK_BYTES_MAX as u64) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BackupError::ChunkMissing(path));
            }
            read => read.map_err(BackupError::io(&path))?,
        };
        if is_named(&bytes, name) {
            Ok(bytes)
        } else {
            Err(BackupError::ChunkDamaged(path))
        }
    }

    /// Writes a manifest: from now on there is this backup.
    pub(super) fn put_manifest(&self, manifest: &Manifest) -> Result<(), BackupError> {
        write_whole(
            &self.manifest(&manifest.name),
            &manifest.to_bytes(),
            &self.fill,
        )?;
        sync_folder(&self.manifests())
    }

    /// The names of all backups, the oldest first.
    pub(super) fn names(&self) -> Result<Vec<String>, BackupError> {
        names_ending(&self.manifests(), MANIFEST)
    }

    /// Reads a manifest.
    pub(super) fn read_manifest(&self, name: &str) -> Result<Manifest, BackupError> {
        let path = self.manifest(name);
        let none = || BackupError::NoBackup(self.path.clone(), Some(name.to_owned()));
        if !name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        {
            return Err(none());
        }
        let bytes = match read_bounded(&path, MANIFEST_BYTES_MAX) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(none()),
            read => read.map_err(BackupError::io(&path))?,
        };
        Manifest::from_bytes(&bytes, &path).and_then(|manifest| {
            if manifest.name == name {
                Ok(manifest)
            } else {
                Err(BackupError::Manifest(path))
            }
        })
    }

    /// The manifest of that name; of the newest backup if none is said.
    pub(super) fn choose(&self, name: Option<&str>) -> Result<Manifest, BackupError> {
        let name = match name {
            Some(name) => Some(name.to_owned()),
            None => self.names()?.pop(),
        };
        self.read_manifest(&name.ok_or_else(|| BackupError::NoBackup(self.path.clone(), None))?)
    }

    /// Removes backups beyond the newest `keep`, but never `newest`. What is left.
    pub(super) fn prune(&self, keep: usize, newest: &str) -> Result<BTreeSet<String>, BackupError> {
        let mut kept = self.names()?;
        let old: Vec<String> = kept
            .drain(..kept.len().saturating_sub(keep))
            .filter(|name| name != newest)
            .collect();
        for name in old {
            let path = self.manifest(&name);
            fs::remove_file(&path).map_err(BackupError::io(&path))?;
        }
        sync_folder(&self.manifests())?;
        Ok(kept.into_iter().chain([newest.to_owned()]).collect())
    }

    /// Removes every chunk that no manifest names. One that cannot be read names who knows what: then
    /// no chunk is removed.
    pub(super) fn prune_chunks(&self) -> Result<(), BackupError> {
        let mut named = BTreeSet::new();
        for name in self.names()? {
            let Ok(manifest) = self.read_manifest(&name) else {
                return Ok(());
            };
            named.extend(manifest.chunks.into_iter().map(|chunk| chunk.blake3));
        }
        let chunks = self.path.join("chunks");
        for folder in entries(&chunks)? {
            for chunk in entries(&folder)? {
                let is_named = chunk
                    .file_name()
                    .and_then(|name| name.to_str())
                    .is_some_and(|name| named.contains(name));
                if !is_named {
                    fs::remove_file(&chunk).map_err(BackupError::io(&chunk))?;
                }
            }
        }
        Ok(())
    }
}

/// Fills a file as it is meant to be.
pub(super) fn fill() -> Fill {
    Box::new(std::io::Write::write_all)
}

/// Makes a folder for this user alone.
pub(crate) fn make_folder(path: &Path) -> Result<(), BackupError> {
    alleyway_files::make_folder(path).map_err(BackupError::io(path))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), BackupError> {
    alleyway_files::sync_folder(path).map_err(BackupError::io(path))
}

/// Writes a file of mode 0600: it has its name once it is whole and on the disk. The name is durable
/// once the folder is synced.
pub(super) fn write_whole(path: &Path, bytes: &[u8], fill: &Fill) -> Result<(), BackupError> {
    Draft::fill(path, |file| fill(file, bytes))
        .and_then(Draft::rename)
        .map(drop)
        .map_err(BackupError::io(path))
}

/// Removes the files in a folder that were to end so, and were cut off while they were written.
pub(super) fn sweep(folder: &Path, end: &str) -> Result<(), BackupError> {
    let unfinished = format!("{end}{UNFINISHED}");
    for name in names_ending(folder, &unfinished)? {
        let path = folder.join(format!("{name}{unfinished}"));
        fs::remove_file(&path).map_err(BackupError::io(&path))?;
    }
    Ok(())
}

/// The names in a folder that end so, without that end, in order; none if there is no folder.
pub(super) fn names_ending(folder: &Path, end: &str) -> Result<Vec<String>, BackupError> {
    let mut names: Vec<String> = entries(folder)?
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.strip_suffix(end)?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let list = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        list => list.map_err(BackupError::io(folder))?,
    };
    list.map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()
        .map_err(BackupError::io(folder))
}
