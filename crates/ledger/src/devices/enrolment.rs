//! Invitations and enrolment.

use thiserror::Error;

use crate::devices::goes_further;
use crate::devices::journal::{CodeUsedNote, EnrolledNote, JournalRecord};
use crate::rows::keys;
use crate::rows::records::{DeviceRecord, Invitation};
use crate::{Audited, EnrolledAudited, InvitedAudited, Ledger};
use alleyway_core::crypto::{SealingKey, SecretBytes, blake3_keyed};
use alleyway_core::id::{DeviceId, MemberId};
use alleyway_core::limits::INVITATION_DAYS;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::enrol::{
    Enrol, EnrolError, Enrolled, InvitationCode, MovedFrom, VerifiedEnrol,
};
use alleyway_core::sync::frame::{Lease, Stop};
use alleyway_core::text::Text;
use alleyway_core::time::Time;

/// Why nobody was invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InviteError {
    /// No appointment names the member.
    #[error("no such member; import the member first")]
    UnknownMember,
    /// Another invitation has this code; draw another.
    #[error("the code is taken")]
    CodeTaken,
    /// The device that is to be replaced is not the member's.
    #[error("the member has no such device")]
    NotTheirs,
}

impl Ledger {
    /// Invites a member under a one-time code, good for 14 days.
    ///
    /// # Errors
    /// [`InviteError`]; the outer one if the store fails.
    pub fn invite(
        &mut self,
        records: &dyn Records,
        member: MemberId,
        code: &InvitationCode,
        now: Time,
    ) -> Result<Result<(), InviteError>, StoreError> {
        self.put_invitation(records, member, code, None, now)
    }

    /// Invites a member to enrol a device in the place of the one with the code `replaced`, which is
    /// revoked when that happens.
    ///
    /// # Errors
    /// [`InviteError`]; the outer one if the store fails.
    pub fn invite_to_move(
        &mut self,
        records: &dyn Records,
        member: MemberId,
        code: &InvitationCode,
        replaced: u32,
        now: Time,
    ) -> Result<Result<(), InviteError>, StoreError> {
        let mut theirs = self
            .device_records(records)?
            .into_iter()
            .filter(|device| device.member == member);
        let Some(replaced) = theirs.find(|device| device.code == replaced) else {
            let known = self.organisation.name(member).is_some();
            return Ok(Err(if known {
                InviteError::NotTheirs
            } else {
                InviteError::UnknownMember
            }));
        };
        self.put_invitation(
            records,
            member,
            code,
            Some(DeviceId::of(&replaced.key)),
            now,
        )
    }

    fn put_invitation(
        &mut self,
        records: &dyn Records,
        member: MemberId,
        code: &InvitationCode,
        replaces: Option<DeviceId>,
        now: Time,
    ) -> Result<Result<(), InviteError>, StoreError> {
        if self.organisation.name(member).is_none() {
            return Ok(Err(InviteError::UnknownMember));
        }
        let key = keys::invitation(code.index());
        if self.pending.get::<Invitation>(records, &key)?.is_some() {
            return Ok(Err(InviteError::CodeTaken));
        }
        let expires = now.plus_days(INVITATION_DAYS);
        self.pending.put(
            key,
            &Invitation {
                member,
                expires,
                used: None,
                replaces,
            },
        );
        self.audit(now, Audited::Invited(InvitedAudited { member, replaces }));
        Ok(Ok(()))
    }

    /// Takes a device in. The same code and key again get the same answer.
    ///
    /// # Errors
    /// [`EnrolError`]; the outer one if the store fails.
    pub fn enrol(
        &mut self,
        records: &dyn Records,
        request: &VerifiedEnrol,
        now: Time,
    ) -> Result<Result<Enrolled, EnrolError>, StoreError> {
        let key = keys::invitation(request.code.index());
        let Some(invitation) = self.pending.get::<Invitation>(records, &key)? else {
            return Ok(Err(EnrolError::CodeUnknown));
        };
        let id = DeviceId::of(&request.signing);
        let device = match invitation.used {
            Some(used) if used != id => return Ok(Err(EnrolError::CodeUsed)),
            None if now > invitation.expires => return Ok(Err(EnrolError::CodeExpired)),
            Some(_) | None => self.device(records, id)?,
        };
        if device
            .as_ref()
            .is_some_and(|known| known.member != invitation.member)
        {
            return Ok(Err(EnrolError::DeviceTaken));
        }
        if device.as_ref().is_some_and(|known| known.stopped.is_some()) {
            return Ok(Err(EnrolError::DeviceStopped));
        }
        let device = match device {
            // Enrolled before, perhaps with another code: it keeps its numbers.
            Some(device) => device,
            None => self.new_device(records, request, invitation.member, now)?,
        };
        if invitation.used.is_none() {
            self.pending.put(
                key,
                &Invitation {
                    used: Some(id),
                    ..invitation
                },
            );
            let (
                index,
                Invitation {
                    member, replaces, ..
                },
            ) = (request.code.index(), invitation);
            let used = CodeUsedNote {
                index,
                member,
                device: id,
                replaces,
                at: now,
            };
            self.note_security(&JournalRecord::CodeUsed(used));
        }
        let moved = self.take_the_place(records, id, invitation.replaces, now)?;
        Ok(Ok(Enrolled {
            town: self.setup.town,
            town_name: self.setup.town_name.clone(),
            server: self.server,
            member: device.member,
            name: Text::cut(self.organisation.name(device.member).unwrap_or_default()),
            device_code: device.code,
            certificate: self.certificate(&device),
            town_sealing: self.setup.sealing().public(),
            lease: self.lease_of(id),
            challenge: self.new_challenge(id, now),
            clock: now,
            moved,
        }))
    }

    /// Revokes the device whose place the new one takes, and says what is held of it.
    fn take_the_place(
        &mut self,
        records: &dyn Records,
        new: DeviceId,
        replaced: Option<DeviceId>,
        now: Time,
    ) -> Result<Option<MovedFrom>, StoreError> {
        let Some(replaced) = replaced.filter(|replaced| *replaced != new) else {
            return Ok(None);
        };
        let Some(mut device) = self.device(records, replaced)? else {
            return Ok(None);
        };
        // A frozen one too: it could be thawed later.
        if device
            .stopped
            .is_none_or(|stopped| goes_further(stopped, Stop::Revoked))
        {
            self.stop(records, &mut device, Stop::Revoked, now)?;
        }
        self.moved_from(records, &device).map(Some)
    }

    /// The server's word for whose device a key is.
    pub(crate) fn certificate(&self, device: &DeviceRecord) -> Certificate {
        let (town, server) = (self.setup.town, &self.setup.secret);
        Certificate::sign(
            town,
            server,
            device.key,
            SealingKey(device.sealing),
            device.member,
            device.code,
        )
    }

    /// The server's half of a device's lease.
    pub(crate) fn lease_of(&self, device: DeviceId) -> Lease {
        Lease {
            half: SecretBytes::new(blake3_keyed(
                &self.setup.secret.derive("alleyway leases 1"),
                &[&device.0],
            )),
        }
    }

    fn new_device(
        &mut self,
        records: &dyn Records,
        request: &Enrol,
        member: MemberId,
        now: Time,
    ) -> Result<DeviceRecord, StoreError> {
        let code = self.state.next_device_code;
        let device = DeviceRecord::new(
            request.signing,
            request.sealing,
            member,
            code,
            &request.name,
            now,
        );
        self.state.next_device_code += 1;
        self.pending
            .put(keys::device(DeviceId::of(&device.key)), &device);
        let note = EnrolledNote {
            certificate: self.certificate(&device),
            name: device.name.clone(),
            at: now,
        };
        self.note_security(&JournalRecord::Enrolled(note));
        let device_id = DeviceId::of(&device.key);
        self.audit(
            now,
            Audited::Enrolled(EnrolledAudited {
                device: device_id,
                member,
                code,
            }),
        );
        self.publish_device(records, &device, now)?;
        self.note_device(records, &device, now)?;
        Ok(device)
    }
}
