//! Policy: who may do what, when. Asked by a device before it records a command, and by the server
//! in the serial step that appends it; the same function.
//!
//! `table` is the table of `domain.md`, row by row: data, of which `docs/policy.md` is generated
//! (`page`). `roles` says who the people in its second column are, by the posts that `author` has;
//! `needs` and `bounds` are its last column; `case` is how a row is applied to a case, `confidential`
//! to a confidential report and to a unit's clearances.

mod author;
mod bounds;
mod case;
mod confidential;
mod handover;
mod needs;
#[cfg(test)]
mod page;
mod roles;
mod subject;
mod table;
#[cfg(test)]
mod tests;
mod tray;

use author::Author;
pub use handover::{Handover, concerned_unit, handover};
use subject::Subject;

use crate::command::Body;
use crate::documents::{Document, DocumentKind};
use crate::id::{CommandId, MemberId, UnitId};
use crate::kinds::case::CaseState;
use crate::organisation::Organisation;
pub use crate::organisation::Standing;
use crate::refusal::{Refusal, RefusalCode};
use crate::time::Time;

/// Whose authority a command has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// A member's, by the posts in force.
    Member(MemberId),
    /// The resident's, for whom the server acts: by form, or once it knows the case's tracking code.
    Resident,
    /// The server's own: imports and administration.
    Server,
}

/// Everything that the answer depends on.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Units and posts.
    pub organisation: &'a Organisation,
    /// Whose authority the command has.
    pub author: Authority,
    /// When it is asked: the server's clock at admission, the phone's when typing.
    pub now: Time,
    /// Which of the author's posts count at that time.
    pub standing: Standing,
    /// The command's id.
    pub command: CommandId,
    /// The document as it stands; none (or an empty one) for a command that creates one.
    pub document: Option<&'a Document>,
    /// What would be done.
    pub body: &'a Body,
}

/// Whether the command is allowed.
///
/// # Errors
/// The rule that forbids it; where another step came first, that step and its author.
pub fn judge(question: &Question<'_>) -> Result<(), Refusal> {
    let kind = DocumentKind::of(question.body).ok_or(RefusalCode::UnknownCommand)?;
    let row = table::row_of(question.body).ok_or(RefusalCode::UnknownCommand)?;
    let creates = row.from == table::From::Nothing;
    let document = question.document.filter(|document| document.version() > 0);
    match document {
        Some(_) if creates => return Err(RefusalCode::IdTaken.into()),
        Some(document) if document.kind() != Some(kind) => {
            return Err(RefusalCode::UnknownCommand.into());
        }
        None if !creates => return Err(RefusalCode::UnknownDocument.into()),
        _ => {}
    }
    row.needs.iter().try_for_each(|need| need.check(question))?;
    let subject = Subject::of(question, document)?;
    if let Subject::Case(document, case) = &subject {
        return case::judge(question, row, &subject, document, case);
    }
    let author = Author::of(question);
    if !row.who.iter().any(|role| role.is_had(&author, &subject)) {
        return Err(RefusalCode::NotPermitted.into());
    }
    match &subject {
        Subject::Report(report) => confidential::judge_report(question, row, report),
        Subject::Unit(unit) => confidential::judge_unit(question, row, unit),
        _ => tray::judge(question, document),
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
