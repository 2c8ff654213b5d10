//! Steps that were recorded here: saved, waiting, refused.

use alleyway_catalogue::screens;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::number::{CaseNumber, TrackingCode};
use alleyway_core::time::Time;
use alleyway_replica::OutboxRow;
use serde::Serialize;

use super::{shown_or_null, utc};
use crate::screen::Screen;

/// The outcome for a command that a person just dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The command; for an item of a tray the item.
    pub command: CommandId,
    /// The document it changes or creates.
    pub document: DocumentId,
    /// The case's number, for a case.
    #[serde(serialize_with = "shown_or_null")]
    pub number: Option<CaseNumber>,
    /// `pending`, `dropped`, `dismissed` or `taken_back`.
    pub state: &'static str,
    /// A warning about it, though it is recorded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The word of the command's kind.
    #[serde(skip)]
    pub kind: String,
    /// The name of the document: a case's number, a unit's name, a household's door.
    #[serde(skip)]
    pub name: String,
    /// When it takes effect.
    #[serde(skip)]
    pub shows: Shows,
    /// The code that it gives out, for the resident's slip.
    #[serde(skip)]
    pub tracking: Option<TrackingCode>,
}

/// Something that is to be known of a step though it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// `nobody_there`: nobody acts for the unit that a case was sent to.
    pub code: &'static str,
    /// It in words.
    pub text: String,
}

/// When a recorded command takes effect on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// Now, marked as unconfirmed.
    Now,
    /// Once the server admits it.
    Later,
    /// It cannot be read before the next contact with the server.
    Unread,
}

/// A command without a verdict, or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outgoing {
    /// The command.
    pub command: CommandId,
    /// The document it changes or would create.
    pub document: DocumentId,
    /// The case's number, for a case.
    #[serde(serialize_with = "shown_or_null")]
    pub number: Option<CaseNumber>,
    /// The word of its kind.
    pub kind: String,
    /// When it was typed, by this device's clock.
    #[serde(serialize_with = "utc")]
    pub at: Time,
    /// Why it was refused.
    pub code: Option<String>,
    /// Why it was refused, in words.
    pub reason: Option<String>,
    /// Whether it can be read here.
    pub readable: bool,
}

impl Screen<'_> {
    /// Commands without a verdict, in the order typed.
    pub fn pending(&self) -> Vec<Outgoing> {
        self.outgoing(self.replica.pending())
    }

    /// Refused commands that were not dealt with, in the order typed.
    pub fn refused(&self) -> Vec<Outgoing> {
        self.outgoing(self.replica.refused())
    }

    fn outgoing(&self, rows: Vec<OutboxRow>) -> Vec<Outgoing> {
        let rows = rows.into_iter().map(|row| {
            let refusal = row.refusal.as_ref();
            Outgoing {
                code: refusal.map(|refusal| refusal.code.to_string()),
                reason: refusal.map(|refusal| self.reason(row.document, refusal)),
                command: row.command,
                document: row.document,
                number: row.number,
                kind: row.kind,
                at: row.at,
                readable: row.readable,
            }
        });
        rows.collect()
    }

    fn warnings(&self, recorded: &alleyway_replica::Recorded) -> Vec<Warning> {
        let unattended = recorded.unattended.map(|unit| {
            let said = screens::step::NOBODY_THERE;
            Warning {
                code: said.name(),
                text: said.fill(self.lang, &[("unit", self.unit(unit))]),
            }
        });
        unattended.into_iter().collect()
    }

    /// A command that was recorded just now.
    pub fn recorded(&self, kind: &str, recorded: &alleyway_replica::Recorded) -> Recorded {
        let named = recorded.number.map(|number| number.to_string());
        let shows = if self.replica.is_locked() {
            Shows::Unread
        } else if self.replica.waits_for_admission(recorded.command) {
            Shows::Later
        } else {
            Shows::Now
        };
        Recorded {
            command: recorded.command,
            document: recorded.document,
            number: recorded.number,
            state: "pending",
            warnings: self.warnings(recorded),
            kind: kind.to_owned(),
            name: named.unwrap_or_else(|| self.name(recorded.document)),
            shows,
            tracking: recorded.code,
        }
    }
}
