//! Room of the disk that is kept in a file of zeros.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use alleyway_files as files;
use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;

/// The file's name in the device's folder.
pub(super) const FILE_NAME: &str = "device.reserve";

/// The file grows in steps of so many bytes.
const STEP_BYTES: u64 = 64 * 1024;
/// It is made shorter when it is longer than it has to be by so many bytes.
const LONGER_BYTES_MAX: u64 = 1024 * 1024;
/// Zeros written at once where the disk keeps no room unwritten, in bytes.
const ZEROS_BYTES: usize = 64 * 1024;

/// The file, and how long it is.
#[derive(Debug)]
pub(super) struct Reserve {
    path: PathBuf,
    open: Option<(File, u64)>,
}

impl Reserve {
    pub(super) fn new(home: &Path) -> Self {
        Self {
            path: home.join(FILE_NAME),
            open: None,
        }
    }

    /// Keeps so many bytes.
    pub(super) fn keep(&mut self, bytes: u64) -> io::Result<()> {
        let (file, length) = self.file()?;
        let wanted = bytes.div_ceil(STEP_BYTES).saturating_mul(STEP_BYTES);
        if wanted > *length {
            if let Err(error) = lengthen(file, *length, wanted) {
                // What of it was had is of no use.
                file.set_len(*length)?;
                return Err(error);
            }
        } else if *length - wanted > LONGER_BYTES_MAX {
            file.set_len(wanted)?;
        } else {
            return Ok(());
        }
        *length = wanted;
        Ok(())
    }

    /// Gives up what is kept. Whether anything was.
    pub(super) fn release(&mut self) -> io::Result<bool> {
        if self.open.is_none() && !self.path.exists() {
            return Ok(false);
        }
        let (file, length) = self.file()?;
        file.set_len(0)?;
        Ok(std::mem::take(length) > 0)
    }

    fn file(&mut self) -> io::Result<&mut (File, u64)> {
        if self.open.is_none() {
            let file = match files::open_in_place(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    files::create_empty(&self.path)
                }
                opened => opened,
            }?;
            let length = file.metadata()?.len();
            self.open = Some((file, length));
        }
        self.open
            .as_mut()
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

/// Makes a file longer, so that the disk has the room: where it cannot be asked for, by zeros.
fn lengthen(file: &File, from: u64, to: u64) -> io::Result<()> {
    match fallocate(file, FallocateFlags::empty(), from, to - from) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {}
        done => return done.map_err(io::Error::from),
    }
    let zeros = vec![0; ZEROS_BYTES];
    let mut at = from;
    while at < to {
        let step = usize::try_from(to - at).map_or(ZEROS_BYTES, |left| left.min(ZEROS_BYTES));
        file.write_all_at(zeros.get(..step).unwrap_or_default(), at)?;
        at += step as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_kept_in_steps_given_up_at_once_and_taken_again() {
        let folder = tempfile::tempdir().unwrap();
        let length =
            || std::fs::metadata(folder.path().join(FILE_NAME)).map_or(0, |file| file.len());
        let mut reserve = Reserve::new(folder.path());
        assert!(!reserve.release().unwrap() && length() == 0);
        reserve.keep(1).unwrap();
        assert_eq!(length(), STEP_BYTES);
        reserve.keep(STEP_BYTES + 1).unwrap();
        assert_eq!(length(), 2 * STEP_BYTES);
        // It is not made shorter for a little.
        reserve.keep(0).unwrap();
        assert_eq!(length(), 2 * STEP_BYTES);
        // Whoever opens the folder next knows of it.
        let mut reserve = Reserve::new(folder.path());
        assert!(reserve.release().unwrap() && length() == 0);
        assert!(!reserve.release().unwrap());
        reserve.keep(2 * LONGER_BYTES_MAX).unwrap();
        reserve.keep(1).unwrap();
        assert_eq!(length(), STEP_BYTES);
        let error = reserve.keep(u64::MAX / 2).unwrap_err();
        assert_eq!(length(), STEP_BYTES, "{error}");
    }
}
