//! Verdicts on the commands of a batch.

use std::collections::BTreeSet;

use super::{BatchPlace, Fate, Outbox};
use crate::outbox::command::Admission;
use crate::receipts::{Became, BecameKept};
use alleyway_core::crypto::Hash;
use alleyway_core::documents::Mark;
use alleyway_core::id::DocumentId;
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Verdict, Verdicts};

/// The effect of verdicts on the outbox.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    /// The rows that have changed.
    pub(crate) writes: Vec<Write>,
    /// Commands that were admitted.
    pub(crate) admitted: u64,
    /// Commands that were refused.
    pub(crate) refused: u64,
    /// Commands that lie in a tray.
    pub(crate) kept: u64,
    /// Commands, by counter, that the server says wait for their base.
    pub(crate) waiting: Vec<u64>,
    /// Whether something final was said of a command that had no verdict.
    pub(crate) progress: bool,
    /// Commands whose duty had ended, and what became of them.
    pub(crate) handed_in: Vec<Handed>,
}

/// A command whose duty had ended, and what became of it.
#[derive(Debug)]
pub(crate) struct Handed {
    pub(crate) counter: u64,
    pub(crate) became: Became,
}

impl Outbox {
    /// The hash of a batch that is here.
    pub(crate) fn hash_of(&self, batch: u64) -> Option<&Hash> {
        Some(self.batches.get(&batch)?.hash())
    }

    /// The commands of a batch, by counter, whose duty had ended, by these verdicts.
    pub(crate) fn of_ended_duty(&self, verdicts: &Verdicts) -> Vec<u64> {
        let places = self.in_batch(verdicts.batch);
        let of_ended_duty = |verdict: &Verdict| {
            let stood = verdict.stood(verdicts.receipt);
            let is_marked = stood.is_some_and(|(_, receipt)| receipt.mark == Mark::AfterPost);
            is_marked || matches!(verdict, Verdict::Kept(_))
        };
        (0_u32..)
            .zip(verdicts.verdicts.iter())
            .filter(|(_, verdict)| of_ended_duty(verdict))
            .filter_map(|(place, _)| places.get(&place).copied())
            .collect()
    }

    /// Takes the verdicts on a batch. `is_readable` says whether all its commands that may be pending
    /// again are here.
    pub(crate) fn answer(&mut self, verdicts: &Verdicts, is_readable: bool) -> Answered {
        let mut answered = Answered::default();
        let mut refused_documents = Vec::new();
        let places = self.in_batch(verdicts.batch);
        for (place, verdict) in (0_u32..).zip(verdicts.verdicts.iter()) {
            let Some(counter) = places.get(&place) else {
                continue;
            };
            let creates = self.created_by(*counter);
            let refused = answered.refused;
            self.answer_one(*counter, verdict, verdicts, &mut answered);
            if answered.refused > refused {
                refused_documents.extend(creates);
            }
        }
        for document in refused_documents {
            self.refuse_unsealed(document, &mut answered);
        }
        let is_settled = self.is_settled(verdicts);
        if let Some(sealed) = self.batches.get_mut(&verdicts.batch) {
            sealed.set_answered(is_settled && is_readable);
            answered.writes.push(self.write_batch(verdicts.batch));
            // Else the word that it lay in a tray is needed yet.
            if is_readable {
                answered.writes.extend(self.keep_proof(verdicts));
            }
        }
        answered
    }

    fn answer_one(
        &mut self,
        counter: u64,
        verdict: &Verdict,
        verdicts: &Verdicts,
        answered: &mut Answered,
    ) {
        let Some(fate) = self.fate_mut(counter).filter(|fate| fate.is_pending()) else {
            return;
        };
        match verdict {
            Verdict::Admitted(_) | Verdict::AfterPost(_) | Verdict::Stands(_) => {
                let Some((at, receipt)) = verdict.stood(verdicts.receipt) else {
                    return;
                };
                *fate = Fate::Admitted(Admission { at, receipt });
                answered.admitted += 1;
                if receipt.mark == Mark::AfterPost {
                    let became = Became::of_mark(receipt.mark);
                    answered.handed_in.push(Handed { counter, became });
                }
                answered.writes.push(self.write(counter));
            }
            Verdict::Refused(refusal) => {
                *fate = Fate::Refused(refusal.clone());
                answered.refused += 1;
                answered.writes.push(self.write(counter));
            }
            Verdict::Kept(kept) => {
                answered.kept += 1;
                let why = kept.why.clone();
                let became = Became::Kept(BecameKept { why });
                answered.handed_in.push(Handed { counter, became });
                answered.writes.push(self.remove(counter));
            }
            Verdict::Need(_) => {
                answered.waiting.push(counter);
                return;
            }
            Verdict::Later(_) => return,
        }
        answered.progress = true;
    }

    /// Whether every command of a batch has a final verdict, or was given up here.
    fn is_settled(&self, verdicts: &Verdicts) -> bool {
        let is_settled = |(place, verdict): (u32, &Verdict)| {
            verdict.is_final() || self.is_given_up(verdicts.batch, place)
        };
        self.batches.get(&verdicts.batch).is_some_and(|sealed| {
            verdicts.verdicts.len() == sealed.count()
                && (0_u32..).zip(verdicts.verdicts.iter()).all(is_settled)
        })
    }

    /// The document that a command creates; none if it changes one.
    fn created_by(&self, counter: u64) -> Option<DocumentId> {
        match self.commands.get(counter) {
            Some(outgoing) if outgoing.command.document.is_none() => self.target(&outgoing.command),
            Some(_) => None,
            None => {
                let locked = self.locked.get(&counter)?;
                locked.creates().then(|| locked.document())
            }
        }
    }

    /// Commands on a document whose report was refused cannot be sent: they wait for the report to be
    /// mended.
    fn refuse_unsealed(&mut self, document: DocumentId, answered: &mut Answered) {
        let waits =
            |outgoing: &super::Outgoing| outgoing.sealed.is_none() && outgoing.fate.is_pending();
        let waiting: Vec<u64> = self
            .of(document)
            .filter(|(_, outgoing)| waits(outgoing))
            .map(|(counter, _)| counter)
            .collect();
        answered.refused += waiting.len() as u64;
        for counter in waiting {
            self.refuse_one(counter, RefusalCode::DocumentRefused.into());
            answered.writes.push(self.write(counter));
        }
    }

    /// Refuses commands whose base does not stand. The server waits for it, and says nothing final:
    /// their batches are answered once no other command of them is open.
    pub(crate) fn give_up(&mut self, counters: &[u64]) -> Vec<Write> {
        let mut places: BTreeSet<BatchPlace> = BTreeSet::new();
        let mut writes = Vec::new();
        for counter in counters {
            places.extend(self.refuse_one(*counter, RefusalCode::BaseRefused.into()));
            writes.push(self.write(*counter));
        }
        writes.extend(places.iter().map(|place| self.note_given_up(*place)));
        let batches: BTreeSet<u64> = places.iter().map(|(number, _)| *number).collect();
        for number in batches {
            let is_open = |counter: &u64| {
                let outgoing = self.commands.get(*counter);
                outgoing.is_some_and(|outgoing| outgoing.fate.is_pending())
            };
            if self.in_batch(number).values().any(is_open) {
                continue;
            }
            if let Some(sealed) = self.batches.get_mut(&number) {
                sealed.set_answered(true);
                writes.push(self.write_batch(number));
            }
        }
        writes
    }

    /// Refuses a readable command. Returns its place.
    fn refuse_one(&mut self, counter: u64, refusal: Refusal) -> Option<BatchPlace> {
        let outgoing = self.commands.get_mut(counter)?;
        outgoing.fate = Fate::Refused(refusal);
        outgoing.sealed
    }
}
