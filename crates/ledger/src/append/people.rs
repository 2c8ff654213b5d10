//! Administrators' commands about the people of a unit: what they order, and whose invitation was
//! asked for where.

use crate::rows::orders::{Invited, Order, Ordered};
use crate::rows::records::{AskedInvitation, AskedThaw};
use crate::rows::{Tx, keys};
use alleyway_core::admission::Admitted;
use alleyway_core::id::{CommandId, DeviceId, UnitId};
use alleyway_core::kinds::unit::{AskedFor, StopWord, UnitCommand, UnitView};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Stop;

/// The appointment that a command made, or whose dates or name it changed.
pub(super) fn appointment_of(
    body: &UnitCommand,
    view: &UnitView,
    admitted: &Admitted,
) -> Option<CommandId> {
    match body {
        UnitCommand::Appoint(_) => Some(admitted.id()),
        UnitCommand::Amend(amend) => Some(amend.appointment),
        UnitCommand::EndPost(end) => Some(end.appointment),
        UnitCommand::ConfirmAsked(confirm) => view.appointment(confirm.asked).map(|made| made.id),
        _ => None,
    }
}

/// Orders what a command has done to devices and invitations. What was typed before a restore gives
/// nothing: what had been given by it then, and what of that was taken away, the journal knows.
pub(super) fn order(
    tx: &mut Tx<'_>,
    body: &UnitCommand,
    view: &UnitView,
    admitted: &Admitted,
) -> Result<(), StoreError> {
    note_thaw(tx, body, view.id, admitted.id())?;
    let is_of_before = admitted.command().base.incarnation < tx.incarnation();
    let what = match body {
        UnitCommand::AskInvitation(_) => {
            let asked = AskedInvitation {
                device: DeviceId::of(&admitted.origin().device),
                granted: None,
                shown: None,
            };
            tx.put(keys::asked_invitation(admitted.id()), &asked);
            return Ok(());
        }
        UnitCommand::StopDevice(stop) => match stop.why {
            StopWord::Revoked => Ordered::Stop(stop.device, Stop::Revoked),
            StopWord::Lost => Ordered::Stop(stop.device, Stop::Lost),
            StopWord::Unknown(_) => return Ok(()),
        },
        UnitCommand::ConfirmAsked(confirm) if !is_of_before => match granted(view, confirm.asked) {
            Some(what) => what,
            None => return Ok(()),
        },
        UnitCommand::WithdrawAsked(withdraw) => Ordered::Withdraw(withdraw.asked),
        _ => return Ok(()),
    };
    tx.order(Order {
        what,
        unit: view.id,
        command: admitted.id(),
        member: admitted.origin().author,
        device: DeviceId::of(&admitted.origin().device),
    });
    Ok(())
}

/// Notes an asking that a frozen device go on for as long as it waits.
fn note_thaw(
    tx: &mut Tx<'_>,
    body: &UnitCommand,
    unit: UnitId,
    id: CommandId,
) -> Result<(), StoreError> {
    let asked = match body {
        UnitCommand::AskThaw(thaw) => {
            let device = thaw.device;
            tx.put(keys::asked_thaw(id), &AskedThaw { device, unit });
            return Ok(());
        }
        UnitCommand::ConfirmAsked(confirm) => confirm.asked,
        UnitCommand::WithdrawAsked(withdraw) => withdraw.asked,
        _ => return Ok(()),
    };
    let key = keys::asked_thaw(asked);
    if tx.has(&key)? {
        tx.remove(key);
    }
    Ok(())
}

/// The order of two persons.
fn granted(view: &UnitView, asked: CommandId) -> Option<Ordered> {
    match &view.asked(asked)?.what {
        AskedFor::Appointment(_) | AskedFor::Import(_) => None,
        AskedFor::Invitation(invitation) => {
            let invited = Invited {
                appointment: invitation.appointment,
                member: view.appointment(invitation.appointment)?.member,
                replaces: invitation.replaces,
            };
            Some(Ordered::Invite(asked, invited))
        }
        AskedFor::Thaw(thaw) => Some(Ordered::Thaw(thaw.device)),
    }
}
