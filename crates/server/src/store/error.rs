//! Why a data folder was not created or opened.

use std::io;
use std::path::{Path, PathBuf};

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::start as said;
use alleyway_core::store::StoreError;
use thiserror::Error;

use super::engine::EngineError;
use super::folder::DataFolder;
use crate::problems::ProblemShown;
use crate::said::{Said, at, because, told, within};

/// Why a data folder was not created or opened. Nothing acknowledged is ever missing silently.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is no data here.
    NotThere(PathBuf),
    /// A new town needs an empty folder.
    NotEmpty(PathBuf),
    /// Another process holds the folder.
    Locked(PathBuf),
    /// The folder is of a version too early to be migrated.
    OlderFormat {
        /// The folder.
        folder: PathBuf,
        /// The version found.
        found: u32,
        /// The version this program reads.
        known: u32,
    },
    /// The folder is of a later version.
    NewerFormat {
        /// The folder.
        folder: PathBuf,
        /// The version found.
        found: u32,
        /// The version this program reads.
        known: u32,
    },
    /// The folder could not be copied, which comes before its migration.
    NotCopied {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// There is a copy of another state.
    CopyInTheWay(PathBuf),
    /// The migration ended half way.
    NotMigrated {
        /// The folder.
        folder: PathBuf,
        /// The store's reason.
        source: StoreError,
    },
    /// The file `FORMAT` says nothing that this program understands.
    FormatUnreadable(PathBuf),
    /// Without the high water nobody can say whether acknowledged records are missing.
    HighWaterUnreadable(PathBuf),
    /// The ledger ends before the high water.
    TailMissing {
        /// The folder.
        folder: PathBuf,
        /// The fault of the ledger's end.
        end: BrokenEnd,
    },
    /// Records in the middle are missing, old or damaged.
    Unsound {
        /// The folder.
        folder: PathBuf,
        /// The damage.
        problem: ProblemShown,
    },
    /// Document keys that records need are missing.
    KeysMissing(PathBuf),
    /// The engine did not open its files.
    Engine {
        /// The folder.
        folder: PathBuf,
        /// The engine's reason.
        detail: String,
    },
    /// The file system refused.
    Io {
        /// The folder or file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// How far a ledger reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// Its last sequence.
    pub sequence: u64,
    /// Its commits.
    pub commits: u64,
}

/// A fault of a ledger's end, so that records which were acknowledged are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenEnd {
    /// There is none.
    Missing,
    /// It cannot be read.
    Damaged,
    /// It is before the last record that was acknowledged.
    Behind {
        /// The end.
        ends: Reached,
        /// The end that was acknowledged.
        acknowledged: Reached,
    },
    /// It is not that of the records that were acknowledged.
    OtherHistory,
}

impl OpenError {
    /// The text, and the values of its places.
    pub(crate) fn said(&self, lang: Lang) -> Said {
        let told = |problem: &ProblemShown| ("detail", problem.text(lang).to_owned());
        match self {
            Self::NotThere(folder) => (said::FOLDER_NOT_THERE, vec![within(folder)]),
            Self::NotEmpty(folder) => (said::FOLDER_NOT_EMPTY, vec![within(folder)]),
            Self::Locked(folder) => (said::FOLDER_LOCKED, vec![within(folder)]),
            Self::OlderFormat {
                folder,
                found,
                known,
            } => (said::OLDER_FORMAT, formats(folder, *found, *known)),
            Self::NewerFormat {
                folder,
                found,
                known,
            } => (said::NEWER_FORMAT, formats(folder, *found, *known)),
            Self::NotCopied { folder, source } => {
                (said::NOT_COPIED, vec![within(folder), because(source)])
            }
            Self::CopyInTheWay(folder) => (said::COPY_IN_THE_WAY, vec![within(folder)]),
            Self::NotMigrated { folder, source } => {
                let source = ProblemShown::from(source);
                let reason = because(&source.text(lang));
                (said::NOT_MIGRATED, vec![within(folder), reason])
            }
            Self::FormatUnreadable(folder) => (said::FORMAT_UNREADABLE, vec![within(folder)]),
            Self::HighWaterUnreadable(folder) => {
                (said::HIGH_WATER_UNREADABLE, vec![within(folder)])
            }
            Self::TailMissing { folder, end } => {
                let problem = ProblemShown::from(end);
                (said::TAIL_MISSING, vec![within(folder), told(&problem)])
            }
            Self::Unsound { folder, problem } => {
                (said::UNSOUND, vec![within(folder), told(problem)])
            }
            Self::KeysMissing(folder) => (said::KEYS_MISSING, vec![within(folder)]),
            Self::Engine { folder, detail } => (
                said::ENGINE,
                vec![within(folder), ("detail", detail.clone())],
            ),
            Self::Io { path, source } => (said::FOLDER_IO, vec![at(path), because(source)]),
        }
    }

    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// The error that the engine of a folder met.
    pub(super) fn engine(folder: &DataFolder, error: EngineError) -> Self {
        match error {
            EngineError::Held => Self::Locked(folder.path().to_owned()),
            EngineError::Refused(source) => Self::io(&folder.ledger(), source),
            EngineError::Damaged(detail) | EngineError::Failed(detail) => Self::Engine {
                folder: folder.path().to_owned(),
                detail,
            },
        }
    }
}

told!(OpenError);

fn formats(folder: &Path, found: u32, known: u32) -> Vec<(&'static str, String)> {
    vec![
        within(folder),
        ("found", found.to_string()),
        ("known", known.to_string()),
    ]
}
