//! Complaints about a person: whom no step names, and who does not take one down.

use crate::id::UnitId;
use crate::kinds::case::{CaseCommand, Report};
use crate::organisation::Organisation;
use crate::policy::needs::known;
use crate::refusal::RefusalCode;

/// The units that a step names, by which they are sent the case or told of it.
pub(super) fn named_by(body: &CaseCommand) -> Vec<UnitId> {
    match body {
        CaseCommand::Escalate(body) => vec![body.to],
        CaseCommand::Dispatch(body) => body.with.0.iter().copied().chain([body.to]).collect(),
        CaseCommand::Rule(body) => vec![body.to],
        CaseCommand::Return(body) => body.ruler.into_iter().collect(),
        CaseCommand::Resolve(body) => body.verifier.into_iter().collect(),
        CaseCommand::Reopen(body) => body.reviewer.into_iter().collect(),
        CaseCommand::Recuse(body) => body.above.into_iter().collect(),
        CaseCommand::Supervise(body) => body.unit.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether none of the units is the one complained of, or within it.
pub(super) fn is_not_named(
    organisation: &Organisation,
    about: Option<UnitId>,
    units: &[UnitId],
) -> Result<(), RefusalCode> {
    let is_named = |about| {
        let mut units = units.iter();
        units.any(|unit| organisation.is_within(*unit, about))
    };
    if about.is_some_and(is_named) {
        Err(RefusalCode::AboutThem)
    } else {
        Ok(())
    }
}

/// Whether a complaint about a person is about a unit that there is, and neither the desk that receives
/// it nor whoever takes it down belongs to that.
pub(super) fn is_kept_from(
    organisation: &Organisation,
    report: &Report,
) -> Result<(), RefusalCode> {
    if let Some(about) = report.about {
        known(organisation, about)?;
    }
    let units: Vec<UnitId> = report.taken_at.into_iter().chain([report.owner]).collect();
    is_not_named(organisation, report.about, &units)
}
