//! The outbox is read from the store, and single rows that cannot be read are mended as far as the
//! others allow.

use super::proofs::Places;
use super::{Commands, Outbox, Outgoing};
use crate::rows;
use alleyway_core::crypto::PublicKey;
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::wire::Wire;

impl Outbox {
    /// Reads what was typed here. `key` is the device's, none if it has none; `damaged` takes the
    /// keys of rows that cannot be read.
    pub(crate) fn read(
        records: &dyn Records,
        key: Option<PublicKey>,
        damaged: &mut Vec<Vec<u8>>,
    ) -> Result<Self, StoreError> {
        let mut outbox = Self {
            commands: Commands::with_key(key),
            ..Self::default()
        };
        damaged.extend(rows::each_numbered(records, rows::BATCHES, |n, value| {
            outbox.batches.insert(n, Wire::from_bytes(value).ok()?);
            Some(())
        })?);
        damaged.extend(rows::each_numbered(records, rows::VERDICTS, |n, value| {
            outbox.proofs.insert(n, Wire::from_bytes(value).ok()?);
            Some(())
        })?);
        damaged.extend(rows::each_numbered(records, rows::GIVEN_UP, |n, value| {
            let places: Places = Wire::from_bytes(value).ok()?;
            let places = places.iter().copied().collect();
            outbox.given_up.insert(n, places);
            Some(())
        })?);
        damaged.extend(rows::each_numbered(records, rows::OUTBOX, |n, value| {
            outbox.commands.insert(n, Wire::from_bytes(value).ok()?);
            Some(())
        })?);
        damaged.extend(rows::each_numbered(records, rows::LOCKED, |n, value| {
            outbox.locked.insert(n, Wire::from_bytes(value).ok()?);
            Some(())
        })?);
        Ok(outbox)
    }

    /// A command's row, `damaged`, is made anew from the batch that it was sealed in, which is sent
    /// again: what the server said of it was in the row. `None` if no batch here has it.
    pub(crate) fn put_back(&mut self, damaged: &[u8], counter: u64) -> Option<Vec<Write>> {
        let outgoing = self.sealed_command(counter)?;
        let mut writes = Vec::new();
        if let Some((number, _)) = outgoing.sealed
            && let Some(sealed) = self.batches.get_mut(&number)
        {
            sealed.set_answered(false);
            writes.push(self.write_batch(number));
        }
        self.commands.insert(counter, outgoing);
        let written = self.write(counter);
        if written.key != damaged {
            // It was typed behind the lease, and can be read again.
            writes.push(rows::remove(damaged.to_vec()));
        }
        writes.push(written);
        Some(writes)
    }

    /// A command from the batch it was sealed in.
    fn sealed_command(&self, counter: u64) -> Option<Outgoing> {
        self.batches.iter().find_map(|(number, sealed)| {
            let at = sealed.counters().iter().position(|of| *of == counter)?;
            let (_, command) = self.readable_commands(*number).into_iter().nth(at)?;
            let place = u32::try_from(at).ok()?;
            Some(Outgoing::sealed_at(command, (*number, place)))
        })
    }

    /// A batch cannot be sent as it was: its commands without a verdict go out under a new number.
    /// The server gives an id its verdict once, whichever batch it comes in. It may have been sent.
    pub(crate) fn seal_anew(&mut self, number: u64) -> Vec<Write> {
        let mut writes = Vec::new();
        for counter in self.in_batch(number).into_values() {
            if let Some(outgoing) = self.commands.get_mut(counter)
                && outgoing.fate.is_pending()
            {
                outgoing.unseal();
                writes.push(self.write(counter));
            } else if let Some(locked) = self.locked.get_mut(&counter)
                && locked.fate().is_pending()
            {
                locked.unseal();
                writes.push(self.write(counter));
            }
        }
        writes
    }
}
