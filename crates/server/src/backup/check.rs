//! A backup checked without restoring it.

use std::path::Path;

use serde::Serialize;

use crate::problems::ProblemShown;

use super::error::BackupError;
use super::folder::BackupFolder;
use super::records::BackupRecords;
use super::{keys, verify};

/// The findings of a check of a backup; its faults are errors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckedBackup {
    /// Its name.
    pub name: String,
    /// When it was made (RFC 3339).
    pub taken: String,
    /// The last sequence in it.
    pub sequence: u64,
    /// Chunks read.
    pub chunks: u64,
    /// Entries in them.
    pub entries: u64,
    /// Whether the document keys were at hand: then every record was opened, and the chain, the
    /// documents and the feeds were checked too.
    pub opened: bool,
    /// Records opened.
    pub records: u64,
    /// Records whose key was destroyed.
    pub erased: u64,
    /// Documents compared with their heads.
    pub documents: u64,
}

/// Checks a backup; of all of it, if the folder of its keys is named.
///
/// # Errors
/// [`BackupError`]: what is wrong with it.
pub fn check(
    from: &Path,
    name: Option<&str>,
    keys_folder: Option<&Path>,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<CheckedBackup, BackupError> {
    let folder = BackupFolder::open(from);
    let manifest = folder.choose(name)?;
    let mut entries = 0;
    verify::verify(&folder, &manifest, &mut |some| {
        entries += some.len() as u64;
        progress("verified", entries);
        Ok(())
    })?;
    let mut checked = CheckedBackup {
        name: manifest.name.clone(),
        taken: manifest.taken.clone(),
        sequence: manifest.sequence,
        chunks: manifest.chunks.len() as u64,
        entries,
        ..CheckedBackup::default()
    };
    if let Some(keys_folder) = keys_folder {
        let keys = keys::read(keys_folder, &manifest)?;
        let records = BackupRecords::new(&folder, &manifest.chunks, &keys);
        (checked.records, checked.erased) =
            verify::open_all(&records, &manifest, &mut |done| progress("records", done))?;
        let report = alleyway_ledger::check(&records, &mut |done| progress("entries", done))?;
        if let Some(problem) = report.problems.first() {
            let problem = ProblemShown::from(problem);
            return Err(BackupError::Unsound(manifest.name, problem));
        }
        (checked.documents, checked.opened) = (report.documents, true);
    }
    Ok(checked)
}
