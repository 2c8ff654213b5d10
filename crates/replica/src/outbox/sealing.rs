//! Unsent commands are sealed into batches, in the order typed.

use super::batch::Sealed;
use super::{Outbox, Outgoing};
use crate::identity::EnrolledDevice;
use crate::state::State;
use alleyway_core::batch::Batch;
use alleyway_core::command::Command;
use alleyway_core::crypto::{Hash, blake3_keyed, first};
use alleyway_core::limits::BATCH_COMMANDS_MAX;
use alleyway_core::store::Write;
use alleyway_core::wire::{Blob, List, Wire};

impl Outbox {
    /// Whether some command is in no batch, and waits for its verdict.
    pub(crate) fn is_anything_unsealed(&self) -> bool {
        self.unsealed().next().is_some()
    }

    /// Commands that are in no batch and wait for their verdict, in the order typed.
    pub(crate) fn unsealed(&self) -> impl Iterator<Item = (u64, &Outgoing)> {
        self.commands()
            .filter(|(_, outgoing)| outgoing.sealed.is_none() && outgoing.fate.is_pending())
    }

    /// Commands that never were in a batch and wait for their verdict, in the order typed: nobody else
    /// has them.
    pub(crate) fn unsent(&self) -> impl Iterator<Item = (u64, &Outgoing)> {
        self.unsealed()
            .filter(|(_, outgoing)| !outgoing.fate.is_perhaps_sent())
    }

    /// Seals what is unsent. The batches stand on the one that `state` names, and it names the last
    /// of them then; its row is the caller's to write. The commands of one take `bytes_max` bytes at
    /// most, but for a single one. `random` is 32 random bytes.
    pub(crate) fn seal(
        &mut self,
        device: EnrolledDevice<'_>,
        state: &mut State,
        bytes_max: usize,
        random: &[u8; 32],
    ) -> Vec<Write> {
        let mut writes = Vec::new();
        while let Some(more) = self.seal_next(device, state, bytes_max, random) {
            writes.extend(more);
        }
        writes
    }

    fn seal_next(
        &mut self,
        device: EnrolledDevice<'_>,
        state: &mut State,
        bytes_max: usize,
        random: &[u8; 32],
    ) -> Option<Vec<Write>> {
        let (counters, commands): (Vec<u64>, Vec<Command>) =
            self.next_commands(bytes_max).into_iter().unzip();
        if commands.is_empty() {
            return None;
        }
        let (secret, town) = (device.secret(), device.town());
        let number = state.batch().checked_add(1)?;
        let seed = first(&blake3_keyed(random, &[b"salts", &number.to_be_bytes()]));
        let batch = Batch::seal(town, &secret, number, state.batch_hash(), seed, commands).ok()?;
        let hash = batch.hash(town, device.id());
        let writes = self.keep(&batch, hash, counters)?;
        state.continue_behind(number, hash);
        Some(writes)
    }

    /// The commands of the next batch, with their counters.
    fn next_commands(&self, bytes_max: usize) -> Vec<(u64, Command)> {
        let mut commands = Vec::new();
        let mut bytes = 0;
        for (counter, outgoing) in self.unsealed() {
            bytes += outgoing.command.to_bytes().len();
            let full = commands.len() == BATCH_COMMANDS_MAX || bytes > bytes_max;
            if full && !commands.is_empty() {
                break;
            }
            commands.push((counter, outgoing.command.clone()));
        }
        commands
    }

    /// Keeps a batch that was sealed. `counters` are those of its commands, in their places.
    pub(crate) fn keep(
        &mut self,
        batch: &Batch,
        hash: Hash,
        counters: Vec<u64>,
    ) -> Option<Vec<Write>> {
        let packed = Blob::new(batch.pack(self.commands.key()?)).ok()?;
        let sealed = Sealed::new(hash, List::new(counters.clone()).ok()?, packed);
        self.batches.insert(batch.number, sealed);
        let mut writes = vec![self.write_batch(batch.number)];
        for (place, counter) in (0_u32..).zip(counters) {
            self.commands.seal(counter, (batch.number, place))?;
            writes.push(self.write(counter));
        }
        Some(writes)
    }
}
