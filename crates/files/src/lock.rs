//! A folder that one process holds.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Locks the file `path` for this process, and makes it if it is not there. The system releases the
/// lock when the file is dropped or the process ends, however it ends.
///
/// # Errors
/// [`TryLockError::WouldBlock`] if another process has it; otherwise what the system said.
pub fn lock(path: &Path) -> Result<File, TryLockError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(TryLockError::Error)?;
    file.try_lock()?;
    Ok(file)
}
