//! What a command is about, as far as roles depend on it.

use super::Question;
use crate::command::Body;
use crate::documents::Document;
use crate::id::UnitId;
use crate::kinds::case::CaseCommand;
use crate::kinds::case::CaseState;
use crate::kinds::case::Report;
use crate::kinds::household::HouseholdCommand;
use crate::kinds::unit::UnitCommand;
use crate::kinds::unit::UnitView;
use crate::refusal::RefusalCode;

/// What a command is about.
pub(super) enum Subject<'a> {
    /// A case that is being reported.
    Report(&'a Report),
    /// A case as it stands.
    Case(&'a Document, Box<CaseState>),
    /// A tray of this unit; whether it is its confidential one.
    Tray(UnitId, bool),
    /// A household of this alley.
    Household(UnitId),
    /// A unit as it stands.
    Unit(Box<UnitView>),
    /// A unit that is being created, or a directory.
    Organisation,
}

impl<'a> Subject<'a> {
    /// The subject of a command for a document; none for one that creates it.
    pub(super) fn of(
        question: &'a Question<'a>,
        document: Option<&'a Document>,
    ) -> Result<Self, RefusalCode> {
        match question.body {
            Body::Case(CaseCommand::Report(report)) => Ok(Self::Report(report)),
            Body::Case(_) => {
                let document = document.ok_or(RefusalCode::UnknownDocument)?;
                let case = document.case().ok_or(RefusalCode::UnknownDocument)?;
                Ok(Self::Case(document, Box::new(case)))
            }
            Body::Household(HouseholdCommand::Create(create)) => Ok(Self::Household(create.alley)),
            Body::Household(HouseholdCommand::Edit(_) | HouseholdCommand::Move(_)) => {
                let alley = document.and_then(Document::household_alley);
                alley
                    .map(Self::Household)
                    .ok_or(RefusalCode::UnknownDocument)
            }
            Body::Unit(UnitCommand::Create(_)) | Body::Directory(_) => Ok(Self::Organisation),
            Body::Unit(_) => {
                let unit = document
                    .and_then(Document::unit)
                    .ok_or(RefusalCode::UnknownDocument)?;
                Ok(Self::Unit(Box::new(unit)))
            }
            Body::Tray(_) => Ok(
                match document
                    .and_then(|tray| Some((tray.tray_unit()?, tray.tray_is_confidential())))
                {
                    Some((unit, confidential)) => Self::Tray(unit, confidential),
                    None => Self::Organisation,
                },
            ),
            Body::Unknown(_) => Err(RefusalCode::UnknownCommand),
        }
    }
}
