//! Taking a device's store away.

use std::fs::OpenOptions;
use std::path::Path;

use super::salvage::{KEPT_NAME, NEW_NAME, remove};
use super::{DeviceStore, FILE_NAME};
use crate::keys::file::{KeyFileError, blank, destroy, sync_folder};

/// Takes the store in the folder `home` away: its key first, after which nobody reads it, then the
/// files, written over as far as the disk lets that happen. `open` is the store, if it could be
/// opened: it is held until the key is gone. Cut off in between, it is to be run again.
///
/// # Errors
/// [`KeyFileError::Io`].
pub fn wipe(home: &Path, open: Option<DeviceStore>) -> Result<(), KeyFileError> {
    destroy(home)?;
    drop(open);
    for name in [FILE_NAME, KEPT_NAME, NEW_NAME] {
        let path = home.join(name);
        if let Ok(file) = OpenOptions::new().write(true).open(&path) {
            // The key is gone: what cannot be written over cannot be read either.
            let _ = blank(file);
        }
        remove(&path).map_err(|error| KeyFileError::Io { path, error })?;
    }
    sync_folder(home)
}
