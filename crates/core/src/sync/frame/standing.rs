//! How a device stands with the server: its lease, and its end.

use crate::crypto::{PublicKey, SecretBytes, SecretKey, Signature};
use crate::id::DeviceId;
use crate::time::Time;
use crate::wire::{Reader, Wire, WireError};
use crate::wire_struct;

/// Nothing more is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskLease {}
wire_struct!(AskLease {});

/// The server's half of the key under which a device's documents are sealed. The same for a device
/// each time, so that what was sealed under it opens again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The half.
    pub half: SecretBytes,
}
wire_struct!(Lease { half });

/// Why a device is not to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It was revoked: its documents go, what it handed in lies in the review tray.
    Revoked,
    /// It was reported lost: all of it goes, its keys too.
    Lost,
    /// Two phones use this identity; an administrator is to say which goes on.
    Frozen,
}

impl Wire for Stop {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Revoked => 1,
            Self::Lost => 2,
            Self::Frozen => 3,
        });
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        match from.byte()? {
            1 => Ok(Self::Revoked),
            2 => Ok(Self::Lost),
            3 => Ok(Self::Frozen),
            _ => Err(WireError::Invalid("stop")),
        }
    }
}

/// The device is not to go on. Signed, so that nobody between can have a phone wiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Why.
    pub why: Stop,
    /// The server's, over the device and why.
    pub signature: Signature,
}
wire_struct!(Stopped { why, signature });

const DOMAIN: &str = "alleyway stopped 1";

impl Stopped {
    /// Signs for a device.
    pub fn sign(server: &SecretKey, device: DeviceId, why: Stop) -> Self {
        Self {
            why,
            signature: server.sign(DOMAIN, &(device, why).to_bytes()),
        }
    }

    /// Whether the town's server said so to this device.
    pub fn is_for(&self, device: DeviceId, server: &PublicKey) -> bool {
        server.verifies(DOMAIN, &(device, self.why).to_bytes(), &self.signature)
    }
}
/// The device has handed in as much as it may for now: what was told to come later is taken from then
/// on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// From when on, by the server's clock.
    pub until: Time,
}
wire_struct!(Wait { until });
