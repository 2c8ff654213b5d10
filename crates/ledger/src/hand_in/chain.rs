//! A device's chain of batches: each number once, each standing on the one before.

use super::HandIn;
use crate::Ledger;
use crate::rows::keys;
use crate::rows::pending::read;
use crate::rows::records::{BatchRecord, DeviceRecord, RefusalRecord};
use alleyway_core::batch::VerifiedBatch;
use alleyway_core::crypto::Hash;
use alleyway_core::documents::Receipt;
use alleyway_core::id::DeviceId;
use alleyway_core::limits::{MISSING_BATCHES_MAX, REFUSALS_UNACKNOWLEDGED_MAX};
use alleyway_core::store::{Records, StoreError};
use alleyway_core::wire::List;

/// What became of a batch's place in the chain.
pub(super) enum Noted {
    Taken(Receipt),
    Forked,
    /// Too many batches are missing before it, or too many refusals were never acknowledged.
    NotNow,
}

impl Ledger {
    /// Puts the batch into its device's chain. A gap is noted and asked for; it blocks nothing.
    pub(super) fn note_batch(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &mut DeviceRecord,
        batch: &VerifiedBatch,
    ) -> Result<Noted, StoreError> {
        let number = batch.batch().number;
        if let Some(held) = self.batch(records, by.device, number)? {
            if held.hash != batch.hash() {
                return Ok(Noted::Forked);
            }
            // Brought by a courier to a restored server, it has the time that its author proves.
            let receipt = by.proof.map_or(held.receipt, |_| by.receipt);
            if (held.carried && !by.carried) || receipt != held.receipt {
                let carried = held.carried && by.carried;
                self.put_batch(
                    records,
                    by.device,
                    number,
                    &BatchRecord {
                        receipt,
                        carried,
                        ..held
                    },
                )?;
            }
            if by.brings_all() && device.missing.iter().any(|absent| *absent < number) {
                let behind = device
                    .missing
                    .iter()
                    .copied()
                    .filter(|absent| *absent > number);
                device.missing = List::new(behind.collect()).unwrap_or_default();
                self.pending.put(keys::device(by.device), device);
            }
            return Ok(Noted::Taken(receipt));
        }
        let mut missing = device.missing.to_vec();
        if number == 0 || !self.fits_between(records, by.device, batch)? {
            return Ok(Noted::Forked);
        } else if let Some(gap) = missing.iter().position(|absent| *absent == number) {
            missing.remove(gap);
        } else if number <= device.last {
            if !self.was_in_chain(records, by, batch)? {
                return Ok(Noted::Forked);
            }
        } else if number == device.last + 1 {
            if batch.batch().previous != device.last_hash {
                return Ok(Noted::Forked);
            }
        } else {
            let absent = device.last + 1..number;
            if !by.brings_all() {
                if absent.end - absent.start > MISSING_BATCHES_MAX as u64 {
                    return Ok(Noted::NotNow);
                }
                missing.extend(absent);
            }
        }
        if by.brings_all() {
            missing.retain(|absent| *absent > number);
        }
        let Ok(missing) = List::new(missing) else {
            return Ok(Noted::NotNow);
        };
        if self.has_enough_refusals(records, by.device)? {
            return Ok(Noted::NotNow);
        }
        device.missing = missing;
        if self.beside(records, by.device, number)?.is_some() {
            self.pending.remove(keys::beside_chain(by.device, number));
        }
        if number > device.last {
            device.last = number;
            device.last_hash = batch.hash();
        }
        let leaves = List::new(batch.leaves().to_vec())
            .map_err(|_| StoreError::damaged(&keys::batch(by.device, number)))?;
        let (previous, signature) = (batch.batch().previous, batch.batch().signature);
        let record = BatchRecord {
            previous,
            hash: batch.hash(),
            signature,
            leaves,
            receipt: by.receipt,
            carried: by.carried,
        };
        self.put_batch(records, by.device, number, &record)?;
        self.pending.put(keys::device(by.device), device);
        Ok(Noted::Taken(by.receipt))
    }

    /// Notes that a batch beside the chain has come, where the chain still lacks its number: what a
    /// courier brings that stands on it does not wait for another.
    pub(super) fn note_beside(
        &mut self,
        records: &dyn Records,
        device: &DeviceRecord,
        batch: &VerifiedBatch,
    ) -> Result<(), StoreError> {
        let (id, number) = (DeviceId::of(&device.key), batch.batch().number);
        let is_lacking =
            device.missing.contains(&number) || number == device.last.saturating_add(1);
        if is_lacking && self.beside(records, id, number)? != Some(batch.hash()) {
            self.pending
                .put(keys::beside_chain(id, number), &batch.hash());
        }
        Ok(())
    }

    fn beside(
        &self,
        records: &dyn Records,
        device: DeviceId,
        number: u64,
    ) -> Result<Option<Hash>, StoreError> {
        self.pending
            .get(records, &keys::beside_chain(device, number))
    }

    /// Missing batches that are still to come. One whose number a batch beside the chain has is not, if
    /// the batch held behind it stands on that one.
    pub(super) fn awaited(
        &self,
        records: &dyn Records,
        device: &DeviceRecord,
    ) -> Result<Vec<u64>, StoreError> {
        let id = DeviceId::of(&device.key);
        let mut awaited = Vec::new();
        for absent in device.missing.iter() {
            let behind = self.batch(records, id, absent.saturating_add(1))?;
            let beside = self.beside(records, id, *absent)?;
            if beside.is_none() || behind.map(|record| record.previous) != beside {
                awaited.push(*absent);
            }
        }
        Ok(awaited)
    }

    /// Whether the batches held before and behind this one are chained to it. What is not held yet
    /// is compared when it comes.
    fn fits_between(
        &self,
        records: &dyn Records,
        device: DeviceId,
        batch: &VerifiedBatch,
    ) -> Result<bool, StoreError> {
        let held = |number: u64| self.batch(records, device, number);
        let number = batch.batch().number;
        let before = held(number.saturating_sub(1))?
            .is_none_or(|record| record.hash == batch.batch().previous);
        let behind =
            held(number.saturating_add(1))?.is_none_or(|record| record.previous == batch.hash());
        Ok(before && behind)
    }

    /// Whether a batch that is neither held nor missing had its place all the same: a restored server
    /// gave its word for it before, or the batch held behind it stands on it.
    fn was_in_chain(
        &self,
        records: &dyn Records,
        by: &HandIn<'_>,
        batch: &VerifiedBatch,
    ) -> Result<bool, StoreError> {
        let behind = self.batch(records, by.device, batch.batch().number.saturating_add(1))?;
        Ok(by.proof.is_some() || behind.is_some_and(|record| record.previous == batch.hash()))
    }

    /// Whether a batch that does not fit the chain conflicts with one that only couriers brought,
    /// or stands behind such a one: a phone that was restored from a backup cannot know of it.
    pub(super) fn conflicts_with_carried(
        &self,
        records: &dyn Records,
        device: DeviceId,
        number: u64,
    ) -> Result<bool, StoreError> {
        let carried = |number: u64| {
            let record = self.batch(records, device, number)?;
            Ok::<_, StoreError>(record.map(|record| record.carried))
        };
        match carried(number)? {
            Some(is_carried) => Ok(is_carried),
            None => Ok(
                carried(number.saturating_sub(1))?.or(carried(number.saturating_add(1))?)
                    == Some(true),
            ),
        }
    }

    /// Whether as many refusals are kept for a device as may.
    pub(super) fn has_enough_refusals(
        &self,
        records: &dyn Records,
        device: DeviceId,
    ) -> Result<bool, StoreError> {
        let (from, to) = (keys::refusals(device, 0), keys::refusals(device, u64::MAX));
        let some = self
            .pending
            .scan(records, &from, &to, REFUSALS_UNACKNOWLEDGED_MAX + 1)?;
        Ok(some.len() > REFUSALS_UNACKNOWLEDGED_MAX)
    }

    /// Drops refusals that the device knows.
    pub(crate) fn acknowledge(
        &mut self,
        records: &dyn Records,
        id: DeviceId,
        device: &mut DeviceRecord,
        up_to: u64,
    ) -> Result<(), StoreError> {
        // Never past a batch that is still to come.
        let before_the_gap = device
            .missing
            .iter()
            .min()
            .map_or(u64::MAX, |first| first.saturating_sub(1));
        let up_to = up_to.min(device.last).min(before_the_gap);
        if up_to <= device.acknowledged {
            return Ok(());
        }
        let to = keys::refusals(id, up_to.saturating_add(1));
        let rows = self
            .pending
            .scan(records, &keys::refusals(id, 0), &to, usize::MAX)?;
        device.acknowledged = up_to;
        // Without a refusal there is nothing to forget: the note waits for the next write.
        if !rows.is_empty() {
            for (key, value) in rows {
                if let Some(created) = read::<RefusalRecord>(&key, &value)?.created {
                    let refused = self.refused_creation(records, id, created)?;
                    // What is said about it may be on its way, and is not for everybody.
                    if !refused.is_some_and(|refused| refused.confidential) {
                        self.pending.remove(keys::refused_creation(id, created));
                    }
                }
                self.pending.remove(key);
            }
            self.pending.put(keys::device(id), device);
        }
        Ok(())
    }
}
