//! Why a data folder was not created or opened.

use std::io;
use std::path::{Path, PathBuf};

use alleyway_core::store::StoreError;
use thiserror::Error;

use super::engine::EngineError;
use super::folder::DataFolder;

/// Why a data folder was not created or opened. Nothing acknowledged is ever missing silently.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is no data here.
    #[error("{} holds no data folder, or one whose creation was cut off; check the path, or empty the folder and create it", .0.display())]
    NotThere(PathBuf),
    /// A new town needs an empty folder.
    #[error("{} is not empty; name an empty folder, or open the one that is there", .0.display())]
    NotEmpty(PathBuf),
    /// Another process holds the folder.
    #[error("another process has {} open; use its control socket, or stop it first", .0.display())]
    Locked(PathBuf),
    /// The folder is of a version too early to be migrated.
    #[error("{} has format {found}; this program reads format {known} and migrates the one before it, no older one: use the program that wrote it, or make a new folder with `init` and `import` the town's lists", .folder.display())]
    OlderFormat {
        /// The folder.
        folder: PathBuf,
        /// The version found.
        found: u32,
        /// The version this program reads.
        known: u32,
    },
    /// The folder is of a later version.
    #[error("{} has format {found}, of a later version; this program reads format {known}: use the program that wrote it", .folder.display())]
    NewerFormat {
        /// The folder.
        folder: PathBuf,
        /// The version found.
        found: u32,
        /// The version this program reads.
        known: u32,
    },
    /// The folder could not be copied, which comes before its migration.
    #[error("{} has the format before this program's and could not be copied to before-format-3 in it ({source}); nothing was changed: make room for a copy, and start again", .folder.display())]
    NotCopied {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is a copy of another state.
    #[error("{} is a copy from before an earlier migration; move it out of the data folder, and start again", .0.display())]
    CopyInTheWay(PathBuf),
    /// The migration ended half way.
    #[error("the migration of {} stopped: {source}; start again to go on, or put the files of before-format-3 back and use the program that wrote them", .folder.display())]
    NotMigrated {
        /// The folder.
        folder: PathBuf,
        /// What the store said.
        source: StoreError,
    },
    /// The file `FORMAT` says nothing that this program understands.
    #[error("{}/FORMAT is damaged; restore the data folder from a backup", .0.display())]
    FormatUnreadable(PathBuf),
    /// Without the high water nobody can say whether acknowledged records are missing.
    #[error("{}/high-water is missing or damaged; restore the data folder from a backup", .0.display())]
    HighWaterUnreadable(PathBuf),
    /// The ledger ends before the high water.
    #[error("acknowledged records are missing in {}: {detail}; restore the data folder from a backup", .folder.display())]
    TailMissing {
        /// The folder.
        folder: PathBuf,
        /// Where the ledger ends, and where it should.
        detail: String,
    },
    /// Records in the middle are missing, old or damaged.
    #[error("records in {} are damaged or missing: {detail}; restore the data folder from a backup", .folder.display())]
    Unsound {
        /// The folder.
        folder: PathBuf,
        /// What was found.
        detail: String,
    },
    /// Document keys that records need are missing.
    #[error("document keys are missing in {}/keys/slots; restore the keys from their backup", .0.display())]
    KeysMissing(PathBuf),
    /// The engine did not open its files.
    #[error("the ledger in {} does not open: {detail}; restore the data folder from a backup", .folder.display())]
    Engine {
        /// The folder.
        folder: PathBuf,
        /// What the engine said.
        detail: String,
    },
    /// The file system refused.
    #[error("{}: {source}; check that the folder exists, belongs to this user and has room", .path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl OpenError {
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// What the engine of a folder said.
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
