//! Sealed boxes: bytes that only the holder of an X25519 secret can read.
//!
//! The sender draws a key pair for one box; the shared secret (RFC 7748), hashed with both public
//! keys, is the key of XChaCha20-Poly1305. A box's key is used once, so its nonce is constant.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use x25519_dalek::{PublicKey as Public, StaticSecret};

use super::{Hash, hash};

/// The bytes by which a box is longer than its content.
const OVERHEAD_BYTES: usize = 32 + 16;

/// A public key to seal to (X25519).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SealingKey(pub [u8; 32]);

/// The secret that opens what was sealed to its public half. Wiped from memory when dropped.
#[derive(Clone)]
pub struct SealingSecret(StaticSecret);

impl std::fmt::Debug for SealingSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingSecret(…)")
    }
}

impl SealingSecret {
    /// The secret of 32 random bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(StaticSecret::from(bytes))
    }

    /// The public half.
    pub fn public(&self) -> SealingKey {
        SealingKey(Public::from(&self.0).to_bytes())
    }

    /// Opens a box that was sealed to the public half in the same context; `None` if it was not, or
    /// is damaged.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (sender, sealed) = sealed.split_first_chunk::<32>()?;
        let key = box_key(&self.0, &Public::from(*sender), sender, &self.public().0)?;
        XChaCha20Poly1305::new(&Key::from(key))
            .decrypt(
                &XNonce::from([0; 24]),
                Payload {
                    msg: sealed,
                    aad: context,
                },
            )
            .ok()
    }
}

impl SealingSecret {
    /// The key of a box that the holder of this secret sends to that of the other: the receiver makes the
    /// same of his secret and the sender's public half, so nothing needs to be sealed with it to share a
    /// secret. `None` if the key is one that no secret has.
    pub fn shared_as_sender(&self, receiver: &SealingKey) -> Option<Hash> {
        let sender = self.public().0;
        box_key(&self.0, &Public::from(receiver.0), &sender, &receiver.0)
    }

    /// As [`SealingSecret::shared_as_sender`], `self` being the receiver's.
    pub fn shared_as_receiver(&self, sender: &SealingKey) -> Option<Hash> {
        let receiver = self.public().0;
        box_key(&self.0, &Public::from(sender.0), &sender.0, &receiver)
    }
}

impl SealingKey {
    /// Seals bytes in a context. `random` is 32 random bytes that are used for nothing else.
    /// `None` if the key is one that no secret has (a point of small order).
    pub fn seal(&self, random: [u8; 32], context: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let secret = StaticSecret::from(random);
        let sender = Public::from(&secret).to_bytes();
        let key = box_key(&secret, &Public::from(self.0), &sender, &self.0)?;
        let sealed = XChaCha20Poly1305::new(&Key::from(key))
            .encrypt(
                &XNonce::from([0; 24]),
                Payload {
                    msg: plain,
                    aad: context,
                },
            )
            .ok()?;
        let mut out = Vec::with_capacity(plain.len() + OVERHEAD_BYTES);
        out.extend_from_slice(&sender);
        out.extend_from_slice(&sealed);
        Some(out)
    }
}

fn box_key(
    secret: &StaticSecret,
    other: &Public,
    sender: &[u8; 32],
    receiver: &[u8; 32],
) -> Option<Hash> {
    let shared = secret.diffie_hellman(other);
    // A point of small order gives everybody the same secret.
    shared
        .was_contributory()
        .then(|| hash("alleyway box 1", &[shared.as_bytes(), sender, receiver]))
}

impl crate::wire::Wire for SealingKey {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(from: &mut crate::wire::Reader<'_>) -> Result<Self, crate::wire::WireError> {
        Ok(Self(crate::wire::Wire::decode(from)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_holder_of_the_secret_opens_a_box_in_its_context() {
        let secret = SealingSecret::from_bytes([7; 32]);
        let sealed = secret
            .public()
            .seal([9; 32], b"here", "路坏了".as_bytes())
            .unwrap();
        assert_eq!(
            secret.open(b"here", &sealed).as_deref(),
            Some("路坏了".as_bytes())
        );
        assert_eq!(secret.open(b"there", &sealed), None);
        assert_eq!(
            SealingSecret::from_bytes([8; 32]).open(b"here", &sealed),
            None
        );
        assert!((0..sealed.len()).all(|length| secret.open(b"here", &sealed[..length]).is_none()));
    }

    #[test]
    fn nothing_is_sealed_to_a_key_that_no_secret_has() {
        assert_eq!(SealingKey([0; 32]).seal([9; 32], b"", b"x"), None);
    }
}
