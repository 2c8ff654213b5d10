//! Why a town was not exported or imported.

use std::io;
use std::path::{Path, PathBuf};

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::export as said;
use thiserror::Error;

use crate::backup::BackupError;
use crate::said::{Said, at, because, told};

/// Why a town was not exported, or an export not imported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// An export needs a folder of its own.
    NotEmpty(PathBuf),
    /// There is no export.
    NotThere(PathBuf),
    /// The manifest or a file is not what was written.
    Damaged {
        /// The file.
        path: PathBuf,
        /// The fault.
        what: String,
    },
    /// Of another version.
    Format {
        /// The manifest.
        path: PathBuf,
        /// The format that was found.
        found: u32,
        /// The format that this program reads.
        known: u32,
    },
    /// The file system refused.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The copy, or the new folder.
    Copy(#[from] BackupError),
}

impl ExportError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            what: what.into(),
        }
    }

    /// The text, whose name is the stable code, and the values of its places.
    fn said(&self, lang: Lang) -> Said {
        match self {
            Self::NotEmpty(path) => (said::NOT_EMPTY, vec![at(path)]),
            Self::NotThere(path) => (said::NO_EXPORT, vec![at(path)]),
            Self::Damaged { path, what } => {
                (said::EXPORT_DAMAGED, vec![at(path), ("what", what.clone())])
            }
            Self::Format { path, found, known } => (
                said::ANOTHER_FORMAT,
                vec![
                    at(path),
                    ("found", found.to_string()),
                    ("known", known.to_string()),
                ],
            ),
            Self::Io { path, source } => (said::DISK, vec![at(path), because(source)]),
            Self::Copy(error) => error.said(lang),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.said(Lang::En).0.name()
    }
}

told!(ExportError);
