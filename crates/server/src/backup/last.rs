//! The last verified backup, noted in the data folder: an alarm goes by its age, over restarts.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::BackupError;
use crate::clock::parse_rfc3339;
use crate::secrets::replace_private;

const FILE: &str = "last-backup";

/// The last backup that was read back and found whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    /// Its name.
    pub name: String,
    /// When it was made (RFC 3339).
    pub taken: String,
    /// The last sequence in it.
    pub sequence: u64,
}

impl LastBackup {
    /// The note of the data folder; none if there was no backup, or nothing can be read.
    pub fn read(data: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(data.join(FILE)).ok()?).ok()
    }

    /// Notes it.
    pub(super) fn keep(&self, data: &Path) -> Result<(), BackupError> {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        Ok(replace_private(&data.join(FILE), &bytes)?)
    }

    /// When it was made, in seconds since 1970; 0 if that cannot be read.
    pub fn seconds(&self) -> i64 {
        parse_rfc3339(&self.taken).map_or(0, |time| time.0 / 1_000)
    }
}
