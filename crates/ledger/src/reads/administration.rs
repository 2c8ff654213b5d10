//! Reads of administrators beside their documents: the town's devices, and the one-time code of an
//! invitation.

use super::{ReadError, member_of};
use crate::devices::{self, DeviceRow, enrolment, ordered};
use crate::error::LedgerError;
use crate::journal::{self, JournalRecord, ShownNote};
use crate::rows::records::{AskedInvitation, Invitation};
use crate::rows::{Tx, keys};
use alleyway_core::crypto::SealingKey;
use alleyway_core::id::{CommandId, DeviceId, MemberId};
use alleyway_core::kinds::unit::Post;
use alleyway_core::limits::INVITATION_SHOWN_MINUTES_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::sync::shown::seal_code;
use alleyway_core::time::Time;

/// The code of an invitation, for the device that asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownInvitation {
    /// The code, sealed to the device ([`alleyway_core::sync::shown`]).
    pub sealed: Vec<u8>,
    /// Who is invited.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
    /// Until when the code is good.
    pub expires: Time,
}

/// Answers a read of the town's devices: by administrators alone.
pub(crate) fn devices_read(
    tx: &mut Tx<'_>,
    device: DeviceId,
    now: Time,
) -> Result<Vec<(DeviceRow, String)>, LedgerError<ReadError>> {
    administrator(tx, device, now)?;
    let rows = devices::list(tx.view(), &tx.server())?.into_iter();
    let organisation = tx.organisation();
    let named = |row: DeviceRow| {
        let name = organisation.name(row.member).unwrap_or_default();
        let name = name.to_owned();
        (row, name)
    };
    Ok(rows.map(named).collect())
}

/// Shows an invitation's code to the device that asked for it, while its member is an administrator
/// still: once, and for some minutes again. `random` is 32 random bytes.
pub(crate) fn invitation(
    tx: &mut Tx<'_>,
    device: DeviceId,
    asked: CommandId,
    random: [u8; 32],
    now: Time,
) -> Result<ShownInvitation, LedgerError<ReadError>> {
    let refused = LedgerError::Refused;
    administrator(tx, device, now)?;
    let row = keys::asked_invitation(asked);
    let known = tx.get::<AskedInvitation>(&row)?;
    // One that another device asked for is as one that there is not.
    let known = known.filter(|known| known.device == device);
    let known = known.ok_or(refused(ReadError::OutOfScope))?;
    let granted = known.granted.ok_or(refused(ReadError::NotConfirmed))?;
    let code = ordered::code(tx, asked, granted);
    let invitation = tx.get::<Invitation>(&keys::invitation(code.index()))?;
    let invitation = invitation.ok_or(refused(ReadError::CodeExpired))?;
    if invitation.used.is_some() {
        return Err(refused(ReadError::CodeUsed));
    }
    if now > invitation.expires || enrolment::has_ended(tx, code.index(), now)? {
        return Err(refused(ReadError::CodeExpired));
    }
    let shown = known.shown.unwrap_or(now);
    if now.0.abs_diff(shown.0) > INVITATION_SHOWN_MINUTES_MAX.unsigned_abs() * 60_000 {
        return Err(refused(ReadError::CodeShown));
    }
    let key = tx.device(device)?.map(|device| SealingKey(device.sealing));
    let sealed = key.and_then(|key| seal_code(code, &key, random, tx.setup().town, asked));
    let sealed = sealed.ok_or_else(|| StoreError::damaged(&keys::device(device)))?;
    if known.shown.is_none() {
        let shown = Some(now);
        tx.put(row, &AskedInvitation { shown, ..known });
        let note = ShownNote {
            asked,
            granted,
            at: now,
        };
        journal::note(tx, &JournalRecord::Shown(note));
    }
    Ok(ShownInvitation {
        sealed,
        member: invitation.member,
        name: tx
            .organisation()
            .name(invitation.member)
            .unwrap_or_default()
            .to_owned(),
        expires: invitation.expires,
    })
}

/// The member whose a device is that may ask, if an administrator now.
pub(crate) fn administrator(
    tx: &Tx<'_>,
    device: DeviceId,
    now: Time,
) -> Result<MemberId, LedgerError<ReadError>> {
    let member = member_of(tx, device)?;
    let mut posts = tx.organisation().posts_of(member, now);
    if posts.any(|post| post.post == Post::Administrator) {
        Ok(member)
    } else {
        Err(LedgerError::Refused(ReadError::OutOfScope))
    }
}
