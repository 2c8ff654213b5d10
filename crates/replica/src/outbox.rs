//! The outbox: commands typed here that are pending, admitted and not arrived, or refused and not yet
//! dealt with; the batches in which they were sealed; and the verdicts the server gave on them.

mod answers;
mod batch;
mod command;
mod commands;
mod locking;
mod proofs;
mod repair;
mod restored;
mod sealing;

pub(super) use answers::Answered;
pub(super) use batch::{Form, Sealed};
pub(super) use command::{BatchPlace, Fate, Locked, Outgoing};
pub(super) use locking::Locking;

use std::collections::{BTreeMap, BTreeSet};

use super::rows;
use alleyway_core::command::Command;
use alleyway_core::crypto::PublicKey;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::number::CaseNumber;
use alleyway_core::refusal::Refusal;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Verdicts;
use command::Admission;
use commands::{Commands, Entry};

/// All commands typed here and not done with, by counter; and the sealed batches, by number.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    commands: Commands,
    /// Those that cannot be read until the server is heard again.
    locked: BTreeMap<u64, Locked>,
    batches: BTreeMap<u64, Sealed>,
    /// The verdicts on batches as the server signed them: proof, for one that is restored from a
    /// backup.
    proofs: BTreeMap<u64, Verdicts>,
    /// Of batches, the places of commands that were refused here, for what they were typed upon does
    /// not stand: the server waits for it, and says nothing final.
    given_up: BTreeMap<u64, BTreeSet<u32>>,
}

/// The readable commands as they were, to be put back if a step of several fails.
#[derive(Debug)]
pub(super) struct Snapshot(BTreeMap<u64, Entry>);

impl Outbox {
    pub(super) fn set_key(&mut self, key: PublicKey) {
        self.commands.set_key(key);
    }

    pub(super) fn id(&self, command: &Command) -> Option<CommandId> {
        self.commands.key().map(|key| command.id(key))
    }

    pub(super) fn target(&self, command: &Command) -> Option<DocumentId> {
        self.commands.key().map(|key| command.target(key))
    }

    /// Takes in a command that was typed, in no batch and without a verdict.
    pub(super) fn put(&mut self, counter: u64, command: Command) -> Write {
        self.commands.insert(counter, Outgoing::new(command));
        self.write(counter)
    }

    /// Takes in a command as one that was refused.
    pub(super) fn put_refused(&mut self, counter: u64, command: Command, refusal: Refusal) {
        let outgoing = Outgoing {
            fate: Fate::Refused(refusal),
            ..Outgoing::new(command)
        };
        self.commands.insert(counter, outgoing);
    }

    /// Puts a command back that was taken out, as it was.
    pub(super) fn give_back(&mut self, counter: u64, outgoing: Outgoing) {
        self.commands.insert(counter, outgoing);
    }

    /// Takes a command out, to be typed again or taken back.
    pub(super) fn take(&mut self, counter: u64) -> Option<Outgoing> {
        self.commands.remove(counter)
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot(self.commands.snapshot())
    }

    pub(super) fn restore(&mut self, Snapshot(commands): Snapshot) {
        self.commands.restore(commands);
    }

    /// The last change of a document's readable commands ([`Commands::change_of`]).
    pub(super) fn change_of(&self, document: DocumentId) -> u64 {
        self.commands.change_of(document)
    }

    /// The count of a document's readable commands.
    pub(super) fn count_of(&self, document: DocumentId) -> usize {
        self.commands.count_of(document)
    }

    /// A readable command.
    pub(super) fn get(&self, counter: u64) -> Option<&Outgoing> {
        self.commands.get(counter)
    }

    /// A command that cannot be read.
    pub(super) fn get_locked(&self, counter: u64) -> Option<&Locked> {
        self.locked.get(&counter)
    }

    /// The readable commands, in the order typed.
    pub(super) fn commands(&self) -> impl Iterator<Item = (u64, &Outgoing)> {
        self.commands.iter()
    }

    /// The commands that cannot be read, in the order typed.
    pub(super) fn locked(&self) -> impl Iterator<Item = (u64, &Locked)> {
        self.locked
            .iter()
            .map(|(counter, locked)| (*counter, locked))
    }

    /// The fates of all commands, readable or not.
    pub(super) fn fates(&self) -> impl Iterator<Item = (u64, &Fate)> {
        let readable = self.commands().map(|(c, outgoing)| (c, &outgoing.fate));
        readable.chain(self.locked().map(|(c, locked)| (c, locked.fate())))
    }

    /// Whether nobody has said what became of some command.
    pub(super) fn is_anything_pending(&self) -> bool {
        self.fates().any(|(_, fate)| fate.is_pending())
    }

    /// A document's readable commands, in the order typed.
    pub(super) fn of(&self, document: DocumentId) -> impl Iterator<Item = (u64, &Outgoing)> {
        self.with_ids(document)
            .map(|(counter, _, outgoing)| (counter, outgoing))
    }

    /// A document's readable commands with their ids, in the order typed.
    pub(super) fn with_ids(
        &self,
        document: DocumentId,
    ) -> impl Iterator<Item = (u64, CommandId, &Outgoing)> {
        self.commands.of(document)
    }

    pub(super) fn find(&self, id: CommandId) -> Option<u64> {
        self.commands.find(id)
    }

    /// The command that cannot be read and creates a document.
    pub(super) fn locked_creator(&self, document: DocumentId) -> Option<&Locked> {
        self.locked
            .values()
            .find(|locked| locked.creates() && locked.document() == document)
    }

    /// Whether a command here creates the case with this number.
    pub(super) fn has_number(&self, number: CaseNumber) -> bool {
        let mut readable = self.commands.with_documents();
        let readable = readable.any(|(document, outgoing)| {
            outgoing.command.body.creates()
                && CaseNumber::of(number.device_code, document) == number
        });
        readable
            || self
                .locked
                .values()
                .any(|locked| locked.number() == Some(number))
    }

    /// The own command that its verdict put at this version of a document, and its counter.
    pub(super) fn standing_at(
        &self,
        document: DocumentId,
        version: u64,
    ) -> Option<(u64, &Outgoing, &Admission)> {
        self.of(document)
            .find_map(|(counter, outgoing)| match &outgoing.fate {
                Fate::Admitted(admission) if admission.at.version == version => {
                    Some((counter, outgoing, admission))
                }
                _ => None,
            })
    }

    /// Own commands that a document holds have arrived; also one that was refused, before a restore:
    /// a courier brought it to the restored server, where it fits.
    pub(super) fn arrived_in(&self, document: &Document) -> Vec<u64> {
        self.with_ids(document.id())
            .filter(|(_, _, outgoing)| !outgoing.fate.is_pending())
            .filter(|(_, id, _)| document.version_of(*id).is_some())
            .map(|(counter, ..)| counter)
            .collect()
    }

    /// Whatever was admitted has come by now, or will not: its document came whole, before its
    /// verdict was heard, or has left the device's feeds; or the device is not to go on.
    pub(super) fn drop_arrived(&mut self) -> Vec<Write> {
        let arrived: Vec<u64> = self
            .fates()
            .filter(|(_, fate)| matches!(fate, Fate::Admitted(_)))
            .map(|(counter, _)| counter)
            .collect();
        arrived
            .into_iter()
            .map(|counter| self.remove(counter))
            .collect()
    }

    /// A command that is done with goes.
    pub(super) fn remove(&mut self, counter: u64) -> Write {
        self.commands.remove(counter);
        let kind = if self.locked.remove(&counter).is_some() {
            rows::LOCKED
        } else {
            rows::OUTBOX
        };
        rows::remove(rows::numbered(kind, counter))
    }

    /// Batches without final verdicts.
    pub(super) fn unanswered(&self) -> impl Iterator<Item = (u64, &Sealed)> {
        self.batches
            .iter()
            .filter(|(_, sealed)| !sealed.is_answered())
            .map(|(number, sealed)| (*number, sealed))
    }

    /// The batch up to which every one is answered; 0 if there is none.
    pub(super) fn acknowledged(&self) -> u64 {
        match self.unanswered().next() {
            Some((number, _)) => number.saturating_sub(1),
            None => self.batches.keys().next_back().copied().unwrap_or(0),
        }
    }

    /// The count of commands of these batches that are here.
    pub(super) fn commands_in(&self, batches: &BTreeSet<u64>) -> u64 {
        batches
            .iter()
            .map(|number| self.in_batch(*number).len() as u64)
            .sum()
    }

    /// The counters of a batch's commands, by place.
    fn in_batch(&self, number: u64) -> BTreeMap<u32, u64> {
        let readable = self.commands().map(|(c, outgoing)| (c, outgoing.sealed));
        readable
            .chain(self.locked().map(|(c, locked)| (c, locked.sealed())))
            .filter_map(|(counter, sealed)| {
                sealed
                    .filter(|(batch, _)| *batch == number)
                    .map(|(_, place)| (place, counter))
            })
            .collect()
    }

    /// The fate of a command, readable or not.
    fn fate_mut(&mut self, counter: u64) -> Option<&mut Fate> {
        match self.commands.get_mut(counter) {
            Some(outgoing) => Some(&mut outgoing.fate),
            None => self.locked.get_mut(&counter).map(Locked::fate_mut),
        }
    }

    /// The row of a command, as it is to be stored.
    pub(super) fn write(&self, counter: u64) -> Write {
        if let Some(locked) = self.locked.get(&counter) {
            return rows::put(rows::numbered(rows::LOCKED, counter), locked);
        }
        let key = rows::numbered(rows::OUTBOX, counter);
        match self.commands.get(counter) {
            Some(outgoing) => rows::put(key, outgoing),
            None => rows::remove(key),
        }
    }

    /// The row of a batch, as it is to be stored.
    fn write_batch(&self, number: u64) -> Write {
        let key = rows::numbered(rows::BATCHES, number);
        match self.batches.get(&number) {
            Some(sealed) => rows::put(key, sealed),
            None => rows::remove(key),
        }
    }
}
