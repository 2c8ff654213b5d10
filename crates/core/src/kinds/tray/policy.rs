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

/// How many of the items that a step names are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrayBound {
    /// Nothing has become of the item yet.
    StillOpen,
    /// Of some of the author's items nothing has become yet.
    SomeOpen,
}

impl Rules for Tray {
    type Subject<'a> = TraySubject<'a>;
    type Role = TrayRole;
    type Life = Never;
    type Need = Never;
    type Bound = TrayBound;

    const SERVER: Self::Role = TrayRole::Server;

    const ROWS: &'static [Row<Self>] = &[
        Row::new("open_tray", &[TrayRole::Server], From::Nothing),
        Row::new("put_item", &[TrayRole::Server], From::There),
        Row::new("settle_item", &[TrayRole::UnitOfTray], From::There)
            .bounds(&[TrayBound::StillOpen]),
        Row::new("dismiss_items", &[TrayRole::UnitOfTray], From::There)
            .bounds(&[TrayBound::SomeOpen]),
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

    fn looks_at(bound: TrayBound) -> &'static [&'static str] {
        match bound {
            TrayBound::StillOpen => &["item"],
            TrayBound::SomeOpen => &["member", "device", "proposals", "last"],
        }
    }

    fn keeps(
        _: TrayBound,
        _: &Question<'_>,
        command: &TrayCommand,
        subject: &TraySubject<'_>,
    ) -> Result<(), Refusal> {
        let TraySubject::Standing(tray) = subject else {
            return Err(RefusalCode::UnknownCommand.into());
        };
        let settled = match command {
            TrayCommand::Settle(settle) => tray.tray_settled(settle.item),
            TrayCommand::Dismiss(dismiss) if !tray.tray_dismissed_by(dismiss).is_empty() => None,
            TrayCommand::Dismiss(dismiss) => match tray.tray_settled(dismiss.last) {
                Some(settled) => Some(settled),
                None => return Err(RefusalCode::WrongState.into()),
            },
            _ => return Err(RefusalCode::UnknownCommand.into()),
        };
        match settled {
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
            Part::Bound(TrayBound::StillOpen) => "an item of which nothing has become".to_owned(),
            Part::Bound(TrayBound::SomeOpen) => {
                "an author, of some of whose items nothing has become".to_owned()
            }
        }
    }
}
