//! Answers about batches of other devices that this one handed in.

use std::collections::BTreeSet;

use crate::Replica;
use crate::carrying::{CarriedBatch, Place};
use crate::outbox::Outgoing;
use alleyway_core::command::Command;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Carried, CarriedState};
use alleyway_core::time::Time;

impl Replica {
    /// Takes what the server says of a batch that this device carried.
    pub(super) fn take_carried(&mut self, carried: Carried) -> Vec<Write> {
        let place = (carried.device, carried.number);
        let Some(mut batch) = self.carrying.get(place).cloned() else {
            return Vec::new();
        };
        let Some(session) = &mut self.session else {
            return Vec::new();
        };
        session.progress();
        match carried.state {
            CarriedState::Done => {
                session.carried_done();
                self.awaiting.carried_done(place);
                batch.finish();
            }
            CarriedState::Waits => {
                self.awaiting.carried_waits(place);
                return Vec::new();
            }
            CarriedState::Unreadable => {
                if !batch.drop_copy() {
                    session.count_unreadable();
                    self.awaiting.carried_is_unreadable(place);
                    return Vec::new();
                }
                session.carry_again(place);
            }
        }
        self.carrying.put(place, batch);
        vec![self.carrying.write(place)]
    }

    /// Once all has come, at `clock` by the server: batches that are done with leave, and those that
    /// are carried no longer, for the server cannot read them or has made them wait for so long; their
    /// authors still have them. An own command that was typed upon one of theirs which does not stand
    /// cannot stand either; one that waits keeps what it waits for here.
    pub(super) fn settle_carried(&mut self, clock: Time) -> Vec<Write> {
        let is_over = |place: Place, batch: &CarriedBatch| {
            batch.is_done() || (batch.is_old(clock) && self.awaiting.is_stuck(place))
        };
        let over: BTreeSet<Place> = self
            .carrying
            .iter()
            .filter(|(place, batch)| is_over(*place, batch))
            .map(|(place, _)| place)
            .collect();
        let leaving: BTreeSet<Place> = over.union(self.awaiting.unreadable()).copied().collect();
        let judged = over.iter().filter_map(|place| self.carrying.get(*place));
        let judged: BTreeSet<CommandId> = judged
            .flat_map(|batch| batch.seen().iter().copied())
            .collect();
        let mut writes = self.refuse_upon(&judged);
        for place in leaving {
            // An own command still waits for its verdict, and may come to need this.
            let batch = self.carrying.get(place);
            if batch.is_some_and(|batch| self.is_awaited(batch)) {
                continue;
            }
            self.carrying.remove(place);
            writes.push(self.carrying.write(place));
        }
        writes
    }

    /// Whether an own command without a verdict was typed upon one of the batch's.
    fn is_awaited(&self, batch: &CarriedBatch) -> bool {
        self.outbox
            .commands()
            .any(|(_, outgoing)| outgoing.fate.is_pending() && batch.is_under(&outgoing.command))
    }

    /// Refuses own commands that wait for one of these, which has its verdict and does not stand.
    fn refuse_upon(&mut self, judged: &BTreeSet<CommandId>) -> Vec<Write> {
        let Some(session) = &mut self.session else {
            return Vec::new();
        };
        let stands = |document: Option<DocumentId>, id: &CommandId| {
            document
                .and_then(|document| self.held.decoded(document))
                .is_some_and(|held| held.version_of(*id).is_some())
        };
        let cannot_stand = |outgoing: &Outgoing| {
            let Command { document, base, .. } = &outgoing.command;
            let mut upon = base.after.iter();
            outgoing.fate.is_pending()
                && upon.any(|id| judged.contains(id) && !stands(*document, id))
        };
        let refused: Vec<u64> = self
            .outbox
            .commands()
            .filter(|(counter, _)| self.awaiting.commands().contains(counter))
            .filter(|(_, outgoing)| cannot_stand(outgoing))
            .map(|(counter, _)| counter)
            .collect();
        session.count_refused(refused.len() as u64);
        self.outbox.give_up(&refused)
    }
}
