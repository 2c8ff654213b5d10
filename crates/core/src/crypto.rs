//! Hashes, signatures and seals, each under a domain of its own.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};

use crate::wire::{Reader, Wire, WireError};

mod resting;
mod sealing;
mod secret;

pub use resting::RestingKey;
pub use sealing::{SealingKey, SealingSecret};
pub use secret::SecretBytes;

/// A BLAKE3 hash.
pub type Hash = [u8; 32];

/// The hash of `parts` under `domain`. Parts of variable length are told apart by their lengths.
pub fn hash(domain: &str, parts: &[&[u8]]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(domain.as_bytes());
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

/// The first 16 bytes of [`hash`].
pub fn hash16(domain: &str, parts: &[&[u8]]) -> [u8; 16] {
    first(&hash(domain, parts))
}

/// The first `N` bytes of a hash, `N` at most 32.
pub fn first<const N: usize>(hash: &Hash) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(hash) {
        *to = *from;
    }
    out
}

/// An Ed25519 public key (RFC 8032).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey(pub [u8; 32]);

/// An Ed25519 signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

macro_rules! wire_bytes {
    ($($name:ident),*) => {$(
        impl Wire for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                self.0.encode(out);
            }
            fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
                Ok(Self(Wire::decode(from)?))
            }
        }
    )*};
}
wire_bytes!(PublicKey, Signature);

/// A device's or the server's signing key. Wiped from memory when dropped.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// The key of 32 random bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// The bytes, to be stored.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// A secret of its own for another purpose, derived from this one: it need not be stored.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3_keyed(&self.0.to_bytes(), &[purpose.as_bytes()])
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs `message` under `domain`.
    pub fn sign(&self, domain: &str, message: &[u8]) -> Signature {
        Signature(self.0.sign(&tagged(domain, message)).to_bytes())
    }
}

impl PublicKey {
    /// Whether `signature` is this key's, over `message` under `domain`. Strict: weak keys and
    /// malleable signatures are not accepted.
    pub fn verifies(&self, domain: &str, message: &[u8], signature: &Signature) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
            key.verify_strict(
                &tagged(domain, message),
                &ed25519_dalek::Signature::from_bytes(&signature.0),
            )
            .is_ok()
        })
    }
}

fn tagged(domain: &str, message: &[u8]) -> Vec<u8> {
    let mut tagged = Vec::with_capacity(domain.len() + 1 + message.len());
    tagged.extend_from_slice(domain.as_bytes());
    tagged.push(0);
    tagged.extend_from_slice(message);
    tagged
}

/// Seals a short token for its maker alone. The nonce is derived from key, context and plaintext
/// (a synthetic nonce), so equal tokens are equal bytes and no randomness is needed.
pub fn seal_token(key: &[u8; 32], context: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce: [u8; 12] = first(&blake3_keyed(key, &[context, plain]));
    let sealed = ChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(
            &Nonce::from(nonce),
            Payload {
                msg: plain,
                aad: context,
            },
        )
        .unwrap_or_default();
    let mut token = nonce.to_vec();
    token.extend_from_slice(&sealed);
    token
}

/// Opens what [`seal_token`] made under the same key and context.
pub fn open_token(key: &[u8; 32], context: &[u8], token: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = token.split_first_chunk::<12>()?;
    ChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(
            &Nonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: context,
            },
        )
        .ok()
}

/// A keyed hash (BLAKE3's keyed mode) of parts of known or delimited length.
pub fn blake3_keyed(key: &[u8; 32], parts: &[&[u8]]) -> Hash {
    let mut hasher = blake3::Hasher::new_keyed(key);
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}
