//! The key of a device's store, and the seal under it.
//!
//! The key comes from the host: a phone's key store, or the key file of the terminal program
//! ([`mod@file`]). It seals every value of the store with XChaCha20-Poly1305 under a random nonce; the
//! row a value belongs to is bound into its seal, so that a value under another row's key is damage.
//! Nonces of 24 random bytes do not repeat, and need no counter that a restored backup would turn
//! back.

pub mod file;
mod keeper;
mod wrap;

use alleyway_core::crypto::{blake3_keyed, first};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use thiserror::Error;
use zeroize::Zeroizing;

pub use keeper::{KeeperError, KeyKeeper};
pub use wrap::{
    Cost, PASSPHRASE_BYTES_MAX, PASSPHRASE_CHARACTERS_MIN, Passphrase, PassphraseError,
};

/// The length that a seal adds to a value, in bytes: the nonce and the tag.
pub const SEAL_BYTES: usize = NONCE_BYTES + 16;
const NONCE_BYTES: usize = 24;
/// Bytes of a [`StoreKey::fingerprint`].
pub const FINGERPRINT_BYTES: usize = 16;

/// Why a value was not sealed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SealError {
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
    /// The value is too long for the cipher.
    #[error("the value is too long to be sealed")]
    TooLong,
}

/// The key of a device's store. Wiped from memory when dropped.
pub struct StoreKey(Box<Zeroizing<[u8; 32]>>);

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(…)")
    }
}

impl StoreKey {
    /// The key of 32 bytes that a host keeps.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Box::new(Zeroizing::new(*bytes)))
    }

    /// A new key.
    ///
    /// # Errors
    /// [`SealError::Random`].
    pub fn random() -> Result<Self, SealError> {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        getrandom::fill(key.0.as_mut_slice())
            .map_err(|error| SealError::Random(error.to_string()))?;
        Ok(key)
    }

    /// The bytes, to be kept by a host.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Tells this key from another without saying anything of either.
    pub fn fingerprint(&self) -> [u8; FINGERPRINT_BYTES] {
        first(&blake3_keyed(
            &self.0,
            &[b"alleyway device store key check 1"],
        ))
    }

    /// Seals a value for its place: the nonce, then the sealed value.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(&self, place: &[u8], value: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| SealError::Random(error.to_string()))?;
        let sealed = self
            .cipher()
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: value,
                    aad: place,
                },
            )
            .map_err(|_| SealError::TooLong)?;
        let mut out = Vec::with_capacity(NONCE_BYTES + sealed.len());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`StoreKey::seal`] made for the same place; `None` to anything else.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        self.cipher()
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: place,
                },
            )
            .ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(<&Key>::from(self.bytes()))
    }
}

#[cfg(test)]
mod tests;
