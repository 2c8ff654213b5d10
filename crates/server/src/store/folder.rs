//! The data folder: its lock, its format, its paths.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use alleyway_core::id::TownId;
use alleyway_files::{Draft, make_folder, sync_folder};

use super::error::OpenError;

/// The version of the folder's layout and records that this program reads and writes.
pub(super) const FORMAT_VERSION: u32 = 3;
/// The one before it, which is migrated.
const FORMAT_BEFORE: u32 = 2;

/// The content of `FORMAT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// The version before this program's.
    Before,
    /// Its migration has begun: the copy is complete.
    Migrating,
    /// This program's.
    Present,
}

impl Format {
    fn word(self) -> String {
        match self {
            Self::Before => FORMAT_BEFORE.to_string(),
            Self::Migrating => format!("{FORMAT_BEFORE}-to-{FORMAT_VERSION}"),
            Self::Present => FORMAT_VERSION.to_string(),
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::Before, Self::Migrating, Self::Present]
            .into_iter()
            .find(|format| format.word() == word)
    }
}

/// A data folder that this process holds.
#[derive(Debug)]
pub(super) struct DataFolder {
    path: PathBuf,
    town: TownId,
    /// Held until the process ends or the store is dropped; the system releases it then.
    _lock: File,
}

impl DataFolder {
    /// Takes an empty folder, or makes one, for a new town. It counts as a data folder only once
    /// [`DataFolder::finish`] has written its format.
    pub(super) fn begin(path: &Path, town: TownId) -> Result<Self, OpenError> {
        let io = |error| OpenError::io(path, error);
        make_folder(path).map_err(io)?;
        let lock = lock(path)?;
        for entry in path.read_dir().map_err(io)? {
            if entry.map_err(io)?.file_name() != "LOCK" {
                return Err(OpenError::NotEmpty(path.to_owned()));
            }
        }
        let folder = Self {
            path: path.to_owned(),
            town,
            _lock: lock,
        };
        for inner in [folder.ledger(), folder.keys(), folder.security()] {
            make_folder(&inner).map_err(|error| OpenError::io(&inner, error))?;
        }
        Ok(folder)
    }

    /// Takes an existing data folder, of this format or of the one before.
    pub(super) fn take(path: &Path) -> Result<(Self, Format), OpenError> {
        read_format(path)?;
        let lock = lock(path)?;
        // Whoever held the lock may have migrated it.
        let (format, town) = read_format(path)?;
        let folder = Self {
            path: path.to_owned(),
            town,
            _lock: lock,
        };
        Ok((folder, format))
    }

    /// Writes the format, after everything else is durable: from now on there is a data folder.
    pub(super) fn finish(&self) -> Result<(), OpenError> {
        self.write_format(Format::Present)
    }

    /// Writes what the format has become, after everything else is durable.
    pub(super) fn write_format(&self, becomes: Format) -> Result<(), OpenError> {
        let io = |error| OpenError::io(&self.path, error);
        let text = format!("alleyway {}\n{}\n", becomes.word(), self.town);
        let draft = Draft::write(&self.path.join("FORMAT"), text.as_bytes()).map_err(io)?;
        for folder in [
            self.ledger(),
            self.keys(),
            self.security(),
            self.path.clone(),
        ] {
            sync_folder(&folder).map_err(io)?;
        }
        draft.rename().map_err(io)?;
        sync_folder(&self.path).map_err(io)?;
        self.path
            .canonicalize()
            .and_then(|path| path.parent().map_or(Ok(()), sync_folder))
            .map_err(io)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn town(&self) -> TownId {
        self.town
    }

    /// The engine's folder.
    pub(super) fn ledger(&self) -> PathBuf {
        self.path.join("ledger")
    }

    /// The folder of the document keys, apart from the ledger so that it is backed up apart.
    pub(super) fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    pub(super) fn slots(&self) -> PathBuf {
        self.keys().join("slots")
    }

    /// The folder of the security journal, which is not restored with the ledger.
    pub(super) fn security(&self) -> PathBuf {
        self.path.join("security")
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.security().join("journal")
    }

    pub(super) fn high_water(&self) -> PathBuf {
        self.path.join("high-water")
    }
}

fn lock(path: &Path) -> Result<File, OpenError> {
    alleyway_files::lock(&path.join("LOCK")).map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::Locked(path.to_owned()),
        TryLockError::Error(error) => OpenError::io(path, error),
    })
}

fn read_format(path: &Path) -> Result<(Format, TownId), OpenError> {
    let text = match std::fs::read_to_string(path.join("FORMAT")) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(OpenError::NotThere(path.to_owned()));
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(OpenError::io(path, error)),
    };
    let mut lines = text.lines();
    let word = lines
        .next()
        .and_then(|line| line.strip_prefix("alleyway "))
        .unwrap_or_default();
    if let (Some(format), Some(town)) = (Format::read(word), lines.next().and_then(TownId::parse)) {
        return Ok((format, town));
    }
    let folder = path.to_owned();
    match word.parse::<u32>() {
        Ok(found) if found < FORMAT_BEFORE => Err(OpenError::OlderFormat {
            folder,
            found,
            known: FORMAT_VERSION,
        }),
        Ok(found) if found > FORMAT_VERSION => Err(OpenError::NewerFormat {
            folder,
            found,
            known: FORMAT_VERSION,
        }),
        _ => Err(OpenError::FormatUnreadable(folder)),
    }
}
