//! A command that is not sealed yet is taken back, with those that stand on it.

use std::collections::BTreeSet;

use thiserror::Error;

use super::outbox::Outgoing;
use super::own::OutboxRow;
use super::{Replica, rows};
use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::tray::{TrayCommand, TrayOutcome};
use alleyway_core::organisation::Standing;
use alleyway_core::policy::{Authority, Question, judge};
use alleyway_core::store::Write;

/// Why a command was not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TakeBackError {
    /// No command that waits here has this id.
    #[error("no command of this device that waits has this id")]
    NotThere,
    /// It is in a batch: it was sent or handed over, or it may have been.
    #[error("the command was handed over")]
    Sealed,
    /// A batch that may have been sent held it, and can be sent no more: the server may have it.
    #[error("the command may have been sent")]
    PerhapsSent,
}

/// The commands that were taken back.
#[derive(Default)]
struct Gone {
    counters: BTreeSet<u64>,
    commands: BTreeSet<CommandId>,
    /// Those that the commands would have created.
    documents: BTreeSet<DocumentId>,
    rows: Vec<OutboxRow>,
    outgoing: Vec<Outgoing>,
    writes: Vec<Write>,
}

impl Replica {
    /// Takes back a command that was typed here and is in no batch yet, and with it what was typed
    /// later and cannot be done without it. A step that was taken out of a tray and the word that it
    /// was taken go together: the one alone would settle what nobody did, or leave to be done again
    /// what was done. Returns what was taken back, in the order typed. The
    /// writes must be durable before anybody is told.
    ///
    /// # Errors
    /// [`TakeBackError`]; nothing has changed then.
    pub fn take_back_typed(
        &mut self,
        command: CommandId,
    ) -> Result<(Vec<Write>, Vec<OutboxRow>), TakeBackError> {
        let gone = self.take_out(command)?;
        Ok((gone.writes, gone.rows))
    }

    /// The commands that [`Replica::take_back_typed`] would take back, in the order typed: the named
    /// one and those that cannot be done without it. Nothing changes.
    ///
    /// # Errors
    /// [`TakeBackError`].
    pub fn would_take_back(&mut self, command: CommandId) -> Result<Vec<OutboxRow>, TakeBackError> {
        let gone = self.take_out(command)?;
        for (counter, outgoing) in gone.counters.into_iter().zip(gone.outgoing) {
            self.outbox.give_back(counter, outgoing);
        }
        Ok(gone.rows)
    }

    /// Takes a command out of the outbox, and with it those that cannot be done without it.
    fn take_out(&mut self, command: CommandId) -> Result<Gone, TakeBackError> {
        let named = self.outbox.find(command).ok_or(TakeBackError::NotThere)?;
        let outgoing = self.outbox.get(named).ok_or(TakeBackError::NotThere)?;
        let counter = step_settled(named, &outgoing.command.body).unwrap_or(named);
        self.is_nowhere_else(named)?;
        self.is_nowhere_else(counter)?;
        let later: Vec<u64> = self
            .outbox
            .unsent()
            .map(|(waiting, _)| waiting)
            .filter(|waiting| *waiting >= counter)
            .collect();
        let rows = later.iter().map(|counter| self.row_of(*counter));
        let rows: Vec<Option<OutboxRow>> = rows.collect();
        let mut commands = later
            .into_iter()
            .zip(rows)
            .filter_map(|(counter, row)| Some((counter, self.outbox.take(counter)?, row?)))
            .collect::<Vec<_>>()
            .into_iter();
        let mut gone = Gone::default();
        if let Some((counter, outgoing, row)) = commands.next() {
            gone.take(counter, outgoing, row);
        }
        for (counter, outgoing, row) in commands {
            let settled = step_settled(counter, &outgoing.command.body);
            let settles_what_is_gone = settled.is_some_and(|step| gone.counters.contains(&step));
            if !settles_what_is_gone && self.stands_without(&gone, &outgoing, row.command) {
                self.outbox.give_back(counter, outgoing);
            } else {
                gone.take(counter, outgoing, row);
            }
        }
        Ok(gone)
    }

    /// Refuses a command that somebody else may have.
    fn is_nowhere_else(&self, counter: u64) -> Result<(), TakeBackError> {
        if self.outbox.unsent().any(|(waiting, _)| waiting == counter) {
            return Ok(());
        }
        let outgoing = self.outbox.get(counter);
        let is_perhaps_sent = outgoing
            .is_some_and(|outgoing| outgoing.sealed.is_none() && outgoing.fate.is_perhaps_sent());
        Err(if is_perhaps_sent {
            TakeBackError::PerhapsSent
        } else {
            TakeBackError::Sealed
        })
    }

    /// Whether a command can still be done.
    fn stands_without(&self, gone: &Gone, outgoing: &Outgoing, id: CommandId) -> bool {
        let command = &outgoing.command;
        let target = self.outbox.target(command);
        let is_apart = !gone.rows.iter().any(|row| Some(row.document) == target);
        if let Some(needed) = command.body.needs_open()
            && gone.documents.contains(&needed)
        {
            return false;
        }
        if is_apart {
            return true;
        }
        let edit = command.body.edit();
        if edit.is_some_and(|edit| edit.replaces.iter().any(|id| gone.commands.contains(id))) {
            return false;
        }
        let (Some(device), Some(working)) = (
            self.as_enrolled(),
            command.document.and_then(|target| self.working(target)),
        ) else {
            return false;
        };
        let question = Question {
            organisation: self.organisation(),
            author: Authority::Member(device.member()),
            now: self.server_time(command.at),
            standing: Standing::InForce,
            command: id,
            document: Some(&working),
            body: &command.body,
        };
        judge(&question).is_ok() && self.try_out(command, Some(working.fork())).is_ok()
    }
}

/// The counter of the step that was done for a tray's item, if this command says that the item was
/// taken: both were typed at once, the step first ([`Replica::take`]).
fn step_settled(counter: u64, body: &Body) -> Option<u64> {
    match TrayCommand::of(body)? {
        TrayCommand::Settle(settle) if settle.outcome == TrayOutcome::Taken => {
            counter.checked_sub(1)
        }
        _ => None,
    }
}

impl Gone {
    fn take(&mut self, counter: u64, outgoing: Outgoing, row: OutboxRow) {
        self.counters.insert(counter);
        self.commands.insert(row.command);
        if outgoing.command.document.is_none() {
            self.documents.insert(row.document);
        }
        let key = rows::numbered(rows::OUTBOX, counter);
        self.writes.push(rows::remove(key));
        self.rows.push(row);
        self.outgoing.push(outgoing);
    }
}
