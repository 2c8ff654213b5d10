//! Who may do what to a tray. An item is settled once: whoever comes second is told who came first.

use super::{Tray, TrayCommand};
use crate::documents::Document;
use crate::policy::author::Author;
use crate::policy::row::{From, Row};
#[cfg(test)]
use crate::policy::rules::Part;
use crate::policy::rules::{Never, Rules};
use crate::policy::{Authority, Question};
use crate::refusal::{Refusal, RefusalCode};

/// A relation of an author to a tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrayRole {
    /// Acts for the unit whose tray it is.
    UnitOfTray,
    /// The server itself: imports and administration.
    Server,
}

#[cfg(test)]
impl TrayRole {
    /// The role, as the page calls it.
    fn words(self) -> &'static str {
        match self {
            Self::UnitOfTray => "who acts for the tray's unit",
            Self::Server => "the server",
        }
    }
}

/// A tray that a command is about.
pub(crate) enum TraySubject<'a> {
    /// One that is being opened.
    Opened,
    /// One as it stands.
    Standing(&'a Document),
}

/// Nothing has become of the item yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StillOpen;

impl Rules for Tray {
    type Subject<'a> = TraySubject<'a>;
    type Role = TrayRole;
    type Life = Never;
    type Need = Never;
    type Bound = StillOpen;

    const SERVER: Self::Role = TrayRole::Server;

    const ROWS: &'static [Row<Self>] = &[
        Row::new("open_tray", &[TrayRole::Server], From::Nothing),
        Row::new("put_item", &[TrayRole::Server], From::There),
        Row::new("settle_item", &[TrayRole::UnitOfTray], From::There).bounds(&[StillOpen]),
    ];

    fn row_of(command: &TrayCommand) -> &'static str {
        command.kind()
    }

    fn subject<'a>(
        _: &'a TrayCommand,
        document: Option<&'a Document>,
    ) -> Result<TraySubject<'a>, RefusalCode> {
        Ok(document.map_or(TraySubject::Opened, TraySubject::Standing))
    }

    fn asks_clearance(_: &TraySubject<'_>) -> bool {
        false
    }

    fn is_expected(_: &Row<Self>, _: &Author<'_>, _: &TraySubject<'_>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn is_had(role: TrayRole, author: &Author<'_>, subject: &TraySubject<'_>) -> bool {
        match (role, subject) {
            (TrayRole::Server, _) => author.is(Authority::Server),
            (TrayRole::UnitOfTray, TraySubject::Opened) => false,
            (TrayRole::UnitOfTray, TraySubject::Standing(tray)) => {
                if tray.tray_is_confidential() {
                    author.if_cleared().acts_for_some(tray.tray_unit())
                } else {
                    author.acts_for_some(tray.tray_unit())
                }
            }
        }
    }

    fn not_the_one(_: &Row<Self>, _: &Author<'_>, _: &TraySubject<'_>) -> RefusalCode {
        RefusalCode::NotPermitted
    }

    fn stands(life: Never, _: &TraySubject<'_>) -> Result<(), RefusalCode> {
        match life {}
    }

    fn has(need: Never, _: &Question<'_>, _: &TrayCommand) -> Result<(), RefusalCode> {
        match need {}
    }

    fn asks_for(need: Never) -> Option<&'static str> {
        match need {}
    }

    fn looks_at(_: StillOpen) -> &'static [&'static str] {
        &["item"]
    }

    fn keeps(
        bound: StillOpen,
        _: &Question<'_>,
        command: &TrayCommand,
        subject: &TraySubject<'_>,
    ) -> Result<(), Refusal> {
        let StillOpen = bound;
        let (TrayCommand::Settle(settle), TraySubject::Standing(tray)) = (command, subject) else {
            return Err(RefusalCode::UnknownCommand.into());
        };
        match tray.tray_settled(settle.item) {
            Some(settled) => Err(Refusal {
                code: RefusalCode::WrongState,
                first: Some(settled.by_command),
                by: Some(settled.by),
            }),
            None => Ok(()),
        }
    }

    fn with_first(refusal: Refusal, _: &TraySubject<'_>) -> Refusal {
        refusal
    }

    #[cfg(test)]
    fn words(part: Part<Self>) -> String {
        match part {
            Part::Role(role) => role.words().to_owned(),
            Part::Life(life) | Part::WhilePending(life) => match life {},
            Part::Need(need) => match need {},
            Part::Bound(StillOpen) => "an item of which nothing has become".to_owned(),
        }
    }
}
