//! Who may do what to a directory: the server alone.

use super::{Directory, DirectoryCommand};
use crate::documents::Document;
use crate::policy::author::Author;
use crate::policy::row::{From, Row};
#[cfg(test)]
use crate::policy::rules::Part;
use crate::policy::rules::{Never, Rules};
use crate::policy::{Authority, Question};
use crate::refusal::{Refusal, RefusalCode};

/// A relation of an author to a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirectoryRole {
    /// The server itself: imports and administration.
    Server,
}

#[cfg(test)]
impl DirectoryRole {
    /// The role, as the page calls it.
    fn words(self) -> &'static str {
        match self {
            Self::Server => "the server",
        }
    }
}

impl Rules for Directory {
    type Subject<'a> = ();
    type Role = DirectoryRole;
    type Life = Never;
    type Need = Never;
    type Bound = Never;

    const SERVER: Self::Role = DirectoryRole::Server;

    const ROWS: &'static [Row<Self>] = &[
        Row::new("open_directory", &[DirectoryRole::Server], From::Nothing),
        Row::new("update_directory", &[DirectoryRole::Server], From::There),
        Row::new("retire_devices", &[DirectoryRole::Server], From::There),
        Row::new("clearances", &[DirectoryRole::Server], From::There),
    ];

    fn row_of(command: &DirectoryCommand) -> &'static str {
        command.kind()
    }

    fn subject<'a>(_: &'a DirectoryCommand, _: Option<&'a Document>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn asks_clearance((): &()) -> bool {
        false
    }

    fn is_expected(_: &Row<Self>, _: &Author<'_>, (): &()) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn is_had(role: DirectoryRole, author: &Author<'_>, (): &()) -> bool {
        let DirectoryRole::Server = role;
        author.is(Authority::Server)
    }

    fn not_the_one(_: &Row<Self>, _: &Author<'_>, (): &()) -> RefusalCode {
        RefusalCode::NotPermitted
    }

    fn stands(life: Never, (): &()) -> Result<(), RefusalCode> {
        match life {}
    }

    fn has(need: Never, _: &Question<'_>, _: &DirectoryCommand) -> Result<(), RefusalCode> {
        match need {}
    }

    fn asks_for(need: Never) -> Option<&'static str> {
        match need {}
    }

    fn looks_at(bound: Never) -> &'static [&'static str] {
        match bound {}
    }

    fn keeps(bound: Never, _: &Question<'_>, _: &DirectoryCommand, (): &()) -> Result<(), Refusal> {
        match bound {}
    }

    fn with_first(refusal: Refusal, (): &()) -> Refusal {
        refusal
    }

    #[cfg(test)]
    fn words(part: Part<Self>) -> String {
        match part {
            Part::Role(role) => role.words().to_owned(),
            Part::Life(life) | Part::WhilePending(life) => match life {},
            Part::Need(need) => match need {},
            Part::Bound(bound) => match bound {},
        }
    }
}
