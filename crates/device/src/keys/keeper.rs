//! A store's key in the platform's own key store.

use thiserror::Error;

use super::StoreKey;

/// Keeps the key of one device's store: an Android or iOS key store, a desktop's keyring.
///
/// # Contract
/// A key that was kept is loaded, unchanged, until it is destroyed; `keep` and `destroy` are durable
/// when they return. A key store that cannot be asked now is an error, never an absent key: another
/// key would make a store that is there unreadable.
pub trait KeyKeeper: Send + Sync {
    /// The key; none if none was kept.
    ///
    /// # Errors
    /// [`KeeperError`]
    fn load(&self) -> Result<Option<StoreKey>, KeeperError>;

    /// Keeps the key.
    ///
    /// # Errors
    /// [`KeeperError`]
    fn keep(&self, key: &StoreKey) -> Result<(), KeeperError>;

    /// Destroys the key, if there is one: nobody reads the store then.
    ///
    /// # Errors
    /// [`KeeperError`]
    fn destroy(&self) -> Result<(), KeeperError>;
}

/// The platform's key store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the key store: {0}")]
pub struct KeeperError(pub String);
