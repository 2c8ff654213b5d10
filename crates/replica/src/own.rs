//! The commands of this device, as screens list them.

use std::collections::BTreeMap;

use super::Replica;
use super::outbox::{Fate, Locked, Outgoing};
use super::receipts::{Became, HandedIn};
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::number::CaseNumber;
use alleyway_core::refusal::Refusal;
use alleyway_core::text::Text;
use alleyway_core::time::Time;

/// A command of this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// The command.
    pub command: CommandId,
    /// The document it changes or would create.
    pub document: DocumentId,
    /// The case's number, for a case.
    pub number: Option<CaseNumber>,
    /// The step, by its word.
    pub kind: String,
    /// The time at which it was typed, by this device's clock.
    pub at: Time,
    /// The refusal, if it was refused.
    pub refusal: Option<Refusal>,
    /// Whether it can be read here; if not, it can be once the server is heard again.
    pub readable: bool,
}

impl OutboxRow {
    /// A command that cannot be read: when it was typed, and its kind, are outside its seal.
    fn of_locked(locked: &Locked) -> Self {
        Self {
            command: locked.id(),
            document: locked.document(),
            number: locked.number(),
            kind: locked.kind().to_owned(),
            at: locked.at(),
            refusal: locked.fate().refusal().cloned(),
            readable: false,
        }
    }

    /// As a receipt names it.
    pub(super) fn handed_in(self, became: Became) -> HandedIn {
        HandedIn {
            command: self.command,
            number: self.number,
            kind: Text::cut(&self.kind),
            at: self.at,
            became,
        }
    }
}

impl Replica {
    /// Commands without a verdict, in the order typed.
    pub fn pending(&self) -> Vec<OutboxRow> {
        self.outbox_rows(Fate::is_pending)
    }

    /// Refused commands that were not dealt with, in the order typed.
    pub fn refused(&self) -> Vec<OutboxRow> {
        self.outbox_rows(|fate| fate.refusal().is_some())
    }

    fn outbox_rows(&self, which: impl Fn(&Fate) -> bool) -> Vec<OutboxRow> {
        let rows: BTreeMap<u64, OutboxRow> = self
            .outbox
            .fates()
            .filter(|(_, fate)| which(fate))
            .filter_map(|(counter, _)| Some((counter, self.row_of(counter)?)))
            .collect();
        rows.into_values().collect()
    }

    /// A command of the outbox, readable or not.
    pub(super) fn row_of(&self, counter: u64) -> Option<OutboxRow> {
        match self.outbox.get(counter) {
            Some(outgoing) => self.outbox_row(outgoing),
            None => self.outbox.get_locked(counter).map(OutboxRow::of_locked),
        }
    }

    /// A command of the outbox that can be read.
    pub(super) fn outbox_row(&self, outgoing: &Outgoing) -> Option<OutboxRow> {
        let command = &outgoing.command;
        Some(OutboxRow {
            command: self.outbox.id(command)?,
            document: self.outbox.target(command)?,
            number: self.number_of(command),
            kind: command.body.kind().to_owned(),
            at: command.at,
            refusal: outgoing.fate.refusal().cloned(),
            readable: true,
        })
    }

    /// Whether a command of this device takes effect only when it is admitted.
    pub fn waits_for_admission(&self, command: CommandId) -> bool {
        let counter = self.outbox.find(command);
        counter
            .and_then(|counter| self.outbox.get(counter))
            .is_some_and(|outgoing| outgoing.command.body.takes_effect_on_admission())
    }
}
