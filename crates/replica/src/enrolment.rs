//! The device's keys and identity.

use thiserror::Error;

use super::Replica;
use super::identity::Identity;
use alleyway_core::crypto::{SealingSecret, SecretBytes};
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::Write;
use alleyway_core::sync::enrol::{Enrol, Enrolled, InvitationCode};
use alleyway_core::text::Text;
use alleyway_core::time::{Date, Time};

/// Why a device was not prepared for enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EnrolmentError {
    /// The device has an identity. A phone has one owner and one town.
    #[error("this device is enrolled already")]
    Enrolled,
}

/// The keys with which a device opens what is sealed to it.
#[derive(Debug, Clone, Copy)]
pub struct SealingPair {
    /// The secret one: 32 random bytes.
    pub secret: [u8; 32],
    /// The public one, which belongs to it.
    pub public: [u8; 32],
}

impl SealingPair {
    /// The pair of a secret key.
    pub fn of(secret: [u8; 32]) -> Self {
        let public = SealingSecret::from_bytes(secret).public().0;
        Self { secret, public }
    }
}

impl Replica {
    /// Prepares an enrolment: the keys are in the writes, which must be durable before the request
    /// is sent, so that a lost answer can be asked for again with the same keys. `signing` is
    /// random; it is used only if no key was drawn before.
    ///
    /// # Errors
    /// [`EnrolmentError::Enrolled`].
    pub fn enrol_request(
        &mut self,
        code: InvitationCode,
        name: Text<NAME_BYTES_MAX>,
        signing: [u8; 32],
        sealing: SealingPair,
        now: Time,
    ) -> Result<(Vec<Write>, Enrol), EnrolmentError> {
        if self.is_enrolled() {
            return Err(EnrolmentError::Enrolled);
        }
        // Another try draws the sealing key anew: nothing was sealed to the old one yet.
        let drawn = self.identity.as_ref().map(Identity::signing).cloned();
        let signing = drawn.unwrap_or_else(|| SecretBytes::new(signing));
        let identity = Identity::new(signing, SecretBytes::new(sealing.secret));
        let request = Enrol::new(code, &identity.secret(), sealing.public, name, now);
        let write = identity.write();
        self.outbox.set_key(identity.key());
        self.identity = Some(identity);
        Ok((vec![write], request))
    }

    /// Takes the server's answer.
    pub fn enrolled(&mut self, answer: &Enrolled, now: Time) -> Vec<Write> {
        let Some(identity) = &mut self.identity else {
            return Vec::new();
        };
        identity.enrol(answer);
        self.state.enrol(answer, now);
        self.held.hear(self.state.last_contact().map(Date::of));
        let mut writes = vec![identity.write()];
        writes.extend(self.take_lease(&answer.lease, now));
        writes
    }
}
