//! Opening a store, and making one.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use alleyway_core::store::StoreError;
use redb::{Builder, Database, DatabaseError};
use thiserror::Error;

use super::data_key::{self, Found};
use super::journal::{self, Journal};
use super::renewal::discard;
use super::rows::{Change, Rows, put};
use super::salvage::{self, Salvaged, is_blank, is_emptied, quietly};
use super::{CACHE_BYTES_MAX, DeviceStore, FILE_NAME, FORMAT, OLDEST_FORMAT, failed, raw_setting};
use crate::keys::file::{self, Guard, KeyFileError, sync_folder};
use crate::keys::{Passphrase, StoreKey};

/// The setting that holds [`FORMAT`], as four bytes, big end first. It is not sealed.
pub(super) const FORMAT_KEY: &str = "format";
/// The setting that tells whether a data key is the store's: the key's fingerprint and a checksum of it,
/// so that a wrong key is told from a damaged row. It is not sealed.
pub(super) const KEY_CHECK_KEY: &str = "key-check";

/// Why a store was not opened.
#[derive(Debug, Error)]
pub enum OpenStoreError {
    /// Another process holds it.
    #[error("{0} is in use by another process")]
    Locked(PathBuf),
    /// The file is not what was written.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// A later version of the program wrote it.
    #[error("{path} has format {found}; this program knows formats up to {FORMAT}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// An earlier version of the program made it, and no conversion exists.
    #[error(
        "{path} was made by an earlier version, in format {found}; this program reads formats from {OLDEST_FORMAT}"
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its format; 0 if it says none.
        found: u32,
    },
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
        let path = home.join(FILE_NAME);
        if !Self::exists(home) {
            make_folder(home)?;
            let host = source.key_to_be().map_err(OpenStoreError::Key)?;
            make_file(home, &path)?;
            let database = open_checked(&path)?;
            if is_blank(&database) {
                return found(home, database, host);
            }
            // Somebody was asked for a passphrase, and another program has made the store meanwhile.
        }
        // Missing where there is a journal, it is as an empty one.
        make_file(home, &path)?;
        let (database, salvaged) = match open_checked(&path) {
            Err(OpenStoreError::Damaged { .. }) => salvage::rebuild(home, &path)?,
            Ok(database) if is_emptied(home, &database) => {
                drop(database);
                salvage::rebuild(home, &path)?
            }
            other => (other?, None),
        };
        if is_blank(&database) {
            // A crash between making the file and its first rows: as fresh as none.
            return found(
                home,
                database,
                source.key_to_be().map_err(OpenStoreError::Key)?,
            );
        }
        let format = check_format(&database, &path)?;
        let host = source.key().map_err(|error| match error {
            KeyFileError::Missing(key) => OpenStoreError::KeyMissing {
                store: path.clone(),
                key,
            },
            other => OpenStoreError::Key(other),
        })?;
        let data = data_key_of(home, &database, &host)?;
        let mut store = Self::with(home, database, host, data)?;
        store.salvaged = salvaged.map(|kept| store.look_over(kept));
        if format < FORMAT {
            store
                .bring_up_to_date()
                .map_err(|error| unusable(&path)(io::Error::other(error.to_string())))?;
        }
        Ok(store)
    }

    /// From the format before: its rows are as they are now, and from now on there may be one that a
    /// program of that time would pass over. One commit, so that it is done or not; a copy of what was
    /// there would be readable when the lease has ended, and is not made.
    fn bring_up_to_date(&mut self) -> Result<(), StoreError> {
        self.put(&[format_row()])
    }

    fn with(
        home: &Path,
        database: Database,
        host: StoreKey,
        data: StoreKey,
    ) -> Result<Self, OpenStoreError> {
        let journal = Rows::read(&database)
            .and_then(|rows| Journal::of(home, &rows).map_err(failed))
            .map_err(|error| {
                unusable(&home.join(journal::FILE_NAME))(io::Error::other(error.to_string()))
            })?;
        Ok(Self {
            home: home.to_owned(),
            database,
            host,
            data,
            journal,
            salvaged: None,
        })
    }

    /// Says what a rebuilt store lacks.
    fn look_over(&self, kept: PathBuf) -> Salvaged {
        Salvaged {
            kept,
            unreadable: salvage::unreadable(&self.database, &self.data),
        }
    }
}

/// Writes the first rows: a store without them is none. Its data key is kept before.
fn found(home: &Path, database: Database, host: StoreKey) -> Result<DeviceStore, OpenStoreError> {
    let data = StoreKey::random().map_err(|error| OpenStoreError::Key(error.into()))?;
    data_key::write(home, data_key::FILE_NAME, &host, &data).map_err(OpenStoreError::Key)?;
    write_first_rows(&database, &data).map_err(|error| OpenStoreError::Unusable {
        path: home.join(FILE_NAME),
        reason: error.to_string(),
    })?;
    DeviceStore::with(home, database, host, data)
}

fn write_first_rows(database: &Database, data: &StoreKey) -> Result<(), StoreError> {
    put(
        database,
        &[
            format_row(),
            Change::Setting(KEY_CHECK_KEY.to_owned(), data_key::check(data)),
        ],
    )
}

fn format_row() -> Change {
    Change::Setting(FORMAT_KEY.to_owned(), FORMAT.to_be_bytes().to_vec())
}

/// The store's format, one that this program reads.
fn check_format(database: &Database, path: &Path) -> Result<u32, OpenStoreError> {
    let damaged = |reason: String| OpenStoreError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let path = path.to_owned();
    match raw_setting(database, FORMAT_KEY).map_err(|error| damaged(error.to_string()))? {
        None => Err(OpenStoreError::Older { path, found: 0 }),
        Some(bytes) => match <[u8; 4]>::try_from(bytes.as_slice()).map(u32::from_be_bytes) {
            Ok(found) if (OLDEST_FORMAT..=FORMAT).contains(&found) => Ok(found),
            Ok(found) if found > FORMAT => Err(OpenStoreError::Newer { path, found }),
            Ok(found) => Err(OpenStoreError::Older { path, found }),
            Err(_) => Err(damaged("the format row is not a number".to_owned())),
        },
    }
}

/// The data key that is the database's, of the one in force and the one that was to be; the other
/// one is destroyed.
fn data_key_of(
    home: &Path,
    database: &Database,
    host: &StoreKey,
) -> Result<StoreKey, OpenStoreError> {
    let path = home.join(FILE_NAME);
    let damaged = |reason: String| OpenStoreError::Damaged {
        path: path.clone(),
        reason,
    };
    let row = raw_setting(database, KEY_CHECK_KEY).map_err(|error| damaged(error.to_string()))?;
    let row = row.ok_or_else(|| damaged("the row that tells its key is missing".to_owned()))?;
    // Where the row itself is damaged, any value that opens tells the key as well.
    let fits = |key: &StoreKey| {
        row == data_key::check(key)
            || (!data_key::is_whole(&row) && salvage::opens_any(database, key))
    };
    let mut why_not = None;
    for name in [data_key::FILE_NAME, data_key::NEW_NAME] {
        let seal = home.join(name);
        let no = match data_key::read(&seal, host).map_err(OpenStoreError::Key)? {
            Found::Key(key) if fits(&key) => {
                settle(home, name).map_err(OpenStoreError::Key)?;
                if row != data_key::check(&key) {
                    write_first_rows(database, &key)
                        .map_err(|error| unusable(&path)(io::Error::other(error.to_string())))?;
                }
                return Ok(key);
            }
            Found::Key(_) if !data_key::is_whole(&row) => {
                damaged("the row that tells its key is damaged".to_owned())
            }
            Found::Key(_) | Found::WrongKey => OpenStoreError::WrongKey(path.clone()),
            Found::None => continue,
            Found::Damaged => OpenStoreError::Key(KeyFileError::Damaged {
                path: seal,
                reason: "neither of its copies opens",
            }),
        };
        why_not.get_or_insert(no);
    }
    let key = home.join(data_key::FILE_NAME);
    Err(why_not.unwrap_or(OpenStoreError::KeyMissing { store: path, key }))
}

/// Ends a change of the data key that was cut off: the key under `name` is the store's.
fn settle(home: &Path, name: &str) -> Result<(), KeyFileError> {
    if name == data_key::NEW_NAME {
        return data_key::promote(home);
    }
    let path = home.join(data_key::NEW_NAME);
    discard(&path).map_err(|error| KeyFileError::Io { path, error })
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
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(home)
        .map_err(unusable(home))?;
    let parent = home
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    sync_folder(parent).map_err(OpenStoreError::Key)
}

fn make_file(home: &Path, path: &Path) -> Result<(), OpenStoreError> {
    match OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(file) => {
            file.sync_all().map_err(unusable(path))?;
            sync_folder(home).map_err(OpenStoreError::Key)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(unusable(path)(error)),
    }
}

/// Opens the file and checks every page of it.
pub(super) fn open_checked(path: &Path) -> Result<Database, OpenStoreError> {
    let damaged = |reason: String| OpenStoreError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let mut builder = Builder::new();
    builder
        .set_cache_size(CACHE_BYTES_MAX)
        .set_check_integrity_on_open(true);
    let opened = quietly(|| builder.create(path))
        .ok_or_else(|| damaged("its inner structure does not hold together".to_owned()))?;
    opened.map_err(|error| match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            OpenStoreError::Locked(path.to_owned())
        }
        // What redb does not know, or a file that ends too early, is damage; the rest is the disk's.
        DatabaseError::Storage(redb::StorageError::Io(error))
            if !matches!(
                error.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            ) =>
        {
            OpenStoreError::Unusable {
                path: path.to_owned(),
                reason: error.to_string(),
            }
        }
        other => damaged(other.to_string()),
    })
}
