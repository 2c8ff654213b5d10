//! Orders of administrators' commands about devices and invitations, carried out.
//!
//! The command stands in a unit's document, signed by its author's device. What it orders is done in the
//! same transaction, once the batch has been judged: what it takes away is in the security journal
//! before anybody is told.

use super::{enrolment, stopping};
use crate::audit::{self, Audited, By, CommandedAudited, InvitedAudited};
use crate::journal::{self, JournalRecord, WithdrawnNote};
use crate::rows::orders::{Invited, Order, Ordered};
use crate::rows::records::{AskedInvitation, Invitation};
use crate::rows::{Tx, keys};
use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::id::{CommandId, DeviceId};
use alleyway_core::store::StoreError;
use alleyway_core::sync::enrol::InvitationCode;
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;

/// Does everything that was ordered.
pub(crate) fn carry_out(tx: &mut Tx<'_>, now: Time) -> Result<(), StoreError> {
    for order in tx.take_orders() {
        match order.what {
            Ordered::Stop(device, why) => stop(tx, &order, device, why, now)?,
            Ordered::Thaw(device) => thaw(tx, &order, device, now)?,
            Ordered::Invite(asked, invited) => invite(tx, &order, asked, invited, now)?,
            Ordered::Withdraw(asked) => withdraw(tx, &order, asked, now)?,
        }
    }
    Ok(())
}

/// The record behind this one says what was done by whose command.
fn note(tx: &mut Tx<'_>, order: &Order, now: Time) {
    let by = By {
        member: order.member,
        device: order.device,
    };
    let commanded = CommandedAudited {
        unit: order.unit,
        command: order.command,
        by,
    };
    audit::write(tx, now, Audited::Commanded(commanded));
}

fn stop(
    tx: &mut Tx<'_>,
    order: &Order,
    device: DeviceId,
    why: Stop,
    now: Time,
) -> Result<(), StoreError> {
    let Some(mut device) = tx.device(device)? else {
        return Ok(());
    };
    let is_new = |stopped| stopping::goes_further(stopped, why);
    if device.stopped.is_none_or(is_new) {
        note(tx, order, now);
        stopping::stop(tx, &mut device, why, now);
    }
    Ok(())
}

fn thaw(tx: &mut Tx<'_>, order: &Order, device: DeviceId, now: Time) -> Result<(), StoreError> {
    let frozen = tx.device(device)?;
    if let Some(mut device) = frozen.filter(|device| device.stopped == Some(Stop::Frozen)) {
        note(tx, order, now);
        stopping::thaw(tx, &mut device, now);
    }
    Ok(())
}

fn invite(
    tx: &mut Tx<'_>,
    order: &Order,
    asked: CommandId,
    invited: Invited,
    now: Time,
) -> Result<(), StoreError> {
    let row = keys::asked_invitation(asked);
    let Some(invitation) = tx.get::<AskedInvitation>(&row)? else {
        return Ok(());
    };
    let index = code(tx, asked, order.command).index();
    let key = keys::invitation(index);
    // One that the journal speaks of is used, or withdrawn.
    if tx.has(&key)? {
        return Ok(());
    }
    let granted = AskedInvitation {
        granted: Some(order.command),
        ..invitation
    };
    tx.put(row, &granted);
    note(tx, order, now);
    tx.put(keys::invitation_post(index), &invited.appointment);
    enrolment::write_invitation(tx, key, invited.member, invited.replaces, now);
    Ok(())
}

fn withdraw(tx: &mut Tx<'_>, order: &Order, asked: CommandId, now: Time) -> Result<(), StoreError> {
    let row = keys::asked_invitation(asked);
    let Some(invitation) = tx.get::<AskedInvitation>(&row)? else {
        return Ok(());
    };
    tx.remove(row);
    let Some(granted) = invitation.granted else {
        return Ok(());
    };
    let index = code(tx, asked, granted).index();
    let key = keys::invitation(index);
    let unused = tx.get::<Invitation>(&key)?.filter(|one| one.used.is_none());
    let Some(unused) = unused else {
        return Ok(());
    };
    let expires = unused.expires.min(Time(now.0.saturating_sub(1)));
    tx.put(key, &Invitation { expires, ..unused });
    let Invitation {
        member, replaces, ..
    } = unused;
    let withdrawn = WithdrawnNote {
        index,
        member,
        at: now,
    };
    journal::note(tx, &JournalRecord::Withdrawn(withdrawn));
    note(tx, order, now);
    let audited = InvitedAudited { member, replaces };
    audit::write(tx, now, Audited::InvitationWithdrawn(audited));
    Ok(())
}

/// The one-time code of an invitation that was asked for and confirmed. It is written nowhere: the
/// server's secret makes it of the two commands, whenever it is to be shown.
pub(crate) fn code(tx: &Tx<'_>, asked: CommandId, granted: CommandId) -> InvitationCode {
    let key = tx.setup().secret.derive("alleyway invitations 1");
    InvitationCode::from_random(first(&blake3_keyed(&key, &[&asked.0, &granted.0])))
}
