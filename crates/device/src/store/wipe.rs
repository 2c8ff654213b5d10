//! Taking a device's store away.

use std::path::Path;

use super::renewal::discard;
use super::salvage::{KEPT_NAME, NEW_NAME};
use super::{DeviceStore, FILE_NAME, data_key, journal};
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
    for name in [
        data_key::FILE_NAME,
        data_key::NEW_NAME,
        FILE_NAME,
        KEPT_NAME,
        NEW_NAME,
        journal::FILE_NAME,
        journal::NEW_NAME,
    ] {
        let path = home.join(name);
        // The key is gone: what cannot be written over cannot be read either.
        discard(&path).map_err(|error| KeyFileError::Io { path, error })?;
    }
    sync_folder(home)
}
