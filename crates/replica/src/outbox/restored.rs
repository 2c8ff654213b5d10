//! Batches that are handed in again.
//!
//! After the server was restored from a backup, the device hands in again the batches that the backup
//! lacks, each with the verdicts that the server had signed. After the device itself was restored from
//! a backup, commands without a verdict are sealed anew, behind the batches that the server holds.
//! This file also decides for how long answered batches are kept for that.

use std::collections::BTreeSet;

use super::{Fate, Outbox, Outgoing, Sealed};
use crate::rows;
use alleyway_core::batch::Batch;
use alleyway_core::command::Command;
use alleyway_core::limits::{ANSWERED_BATCHES_MAX, ANSWERED_BYTES_MAX};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Verdict, Welcome};

/// Commands that were taken out of batches, to be sealed anew.
#[derive(Debug, Default)]
pub(crate) struct Reopened {
    pub(crate) writes: Vec<Write>,
    /// The count of those that had been sent.
    pub(crate) sent: u64,
}

impl Outbox {
    /// Makes ready to be sent again what the server lacks: batches that it names as missing, and those
    /// behind the last one it holds. A server that was restored from a backup since is sent all that
    /// is kept and not covered: the last batch that it holds may have come before this device knew of
    /// the restore, or by a courier without its proof. Their commands are pending again, but for
    /// those that were refused or kept: their authors have been told.
    ///
    /// A device that `is_over` seals nothing anew: if it was restored from a backup itself, its batches
    /// stand beside the chain that the server holds, and are never in it. What was answered of them
    /// is done with, unless the server was restored.
    pub(crate) fn send_again(
        &mut self,
        welcome: &Welcome,
        is_restored: bool,
        is_over: bool,
    ) -> Vec<Write> {
        let known = if is_restored {
            welcome.covered
        } else {
            welcome.held
        };
        let lost = self.batches.range(known.saturating_add(1)..);
        let lost = lost.map(|(number, _)| *number);
        let again: Vec<u64> = welcome.missing.iter().copied().chain(lost).collect();
        let mut writes = Vec::new();
        for number in again {
            let named = welcome.missing.contains(&number);
            let Some(sealed) = self.batches.get_mut(&number) else {
                continue;
            };
            let is_done = is_over && sealed.is_answered();
            let is_lacking = (sealed.is_answered() || named) && !is_done;
            if !(is_lacking || is_restored) {
                continue;
            }
            let was_answered = sealed.set_answered(false);
            writes.push(self.write_batch(number));
            if was_answered || is_restored {
                writes.extend(self.make_pending(number));
            }
        }
        writes
    }

    /// The commands of a batch that the server carried out are pending again.
    fn make_pending(&mut self, number: u64) -> Vec<Write> {
        let mut writes = Vec::new();
        for counter in self.in_batch(number).into_values() {
            let fate = self.fate_mut(counter);
            if let Some(fate) = fate.filter(|fate| matches!(fate, Fate::Admitted(_))) {
                *fate = Fate::PENDING;
                writes.push(self.write(counter));
            }
        }
        for (place, (counter, command)) in (0_u32..).zip(self.readable_commands(number)) {
            let is_there = self.commands.contains(counter) || self.locked.contains_key(&counter);
            if is_there || self.is_dealt_with(number, place) {
                continue;
            }
            let outgoing = Outgoing::sealed_at(command, (number, place));
            self.commands.insert(counter, outgoing);
            writes.push(self.write(counter));
        }
        writes
    }

    /// Commands of a batch that lay in a tray by the server's word are this device's own again, at the
    /// places that `is_wanted` says, for the server has them no more. Returns whether the batch can
    /// be read.
    pub(crate) fn take_back(&mut self, number: u64, is_wanted: impl Fn(u32) -> bool) -> bool {
        let count = self.batches.get(&number).map_or(0, Sealed::count);
        let here = self.in_batch(number);
        let was_kept =
            |place: u32| matches!(self.verdict_at(number, place), Some(Verdict::Kept(_)));
        let places: BTreeSet<u32> = (0_u32..)
            .take(count)
            .filter(|place| !here.contains_key(place) && was_kept(*place) && is_wanted(*place))
            .collect();
        if places.is_empty() {
            return true;
        }
        let commands = self.readable_commands(number);
        let is_readable = !commands.is_empty();
        for (place, (counter, command)) in (0_u32..).zip(commands) {
            if places.contains(&place) {
                let outgoing = Outgoing::sealed_at(command, (number, place));
                self.commands.insert(counter, outgoing);
            }
        }
        is_readable
    }

    /// The commands of a batch with their counters, in their places; none of one that cannot be read
    /// now.
    pub(super) fn readable_commands(&self, number: u64) -> Vec<(u64, Command)> {
        let sealed = self.batches.get(&number);
        let Some((key, sealed)) = self.commands.key().zip(sealed) else {
            return Vec::new();
        };
        let batch = sealed
            .packed()
            .and_then(|packed| Batch::unpack(packed, key).ok());
        let commands = batch.map(|batch| batch.commands.into_vec());
        let counters = sealed.counters().iter().copied();
        counters.zip(commands.unwrap_or_default()).collect()
    }

    /// The server holds other batches under the numbers of this device, up to `last`: this device was
    /// restored from a backup. Commands without a verdict leave their batches, to be sealed anew, and
    /// may have been sent before; what is behind the server's last batch is of another life, answered or not. `sent` are the
    /// batches sent in this sync.
    pub(crate) fn reopen(&mut self, last: u64, sent: &BTreeSet<u64>) -> Reopened {
        let open: Vec<u64> = self
            .batches
            .iter()
            .filter(|(number, sealed)| !sealed.is_answered() || **number > last)
            // What cannot be read cannot be sealed again: it is kept as it is.
            .filter(|(_, sealed)| sealed.packed().is_some())
            .map(|(number, _)| *number)
            .collect();
        let mut reopened = Reopened::default();
        for number in open {
            self.take_back(number, |_| true);
            for counter in self.in_batch(number).into_values() {
                if let Some(outgoing) = self.commands.get_mut(counter)
                    && outgoing.fate.is_pending()
                {
                    outgoing.unseal();
                    reopened.sent += u64::from(sent.contains(&number));
                    reopened.writes.push(self.write(counter));
                }
            }
            reopened.writes.extend(self.drop_batch(number));
        }
        reopened
    }

    /// Drops answered batches that a verified backup of the server covers; and the oldest, if a
    /// server never says so. The newest stays in any case: a server that was restored from a backup
    /// of long ago learns from it how far this device had come.
    pub(crate) fn drop_covered(&mut self, covered: u64) -> Vec<Write> {
        let answered = self
            .batches
            .iter()
            .filter(|(_, sealed)| sealed.is_answered());
        let (mut count, mut bytes, mut gone) = (0_usize, 0_usize, Vec::new());
        for (number, sealed) in answered.rev() {
            count += 1;
            bytes = bytes.saturating_add(sealed.frame_bytes());
            let too_many = count > ANSWERED_BATCHES_MAX || bytes > ANSWERED_BYTES_MAX;
            if count > 1 && (*number <= covered || too_many) {
                gone.push(*number);
            }
        }
        gone.into_iter()
            .flat_map(|number| self.drop_batch(number))
            .collect()
    }

    /// Drops a batch, with the verdicts on it.
    fn drop_batch(&mut self, number: u64) -> Vec<Write> {
        self.batches.remove(&number);
        self.proofs.remove(&number);
        let mut writes = vec![
            self.write_batch(number),
            rows::remove(rows::numbered(rows::VERDICTS, number)),
        ];
        if self.given_up.remove(&number).is_some() {
            writes.push(rows::remove(rows::numbered(rows::GIVEN_UP, number)));
        }
        writes
    }
}
