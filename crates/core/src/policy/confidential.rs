//! Confidential cases, and who is cleared to read them: two persons give a clearance, one ends it.

use super::author::Author;
use super::bounds::Bound;
use super::table::Row;
use super::{Authority, Question, Standing};
use crate::command::Body;
use crate::id::{CommandId, MemberId, UnitId};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::CaseState;
use crate::kinds::case::Report;
use crate::kinds::unit::{Clearance, NotedDevice, UnitView};
use crate::kinds::unit::{Post, UnitCommand};
use crate::refusal::{Refusal, RefusalCode};

/// Whether a report keeps to its row's bounds.
pub(super) fn judge_report(
    question: &Question<'_>,
    row: &Row,
    report: &Report,
) -> Result<(), Refusal> {
    if !report.confidential || question.standing == Standing::Stood {
        return Ok(());
    }
    for bound in row.bounds {
        let (keeps, otherwise) = match bound {
            Bound::ByCleared => (reports_cleared(question, report), RefusalCode::NotCleared),
            Bound::SeenThere => (takes(question, report.owner), RefusalCode::NobodyCleared),
            _ => (false, RefusalCode::UnknownCommand),
        };
        if !keeps {
            return Err(otherwise.into());
        }
    }
    Ok(())
}

/// The resident has no post, and so no clearance: the form is read where somebody is cleared.
fn reports_cleared(question: &Question<'_>, report: &Report) -> bool {
    match question.author {
        Authority::Member(_) => {
            Author::cleared(question).acts_for(report.taken_at.unwrap_or(report.owner))
        }
        Authority::Resident | Authority::Server => true,
    }
}

/// Whether the unit that a step sends a case to sees it, if it is confidential.
pub(super) fn is_seen(
    question: &Question<'_>,
    case: &CaseState,
    body: &CaseCommand,
) -> Result<(), RefusalCode> {
    let to = match body {
        CaseCommand::Escalate(body) => Some(body.to),
        CaseCommand::Dispatch(body) => Some(body.to),
        CaseCommand::Rule(body) => Some(body.to),
        CaseCommand::Resolve(body) => body.verifier,
        _ => None,
    };
    let is_asked = case.confidential && question.standing != Standing::Stood;
    let unseen = is_asked && to.is_some_and(|to| !takes(question, to));
    if unseen {
        Err(RefusalCode::NobodyCleared)
    } else {
        Ok(())
    }
}

fn takes(question: &Question<'_>, unit: UnitId) -> bool {
    question.organisation.takes_confidential(unit, question.now)
}

/// Whether a command about a unit's clearances keeps to its row's bounds.
pub(super) fn judge_unit(
    question: &Question<'_>,
    row: &Row,
    unit: &UnitView,
) -> Result<(), Refusal> {
    let Body::Unit(body) = question.body else {
        return Err(RefusalCode::UnknownCommand.into());
    };
    row.bounds
        .iter()
        .try_for_each(|bound| check(*bound, Author::of(question).member(), body, unit))
}

fn check(
    bound: Bound,
    author: Option<MemberId>,
    body: &UnitCommand,
    unit: &UnitView,
) -> Result<(), Refusal> {
    match bound {
        Bound::Clearable => clearable(appointment_of(body), unit),
        Bound::NotForOneself => {
            let of_member = whom_for(body, unit).ok_or(RefusalCode::BadValue)?;
            if author == Some(of_member) {
                Err(RefusalCode::SecondPerson.into())
            } else {
                Ok(())
            }
        }
        Bound::BySecondPerson => by_second_person(author, body, unit),
        Bound::Begun => asked(unit, appointment_of(body))
            .map(|_| ())
            .ok_or_else(|| RefusalCode::WrongState.into()),
        Bound::Noted => {
            let device = noted(body, unit).ok_or(RefusalCode::BadValue)?;
            if device.confirmed_by.is_some() {
                Err(RefusalCode::WrongState.into())
            } else {
                Ok(())
            }
        }
        _ => Err(RefusalCode::UnknownCommand.into()),
    }
}

/// Administrators see no case content, and auditors what is not confidential.
fn clearable(appointment: Option<CommandId>, unit: &UnitView) -> Result<(), Refusal> {
    let found = unit
        .appointments
        .iter()
        .find(|made| Some(made.id) == appointment)
        .ok_or(RefusalCode::BadValue)?;
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

fn by_second_person(
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

fn came_first(clearance: &Clearance) -> Refusal {
    Refusal {
        code: RefusalCode::WrongState,
        first: Some(clearance.clear),
        by: Some(clearance.by),
    }
}

fn asked(unit: &UnitView, appointment: Option<CommandId>) -> Option<Clearance> {
    unit.appointments
        .iter()
        .find(|made| Some(made.id) == appointment)?
        .clearance
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

/// The member whose appointment or device it is.
fn whom_for(body: &UnitCommand, unit: &UnitView) -> Option<MemberId> {
    match appointment_of(body) {
        Some(appointment) => unit
            .appointments
            .iter()
            .find(|made| made.id == appointment)
            .map(|made| made.member),
        None => noted(body, unit).map(|device| device.member),
    }
}
