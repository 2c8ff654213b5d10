//! Taking a device's store away.

use std::path::Path;

use super::files::{FILE_NAMES, KEPT_NAMES, MARK_NAME, SEAL_NAMES, discard};
use super::open::FORMER_NAMES;
use super::{DeviceStore, lock, reserve};
use crate::keys::file::{KeyFileError, destroy, sync_folder};

/// Takes the store in the folder `home` away: its key first, after which nobody reads it, then the
/// files, written over as far as the disk lets that happen. `open` is the store, if it could be
/// opened: it is held until the key is gone. Cut off in between, it is to be run again.
///
/// # Errors
/// [`KeyFileError::Io`].
pub fn wipe(home: &Path, open: Option<DeviceStore>) -> Result<(), KeyFileError> {
    destroy(home)?;
    drop(open);
    let names = SEAL_NAMES
        .into_iter()
        .chain(FILE_NAMES)
        .chain(KEPT_NAMES)
        .chain(FORMER_NAMES)
        .chain([MARK_NAME, lock::FILE_NAME, reserve::FILE_NAME]);
    for name in names {
        let path = home.join(name);
        // The key is gone: what cannot be written over cannot be read either.
        discard(&path).map_err(|error| KeyFileError::Io { path, error })?;
    }
    sync_folder(home)
}
