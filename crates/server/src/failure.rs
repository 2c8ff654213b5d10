//! The reason for which the server last ended by itself, kept beside the ledger for the next start.
//!
//! A process that ends answers no scrape any more. So the time and the reason are written down, as
//! far as the disk still takes them; the next start logs them and shows the time in the metrics.

use std::path::Path;

use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::secrets::replace_private;

/// The file's name in the data folder.
pub const FILE_NAME: &str = "last-failure";

/// The cause for which a server ended by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A record, the chain or a sum over the records does not hold: restore.
    Damage,
    /// Anything else, a disk that refused for the most part: mend that, and start again.
    #[default]
    Other,
}

impl Cause {
    /// The cause that an error of the store names.
    pub fn of(error: &StoreError) -> Self {
        match error {
            // Records that are missing are found by the sum over all of them.
            StoreError::Damaged(_) | StoreError::TailMissing(_) => Self::Damage,
            StoreError::Full(_) | StoreError::Failed(_) => Self::Other,
        }
    }
}

/// Why a server ended by itself, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The cause.
    #[serde(default)]
    pub cause: Cause,
    /// Why, as it was logged.
    pub reason: String,
}

impl Failure {
    /// When.
    pub fn time(&self) -> Time {
        Time(self.at)
    }
}

/// Writes down that the server ends now. What cannot be written is in the log.
pub fn note(folder: &Path, cause: Cause, reason: &str) {
    let failure = Failure {
        at: Clock::System.now().0,
        cause,
        reason: reason.to_owned(),
    };
    let written = serde_json::to_vec(&failure).map_err(std::io::Error::from);
    let written = written.and_then(|bytes| {
        replace_private(&folder.join(FILE_NAME), &bytes)
            .map_err(|error| std::io::Error::other(error.to_string()))
    });
    if let Err(error) = written {
        tracing::warn!(%error, "that the server failed could not be written down");
    }
}

/// The last failure, if there was one and it can be read.
pub fn last(folder: &Path) -> Option<Failure> {
    serde_json::from_slice(&std::fs::read(folder.join(FILE_NAME)).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_failure_is_kept_and_junk_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(last(folder.path()), None);
        note(folder.path(), Cause::Other, "first");
        note(
            folder.path(),
            Cause::of(&StoreError::damaged(b"x")),
            "second",
        );
        let kept = last(folder.path()).unwrap();
        assert_eq!(
            (kept.cause, kept.reason.as_str()),
            (Cause::Damage, "second")
        );
        assert!(kept.time() > Time(1_700_000_000_000));
        assert_eq!(
            Cause::of(&StoreError::TailMissing("records".to_owned())),
            Cause::Damage
        );
        std::fs::write(folder.path().join(FILE_NAME), "{").unwrap();
        assert_eq!(last(folder.path()), None);
        note(
            &folder.path().join("nowhere"),
            Cause::Other,
            "nobody hears it, and nothing panics",
        );
    }
}
