//! Policy: who may do what, when. Asked by a device before it records a command, and by the server
//! in the serial step that appends it; the same function.
//!
//! `table` is the table of `domain.md` (the case's life), row by row; `roles` says who the
//! people in its second column are; `needs` is its last column.

mod case;
mod needs;
mod roles;
mod table;
#[cfg(test)]
mod tests;

use crate::command::unit::UnitKind;
use crate::command::{Body, DirectoryCommand, HouseholdCommand, UnitCommand};
use crate::documents::{CaseState, Document, DocumentKind};
use crate::id::{CommandId, MemberId, UnitId};
use crate::organisation::Organisation;
use crate::refusal::{Refusal, RefusalCode};
use crate::time::Time;

/// Whose authority a command has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// A member's, by the posts in force.
    Member(MemberId),
    /// The server's own: imports, administration, and a resident's steps.
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
    let document = question.document.filter(|document| document.version() > 0);
    match document {
        Some(_) if question.body.creates() => return Err(RefusalCode::IdTaken.into()),
        Some(document) if document.kind() != Some(kind) => return Err(RefusalCode::UnknownCommand.into()),
        None if !question.body.creates() => return Err(RefusalCode::UnknownDocument.into()),
        _ => {}
    }
    match question.body {
        Body::Case(body) => case::judge(question, document, body),
        Body::Household(body) => Ok(household(question, document, body)?),
        Body::Unit(body) => Ok(unit(question, body)?),
        Body::Directory(body) => Ok(directory(question, body)?),
        Body::Unknown(_) => Err(RefusalCode::UnknownCommand.into()),
    }
}

/// Who is asked to verify a case that its owner resolves itself: the next level up. None for a case
/// that somebody else resolves: there the owner verifies.
pub fn verifier_of(organisation: &Organisation, case: &CaseState) -> Option<UnitId> {
    if case.holder == case.owner { organisation.next_level_up(case.owner) } else { None }
}

/// Households belong to the chief of their alley; the server imports them and moves them.
fn household(question: &Question<'_>, document: Option<&Document>, body: &HouseholdCommand) -> Result<(), RefusalCode> {
    let alley = match body {
        HouseholdCommand::Create(create) => {
            known_alley(question, create.alley)?;
            needs::text(&create.door)?;
            create.alley
        }
        HouseholdCommand::Edit(edit) => {
            needs::edit(DocumentKind::Household, edit)?;
            document.and_then(Document::household).ok_or(RefusalCode::UnknownDocument)?.alley
        }
        HouseholdCommand::Move(to) => {
            known_alley(question, to.alley)?;
            return server_only(question);
        }
    };
    match question.author {
        Authority::Server => Ok(()),
        Authority::Member(member) if question.organisation.acts_for(member, alley, question.now) => Ok(()),
        Authority::Member(_) => Err(RefusalCode::NotPermitted),
    }
}

fn unit(question: &Question<'_>, body: &UnitCommand) -> Result<(), RefusalCode> {
    server_only(question)?;
    match body {
        UnitCommand::Create(body) => needs::text(&body.name),
        UnitCommand::Rename(body) => needs::text(&body.name),
        UnitCommand::Appoint(body) => needs::text(&body.name),
        UnitCommand::Amend(body) => needs::text(&body.name),
        UnitCommand::Move(_) => Ok(()),
    }
}

fn directory(question: &Question<'_>, body: &DirectoryCommand) -> Result<(), RefusalCode> {
    match body {
        DirectoryCommand::Open(_) | DirectoryCommand::Update(_) => server_only(question),
    }
}

fn server_only(question: &Question<'_>) -> Result<(), RefusalCode> {
    if question.author == Authority::Server { Ok(()) } else { Err(RefusalCode::NotPermitted) }
}

fn known(question: &Question<'_>, unit: UnitId) -> Result<(), RefusalCode> {
    question.organisation.unit(unit).map(|_| ()).ok_or(RefusalCode::UnknownUnit)
}

fn known_alley(question: &Question<'_>, unit: UnitId) -> Result<(), RefusalCode> {
    known(question, unit)?;
    if question.organisation.kind(unit) == Some(&UnitKind::Alley) { Ok(()) } else { Err(RefusalCode::BadValue) }
}
