//! Signed reads: what a device asks for with `GET`, and proves with one header.
//!
//! The device signs the address with its query, the time, the challenge of its last welcome, and bytes
//! that it draws. So a proof that is seen on the way, or found in a log, reads nothing: it is good for
//! one address, for some minutes, once, and only while its device has not come with a later challenge.
//! What is stolen is stolen with the device's key, as for flights.

use super::challenge::Challenge;
use crate::crypto::{PublicKey, SecretKey, Signature, hash};
use crate::id::{DeviceId, TownId};
use crate::time::Time;
use crate::wire::Wire as _;
use crate::wire_struct;

/// The header that carries a proof, in hexadecimal digits.
pub const PROOF_HEADER: &str = "alleyway-proof";
/// A proof's time may be so many milliseconds from the server's clock, either way: ten minutes.
pub const PROOF_MILLISECONDS_MAX: i64 = 600_000;

/// The proof that a device asks for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadProof {
    /// The device.
    pub device: DeviceId,
    /// The challenge of its last welcome; it is not used up.
    pub challenge: Challenge,
    /// When, by the device's clock as far as the server has corrected it.
    pub at: Time,
    /// Drawn by the device, so that no two reads are alike.
    pub drawn: [u8; 8],
    /// The device's signature.
    pub signature: Signature,
}
wire_struct!(ReadProof {
    device,
    challenge,
    at,
    drawn,
    signature
});

/// The domain of the signature.
const DOMAIN: &str = "alleyway read 1";

/// A text as the value of a field of a query: letters and digits of ASCII as they are, every other byte
/// as `%` and two digits.
///
/// ```
/// use alleyway_core::sync::read::{escaped, unescaped};
///
/// assert_eq!(escaped("灯 1"), "%E7%81%AF%201");
/// assert_eq!(unescaped("%E7%81%AF+1").as_deref(), Some("灯 1"));
/// ```
pub fn escaped(text: &str) -> String {
    let digit = |half: u8| {
        char::from(
            b"0123456789ABCDEF"
                .get(usize::from(half))
                .copied()
                .unwrap_or(b'0'),
        )
    };
    let mut value = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            value.push(char::from(byte));
        } else {
            value.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    value
}

/// The text of a field's value, where a `+` is a blank, as forms have it; none if it is not of that form,
/// or no UTF-8.
pub fn unescaped(value: &str) -> Option<String> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|half| u8::try_from(half).ok())
    };
    let mut bytes = Vec::with_capacity(value.len());
    let mut from = value.bytes();
    while let Some(byte) = from.next() {
        bytes.push(match byte {
            b'%' => digit(from.next()?)? << 4 | digit(from.next()?)?,
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

impl ReadProof {
    /// Signs the read of `target`, the path with its query as they are sent.
    ///
    /// ```
    /// use alleyway_core::crypto::SecretKey;
    /// use alleyway_core::id::{DeviceId, TownId};
    /// use alleyway_core::sync::challenge::Challenge;
    /// use alleyway_core::sync::read::ReadProof;
    /// use alleyway_core::time::Time;
    ///
    /// let (town, now) = (TownId([7; 16]), Time(1_800_000_000_000));
    /// let phone = SecretKey::from_bytes(&[6; 32]);
    /// let device = DeviceId::of(&phone.public());
    /// let challenge = Challenge::new(&[3; 32], device, 1, now);
    /// let proof = ReadProof::sign(town, &phone, challenge, now, [1; 8], "/v1/q/figures");
    /// assert!(proof.proves(town, &phone.public(), "/v1/q/figures"));
    /// assert!(!proof.proves(town, &phone.public(), "/v1/q/figures?from=2026-01"));
    /// ```
    pub fn sign(
        town: TownId,
        secret: &SecretKey,
        challenge: Challenge,
        at: Time,
        drawn: [u8; 8],
        target: &str,
    ) -> Self {
        let blank = Self {
            device: DeviceId::of(&secret.public()),
            challenge,
            at,
            drawn,
            signature: Signature([0; 64]),
        };
        let signature = secret.sign(DOMAIN, &blank.message(town, target));
        Self { signature, ..blank }
    }

    /// Whether the device with this key asks for `target`.
    pub fn proves(&self, town: TownId, key: &PublicKey, target: &str) -> bool {
        key.verifies(DOMAIN, &self.message(town, target), &self.signature)
    }

    /// Whether its time is too far from the server's clock.
    pub fn is_stale(&self, now: Time) -> bool {
        self.at.0.abs_diff(now.0) > PROOF_MILLISECONDS_MAX.unsigned_abs()
    }

    fn message(&self, town: TownId, target: &str) -> [u8; 32] {
        let challenge = self.challenge.to_bytes();
        let parts: [&[u8]; 6] = [
            &town.0,
            &self.device.0,
            &challenge,
            &self.at.0.to_be_bytes(),
            &self.drawn,
            target.as_bytes(),
        ];
        hash(DOMAIN, &parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_for_one_town_device_address_time_and_challenge() {
        let (town, now) = (TownId([7; 16]), Time(1_800_000_000_000));
        let secret = SecretKey::from_bytes(&[6; 32]);
        let (key, device) = (secret.public(), DeviceId::of(&secret.public()));
        let challenge = |serial| Challenge::new(&[3; 32], device, serial, now);
        let proof = ReadProof::sign(town, &secret, challenge(1), now, [1; 8], "/a?b=c");
        assert!(proof.proves(town, &key, "/a?b=c"));
        assert!(!proof.proves(TownId([8; 16]), &key, "/a?b=c"));
        assert!(!proof.proves(town, &SecretKey::from_bytes(&[5; 32]).public(), "/a?b=c"));
        assert!(!proof.proves(town, &key, "/a?b=d"));
        for changed in [
            ReadProof {
                challenge: challenge(2),
                ..proof
            },
            ReadProof {
                at: Time(now.0 + 1),
                ..proof
            },
            ReadProof {
                drawn: [2; 8],
                ..proof
            },
            ReadProof {
                device: DeviceId([1; 16]),
                ..proof
            },
        ] {
            assert!(!changed.proves(town, &key, "/a?b=c"));
        }
        let is_stale = |at| {
            ReadProof {
                at: Time(at),
                ..proof
            }
            .is_stale(now)
        };
        assert!(
            !is_stale(now.0 + PROOF_MILLISECONDS_MAX) && !is_stale(now.0 - PROOF_MILLISECONDS_MAX)
        );
        assert!(is_stale(now.0 + PROOF_MILLISECONDS_MAX + 1) && is_stale(i64::MIN));
    }
}
