//! Who is cleared for a unit's confidential feed, and with which devices.

use super::super::{Clearance, NotedDevice, Post, UnitCommand, UnitView};
use crate::id::{CommandId, MemberId};
use crate::refusal::{Refusal, RefusalCode};

/// Administrators see no case content, and auditors what is not confidential.
pub(super) fn clearable(body: &UnitCommand, unit: &UnitView) -> Result<(), Refusal> {
    let found = appointment_of(body).and_then(|id| unit.appointment(id));
    let found = found.ok_or(RefusalCode::BadValue)?;
    if matches!(
        found.post,
        Post::Auditor | Post::Administrator | Post::Unknown(_)
    ) {
        return Err(RefusalCode::BadValue.into());
    }
    match found.clearance {
        Some(clearance) => Err(came_first(&clearance)),
        None => Ok(()),
    }
}

/// The present asking is confirmed, by another than who asked.
pub(super) fn by_second_person(
    author: Option<MemberId>,
    body: &UnitCommand,
    unit: &UnitView,
) -> Result<(), Refusal> {
    let UnitCommand::ConfirmClearance(confirm) = body else {
        return Err(RefusalCode::UnknownCommand.into());
    };
    let Some(present) = asked(unit, Some(confirm.appointment)) else {
        return Err(RefusalCode::WrongState.into());
    };
    if present.clear != confirm.clear || present.confirmed_by.is_some() {
        return Err(came_first(&present));
    }
    if author == Some(present.by) {
        Err(RefusalCode::SecondPerson.into())
    } else {
        Ok(())
    }
}

/// Somebody has asked for the clearance.
pub(super) fn begun(body: &UnitCommand, unit: &UnitView) -> Result<(), Refusal> {
    match asked(unit, appointment_of(body)) {
        Some(_) => Ok(()),
        None => Err(RefusalCode::WrongState.into()),
    }
}

/// The device was noted, and nobody has confirmed it yet.
pub(super) fn noted_and_waits(body: &UnitCommand, unit: &UnitView) -> Result<(), Refusal> {
    let device = noted(body, unit).ok_or(RefusalCode::BadValue)?;
    match device.confirmed_by {
        Some(_) => Err(RefusalCode::WrongState.into()),
        None => Ok(()),
    }
}

fn came_first(clearance: &Clearance) -> Refusal {
    Refusal {
        code: RefusalCode::WrongState,
        first: Some(clearance.clear),
        by: Some(clearance.by),
    }
}

fn asked(unit: &UnitView, appointment: Option<CommandId>) -> Option<Clearance> {
    unit.appointment(appointment?)?.clearance
}

fn noted<'a>(body: &UnitCommand, unit: &'a UnitView) -> Option<&'a NotedDevice> {
    let UnitCommand::ConfirmDevice(confirm) = body else {
        return None;
    };
    unit.devices
        .iter()
        .find(|noted| noted.device == confirm.device)
}

fn appointment_of(body: &UnitCommand) -> Option<CommandId> {
    match body {
        UnitCommand::Clear(body) => Some(body.appointment),
        UnitCommand::ConfirmClearance(body) => Some(body.appointment),
        UnitCommand::EndClearance(body) => Some(body.appointment),
        _ => None,
    }
}

/// The member whose appointment or device a step with a clearance is about.
pub(super) fn whom_for(body: &UnitCommand, unit: &UnitView) -> Option<MemberId> {
    match appointment_of(body) {
        Some(appointment) => unit.appointment(appointment).map(|made| made.member),
        None => noted(body, unit).map(|device| device.member),
    }
}
