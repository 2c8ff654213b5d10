//! Certificates: the server's word for whose device a key is.
//!
//! A device carries its own, so that another one without signal can tell whose batches it was
//! handed. It says nothing about posts, nor whether the device has been revoked since.

use crate::crypto::{PublicKey, SealingKey, SecretKey, Signature};
use crate::id::{DeviceId, MemberId, TownId};
use crate::wire::Wire;
use crate::wire_struct;

const DOMAIN: &str = "alleyway certificate 1";

/// Whose device a key is, signed by the town's server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certificate {
    /// The device's key to sign with.
    pub device: PublicKey,
    /// The device's key to seal to.
    pub sealing: SealingKey,
    /// Whose it is.
    pub member: MemberId,
    /// Its code, of which case numbers are made.
    pub code: u32,
    /// The server's.
    pub signature: Signature,
}
wire_struct!(Certificate {
    device,
    sealing,
    member,
    code,
    signature
});

impl Certificate {
    /// Signs for a device.
    pub fn sign(
        town: TownId,
        server: &SecretKey,
        device: PublicKey,
        sealing: SealingKey,
        member: MemberId,
        code: u32,
    ) -> Self {
        let mut certificate = Self {
            device,
            sealing,
            member,
            code,
            signature: Signature([0; 64]),
        };
        certificate.signature = server.sign(DOMAIN, &certificate.message(town));
        certificate
    }

    /// Whether the town's server signed it.
    pub fn is_of(&self, town: TownId, server: &PublicKey) -> bool {
        server.verifies(DOMAIN, &self.message(town), &self.signature)
    }

    /// The device's id.
    pub fn id(&self) -> DeviceId {
        DeviceId::of(&self.device)
    }

    fn message(&self, town: TownId) -> Vec<u8> {
        (
            town,
            (self.device, (self.sealing, (self.member, self.code))),
        )
            .to_bytes()
    }
}
