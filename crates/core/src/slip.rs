//! Slips: the code by which a resident follows a case stays with the device that gave it out.
//!
//! A device makes a slip's key pair of the slip's salt and what only the device has. The slip's secret
//! is what that pair shares with the town's key, for this device; the code follows from it. The command
//! that gives a code out carries the public half, and a document keeps the salt and a hash of the
//! secret. So the device tells the code again whenever it has the document, the server works it out
//! once, and nobody else has anything to guess it with. Who has seen a slip has the code and not the
//! secret; who copies the command has a key whose secret he does not know, and for his own device it
//! gives the town another code than its hash is of: neither gives him a case with that code.
//!
//! ```
//! use alleyway_core::crypto::{SealingSecret, SecretBytes, SecretKey};
//! use alleyway_core::slip::Slip;
//!
//! let town = SealingSecret::from_bytes([8; 32]);
//! let (phone, own) = (SecretKey::from_bytes(&[3; 32]).public(), SecretBytes::new([5; 32]));
//! let salt = [7; 16];
//! let (slip, code) = Slip::give_out(&own, &phone, &town.public(), salt).expect("a good key");
//! assert_eq!(slip.code(&phone, &town), Some(code));
//! assert_eq!(slip.mark().own_code(&own, &phone, &town.public()), Some(code));
//!
//! // Copied by another device it gives no code, and another device knows none.
//! let other = SecretKey::from_bytes(&[4; 32]).public();
//! assert_eq!(slip.code(&other, &town), None);
//! let others = SecretBytes::new([6; 32]);
//! assert_eq!(slip.mark().own_code(&others, &other, &town.public()), None);
//! ```

use crate::crypto::{
    Hash, PublicKey, SealingKey, SealingSecret, SecretBytes, blake3_keyed, first, hash,
};
use crate::number::TrackingCode;
use crate::step::FieldType;
use crate::wire_struct;
use hex::FromHex as _;

/// The pair of a device's slip; `own` is what only the device has.
fn pair(own: &SecretBytes, salt: &[u8; 16]) -> SealingSecret {
    SealingSecret::from_bytes(blake3_keyed(
        own.as_bytes(),
        &[b"alleyway slip pair 1", salt],
    ))
}

/// The secret from which a slip's code follows. Its device has it, and the server for a moment.
struct SlipSecret(Hash);

impl SlipSecret {
    /// Of what the pair shares with the town, for a device.
    fn of(shared: &Hash, device: &PublicKey, salt: &[u8; 16]) -> Self {
        let parts: [&[u8]; 3] = [shared, &device.0, salt];
        Self(hash("alleyway slip secret 1", &parts))
    }

    /// The code on the slip.
    fn code(&self) -> TrackingCode {
        TrackingCode::from_random(first(&hash("alleyway slip code 1", &[&self.0])))
    }

    fn mark(&self, salt: [u8; 16]) -> SlipMark {
        SlipMark {
            salt,
            lock: first(&hash("alleyway slip lock 1", &[&self.0])),
        }
    }
}

/// The part of a slip that documents keep: it tells the slip from others, and nothing of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlipMark {
    salt: [u8; 16],
    lock: [u8; 8],
}
wire_struct!(SlipMark { salt, lock });

impl SlipMark {
    /// The code, for the device that gave it out; none for every other one.
    pub fn own_code(
        &self,
        own: &SecretBytes,
        device: &PublicKey,
        town: &SealingKey,
    ) -> Option<TrackingCode> {
        let shared = pair(own, &self.salt).shared_as_sender(town)?;
        let secret = SlipSecret::of(&shared, device, &self.salt);
        (secret.mark(self.salt) == *self).then(|| secret.code())
    }

    /// Reads what documents hold: 48 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (salt, lock) = text.split_at_checked(32)?;
        Some(Self {
            salt: <[u8; 16]>::from_hex(salt).ok()?,
            lock: <[u8; 8]>::from_hex(lock).ok()?,
        })
    }
}

impl std::fmt::Display for SlipMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", hex::encode(self.salt), hex::encode(self.lock))
    }
}

/// The part of a slip that a command carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    mark: SlipMark,
    /// The public half of its pair.
    key: SealingKey,
}
wire_struct!(Slip { mark, key });

impl Slip {
    /// A device's slip and the code on it; `None` if the town's key is one that no secret has. `own` is
    /// what only the device has; one salt makes one slip.
    pub fn give_out(
        own: &SecretBytes,
        device: &PublicKey,
        town: &SealingKey,
        salt: [u8; 16],
    ) -> Option<(Self, TrackingCode)> {
        let pair = pair(own, &salt);
        let secret = SlipSecret::of(&pair.shared_as_sender(town)?, device, &salt);
        let slip = Self {
            mark: secret.mark(salt),
            key: pair.public(),
        };
        Some((slip, secret.code()))
    }

    /// The part that the document keeps.
    pub fn mark(&self) -> SlipMark {
        self.mark
    }

    /// The code, for who has the town's secret; none if the mark is not that of this pair and the
    /// device with this key.
    pub fn code(&self, device: &PublicKey, town: &SealingSecret) -> Option<TrackingCode> {
        let shared = town.shared_as_receiver(&self.key)?;
        let secret = SlipSecret::of(&shared, device, &self.mark.salt);
        (secret.mark(self.mark.salt) == self.mark).then(|| secret.code())
    }
}

/// Nobody types it, and nobody is shown it.
impl FieldType for Slip {
    const BYTES_MAX: usize = 0;

    fn blank() -> Self {
        Self {
            mark: SlipMark {
                salt: [0; 16],
                lock: [0; 8],
            },
            key: SealingKey([0; 32]),
        }
    }

    fn written(&self) -> String {
        String::new()
    }

    fn read(_: &str) -> Option<Self> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SecretKey;
    use crate::wire::Wire;

    fn slip(salt: [u8; 16]) -> Slip {
        let town = SealingSecret::from_bytes([8; 32]).public();
        let (own, device) = (SecretBytes::new([5; 32]), device());
        Slip::give_out(&own, &device, &town, salt).unwrap().0
    }

    fn device() -> PublicKey {
        SecretKey::from_bytes(&[3; 32]).public()
    }

    #[test]
    fn a_mark_is_read_back_as_documents_hold_it() {
        let mark = slip([7; 16]).mark();
        assert_eq!(SlipMark::parse(&mark.to_string()), Some(mark));
        for text in ["", "07", "é", &"0".repeat(47), &"0".repeat(49)] {
            assert_eq!(SlipMark::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_slip_with_the_key_or_the_mark_of_another_gives_no_code() {
        let town = SealingSecret::from_bytes([8; 32]);
        let (one, other) = (slip([1; 16]), slip([2; 16]));
        for mixed in [
            Slip {
                mark: one.mark,
                key: other.key,
            },
            Slip {
                key: SealingKey([0; 32]),
                ..one.clone()
            },
        ] {
            assert_eq!(mixed.code(&device(), &town), None);
        }
        assert_eq!(Slip::blank().code(&device(), &town), None);
        assert_eq!(
            one.code(&device(), &SealingSecret::from_bytes([9; 32])),
            None
        );
        assert_eq!(Slip::from_bytes(&one.to_bytes()), Ok(one));
    }
}
