//! Clearances for confidential feeds: what follows from the commands by which two persons give them.

use super::ended;
use crate::audit::{self, Audited, By, DeviceConfirmed, PostAudited};
use crate::rows::records::DeviceRecord;
use crate::rows::{FollowUp, Tx, keys, read};
use alleyway_core::admission::Admitted;
use alleyway_core::id::{DeviceId, MemberId, UnitId};
use alleyway_core::kinds::unit::{Clear, ConfirmClearance, EndClearance, UnitCommand, UnitView};
use alleyway_core::store::StoreError;
use alleyway_core::wire::List;

/// Takes note of a unit's clearances and confirmed devices, as a command has just made them.
pub(super) fn index_clearances(
    tx: &mut Tx<'_>,
    body: &UnitCommand,
    view: &UnitView,
    admitted: &Admitted,
) -> Result<(), StoreError> {
    let subject = match body {
        UnitCommand::ConfirmDevice(confirm) => {
            return confirm_devices(tx, view.id, admitted, |id, _| id == confirm.device);
        }
        UnitCommand::Clear(Clear { appointment })
        | UnitCommand::ConfirmClearance(ConfirmClearance { appointment, .. })
        | UnitCommand::EndClearance(EndClearance { appointment }) => *appointment,
        _ => return Ok(()),
    };
    audit::write_post(tx, body, view, subject, admitted);
    note_clearances(tx, view, admitted)
}

/// Takes note of which of a unit's posts are cleared, and of what follows where that has changed.
pub(super) fn note_clearances(
    tx: &mut Tx<'_>,
    view: &UnitView,
    admitted: &Admitted,
) -> Result<(), StoreError> {
    for appointment in &view.appointments {
        let cleared = appointment.is_cleared();
        if !tx.put_clearance(appointment.id, cleared) {
            continue;
        }
        ended::note(tx, appointment.id, admitted.receipt().received);
        if cleared {
            // Both persons knew of the devices that the member has; later ones are confirmed singly.
            confirm_devices(tx, view.id, admitted, |_, member| {
                member == appointment.member
            })?;
        } else if !matches!(
            UnitCommand::of(&admitted.command().body),
            Some(UnitCommand::EndClearance(_))
        ) {
            // The post's new dates ended it: nobody said so.
            let ended = PostAudited {
                unit: view.id,
                appointment: appointment.id,
                member: appointment.member,
                by: By::of(admitted),
            };
            audit::write(
                tx,
                admitted.receipt().received,
                Audited::ClearanceEnded(ended),
            );
        }
        tx.follow_up(FollowUp::PublishClearance(appointment.id));
    }
    Ok(())
}

/// Confirms devices for one unit's confidential feed: its readers speak for no other unit.
fn confirm_devices(
    tx: &mut Tx<'_>,
    unit: UnitId,
    admitted: &Admitted,
    which: impl Fn(DeviceId, MemberId) -> bool,
) -> Result<(), StoreError> {
    for (key, value) in tx.scan_all(keys::DEVICES)? {
        let mut device: DeviceRecord = read(&key, &value)?;
        let id = device.id();
        if !device.confirmed.contains(&unit) && device.stopped.is_none() && which(id, device.member)
        {
            let mut units = device.confirmed.to_vec();
            units.push(unit);
            // Nobody has posts in so many units; whoever does is sent no more feeds than these.
            let Ok(units) = List::new(units) else {
                continue;
            };
            device.confirmed = units;
            let confirmed = DeviceConfirmed {
                unit,
                device: id,
                member: device.member,
                by: By::of(admitted),
            };
            audit::write(
                tx,
                admitted.receipt().received,
                Audited::DeviceConfirmed(confirmed),
            );
            tx.put(key, &device);
        }
    }
    Ok(())
}
