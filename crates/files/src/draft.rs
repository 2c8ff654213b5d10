//! A file under its other name.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{create_empty, open_in_place, overwrite, remove};

/// The end of a file's name while it is a draft: `slots` is written as `slots.new`.
pub const UNFINISHED: &str = ".new";

/// A file that is whole and synced under another name, and has not taken its place yet.
///
/// A draft that is dropped is written over with zeros and removed, as far as the disk lets that
/// happen: it may hold keys. One that a power cut left behind is removed by the next draft of the
/// same file, or by [`Draft::sweep`].
#[must_use = "a draft that is dropped is removed"]
#[derive(Debug)]
pub struct Draft {
    file: File,
    beside: Beside,
    path: PathBuf,
}

/// The draft's own name; what lies there goes with the value, unless it has taken its place.
#[derive(Debug)]
struct Beside {
    path: PathBuf,
    has_moved: bool,
}

impl Draft {
    /// Writes a draft of the file `path` with these bytes.
    ///
    /// # Errors
    /// What the system said; the file `path` is as it was.
    pub fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        Self::fill(path, |file| file.write_all(bytes))
    }

    /// Writes a draft of the file `path` with what `fill` puts into it.
    ///
    /// # Errors
    /// What the system or `fill` said; the file `path` is as it was.
    pub fn fill(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<Self> {
        Self::fill_as(path, &unfinished(path), fill)
    }

    /// Writes a draft of the file `path` under a name of the caller's, `beside`, in the same folder:
    /// for a folder that several processes may write to.
    ///
    /// # Errors
    /// What the system or `fill` said; the file `path` is as it was.
    pub fn fill_as(
        path: &Path,
        beside: &Path,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<Self> {
        // What an attempt before this one left, which a power cut ended.
        remove(beside)?;
        let mut file = create_empty(beside)?;
        let beside = Beside {
            path: beside.to_owned(),
            has_moved: false,
        };
        fill(&mut file)?;
        file.sync_all()?;
        Ok(Self {
            file,
            beside,
            path: path.to_owned(),
        })
    }

    /// Moves the draft into its place: a reader now sees the new file. The move is durable once the
    /// folder is synced. Returns the file, open to be read and written.
    ///
    /// # Errors
    /// What the system said; the file that was there still is.
    pub fn rename(self) -> io::Result<File> {
        let Self {
            file,
            mut beside,
            path,
        } = self;
        fs::rename(&beside.path, path)?;
        beside.has_moved = true;
        Ok(file)
    }

    /// Removes the draft of the file `path` that a power cut may have left, written over with zeros.
    /// True if there was one.
    ///
    /// # Errors
    /// What the system said.
    pub fn sweep(path: &Path) -> io::Result<bool> {
        let beside = unfinished(path);
        if let Ok(file) = open_in_place(&beside) {
            // What cannot be written over can still be removed.
            let _ = overwrite(&file);
        }
        remove(&beside)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if self.has_moved {
            return;
        }
        // Whatever went wrong has been told; what is left behind is removed by the next draft.
        let _ = open_in_place(&self.path).and_then(|file| overwrite(&file));
        let _ = remove(&self.path);
    }
}

/// The name under which a file is written.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    PathBuf::from(name)
}
