//! Who may do what to a case, from which of its states.

mod bounds;
mod life;
mod roles;
mod rows;

use super::{Case, CaseCommand, CaseState, Report};
use crate::documents::Document;
use crate::id::UnitId;
use crate::organisation::Organisation;
use crate::policy::Question;
use crate::policy::author::Author;
use crate::policy::needs::{is_blank, known};
use crate::policy::row::Row;
#[cfg(test)]
use crate::policy::rules::Part;
use crate::policy::rules::Rules;
use crate::refusal::{Refusal, RefusalCode};

/// The closure code of a case that was fixed; every other code means that it cannot be.
const FIXED: &str = "fixed";

/// A case that a command is about.
pub(crate) enum Subject<'a> {
    /// One that is being reported.
    Reported(&'a Report),
    /// One as it stands.
    Standing(&'a Document, Box<CaseState>),
}

/// A condition on a step of a case itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A category, and a place or a text; a point must be on the map.
    Category,
    /// An owner that is known.
    KnownOwner,
    /// The closure code of a case that was fixed.
    Fixed,
    /// A closure code.
    Code,
    /// A text for the resident.
    TextForResident,
}

impl Rules for Case {
    type Subject<'a> = Subject<'a>;
    type Role = roles::Role;
    type Life = life::Life;
    type Need = Need;
    type Bound = bounds::Bound;

    const SERVER: Self::Role = roles::Role::Server;

    const ROWS: &'static [Row<Self>] = rows::ROWS;

    fn row_of(command: &CaseCommand) -> &'static str {
        match command {
            CaseCommand::Close(_) if !closes_as_fixed(command) => rows::CLOSE_UNFIXED,
            command => command.kind(),
        }
    }

    fn subject<'a>(
        command: &'a CaseCommand,
        document: Option<&'a Document>,
    ) -> Result<Subject<'a>, RefusalCode> {
        if let CaseCommand::Report(report) = command {
            return Ok(Subject::Reported(report));
        }
        let document = document.ok_or(RefusalCode::UnknownDocument)?;
        let case = document.case().ok_or(RefusalCode::UnknownDocument)?;
        Ok(Subject::Standing(document, Box::new(case)))
    }

    fn asks_clearance(subject: &Subject<'_>) -> bool {
        matches!(subject, Subject::Standing(_, case) if case.confidential)
    }

    fn is_expected(
        row: &Row<Self>,
        author: &Author<'_>,
        subject: &Subject<'_>,
    ) -> Result<(), RefusalCode> {
        match subject {
            Subject::Reported(_) => Ok(()),
            Subject::Standing(_, case) => life::is_expected(row, author, case),
        }
    }

    fn is_had(role: roles::Role, author: &Author<'_>, subject: &Subject<'_>) -> bool {
        role.is_had(author, subject)
    }

    fn not_the_one(row: &Row<Self>, author: &Author<'_>, subject: &Subject<'_>) -> RefusalCode {
        match subject {
            Subject::Reported(_) => RefusalCode::NotPermitted,
            Subject::Standing(_, case) => life::not_the_one(author, case, row),
        }
    }

    fn stands(life: life::Life, subject: &Subject<'_>) -> Result<(), RefusalCode> {
        match subject {
            Subject::Reported(_) => Err(RefusalCode::WrongState),
            Subject::Standing(_, case) => life.is_so(case),
        }
    }

    fn has(need: Need, question: &Question<'_>, command: &CaseCommand) -> Result<(), RefusalCode> {
        match (need, command) {
            (Need::Category, CaseCommand::Report(report)) => category(report),
            (Need::Category, _) => Err(RefusalCode::NeedsCategory),
            (Need::KnownOwner, CaseCommand::Report(report)) => {
                known(question.organisation, report.owner)
            }
            (Need::KnownOwner, _) => Err(RefusalCode::UnknownUnit),
            (Need::Fixed, command) if closes_as_fixed(command) => Ok(()),
            (Need::Code, CaseCommand::Close(close)) if !is_blank(&close.code) => Ok(()),
            (Need::Fixed | Need::Code, _) => Err(RefusalCode::NeedsReason),
            (Need::TextForResident, CaseCommand::Close(close)) if !is_blank(&close.text) => Ok(()),
            (Need::TextForResident, _) => Err(RefusalCode::NeedsText),
        }
    }

    fn asks_for(need: Need) -> Option<&'static str> {
        match need {
            Need::Category => Some("category"),
            Need::KnownOwner => None,
            Need::Fixed | Need::Code => Some("code"),
            Need::TextForResident => Some("text"),
        }
    }

    fn looks_at(bound: bounds::Bound) -> &'static [&'static str] {
        bound.looks_at()
    }

    fn keeps(
        bound: bounds::Bound,
        question: &Question<'_>,
        command: &CaseCommand,
        subject: &Subject<'_>,
    ) -> Result<(), Refusal> {
        Ok(bound.check(question, command, subject)?)
    }

    fn with_first(refusal: Refusal, subject: &Subject<'_>) -> Refusal {
        match subject {
            Subject::Reported(_) => refusal,
            Subject::Standing(document, case) => life::with_first(refusal, document, case),
        }
    }

    #[cfg(test)]
    fn words(part: Part<Self>) -> String {
        match part {
            Part::Role(role) => role.words().to_owned(),
            Part::Life(life) => life.words(),
            Part::WhilePending(life) => life.pending_words().to_owned(),
            Part::Need(need) => need.words().to_owned(),
            Part::Bound(bound) => bound.words(),
        }
    }
}

impl Need {
    /// The need, as the page calls it.
    #[cfg(test)]
    fn words(self) -> &'static str {
        match self {
            Self::Category => "a category, and a place or a text",
            Self::KnownOwner => "a unit of the town",
            Self::Fixed => "the closure code `fixed`",
            Self::Code => "a closure code",
            Self::TextForResident => "a text for the resident",
        }
    }
}

/// Whether the command closes a case as fixed.
fn closes_as_fixed(command: &CaseCommand) -> bool {
    matches!(command, CaseCommand::Close(close) if close.code.as_str() == FIXED)
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

/// Who rules if a case is returned for the second time: the town of its holder.
pub fn ruler_of(organisation: &Organisation, case: &CaseState) -> Option<UnitId> {
    organisation.town_of(case.holder)
}

/// Who is asked to verify a case that its owner resolves itself: the next level up. None for a case
/// that somebody else resolves: there the owner verifies.
pub fn verifier_of(organisation: &Organisation, case: &CaseState) -> Option<UnitId> {
    if case.holder == case.owner {
        organisation.next_level_up(case.owner)
    } else {
        None
    }
}
