//! Files that survive a power cut, for the server and for every device.
//!
//! Three things have to reach the disk before a file counts, and each is easy to forget: the bytes,
//! the name, and the folder that holds the name.
//!
//! | step | by | a power cut behind it leaves |
//! | --- | --- | --- |
//! | the bytes are written under another name, and synced | [`Draft`] | the old file |
//! | the name is moved: from now on a reader sees the new file | [`Draft::rename`] | the old file or the new one |
//! | the folder is synced | [`sync_folder`] | the new file |
//!
//! [`replace`] takes all three. Whoever writes many files into one folder takes the first two for
//! each, and the third once. [`create`] writes a file that is not to replace anything.
//!
//! Every file and folder made here is for its owner only: modes 0600 and 0700. Nothing here is
//! retried or logged: an error is the system's, and the caller names the file.

mod draft;
mod lock;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

pub use draft::{Draft, UNFINISHED};
pub use lock::lock;

/// Zeros written at once by [`overwrite`], in bytes.
const ZEROS_BYTES: usize = 4_096;

/// Makes a file of mode 0600 that must not exist, open to be read and written. Nothing is synced.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], or what the system said.
pub fn create_empty(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create_new(true)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(path)
}

/// Writes `bytes` to a new file of mode 0600 and syncs it. Its name is durable once its folder is
/// synced too.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if there is one, or what the system said; the file may then be
/// there, half written.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = create_empty(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(file)
}

/// Puts a file of mode 0600 with these bytes in the place of what is there, if anything is, durably:
/// after a power cut there is the old file or the new one, and the new one once this has returned.
///
/// # Errors
/// What the system said. The old file is then still there, unless only the last step failed, the
/// sync of the folder.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let file = Draft::write(path, bytes)?.rename()?;
    sync_folder(&folder_of(path))?;
    Ok(file)
}

/// Opens a file that must exist, to be read and to be written in place.
///
/// # Errors
/// [`io::ErrorKind::NotFound`], or what the system said.
pub fn open_in_place(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// Makes a folder of mode 0700, and those above it, where they are missing. Nothing is synced.
///
/// # Errors
/// What the system said.
pub fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes the names in a folder durable.
///
/// # Errors
/// What the system said.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The folder that holds a file's name.
pub fn folder_of(path: &Path) -> PathBuf {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
        .to_owned()
}

/// Reads a file of at most `bytes_max` bytes.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] if there are more, or what the system said.
pub fn read_bounded(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path)?
        .take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if read as u64 > bytes_max {
        Err(io::ErrorKind::FileTooLarge.into())
    } else {
        Ok(bytes)
    }
}

/// Removes a file that may not be there. True if it was. The folder is not synced.
///
/// # Errors
/// What the system said.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes zeros over a file's bytes and syncs it, for a file that held a key. A disk may keep the
/// old bytes elsewhere: this is the best that a program can do.
///
/// # Errors
/// What the system said.
pub fn overwrite(file: &File) -> io::Result<()> {
    let zeros = [0; ZEROS_BYTES];
    let length = file.metadata()?.len();
    let mut at = 0;
    while at < length {
        let step = usize::try_from(length - at).map_or(ZEROS_BYTES, |left| left.min(ZEROS_BYTES));
        file.write_all_at(zeros.get(..step).unwrap_or_default(), at)?;
        at += step as u64;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests;
