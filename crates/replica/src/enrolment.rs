//! The device's keys and identity.

use thiserror::Error;

use super::Replica;
use super::rows::{self, Enrolled as EnrolledRow, Identity};
use alleyway_core::crypto::SecretBytes;
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::Write;
use alleyway_core::sync::enrol::{Enrol, Enrolled, InvitationCode};
use alleyway_core::sync::frame::Opaque;
use alleyway_core::text::Text;
use alleyway_core::time::Time;

/// Why a device was not prepared for enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EnrolmentError {
    /// The device has an identity. A phone has one owner and one town.
    #[error("this device is enrolled already")]
    Enrolled,
}

impl Replica {
    /// Prepares an enrolment: the keys are in the writes, which must be durable before the request
    /// is sent, so that a lost answer can be asked for again with the same keys. `signing` and
    /// `sealing` are random; they are used only if no keys were drawn before.
    ///
    /// # Errors
    /// [`EnrolmentError::Enrolled`].
    pub fn enrol_request(
        &mut self,
        code: InvitationCode,
        name: Text<NAME_BYTES_MAX>,
        signing: [u8; 32],
        sealing: ([u8; 32], [u8; 32]),
        now: Time,
    ) -> Result<(Vec<Write>, Enrol), EnrolmentError> {
        let (sealing_secret, sealing_public) = sealing;
        if self
            .identity
            .as_ref()
            .is_some_and(|identity| identity.enrolled.is_some())
        {
            return Err(EnrolmentError::Enrolled);
        }
        // Another try draws the sealing key anew: nothing was sealed to the old one yet.
        let drawn = self
            .identity
            .as_ref()
            .map(|identity| identity.secret_bytes.clone());
        let secret_bytes = drawn.unwrap_or_else(|| SecretBytes::new(signing));
        let identity = Identity {
            secret_bytes,
            sealing_secret: SecretBytes::new(sealing_secret),
            enrolled: None,
        };
        let request = Enrol::new(code, &identity.secret(), sealing_public, name, now);
        let write = rows::put(rows::IDENTITY.to_vec(), &identity);
        self.outbox.set_key(identity.secret().public());
        self.identity = Some(identity);
        Ok((vec![write], request))
    }

    /// Takes the server's answer.
    pub fn enrolled(&mut self, answer: &Enrolled, now: Time) -> Vec<Write> {
        let Some(identity) = &mut self.identity else {
            return Vec::new();
        };
        identity.enrolled = Some(EnrolledRow {
            town: answer.town,
            town_name: answer.town_name.clone(),
            server: answer.server,
            member: answer.member,
            name: answer.name.clone(),
            device_code: answer.device_code,
            certificate: answer.certificate,
            town_sealing: answer.town_sealing,
        });
        self.state.challenge = Some(answer.challenge);
        self.state.last_contact = Some(answer.clock);
        self.state.clock_ahead = now.0.saturating_sub(answer.clock.0);
        let mut writes = vec![rows::put(rows::IDENTITY.to_vec(), identity)];
        writes.extend(self.take_lease(&answer.lease, now));
        writes
    }

    pub(super) fn write_state(&self) -> Write {
        rows::put(rows::STATE.to_vec(), &self.state)
    }

    pub(super) fn enrolled_row(&self) -> Option<(&Identity, &EnrolledRow)> {
        let identity = self.identity.as_ref()?;
        Some((identity, identity.enrolled.as_ref()?))
    }

    /// The server's clock, as far as this device can tell: its own, less the offset at the last
    /// contact, and never before that contact: a clock that was set back since takes nobody's posts
    /// away.
    pub fn server_time(&self, now: Time) -> Time {
        let told = Time(now.0.saturating_sub(self.state.clock_ahead));
        self.state
            .last_contact
            .map_or(told, |contact| told.max(contact))
    }

    /// Whether the device has fetched what is its member's: what it does not know then, it is not
    /// to be told by another sync.
    pub fn has_synced(&self) -> bool {
        self.state.cursor != Opaque::default()
    }
}
