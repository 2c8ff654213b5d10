//! Seals for what rests in a store: long, rewritten, and read back by whoever has the key.
//!
//! XChaCha20-Poly1305. The nonce is derived from key, context and bytes (a synthetic nonce), so no
//! randomness is needed, and two values share a nonce only if they are the same.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use super::{SecretBytes, blake3_keyed, first};

/// A key under which rows of a store are sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestingKey(SecretBytes);

impl RestingKey {
    /// The bytes that a seal adds to the sealed ones.
    pub const ADDED_BYTES: usize = 40;

    /// The key of 32 secret bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBytes::new(bytes))
    }

    /// Seals bytes in a context; [`Self::ADDED_BYTES`] are added.
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; 24] = first(&blake3_keyed(self.0.as_bytes(), &[context, plain]));
        let sealed = self.cipher().encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plain,
                aad: context,
            },
        );
        let mut out = nonce.to_vec();
        // It fails only beyond 256 GiB.
        out.extend_from_slice(&sealed.unwrap_or_default());
        out
    }

    /// Opens what was sealed under this key in the same context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
        self.cipher()
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: context,
                },
            )
            .ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_opens_under_its_key_in_its_context_and_whole() {
        let key = RestingKey::new([3; 32]);
        let sealed = key.seal(b"here", "路坏了".as_bytes());
        assert_eq!(
            key.open(b"here", &sealed).as_deref(),
            Some("路坏了".as_bytes())
        );
        assert_eq!(key.open(b"there", &sealed), None);
        assert_eq!(RestingKey::new([4; 32]).open(b"here", &sealed), None);
        assert!((0..sealed.len()).all(|length| key.open(b"here", &sealed[..length]).is_none()));
        assert!(!sealed.windows(3).any(|window| window == "路".as_bytes()));
    }
}
