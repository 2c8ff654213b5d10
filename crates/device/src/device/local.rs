//! A device in a folder of this machine, over HTTP.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use alleyway_client::Fault;
use alleyway_core::time::Time;

use super::platform::{Platform, system_random};
use crate::keys::file::{self, Guard, KeyFileError};
use crate::keys::{Cost, KeyKeeper, Passphrase, StoreKey};
use crate::store::{DeviceStore, KeyFile, KeySource, OpenStoreError, wipe};
use crate::transport::{Client, Halt, ServerUrl, Timeouts, Trust};

/// A clock.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;
/// Asks a person for a passphrase; none if nobody is there or wants to.
pub type Ask = Arc<dyn Fn() -> Option<Passphrase> + Send + Sync>;

/// Where a store's key is kept.
#[derive(Clone)]
pub enum Keys {
    /// In a file beside the store.
    File {
        /// Asked if a passphrase guards the file.
        ask: Ask,
        /// Guards a file that is made.
        first: Option<Arc<Passphrase>>,
    },
    /// By the host: the platform's own key store.
    Host(Arc<dyn KeyKeeper>),
}

/// A device in a folder of this machine, over HTTP.
#[derive(Clone)]
pub struct Local {
    home: PathBuf,
    keys: Keys,
    trust: Trust,
    timeouts: Timeouts,
    clock: Clock,
    /// The key that opened the store: it is opened anew without asking.
    key: Arc<Mutex<Option<StoreKey>>>,
}

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Local")
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

impl Local {
    /// A device in the folder `home`: its key in a file without a passphrase, whom the environment
    /// says trusted, the system's clock.
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self {
            home: home.into(),
            keys: Keys::File {
                ask: Arc::new(|| None),
                first: None,
            },
            trust: Trust::from_environment(),
            timeouts: Timeouts::default(),
            clock: Arc::new(system_clock),
            key: Arc::default(),
        }
    }

    /// With its key kept there.
    #[must_use]
    pub fn with_keys(self, keys: Keys) -> Self {
        Self { keys, ..self }
    }

    /// With these servers believed.
    #[must_use]
    pub fn with_trust(self, trust: Trust) -> Self {
        Self { trust, ..self }
    }

    /// With these waits.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// With this clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Whether there is a key in a file.
    pub fn has_key_file(&self) -> bool {
        file::exists(&self.home)
    }

    /// Whether a passphrase guards the key in the file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn is_guarded(&self) -> Result<bool, Fault> {
        Ok(file::is_wrapped(&self.home)?)
    }

    /// Keeps the key in the file under a passphrase, or without one. To be called while the store is
    /// open.
    ///
    /// # Errors
    /// What is wrong with the file; the old one is then still there.
    pub fn guard(&self, passphrase: Option<&Passphrase>) -> Result<(), Fault> {
        let guard = passphrase.map_or(Guard::Mode, |passphrase| {
            Guard::Passphrase(passphrase, Cost::STANDARD)
        });
        let key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key
            .as_ref()
            .ok_or_else(|| Fault::from(KeyFileError::Missing(self.home.join(file::FILE_NAME))))?;
        Ok(file::write(&self.home, key, guard)?)
    }

    fn open_with(&self, source: &mut dyn KeySource) -> Result<DeviceStore, OpenStoreError> {
        DeviceStore::open_with(&self.home, source)
    }

    fn open_asking(&self) -> Result<DeviceStore, OpenStoreError> {
        match &self.keys {
            Keys::Host(keeper) => self.open_with(&mut Kept(keeper.as_ref())),
            Keys::File { ask, first } => {
                let guard = first.as_deref().map_or(Guard::Mode, |passphrase| {
                    Guard::Passphrase(passphrase, Cost::STANDARD)
                });
                self.open_with(&mut KeyFile {
                    home: &self.home,
                    guard,
                    passphrase: &mut || ask(),
                })
            }
        }
    }
}

/// A key that the host keeps.
struct Kept<'a>(&'a dyn KeyKeeper);

impl KeySource for Kept<'_> {
    fn key(&mut self) -> Result<StoreKey, KeyFileError> {
        let key = self.0.load()?;
        key.ok_or_else(|| KeyFileError::Missing(PathBuf::new()))
    }

    fn key_to_be(&mut self) -> Result<StoreKey, KeyFileError> {
        if let Some(key) = self.0.load()? {
            return Ok(key);
        }
        let key = StoreKey::random()?;
        self.0.keep(&key)?;
        Ok(key)
    }
}

impl Platform for Local {
    type Store = DeviceStore;
    type Line = Client;

    fn has_store(&self) -> bool {
        DeviceStore::exists(&self.home)
    }

    fn open_store(&self) -> Result<DeviceStore, Fault> {
        let mut known = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let store = match known.as_mut() {
            Some(key) => self.open_with(key)?,
            None => self.open_asking()?,
        };
        *known = Some(StoreKey::from_bytes(store.key().bytes()));
        Ok(store)
    }

    fn wipe_store(&self, open: Option<DeviceStore>) -> Result<(), Fault> {
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if let Keys::Host(keeper) = &self.keys {
            keeper.destroy().map_err(KeyFileError::from)?;
        }
        Ok(wipe(&self.home, open)?)
    }

    fn place(&self) -> String {
        self.home.display().to_string()
    }

    fn line(&self, url: &ServerUrl, halt: &Halt) -> Result<Client, Fault> {
        let client = Client::trusting(url.clone(), self.timeouts, &self.trust)?;
        Ok(client.halted_by(halt))
    }

    fn now(&self) -> Time {
        (self.clock)()
    }

    fn random(&self) -> Result<[u8; 32], Fault> {
        system_random()
    }
}

fn system_clock() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
