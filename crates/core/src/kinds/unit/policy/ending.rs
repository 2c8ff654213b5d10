//! Posts that end, and devices that are stopped.

use super::super::{Appointment, StopWord, UnitCommand, UnitView};
use crate::id::MemberId;
use crate::refusal::{Refusal, RefusalCode};
use crate::time::Time;

/// The appointment is one in the unit that is not over.
pub(super) fn not_over(body: &UnitCommand, unit: &UnitView, now: Time) -> Result<(), Refusal> {
    let made = made(body, unit)?;
    if is_over(made, now) {
        return Err(RefusalCode::DoneAlready.into());
    }
    Ok(())
}

/// Whether an appointment has ended, or never begins.
pub(super) fn is_over(made: &Appointment, now: Time) -> bool {
    made.until
        .is_some_and(|until| until <= now || until <= made.from)
}

/// The post ends earlier than it would have.
pub(super) fn earlier(body: &UnitCommand, unit: &UnitView) -> Result<(), Refusal> {
    let UnitCommand::EndPost(end) = body else {
        return Err(RefusalCode::UnknownCommand.into());
    };
    let made = made(body, unit)?;
    match (end.until, made.until) {
        (Some(asked), Some(end)) if asked >= end => Err(RefusalCode::DoneAlready.into()),
        _ => Ok(()),
    }
}

/// The device is said to be of somebody who has, had or will have a post in the unit. Whose it is
/// indeed, the server knows.
pub(super) fn of_the_people(body: &UnitCommand, unit: &UnitView) -> Result<(), RefusalCode> {
    let member = match body {
        UnitCommand::StopDevice(stop) if !matches!(stop.why, StopWord::Unknown(_)) => stop.member,
        UnitCommand::AskThaw(thaw) => thaw.member,
        _ => return Err(RefusalCode::BadValue),
    };
    if is_of(unit, member) {
        Ok(())
    } else {
        Err(RefusalCode::BadValue)
    }
}

fn is_of(unit: &UnitView, member: MemberId) -> bool {
    unit.appointments.iter().any(|made| made.member == member)
}

fn made<'a>(body: &UnitCommand, unit: &'a UnitView) -> Result<&'a Appointment, RefusalCode> {
    let appointment = match body {
        UnitCommand::EndPost(end) => end.appointment,
        UnitCommand::AskInvitation(asked) => asked.appointment,
        _ => return Err(RefusalCode::UnknownCommand),
    };
    unit.appointment(appointment).ok_or(RefusalCode::BadValue)
}
