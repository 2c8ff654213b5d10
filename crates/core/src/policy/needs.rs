//! What a command needs of itself: the last column of the table. What stands is not asked.

use super::Question;
use crate::command::Body;
use crate::command::fields::Edit;
use crate::documents::{DocumentKind, parse_field};
use crate::id::UnitId;
use crate::kinds::case::CaseCommand;
use crate::kinds::case::{Finding, Report};
use crate::kinds::household::HouseholdCommand;
use crate::kinds::unit::UnitCommand;
use crate::kinds::unit::UnitKind;
use crate::refusal::RefusalCode;
use crate::time::Date;

/// A thing that a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// A category, and a place or a text; a point must be on the map.
    Category,
    /// An owner that is known.
    KnownOwner,
    /// An alley that is known.
    KnownAlley,
    /// A reason; the words say which.
    Reason(&'static str),
    /// A text that says something; the words say which.
    Text(&'static str),
    /// A date that is not over; the words say which.
    Date(&'static str),
    /// A field of the document, and a value that it takes.
    Field,
    /// Fixed, partly or not.
    Finding,
    /// The closure code of a case that was fixed.
    Fixed,
}

/// The closure code of a case that was fixed; every other code means that it cannot be.
const FIXED: &str = "fixed";

impl Need {
    /// Whether the command has it.
    pub(super) fn check(self, question: &Question<'_>) -> Result<(), RefusalCode> {
        let body = question.body;
        match self {
            Self::Category => report_of(body).map_or(Err(RefusalCode::NeedsCategory), category),
            Self::KnownOwner => known(question, report_of(body).map(|report| report.owner)),
            Self::KnownAlley => {
                let alley = alley_of(body);
                known(question, alley)?;
                let kind = alley.and_then(|alley| question.organisation.kind(alley));
                if kind == Some(&UnitKind::Alley) {
                    Ok(())
                } else {
                    Err(RefusalCode::BadValue)
                }
            }
            Self::Reason(_) => if_said(reason_of(body), RefusalCode::NeedsReason),
            Self::Text(_) => if_said(text_of(body), RefusalCode::NeedsText),
            Self::Date(_) => match date_of(body) {
                Some(date) if !date.is_over(question.now) => Ok(()),
                _ => Err(RefusalCode::DateInPast),
            },
            Self::Field => match edit_of(body) {
                Some((kind, edit)) => parse_field(kind, &edit.field, &edit.value).map(|_| ()),
                None => Err(RefusalCode::UnknownField),
            },
            Self::Finding => match body {
                Body::Case(CaseCommand::Verify(body))
                    if !matches!(body.result, Finding::Unknown(_)) =>
                {
                    Ok(())
                }
                _ => Err(RefusalCode::BadValue),
            },
            Self::Fixed => if_said(
                closes_as_fixed(body).then_some(FIXED),
                RefusalCode::NeedsReason,
            ),
        }
    }

    /// The need, as the generated page calls it.
    #[cfg(test)]
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Category => "a category, and a place or a text",
            Self::KnownOwner => "a unit of the town",
            Self::KnownAlley => "an alley of the town",
            Self::Field => "a field and a value that it takes",
            Self::Finding => "fixed, partly or not",
            Self::Fixed => "the closure code `fixed`",
            Self::Reason(words) | Self::Text(words) | Self::Date(words) => words,
        }
    }
}

/// Whether the command closes a case as fixed.
pub(super) fn closes_as_fixed(body: &Body) -> bool {
    matches!(body, Body::Case(CaseCommand::Close(close)) if close.code.as_str() == FIXED)
}

fn category(report: &Report) -> Result<(), RefusalCode> {
    let has_place = !is_blank(&report.place) || report.point.is_some();
    if is_blank(&report.category) || (is_blank(&report.text) && !has_place) {
        return Err(RefusalCode::NeedsCategory);
    }
    if report.point.is_some_and(|point| !point.is_valid()) {
        Err(RefusalCode::BadValue)
    } else {
        Ok(())
    }
}

fn known(question: &Question<'_>, unit: Option<UnitId>) -> Result<(), RefusalCode> {
    unit.and_then(|unit| question.organisation.unit(unit))
        .map(|_| ())
        .ok_or(RefusalCode::UnknownUnit)
}

fn if_said(text: Option<&str>, refusal: RefusalCode) -> Result<(), RefusalCode> {
    if text.is_none_or(is_blank) {
        Err(refusal)
    } else {
        Ok(())
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn report_of(body: &Body) -> Option<&Report> {
    match body {
        Body::Case(CaseCommand::Report(report)) => Some(report),
        _ => None,
    }
}

fn alley_of(body: &Body) -> Option<UnitId> {
    match body {
        Body::Household(HouseholdCommand::Create(body)) => Some(body.alley),
        Body::Household(HouseholdCommand::Move(body)) => Some(body.alley),
        _ => None,
    }
}

fn reason_of(body: &Body) -> Option<&str> {
    let Body::Case(body) = body else { return None };
    match body {
        CaseCommand::Reject(body) => Some(&body.reason),
        CaseCommand::Escalate(body) => Some(&body.reason),
        CaseCommand::Return(body) => Some(&body.reason),
        CaseCommand::Rule(body) => Some(&body.reason),
        CaseCommand::Wait(body) => Some(&body.reason),
        CaseCommand::Extend(body) => Some(&body.reason),
        CaseCommand::Close(body) => Some(&body.code),
        CaseCommand::Reopen(body) => Some(&body.reason),
        _ => None,
    }
}

fn text_of(body: &Body) -> Option<&str> {
    match body {
        Body::Case(CaseCommand::Reject(body)) => Some(&body.text),
        Body::Case(CaseCommand::Note(body)) => Some(&body.text),
        Body::Case(CaseCommand::Visit(body)) => Some(&body.text),
        Body::Case(CaseCommand::Escalate(body)) => Some(&body.tried),
        Body::Case(CaseCommand::Supervise(body)) => Some(&body.text),
        Body::Case(CaseCommand::Resolve(body)) => Some(&body.text),
        Body::Case(CaseCommand::Close(body)) => Some(&body.text),
        Body::Household(HouseholdCommand::Create(body)) => Some(&body.door),
        Body::Unit(UnitCommand::Create(body)) => Some(&body.name),
        Body::Unit(UnitCommand::Rename(body)) => Some(&body.name),
        Body::Unit(UnitCommand::Appoint(body)) => Some(&body.name),
        Body::Unit(UnitCommand::Amend(body)) => Some(&body.name),
        _ => None,
    }
}

fn date_of(body: &Body) -> Option<Date> {
    match body {
        Body::Case(CaseCommand::Dispatch(body)) => Some(body.by),
        Body::Case(CaseCommand::Extend(body)) => Some(body.by),
        _ => None,
    }
}

fn edit_of(body: &Body) -> Option<(DocumentKind, &Edit)> {
    match body {
        Body::Case(CaseCommand::Edit(edit)) => Some((DocumentKind::Case, edit)),
        Body::Household(HouseholdCommand::Edit(edit)) => Some((DocumentKind::Household, edit)),
        _ => None,
    }
}
