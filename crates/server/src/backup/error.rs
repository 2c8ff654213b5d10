//! Why a backup was not made, is not whole, or was not restored.

use std::io;
use std::path::{Path, PathBuf};

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::backup as said;
use alleyway_core::store::StoreError;
use thiserror::Error;

use crate::problems::ProblemShown;
use crate::said::{Said, at, because, told};
use crate::secrets::SecretsError;
use crate::store::OpenError;
use crate::writer::AskError;

/// Why a backup was not made, is not whole, or was not restored. What was there before stays as it was.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The keys are to lie apart, and nothing in the data folder.
    NotApart(PathBuf, PathBuf),
    /// Another backup is made.
    UnderWay(PathBuf),
    /// The folder holds another town's backups.
    AnotherTown(PathBuf),
    /// The keys' folder is that of other backups: their keys would be cleared away.
    AnotherFolder(PathBuf),
    /// The keys' folder is empty, and there are backups, whose keys are elsewhere.
    KeysElsewhere(PathBuf),
    /// More was written meanwhile than is kept in memory.
    TooMuchWritten,
    /// There is no such backup.
    NoBackup(PathBuf, Option<String>),
    /// The manifest is not what was written.
    Manifest(PathBuf),
    /// The backup is of another version.
    Format {
        /// The manifest.
        path: PathBuf,
        /// The folder's format.
        found: u32,
        /// The format this program reads.
        known: u32,
    },
    /// A chunk is missing.
    ChunkMissing(PathBuf),
    /// A chunk is not what its name says.
    ChunkDamaged(PathBuf),
    /// The chunks are not the town's records.
    NotWhole(String),
    /// A value does not open.
    Unsound(String, ProblemShown),
    /// The keys' file is missing.
    KeysMissing(PathBuf),
    /// The keys' file is not what was written, or another's.
    Keys(PathBuf),
    /// The server's own keys are another's.
    AnotherServer(PathBuf),
    /// The new folder is not empty.
    NotEmpty(PathBuf),
    /// The security journal cannot be read.
    Journal {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file system refused.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The new folder was not made.
    Open(#[from] OpenError),
    /// The server's own keys.
    Secrets(#[from] SecretsError),
    /// The ledger.
    Store(#[from] StoreError),
    /// The writer.
    Ask(#[from] AskError),
    /// This store has no files.
    NoFiles,
}

impl BackupError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// The text, whose name is the stable code, and the values of its places.
    pub(crate) fn said(&self, lang: Lang) -> Said {
        match self {
            Self::NotApart(backup, keys) => (
                said::NOT_APART,
                vec![
                    ("backup", backup.display().to_string()),
                    ("keys", keys.display().to_string()),
                ],
            ),
            Self::UnderWay(path) => (said::UNDER_WAY, vec![at(path)]),
            Self::AnotherTown(path) => (said::ANOTHER_TOWN, vec![at(path)]),
            Self::AnotherFolder(path) => (said::KEYS_OF_OTHERS, vec![at(path)]),
            Self::KeysElsewhere(path) => (said::KEYS_ELSEWHERE, vec![at(path)]),
            Self::TooMuchWritten => (said::TOO_MUCH_WRITTEN, Vec::new()),
            Self::NoBackup(path, name) => {
                let name = name.as_ref().map(|name| format!(" {name}"));
                (
                    said::NO_BACKUP,
                    vec![at(path), ("name", name.unwrap_or_default())],
                )
            }
            Self::Manifest(path) => (said::MANIFEST_DAMAGED, vec![at(path)]),
            Self::Format { path, found, known } => (
                said::ANOTHER_FORMAT,
                vec![
                    at(path),
                    ("found", found.to_string()),
                    ("known", known.to_string()),
                ],
            ),
            Self::ChunkMissing(path) => (said::CHUNK_MISSING, vec![at(path)]),
            Self::ChunkDamaged(path) => (said::CHUNK_DAMAGED, vec![at(path)]),
            Self::NotWhole(name) => (said::NOT_WHOLE, vec![("name", name.clone())]),
            Self::Unsound(name, what) => (
                said::UNSOUND,
                vec![("name", name.clone()), ("what", what.text(lang).to_owned())],
            ),
            Self::KeysMissing(path) => (said::KEYS_MISSING, vec![at(path)]),
            Self::Keys(path) => (said::KEYS_WRONG, vec![at(path)]),
            Self::AnotherServer(path) => (said::ANOTHER_SERVER, vec![at(path)]),
            Self::NotEmpty(path) => (said::NOT_EMPTY, vec![at(path)]),
            Self::Journal { path, source } => {
                (said::JOURNAL_UNREADABLE, vec![at(path), because(source)])
            }
            Self::Io { path, source } => (said::DISK, vec![at(path), because(source)]),
            Self::Open(error) => error.said(lang),
            Self::Secrets(error) => (said::SECRETS, vec![because(error)]),
            Self::Store(error) => {
                let problem = ProblemShown::from(error);
                (said::STORE, vec![because(&problem.text(lang))])
            }
            Self::Ask(_) => (said::STOPPING, Vec::new()),
            Self::NoFiles => (said::NO_FILES, Vec::new()),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open(_) => "folder",
            _ => self.said(Lang::En).0.name(),
        }
    }
}

told!(BackupError);
