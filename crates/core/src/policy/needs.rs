//! What a command needs of itself: the last column of the table. What stands is not asked.

use super::Question;
#[cfg(test)]
use super::rules::Part;
use super::rules::Rules;
use crate::command::Body;
use crate::documents::{DocumentKind, parse_field};
use crate::id::UnitId;
use crate::kinds::case::CaseCommand;
use crate::kinds::household::HouseholdCommand;
use crate::kinds::unit::UnitCommand;
use crate::organisation::Organisation;
use crate::refusal::RefusalCode;
use crate::time::Date;

/// A thing that a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need<N> {
    /// A reason; the words say which.
    Reason(&'static str),
    /// A text that says something; the words say which.
    Text(&'static str),
    /// A date that is not over; the words say which.
    Date(&'static str),
    /// A field of the document, and a value that it takes.
    Field,
    /// A condition that only this kind of document has.
    Own(N),
}

impl<N: Copy> Need<N> {
    /// Whether the command has it.
    pub(super) fn check<K: Rules<Need = N>>(
        self,
        question: &Question<'_>,
        command: &K::Command,
    ) -> Result<(), RefusalCode> {
        let body = question.body;
        match self {
            Self::Reason(_) => if_said(reason_of(body), RefusalCode::NeedsReason),
            Self::Text(_) => if_said(text_of(body), RefusalCode::NeedsText),
            Self::Date(_) => match date_of(body) {
                Some(date) if !date.is_over(question.now) => Ok(()),
                _ => Err(RefusalCode::DateInPast),
            },
            Self::Field => match (DocumentKind::of(body), body.edit()) {
                (Some(kind), Some(edit)) => parse_field(kind, &edit.field, &edit.value).map(|_| ()),
                _ => Err(RefusalCode::UnknownField),
            },
            Self::Own(need) => K::has(need, question, command),
        }
    }

    /// The need, as the generated page calls it.
    #[cfg(test)]
    pub(super) fn words<K: Rules<Need = N>>(self) -> String {
        match self {
            Self::Field => "a field and a value that it takes".to_owned(),
            Self::Reason(words) | Self::Text(words) | Self::Date(words) => words.to_owned(),
            Self::Own(need) => K::words(Part::Need(need)),
        }
    }
}

/// Whether a unit is known.
///
/// # Errors
/// It is not.
pub(crate) fn known(organisation: &Organisation, unit: UnitId) -> Result<(), RefusalCode> {
    organisation
        .unit(unit)
        .map(|_| ())
        .ok_or(RefusalCode::UnknownUnit)
}

/// Refuses a blank text.
///
/// # Errors
/// `refusal`.
pub(crate) fn if_said(text: Option<&str>, refusal: RefusalCode) -> Result<(), RefusalCode> {
    if text.is_none_or(is_blank) {
        Err(refusal)
    } else {
        Ok(())
    }
}

/// Whether a text says nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
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
