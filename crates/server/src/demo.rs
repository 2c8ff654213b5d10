//! A town for a look around: made up, its past played through the ledger as real steps, and served
//! with a clock that can be set.

mod codes;
mod make;
mod play;
mod step;
#[cfg(test)]
mod tests;

use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::clock::Clock;
use crate::http::DemoClock;
use crate::instance::InstanceError;
use crate::secrets::{SecretsError, replace_private, write_private};
use crate::town::Size;

pub use codes::write_codes;
pub use make::make;

/// Marks a folder as a demo's; written when everything else is made.
const MARK: &str = "demo.json";
/// How far the demo's clock is ahead of the system's, in milliseconds.
const CLOCK_FILE: &str = "demo-clock";

/// Why a demo was not made or opened.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The folder.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// A file in it.
    #[error(transparent)]
    File(#[from] SecretsError),
    /// It holds something else.
    #[error(
        "{0} is no demo, or its making was cut off; name another folder. A town, or a demo that was restored, is served with `serve`"
    )]
    NotADemo(String),
    /// The made-up town did not pass the import.
    #[error("the made-up town was not taken: {0}")]
    Town(String),
    /// The codes were not written.
    #[error("the codes cannot be written to {0}: {1}")]
    Codes(String, std::io::Error),
}

/// What a demo was made as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    town: String,
    seed: u64,
}

/// The word for a town's size.
pub fn size_word(size: Size) -> &'static str {
    match size {
        Size::Small => "small",
        Size::Sipai => "sipai",
    }
}

/// Whether the folder holds a finished demo.
pub fn is_there(folder: &Path) -> bool {
    folder.join(MARK).exists()
}

fn put_mark(folder: &Path, size: Size, seed: u64) -> Result<(), SecretsError> {
    let mark = Mark {
        town: size_word(size).to_owned(),
        seed,
    };
    let text = serde_json::to_string(&mark).unwrap_or_default();
    write_private(&folder.join(MARK), text.as_bytes())
}

/// The demo's clock: set to `now`, or as the folder last had it.
///
/// # Errors
/// If the folder cannot be written.
pub fn clock(
    folder: &Path,
    now: Option<alleyway_core::time::Time>,
) -> Result<(Clock, DemoClock), SecretsError> {
    let file = folder.join(CLOCK_FILE);
    let kept = std::fs::read_to_string(&file)
        .ok()
        .and_then(|text| text.trim().parse().ok());
    let clock = Clock::demo(kept.unwrap_or(0));
    if let Some(ahead) = now.and_then(|now| clock.set(now)) {
        replace_private(&file, ahead.to_string().as_bytes())?;
    }
    Ok((clock, DemoClock { file: Some(file) }))
}
