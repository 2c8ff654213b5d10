//! Why a town was not exported or imported.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::backup::BackupError;

/// Why a town was not exported, or an export not imported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// An export needs a folder of its own.
    #[error("{} is not empty; name a new folder", .0.display())]
    NotEmpty(PathBuf),
    /// There is no export.
    #[error("{} holds no export, or one that was cut off: its manifest.json is written last", .0.display())]
    NotThere(PathBuf),
    /// The manifest or a file is not what was written.
    #[error("{} is damaged or cut off ({what}); make the export again, or use a copy", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Of another version.
    #[error("{} is of format {found}; this program reads {known}: use the program that wrote it", .path.display())]
    Format {
        /// The manifest.
        path: PathBuf,
        /// What was found.
        found: u32,
        /// What this program reads.
        known: u32,
    },
    /// The file system refused.
    #[error("{}: {source}; check that there is room and that this user may write there", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The copy, or the new folder.
    #[error(transparent)]
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

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotEmpty(_) => "not_empty",
            Self::NotThere(_) => "no_export",
            Self::Damaged { .. } => "export_damaged",
            Self::Format { .. } => "another_format",
            Self::Io { .. } => "disk",
            Self::Copy(error) => error.code(),
        }
    }

    /// Why, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::NotEmpty(path) => format!("{} 不是空的；请指定新文件夹", path.display()),
            Self::NotThere(path) => format!(
                "{} 里没有导出，或导出中断了：manifest.json 最后才写",
                path.display()
            ),
            Self::Damaged { path, what } => {
                format!(
                    "{} 已损坏或不完整（{what}）；请重新导出，或用副本",
                    path.display()
                )
            }
            Self::Format { path, found, known } => {
                format!(
                    "{} 的格式是 {found}，本程序读格式 {known}：请用导出它的程序",
                    path.display()
                )
            }
            Self::Io { path, source } => format!("{}：{source}；请检查空间和权限", path.display()),
            Self::Copy(error) => error.zh(),
        }
    }
}
