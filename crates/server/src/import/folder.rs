//! The edge: the files' bytes.

use std::fmt::Display;
use std::io::Read;
use std::path::{Path, PathBuf};

use alleyway_catalogue::server::import as said;

use super::row::{File, Files};

/// One file, in bytes: ten times the largest town's.
pub const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why the files could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadFolderError {
    /// The folder does not exist, or is a file.
    NoFolder(PathBuf),
    /// None of the files is in it.
    NoFiles(PathBuf),
    /// A file is longer than [`FILE_BYTES_MAX`].
    TooLong(PathBuf),
    /// The system says no.
    Io(PathBuf, #[source] std::io::Error),
}

impl Display for ReadFolderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (message, path) = match self {
            Self::NoFolder(path) => (said::NO_FOLDER, path),
            Self::NoFiles(path) => (said::NO_FILES, path),
            Self::TooLong(path) => (said::FILE_TOO_LONG, path),
            Self::Io(path, error) => return write!(f, "{}: {error}", path.display()),
        };
        write!(f, "{}: {}", path.display(), message.in_both::<&str>(&[]))
    }
}

/// Reads the files of a folder; those that are not there are none.
pub fn read_folder(folder: &Path) -> Result<Files, ReadFolderError> {
    if !folder.is_dir() {
        return Err(ReadFolderError::NoFolder(folder.to_owned()));
    }
    let files = Files {
        units: read(folder, File::Units)?,
        members: read(folder, File::Members)?,
        households: read(folder, File::Households)?,
        book: read(folder, File::Book)?,
    };
    let any = [&files.units, &files.members, &files.households, &files.book];
    if any.iter().all(|file| file.is_none()) {
        return Err(ReadFolderError::NoFiles(folder.to_owned()));
    }
    Ok(files)
}

fn read(folder: &Path, file: File) -> Result<Option<Vec<u8>>, ReadFolderError> {
    let path = folder.join(file.name());
    let opened = match std::fs::File::open(&path) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ReadFolderError::Io(path, error)),
    };
    let mut bytes = Vec::new();
    // One byte more than allowed, so that a file of exactly the limit still passes.
    match opened.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes) {
        Err(error) => Err(ReadFolderError::Io(path, error)),
        Ok(length) if length as u64 > FILE_BYTES_MAX => Err(ReadFolderError::TooLong(path)),
        Ok(_) => Ok(Some(bytes)),
    }
}
