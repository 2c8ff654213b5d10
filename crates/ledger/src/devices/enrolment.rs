//! Invitations and enrolment.

use thiserror::Error;

use super::stopping;
use crate::audit::{self, Audited, EnrolledAudited, InvitedAudited};
use crate::error::LedgerError;
use crate::journal::{self, CodeUsedNote, EnrolledNote, JournalRecord};
use crate::own;
use crate::rows::records::{DeviceRecord, Invitation};
use crate::rows::{FollowUp, Tx, keys};
use crate::scopes::Challenges;
use alleyway_core::crypto::{SealingKey, SecretBytes, blake3_keyed};
use alleyway_core::id::{CommandId, DeviceId, MemberId};
use alleyway_core::kinds::directory::{DeviceRow, PostRow};
use alleyway_core::kinds::unit::NoteDevice;
use alleyway_core::limits::INVITATION_DAYS;
use alleyway_core::store::StoreError;
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::enrol::{
    Enrol, EnrolError, Enrolled, InvitationCode, MovedFrom, VerifiedEnrol,
};
use alleyway_core::sync::frame::{Lease, Stop};
use alleyway_core::text::Text;
use alleyway_core::time::Time;

/// The reason for which nobody was invited.
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

/// Invites a member under a one-time code, good for 14 days.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    member: MemberId,
    code: &InvitationCode,
    now: Time,
) -> Result<(), LedgerError<InviteError>> {
    put_invitation(tx, member, code, None, now)
}

/// Invites a member to enrol a device in the place of the one with the code `replaced`, which is
/// revoked when that happens.
pub(crate) fn invite_to_move(
    tx: &mut Tx<'_>,
    member: MemberId,
    code: &InvitationCode,
    replaced: u32,
    now: Time,
) -> Result<(), LedgerError<InviteError>> {
    let mut theirs = super::records(tx.view(), &tx.server())?
        .into_iter()
        .filter(|device| device.member == member);
    let Some(replaced) = theirs.find(|device| device.code == replaced) else {
        let known = tx.organisation().name(member).is_some();
        return Err(LedgerError::Refused(if known {
            InviteError::NotTheirs
        } else {
            InviteError::UnknownMember
        }));
    };
    put_invitation(tx, member, code, Some(replaced.id()), now)
}

fn put_invitation(
    tx: &mut Tx<'_>,
    member: MemberId,
    code: &InvitationCode,
    replaces: Option<DeviceId>,
    now: Time,
) -> Result<(), LedgerError<InviteError>> {
    if tx.organisation().name(member).is_none() {
        return Err(LedgerError::Refused(InviteError::UnknownMember));
    }
    let key = keys::invitation(code.index());
    if tx.get::<Invitation>(&key)?.is_some() {
        return Err(LedgerError::Refused(InviteError::CodeTaken));
    }
    write_invitation(tx, key, member, replaces, now);
    Ok(())
}

/// Writes an invitation that is good from now on, and the audit.
pub(super) fn write_invitation(
    tx: &mut Tx<'_>,
    key: Vec<u8>,
    member: MemberId,
    replaces: Option<DeviceId>,
    now: Time,
) {
    let expires = now.plus_days(INVITATION_DAYS);
    tx.put(
        key,
        &Invitation {
            member,
            expires,
            used: None,
            replaces,
        },
    );
    audit::write(
        tx,
        now,
        Audited::Invited(InvitedAudited { member, replaces }),
    );
}

/// Whether an invitation was for a post that is over: it ends with it. One of root's is for whoever
/// is meant, with a post or without.
pub(crate) fn has_ended(tx: &Tx<'_>, index: [u8; 16], now: Time) -> Result<bool, StoreError> {
    let Some(appointment) = tx.get::<CommandId>(&keys::invitation_post(index))? else {
        return Ok(false);
    };
    let post = tx.organisation().appointment(appointment);
    let is_over = |post: &PostRow| {
        let until = post.until;
        until.is_some_and(|until| until <= now || until <= post.from)
    };
    Ok(post.is_none_or(is_over))
}

/// Takes a device in. The same code and key again get the same answer.
pub(crate) fn enrol(
    tx: &mut Tx<'_>,
    challenges: &mut Challenges,
    request: &VerifiedEnrol,
    now: Time,
) -> Result<Enrolled, LedgerError<EnrolError>> {
    let key = keys::invitation(request.code.index());
    let Some(invitation) = tx.get::<Invitation>(&key)? else {
        return Err(LedgerError::Refused(EnrolError::CodeUnknown));
    };
    let id = DeviceId::of(&request.signing);
    let index = request.code.index();
    let device = match invitation.used {
        Some(used) if used != id => return Err(LedgerError::Refused(EnrolError::CodeUsed)),
        None if now > invitation.expires || has_ended(tx, index, now)? => {
            return Err(LedgerError::Refused(EnrolError::CodeExpired));
        }
        Some(_) | None => tx.device(id)?,
    };
    if device
        .as_ref()
        .is_some_and(|known| known.member != invitation.member)
    {
        return Err(LedgerError::Refused(EnrolError::DeviceTaken));
    }
    if device.as_ref().is_some_and(|known| known.stopped.is_some()) {
        return Err(LedgerError::Refused(EnrolError::DeviceStopped));
    }
    let device = match device {
        // Enrolled before, perhaps with another code: it keeps its numbers.
        Some(device) => device,
        None => new_device(tx, request, invitation.member, now),
    };
    if invitation.used.is_none() {
        tx.put(
            key,
            &Invitation {
                used: Some(id),
                ..invitation
            },
        );
        let used = CodeUsedNote {
            index,
            member: invitation.member,
            device: id,
            replaces: invitation.replaces,
            at: now,
        };
        journal::note(tx, &JournalRecord::CodeUsed(used));
    }
    let moved = take_the_place(tx, id, invitation.replaces, now)?;
    own::carry_out_follow_ups(tx, now)?;
    Ok(Enrolled {
        town: tx.setup().town,
        town_name: tx.setup().town_name.clone(),
        server: tx.server(),
        member: device.member,
        name: Text::cut(tx.organisation().name(device.member).unwrap_or_default()),
        device_code: device.code,
        certificate: certificate(tx, &device),
        town_sealing: tx.setup().sealing().public(),
        lease: lease_of(tx, id),
        challenge: challenges.give(id, now),
        clock: now,
        moved,
    })
}

/// Revokes the device whose place the new one takes, and says what is held of it.
fn take_the_place(
    tx: &mut Tx<'_>,
    new: DeviceId,
    replaced: Option<DeviceId>,
    now: Time,
) -> Result<Option<MovedFrom>, StoreError> {
    let Some(replaced) = replaced.filter(|replaced| *replaced != new) else {
        return Ok(None);
    };
    let Some(mut device) = tx.device(replaced)? else {
        return Ok(None);
    };
    // A frozen one too: it could be thawed later.
    if device
        .stopped
        .is_none_or(|stopped| stopping::goes_further(stopped, Stop::Revoked))
    {
        stopping::stop(tx, &mut device, Stop::Revoked, now);
    }
    super::moved_from(tx.view(), &device).map(Some)
}

/// The server's signed statement of whose device a key is.
pub(crate) fn certificate(tx: &Tx<'_>, device: &DeviceRecord) -> Certificate {
    Certificate::sign(
        tx.setup().town,
        &tx.setup().secret,
        device.key,
        SealingKey(device.sealing),
        device.member,
        device.code,
    )
}

/// The server's half of a device's lease.
pub(crate) fn lease_of(tx: &Tx<'_>, device: DeviceId) -> Lease {
    Lease {
        half: SecretBytes::new(blake3_keyed(
            &tx.setup().secret.derive("alleyway leases 1"),
            &[&device.0],
        )),
    }
}

fn new_device(tx: &mut Tx<'_>, request: &Enrol, member: MemberId, now: Time) -> DeviceRecord {
    let code = tx.next_device_code();
    let device = DeviceRecord::new(
        request.signing,
        request.sealing,
        member,
        code,
        &request.name,
        now,
    );
    tx.put_device(&device);
    let note = EnrolledNote {
        certificate: certificate(tx, &device),
        name: device.name.clone(),
        at: now,
    };
    journal::note(tx, &JournalRecord::Enrolled(note));
    let enrolled = EnrolledAudited {
        device: device.id(),
        member,
        code,
    };
    audit::write(tx, now, Audited::Enrolled(enrolled));
    announce(tx, &device);
    device
}

/// Directories name a new device, and so do the units where its member is cleared.
pub(super) fn announce(tx: &mut Tx<'_>, device: &DeviceRecord) {
    tx.follow_up(FollowUp::PublishDevice(DeviceRow {
        member: device.member,
        signing: device.key,
        sealing: device.sealing,
    }));
    tx.follow_up(FollowUp::NoteDevice(NoteDevice {
        device: device.id(),
        member: device.member,
    }));
}
