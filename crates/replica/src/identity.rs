//! The device's identity: its keys, and its enrolment.

use super::rows;
use alleyway_core::crypto::{Hash, PublicKey, SealingKey, SecretBytes, SecretKey, blake3_keyed};
use alleyway_core::id::{DeviceId, MemberId, TownId};
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::text::Text;
use alleyway_core::wire::{Reader, Wire, WireError};
use alleyway_core::wire_struct;

/// The context from which a batch's seal to the town is drawn.
const CLOSING: &[u8] = b"alleyway closing 1";

/// The device's keys, and its enrolment once there is one: one row of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    secret_bytes: SecretBytes,
    sealing_secret: SecretBytes,
    enrolment: Option<Enrolment>,
    /// The public half of `secret_bytes`, which is derived once: it is asked for by every command.
    key: PublicKey,
}

impl Wire for Identity {
    fn encode(&self, out: &mut Vec<u8>) {
        self.secret_bytes.encode(out);
        self.sealing_secret.encode(out);
        self.enrolment.encode(out);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let secret_bytes = SecretBytes::decode(from)?;
        Ok(Self {
            key: public_half(&secret_bytes),
            secret_bytes,
            sealing_secret: Wire::decode(from)?,
            enrolment: Wire::decode(from)?,
        })
    }
}

/// Derives the public half of a key.
fn public_half(secret: &SecretBytes) -> PublicKey {
    #[cfg(test)]
    tests::DERIVED.with(|derived| derived.set(derived.get() + 1));
    SecretKey::from_bytes(secret.as_bytes()).public()
}

/// The server's answer when it took the device in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Enrolment {
    town: TownId,
    town_name: Text<NAME_BYTES_MAX>,
    server: PublicKey,
    member: MemberId,
    name: Text<NAME_BYTES_MAX>,
    device_code: u32,
    certificate: Certificate,
    town_sealing: SealingKey,
}
wire_struct!(Enrolment {
    town,
    town_name,
    server,
    member,
    name,
    device_code,
    certificate,
    town_sealing
});

impl Identity {
    /// A device that is not enrolled.
    pub(super) fn new(signing: SecretBytes, sealing: SecretBytes) -> Self {
        Self {
            key: public_half(&signing),
            secret_bytes: signing,
            sealing_secret: sealing,
            enrolment: None,
        }
    }

    pub(super) fn read(records: &dyn Records) -> Result<Option<Self>, StoreError> {
        rows::get(records, rows::IDENTITY)
    }

    pub(super) fn write(&self) -> Write {
        rows::put(rows::IDENTITY.to_vec(), self)
    }

    /// Takes what the server said.
    pub(super) fn enrol(&mut self, answer: &Enrolled) {
        self.enrolment = Some(Enrolment {
            town: answer.town,
            town_name: answer.town_name.clone(),
            server: answer.server,
            member: answer.member,
            name: answer.name.clone(),
            device_code: answer.device_code,
            certificate: answer.certificate,
            town_sealing: answer.town_sealing,
        });
    }

    /// The key that signs; the same for another try of an enrolment.
    pub(super) fn signing(&self) -> &SecretBytes {
        &self.secret_bytes
    }

    pub(super) fn secret(&self) -> SecretKey {
        SecretKey::from_bytes(self.secret_bytes.as_bytes())
    }

    /// The public key, under which the device's commands are known.
    pub(super) fn key(&self) -> PublicKey {
        self.key
    }

    /// The secret to which others seal bundles, and the device's half of the lease's keys.
    pub(super) fn sealing_secret(&self) -> &SecretBytes {
        &self.sealing_secret
    }

    /// The device with its enrolment; none before it.
    pub(super) fn as_enrolled(&self) -> Option<EnrolledDevice<'_>> {
        let enrolment = self.enrolment.as_ref()?;
        Some(EnrolledDevice {
            identity: self,
            enrolment,
        })
    }
}

/// A device that the server has taken in.
#[derive(Debug, Clone, Copy)]
pub(super) struct EnrolledDevice<'a> {
    identity: &'a Identity,
    enrolment: &'a Enrolment,
}

impl<'a> EnrolledDevice<'a> {
    pub(super) fn secret(self) -> SecretKey {
        self.identity.secret()
    }

    pub(super) fn key(self) -> PublicKey {
        self.identity.key()
    }

    pub(super) fn id(self) -> DeviceId {
        DeviceId::of(&self.key())
    }

    pub(super) fn sealing_secret(self) -> &'a SecretBytes {
        &self.identity.sealing_secret
    }

    pub(super) fn town(self) -> TownId {
        self.enrolment.town
    }

    pub(super) fn town_name(self) -> &'a str {
        &self.enrolment.town_name
    }

    /// The key under which the server signs verdicts.
    pub(super) fn server(self) -> &'a PublicKey {
        &self.enrolment.server
    }

    pub(super) fn member(self) -> MemberId {
        self.enrolment.member
    }

    /// The member's name, as it was at the enrolment.
    pub(super) fn member_name(self) -> &'a str {
        &self.enrolment.name
    }

    /// The code of which the device's case numbers are made.
    pub(super) fn code(self) -> u32 {
        self.enrolment.device_code
    }

    pub(super) fn certificate(self) -> Certificate {
        self.enrolment.certificate
    }

    /// The town's key, to which batches are sealed that nobody on the way is to read.
    pub(super) fn town_sealing(self) -> &'a SealingKey {
        &self.enrolment.town_sealing
    }

    /// From which the seal of a batch to the town is drawn: the same each time, so that its copies
    /// are the same, by whatever way they go.
    pub(super) fn closing(self, batch: &Hash) -> [u8; 32] {
        blake3_keyed(self.identity.sealing_secret.as_bytes(), &[CLOSING, batch])
    }
}

#[cfg(test)]
mod tests;
