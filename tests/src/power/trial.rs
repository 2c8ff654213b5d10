//! A folder that a power cut left is tried: what is common to all.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tempfile::TempDir;
use thiserror::Error;

use super::image::Image;
use crate::process::ProcessError;

/// Where folders are made whose syncs cost nothing; the usual place where it is not there.
const MEMORY: &str = "/dev/shm";
/// The folder's name.
pub(super) const FOLDER: &str = "town";

/// What became of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It opened, with everything.
    Whole,
    /// It was not opened, with a text that says how to restore.
    Refused,
}

/// Why a trial failed.
#[derive(Debug, Error)]
pub(super) enum TrialError {
    /// A program did not do what it was asked.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A promise was not kept.
    #[error("{what}")]
    Broken {
        /// What was seen.
        what: String,
        /// Where the folder is kept, in words.
        kept: String,
    },
}

/// Why a folder did not pass its trial.
#[derive(Debug, Error)]
pub(super) enum Failed {
    /// A program did not do what it was asked.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A promise was not kept: this was seen.
    #[error("{0}")]
    Broken(String),
}

/// What became of a folder, or why its trial failed.
pub(super) type Tried = Result<Outcome, Failed>;

/// Writes the image to a folder and tries it: `open` gets what lies around it, and the folder.
pub(super) fn tried(
    image: &Image,
    open: impl FnOnce(&TempDir, &Path) -> Tried,
) -> Result<Outcome, TrialError> {
    let folder = if Path::new(MEMORY).is_dir() {
        TempDir::new_in(MEMORY)
    } else {
        TempDir::new()
    };
    let folder = folder.map_err(ProcessError::system("a temporary folder"))?;
    let data = folder.path().join(FOLDER);
    written(image, &data)?;
    let tried = catch_unwind(AssertUnwindSafe(|| open(&folder, &data))).unwrap_or_else(|panic| {
        let panic = format!("a panic: {}", said(panic.as_ref()));
        Err(Failed::Broken(panic))
    });
    tried.map_err(|failed| match failed {
        Failed::Process(error) => error.into(),
        Failed::Broken(what) => TrialError::Broken {
            what,
            kept: if image.is_worth_keeping {
                keep(image)
            } else {
                String::new()
            },
        },
    })
}

/// Makes the folder as the power cut left it.
pub(super) fn written(image: &Image, folder: &Path) -> Result<(), ProcessError> {
    std::fs::create_dir(folder)
        .and_then(|()| image.write(folder))
        .map_err(ProcessError::system("an image"))
}

/// Keeps it as the power cut left it, for whoever looks into it; says where.
fn keep(image: &Image) -> String {
    match TempDir::new().and_then(|folder| image.write(folder.path()).map(|()| folder.keep())) {
        Ok(at) => format!("; the folder is kept in {}", at.display()),
        Err(error) => format!("; the folder could not be kept: {error}"),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a text")
}
