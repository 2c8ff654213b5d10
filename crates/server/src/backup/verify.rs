//! A backup read back: is it what was copied, all of it, and nothing else.

use alleyway_core::store::StoreError;

use super::chunks::parse;
use super::error::BackupError;
use super::folder::BackupFolder;
use super::manifest::Manifest;
use super::records::BackupRecords;
use crate::problems::ProblemShown;
use crate::store::Contents;
use crate::store::engine::Entry;

/// Reads every chunk: it is what its name says, its entries are in order, and the sum over all of
/// them is the one that the tree's tail speaks of. `take` is handed each chunk's entries.
pub(super) fn verify(
    folder: &BackupFolder,
    manifest: &Manifest,
    take: &mut dyn FnMut(Vec<Entry>) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let not_whole = || BackupError::NotWhole(manifest.name.clone());
    let tail = manifest.tail().ok_or_else(not_whole)?;
    let mut sum = Contents::default();
    let mut last: Option<Vec<u8>> = None;
    for name in &manifest.chunks {
        let entries = parse(&folder.read_chunk(name)?).ok_or_else(not_whole)?;
        if entries.len() as u64 != name.entries {
            return Err(not_whole());
        }
        for (key, value) in &entries {
            if last.as_ref().is_some_and(|last| last >= key) {
                return Err(not_whole());
            }
            sum.add(key, value);
            last = Some(key.clone());
        }
        take(entries)?;
    }
    if sum == tail.contents {
        Ok(())
    } else {
        Err(not_whole())
    }
}

/// Opens every value with the document keys. Returns how many rows there are, and how many whose key
/// was destroyed.
pub(super) fn open_all(
    records: &BackupRecords<'_>,
    manifest: &Manifest,
    progress: &mut dyn FnMut(u64),
) -> Result<(u64, u64), BackupError> {
    let mut rows = 0;
    let erased = records.each(&mut |_, _| {
        rows += 1;
        progress(rows);
        Ok(())
    });
    match erased {
        Ok(erased) => Ok((rows, erased)),
        Err(BackupError::Store(error @ StoreError::Damaged(_))) => {
            let problem = ProblemShown::from(&error);
            Err(BackupError::Unsound(manifest.name.clone(), problem))
        }
        Err(other) => Err(other),
    }
}
