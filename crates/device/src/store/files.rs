//! The log's files in the device's folder.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use alleyway_core::store::StoreError;
use alleyway_files as files;

use super::log::{Medium, Part, Slot};
use super::reserve::Reserve;

/// The names of the two files that hold the log in turn; a new store's first.
pub const FILE_NAMES: [&str; 2] = ["device.1.log", "device.2.log"];
/// The names of the files that hold their data keys.
pub(super) const SEAL_NAMES: [&str; 2] = ["device.1.seal", "device.2.seal"];
/// The names under which a damaged log and its data key are kept.
pub(super) const KEPT_NAMES: [&str; 2] = ["device.damaged.log", "device.damaged.seal"];
/// The name of the mark.
pub(super) const MARK_NAME: &str = "device.mark";

/// A file that is longer is not read, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The folder, with those files open that were written to.
#[derive(Debug)]
pub(super) struct Folder {
    home: PathBuf,
    open: [Option<File>; 5],
    reserve: Reserve,
    /// A file was made or renamed since the folder was synced.
    has_new_names: bool,
}

impl Folder {
    pub(super) fn new(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            open: [const { None }; 5],
            reserve: Reserve::new(home),
            has_new_names: false,
        }
    }

    fn at(part: Part) -> usize {
        match part {
            Part::Log(Slot::First) => 0,
            Part::Log(Slot::Second) => 1,
            Part::Seal(Slot::First) => 2,
            Part::Seal(Slot::Second) => 3,
            Part::Mark => 4,
        }
    }

    /// Where a file lies.
    pub(super) fn path(home: &Path, part: Part) -> PathBuf {
        let names = FILE_NAMES.into_iter().chain(SEAL_NAMES);
        home.join(
            names
                .chain([MARK_NAME])
                .nth(Self::at(part))
                .unwrap_or_default(),
        )
    }

    /// The file, open; made if it is not there.
    fn file(&mut self, part: Part) -> Result<&File, StoreError> {
        let slot = self.open.get_mut(Self::at(part)).ok_or_else(unknown)?;
        if slot.is_none() {
            let path = Self::path(&self.home, part);
            let opened = match files::open_in_place(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    // A mark may vanish.
                    self.has_new_names |= part != Part::Mark;
                    files::create_empty(&path)
                }
                opened => opened,
            };
            *slot = Some(opened.map_err(|error| failed(&error))?);
        }
        slot.as_ref().ok_or_else(unknown)
    }
}

impl Medium for Folder {
    fn load(&self, part: Part) -> Result<Vec<u8>, StoreError> {
        match files::read_bounded(&Self::path(&self.home, part), FILE_BYTES_MAX) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read.map_err(|error| failed(&error)),
        }
    }

    fn read(&self, part: Part, at: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        let file = self.open.get(Self::at(part)).ok_or_else(unknown)?;
        let file = file.as_ref().ok_or_else(unknown)?;
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read_at(rest, at + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(&error)),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    fn write(&mut self, part: Part, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.file(part)?
            .write_all_at(bytes, at)
            .map_err(|error| failed(&error))
    }

    fn cut(&mut self, part: Part, length: u64) -> Result<(), StoreError> {
        self.file(part)?
            .set_len(length)
            .map_err(|error| failed(&error))
    }

    fn sync(&mut self, part: Part) -> Result<(), StoreError> {
        self.file(part)?
            .sync_data()
            .map_err(|error| failed(&error))?;
        if self.has_new_names {
            files::sync_folder(&self.home).map_err(|error| failed(&error))?;
            self.has_new_names = false;
        }
        Ok(())
    }

    fn reserve(&mut self, bytes: u64) -> Result<(), StoreError> {
        self.reserve.keep(bytes).map_err(|error| failed(&error))
    }

    fn release(&mut self) -> Result<bool, StoreError> {
        self.reserve.release().map_err(|error| failed(&error))
    }

    fn set_aside(&mut self, slot: Slot) -> Result<(), StoreError> {
        for (part, kept) in [Part::Log(slot), Part::Seal(slot)]
            .into_iter()
            .zip(KEPT_NAMES)
        {
            *self.open.get_mut(Self::at(part)).ok_or_else(unknown)? = None;
            fs::rename(Self::path(&self.home, part), self.home.join(kept))
                .map_err(|error| failed(&error))?;
        }
        files::sync_folder(&self.home).map_err(|error| failed(&error))
    }

    fn discard_kept(&mut self) -> Result<(), StoreError> {
        for kept in KEPT_NAMES {
            discard(&self.home.join(kept)).map_err(|error| failed(&error))?;
        }
        Ok(())
    }
}

/// Writes over a file, as far as the disk lets that happen, and removes it.
pub(super) fn discard(path: &Path) -> io::Result<()> {
    if let Ok(file) = files::open_in_place(path) {
        // What cannot be written over is removed all the same.
        let _ = files::overwrite(&file);
    }
    files::remove(path).map(drop)
}

fn failed(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            StoreError::Full(error.to_string())
        }
        _ => StoreError::Failed(error.to_string()),
    }
}

fn unknown() -> StoreError {
    StoreError::Failed("the file is not open".to_owned())
}
