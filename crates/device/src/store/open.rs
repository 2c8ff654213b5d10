//! Opening a store, and making one.

use std::io;
use std::path::{Path, PathBuf};

use alleyway_core::store::StoreError;
use alleyway_files as files;
use thiserror::Error;

use super::files::{Folder, KEPT_NAMES};
use super::lock::Lock;
use super::log::{FORMAT, Log, LogError, Look, Part, Slot};
use super::{DeviceStore, Salvaged};
use crate::keys::file::{self, Guard, KeyFileError};
use crate::keys::{Passphrase, StoreKey};

/// The files of a store of formats 1 to 3, which were databases (ADR 18). The first one tells that
/// there is one.
pub(super) const FORMER_NAMES: [&str; 7] = [
    "device.redb",
    "device.redb.new",
    "device.redb.damaged",
    "device.journal",
    "device.journal.new",
    "device.seal",
    "device.seal.new",
];

/// The database of a store of formats 1 to 3, if the folder holds one.
pub(super) fn former(home: &Path) -> Option<PathBuf> {
    let path = home.join("device.redb");
    path.metadata()
        .is_ok_and(|file| file.len() > 0)
        .then_some(path)
}

/// Why a store was not opened.
#[derive(Debug, Error)]
pub enum OpenStoreError {
    /// Somebody else holds it: another process, or another part of this one.
    #[error("{0} is in use")]
    Locked(PathBuf),
    /// The file is not what was written.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The finding.
        reason: String,
    },
    /// A later version of the program wrote it.
    #[error("{path} has format {found}; this program knows format {FORMAT}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// An earlier version of the program made it, and no conversion exists.
    #[error("{0} was made by an earlier version; this program reads format {FORMAT}")]
    Older(PathBuf),
    /// The key that was given is not the store's.
    #[error("the key does not fit {0}")]
    WrongKey(PathBuf),
    /// The store is there and its key is not.
    #[error("{store} cannot be read without its key, and {key} is missing")]
    KeyMissing {
        /// The store.
        store: PathBuf,
        /// Where its key should be.
        key: PathBuf,
    },
    /// Its key was not had.
    #[error(transparent)]
    Key(KeyFileError),
    /// The folder or the file cannot be used.
    #[error("{path}: {reason}")]
    Unusable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// Where a store's key comes from.
pub trait KeySource {
    /// The key of the store that is there.
    ///
    /// # Errors
    /// [`KeyFileError`].
    fn key(&mut self) -> Result<StoreKey, KeyFileError>;

    /// The key of a store that is about to be made. It is kept, durably, when this returns; a key
    /// that was kept before is given again.
    ///
    /// # Errors
    /// [`KeyFileError`].
    fn key_to_be(&mut self) -> Result<StoreKey, KeyFileError>;
}

/// A key that the host application keeps.
impl KeySource for StoreKey {
    fn key(&mut self) -> Result<StoreKey, KeyFileError> {
        Ok(Self::from_bytes(self.bytes()))
    }
    fn key_to_be(&mut self) -> Result<StoreKey, KeyFileError> {
        self.key()
    }
}

/// A key in the folder's key file.
pub struct KeyFile<'a> {
    /// The folder.
    pub home: &'a Path,
    /// How a new key file guards the key.
    pub guard: Guard<'a>,
    /// Asked if a passphrase guards the key that is there.
    pub passphrase: &'a mut dyn FnMut() -> Option<Passphrase>,
}

impl KeySource for KeyFile<'_> {
    fn key(&mut self) -> Result<StoreKey, KeyFileError> {
        let key = file::read(self.home, self.passphrase)?;
        file::sweep(self.home);
        Ok(key)
    }
    fn key_to_be(&mut self) -> Result<StoreKey, KeyFileError> {
        if file::exists(self.home) {
            return self.key();
        }
        let key = StoreKey::random()?;
        file::write(self.home, &key, self.guard)?;
        Ok(key)
    }
}

impl DeviceStore {
    /// Opens the store in the folder `home` with the key in its key file, which no passphrase
    /// guards; makes the folder (mode 0700), the key file and an empty store (mode 0600) where there
    /// is none.
    ///
    /// # Errors
    /// See [`OpenStoreError`]; nothing was changed.
    pub fn open(home: &Path) -> Result<Self, OpenStoreError> {
        Self::open_with(
            home,
            &mut KeyFile {
                home,
                guard: Guard::Mode,
                passphrase: &mut || None,
            },
        )
    }

    /// Opens or makes the store in the folder `home` with a key from elsewhere. A new key is kept
    /// before the store is made, so that no store is ever without its key.
    ///
    /// # Errors
    /// See [`OpenStoreError`]; nothing was changed.
    pub fn open_with(home: &Path, source: &mut dyn KeySource) -> Result<Self, OpenStoreError> {
        let mut new_key = None;
        if !Self::exists(home) {
            make_folder(home)?;
            new_key = Some(source.key_to_be().map_err(OpenStoreError::Key)?);
        }
        let lock = Lock::take(home).map_err(unusable(home))?;
        let lock = lock.ok_or_else(|| OpenStoreError::Locked(home.to_owned()))?;
        let medium = Folder::new(home);
        let found = match Look::into(&medium).map_err(|error| told(home, error))? {
            Look::Log(found) => found,
            Look::Nothing => {
                if let Some(path) = former(home) {
                    return Err(OpenStoreError::Older(path));
                }
                let host = new_key.map_or_else(|| source.key_to_be(), Ok);
                let host = host.map_err(OpenStoreError::Key)?;
                let log = Log::found(medium, host);
                let log = log.map_err(|error| told(home, LogError::Medium(error)))?;
                return Ok(Self {
                    log,
                    salvaged: None,
                    _lock: lock,
                });
            }
        };
        // It is there; or somebody was asked for a passphrase, and another program has made it.
        let host = source.key().map_err(|error| match error {
            KeyFileError::Missing(key) => OpenStoreError::KeyMissing {
                store: Folder::path(home, Part::Log(found.slot())),
                key,
            },
            other => OpenStoreError::Key(other),
        })?;
        let (log, unreadable) =
            Log::open(medium, found, host).map_err(|error| told(home, error))?;
        Ok(Self {
            log,
            salvaged: unreadable.map(|unreadable| Salvaged {
                kept: home.join(KEPT_NAMES[0]),
                unreadable,
            }),
            _lock: lock,
        })
    }
}

/// An error of the log, with the file that it is about.
fn told(home: &Path, error: LogError) -> OpenStoreError {
    let path = |slot: Slot| Folder::path(home, Part::Log(slot));
    match error {
        LogError::Damaged { slot, reason } => OpenStoreError::Damaged {
            path: path(slot),
            reason,
        },
        LogError::Newer { slot, found } => OpenStoreError::Newer {
            path: path(slot),
            found,
        },
        LogError::Older(slot) => OpenStoreError::Older(path(slot)),
        LogError::WrongKey(slot) => OpenStoreError::WrongKey(path(slot)),
        LogError::KeyLost(slot) => OpenStoreError::KeyMissing {
            store: path(slot),
            key: Folder::path(home, Part::Seal(slot)),
        },
        LogError::Medium(error) => OpenStoreError::Unusable {
            path: home.to_owned(),
            reason: match error {
                StoreError::Failed(reason) | StoreError::Full(reason) => reason,
                other => other.to_string(),
            },
        },
    }
}

fn unusable(path: &Path) -> impl Fn(io::Error) -> OpenStoreError + use<> {
    let path = path.to_owned();
    move |error| OpenStoreError::Unusable {
        path: path.clone(),
        reason: error.to_string(),
    }
}

/// Makes the folder where it is missing. Its name is synced, so that what is written into it cannot
/// vanish with it.
fn make_folder(home: &Path) -> Result<(), OpenStoreError> {
    if home.exists() {
        return Ok(());
    }
    files::make_folder(home)
        .and_then(|()| files::sync_folder(&files::folder_of(home)))
        .map_err(unusable(home))
}
