//! Challenges: what a hello is signed over, so that no flight can be played twice.

use crate::crypto::{blake3_keyed, first};
use crate::id::DeviceId;
use crate::limits::CHALLENGE_DAYS;
use crate::time::Time;
use crate::wire_struct;

/// An expiry, a serial and a MAC under a key that is drawn at each start of the server: 24 bytes
/// that the server need not remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    expires_seconds: [u8; 4],
    serial: [u8; 8],
    mac: [u8; 12],
}
wire_struct!(Challenge {
    expires_seconds,
    serial,
    mac
});

impl Challenge {
    /// Makes the challenge with this serial for a device.
    pub fn new(key: &[u8; 32], device: DeviceId, serial: u64, now: Time) -> Self {
        let expires =
            u32::try_from(now.plus_days(CHALLENGE_DAYS).seconds().max(0)).unwrap_or(u32::MAX);
        let (expires_seconds, serial) = (expires.to_be_bytes(), serial.to_be_bytes());
        Self {
            expires_seconds,
            serial,
            mac: mac(key, device, expires_seconds, serial),
        }
    }

    /// The serial, if the challenge was made for this device and has not expired.
    pub fn serial(&self, key: &[u8; 32], device: DeviceId, now: Time) -> Option<u64> {
        let genuine = self.mac == mac(key, device, self.expires_seconds, self.serial);
        let fresh = now.seconds() <= i64::from(u32::from_be_bytes(self.expires_seconds));
        (genuine && fresh).then_some(u64::from_be_bytes(self.serial))
    }
}

fn mac(key: &[u8; 32], device: DeviceId, expires: [u8; 4], serial: [u8; 8]) -> [u8; 12] {
    first(&blake3_keyed(
        key,
        &[b"challenge", &device.0, &expires, &serial],
    ))
}
