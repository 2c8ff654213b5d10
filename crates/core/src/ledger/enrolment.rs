//! Invitations and enrolment.

use thiserror::Error;

use super::Ledger;
use super::keys;
use super::records::{DeviceRecord, Invitation};
use crate::id::{DeviceId, MemberId};
use crate::limits::INVITATION_DAYS;
use crate::store::{Records, StoreError};
use crate::sync::enrol::{Enrol, EnrolError, Enrolled, InvitationCode, VerifiedEnrol};
use crate::text::Text;
use crate::time::Time;

/// Why nobody was invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InviteError {
    /// No appointment names the member.
    #[error("no such member; import the member first")]
    UnknownMember,
    /// Another invitation has this code; draw another.
    #[error("the code is taken")]
    CodeTaken,
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
        if self.organisation.name(member).is_none() {
            return Ok(Err(InviteError::UnknownMember));
        }
        let key = keys::invitation(code.index());
        if self.pending.get::<Invitation>(records, &key)?.is_some() {
            return Ok(Err(InviteError::CodeTaken));
        }
        self.pending.put(key, &Invitation { member, expires: now.plus_days(INVITATION_DAYS), used: None });
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
        if device.as_ref().is_some_and(|known| known.member != invitation.member) {
            return Ok(Err(EnrolError::DeviceTaken));
        }
        let device = match device {
            // Enrolled before, perhaps with another code: it keeps its numbers.
            Some(device) => device,
            None => self.new_device(records, request, invitation.member, now)?,
        };
        self.pending.put(key, &Invitation { used: Some(id), ..invitation });
        Ok(Ok(Enrolled {
            town: self.setup.town,
            town_name: self.setup.town_name.clone(),
            server: self.server,
            member: device.member,
            name: Text::cut(self.organisation.name(device.member).unwrap_or_default()),
            device_code: device.code,
            challenge: self.new_challenge(id, now),
            clock: now,
        }))
    }

    fn new_device(
        &mut self,
        records: &dyn Records,
        request: &Enrol,
        member: MemberId,
        now: Time,
    ) -> Result<DeviceRecord, StoreError> {
        let code = self.state.next_device_code;
        let device = DeviceRecord::new(request.signing, request.sealing, member, code, &request.name);
        self.state.next_device_code += 1;
        self.pending.put(keys::device(DeviceId::of(&device.key)), &device);
        self.publish_device(records, &device, now)?;
        Ok(device)
    }
}
