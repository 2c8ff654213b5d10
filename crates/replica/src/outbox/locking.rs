//! The lease has ended: everything typed here becomes unreadable, until the next contact.
//!
//! Batches are sealed to the town's key, for sending, and to the lease's own key; commands to the
//! lease's own key alone. Its secret needs the server's half.

use std::collections::BTreeMap;

use super::Outbox;
use super::command::{Label, Locked};
use crate::identity::EnrolledDevice;
use crate::rows;
use alleyway_core::crypto::{SealingKey, SealingSecret};
use alleyway_core::number::CaseNumber;
use alleyway_core::store::Write;

/// With what the outbox is locked.
#[derive(Debug)]
pub(crate) struct Locking<'a> {
    pub(crate) device: EnrolledDevice<'a>,
    /// The lease's own key.
    pub(crate) reader: SealingKey,
    /// The numbers of the cases that commands are about, by counter: they stay readable.
    pub(crate) numbers: BTreeMap<u64, CaseNumber>,
    /// Random bytes.
    pub(crate) random: [u8; 32],
}

impl Outbox {
    /// Makes everything typed here unreadable.
    pub(crate) fn lock(&mut self, with: &Locking<'_>) -> Vec<Write> {
        let mut writes = self.lock_batches(with);
        let key = with.device.key();
        let mut locked = Vec::new();
        for (counter, outgoing) in self.commands.iter() {
            let label = Label {
                id: outgoing.command.id(&key),
                document: outgoing.command.target(&key),
                number: with.numbers.get(&counter).copied(),
            };
            let sealed = Locked::seal(counter, outgoing, &label, &with.reader, &with.random);
            locked.extend(sealed.map(|locked| (counter, locked)));
        }
        for (counter, locked) in locked {
            self.commands.remove(counter);
            self.locked.insert(counter, locked);
            writes.push(rows::remove(rows::numbered(rows::OUTBOX, counter)));
            writes.push(self.write(counter));
        }
        writes
    }

    fn lock_batches(&mut self, with: &Locking<'_>) -> Vec<Write> {
        let mut locked = Vec::new();
        for (number, sealed) in &mut self.batches {
            if sealed.lock(*number, with.device, &with.reader, &with.random) {
                locked.push(*number);
            }
        }
        locked
            .into_iter()
            .map(|number| self.write_batch(number))
            .collect()
    }

    /// Makes everything typed here readable again, with the secret of the lease's key.
    pub(crate) fn unlock(&mut self, secret: &SealingSecret) -> Vec<Write> {
        let mut writes = Vec::new();
        for (counter, locked) in std::mem::take(&mut self.locked) {
            let Some(outgoing) = locked.open(counter, secret) else {
                self.locked.insert(counter, locked);
                continue;
            };
            self.commands.insert(counter, outgoing);
            writes.push(rows::remove(rows::numbered(rows::LOCKED, counter)));
            writes.push(self.write(counter));
        }
        let mut unlocked = Vec::new();
        for (number, sealed) in &mut self.batches {
            if sealed.unlock(*number, secret) {
                unlocked.push(*number);
            }
        }
        writes.extend(unlocked.into_iter().map(|number| self.write_batch(number)));
        writes
    }
}
