//! A copy of the town for an export: chunks in a folder that goes with the value, keys in memory.

use std::path::{Path, PathBuf};

use super::copy::{Copy, Source, copy};
use super::error::BackupError;
use super::folder::{BackupFolder, fill};
use super::records::BackupRecords;

/// A copy of the town at one sequence.
pub(crate) struct Spool {
    path: PathBuf,
    folder: BackupFolder,
    copy: Copy,
}

/// Whose town it is, and how far it goes.
#[derive(Debug, Clone)]
pub(crate) struct TownFacts {
    pub(crate) town: String,
    pub(crate) town_name: String,
    pub(crate) server: String,
    pub(crate) incarnation: u32,
    pub(crate) sequence: u64,
    pub(crate) chain: String,
    pub(crate) taken: String,
    /// The data folder's format.
    pub(crate) format: u32,
}

impl Spool {
    /// Copies the town into `path`, which must not exist.
    pub(crate) fn make(source: &Source, path: &Path) -> Result<Self, BackupError> {
        let folder = BackupFolder::take(path, fill())?;
        let copied = copy(source, &folder);
        if copied.is_err() {
            // The first error is the one to tell.
            let _ = std::fs::remove_dir_all(path);
        }
        Ok(Self {
            path: path.to_owned(),
            folder,
            copy: copied?,
        })
    }

    pub(crate) fn facts(&self) -> TownFacts {
        let manifest = self.copy.manifest.clone();
        TownFacts {
            town: manifest.town,
            town_name: manifest.town_name,
            server: manifest.server,
            incarnation: manifest.incarnation,
            sequence: manifest.sequence,
            chain: manifest.chain,
            taken: manifest.taken,
            format: manifest.format,
        }
    }

    /// The town's rows.
    pub(crate) fn records(&self) -> BackupRecords<'_> {
        BackupRecords::new(&self.folder, &self.copy.manifest.chunks, &self.copy.keys)
    }

    /// How many entries there are, rows and parts of rows.
    pub(crate) fn entries(&self) -> u64 {
        self.copy.manifest.entries
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // What is left of it is what the export holds in plain text anyway, but sealed.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
