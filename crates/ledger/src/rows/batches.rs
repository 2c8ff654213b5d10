//! What proves the batches of a device: a row for each of the newest, the older ones packed.

use std::collections::BTreeMap;

use crate::Ledger;
use crate::rows::keys;
use crate::rows::pending::{Pending, read};
use crate::rows::records::{BATCHES_PACKED, BatchRecord, PackedBatches};
use alleyway_core::id::DeviceId;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::wire::List;

/// Batches of one packed row.
pub(crate) const PER_ROW: u64 = BATCHES_PACKED as u64;

impl Ledger {
    /// A batch that is held.
    pub(crate) fn batch(
        &self,
        records: &dyn Records,
        device: DeviceId,
        number: u64,
    ) -> Result<Option<BatchRecord>, StoreError> {
        // A row of its own is newer than what is packed.
        if let Some(record) = self.pending.get(records, &keys::batch(device, number))? {
            return Ok(Some(record));
        }
        let packed: Option<PackedBatches> = self
            .pending
            .get(records, &keys::packed_batches(device, number / PER_ROW))?;
        let mut batches = packed
            .map(|packed| packed.batches.into_vec())
            .unwrap_or_default()
            .into_iter();
        Ok(batches
            .find(|(packed, _)| *packed == number)
            .map(|(_, record)| record))
    }

    /// Keeps what proves a batch, and packs those before it when it begins another row.
    pub(crate) fn put_batch(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        number: u64,
        record: &BatchRecord,
    ) -> Result<(), StoreError> {
        self.pending.put(keys::batch(device, number), record);
        if number.is_multiple_of(PER_ROW) {
            pack(records, &mut self.pending, device, number)
        } else {
            Ok(())
        }
    }
}

/// Packs the batches of a device that have rows of their own and numbers below `end`.
pub(crate) fn pack(
    records: &dyn Records,
    pending: &mut Pending,
    device: DeviceId,
    end: u64,
) -> Result<(), StoreError> {
    let rows = pending.scan(
        records,
        &keys::batch(device, 0),
        &keys::batch(device, end),
        usize::MAX,
    )?;
    let mut packed: BTreeMap<u64, BTreeMap<u64, BatchRecord>> = BTreeMap::new();
    for (key, value) in rows {
        let number = key
            .last_chunk::<8>()
            .map(|n| u64::from_be_bytes(*n))
            .ok_or_else(|| StoreError::damaged(&key))?;
        packed
            .entry(number / PER_ROW)
            .or_default()
            .insert(number, read(&key, &value)?);
        pending.remove(key);
    }
    for (row, newer) in packed {
        let key = keys::packed_batches(device, row);
        let held: Option<PackedBatches> = pending.get(records, &key)?;
        let mut batches: BTreeMap<u64, BatchRecord> = held
            .map(|held| held.batches.into_vec())
            .unwrap_or_default()
            .into_iter()
            .collect();
        batches.extend(newer);
        let batches =
            List::new(batches.into_iter().collect()).map_err(|_| StoreError::damaged(&key))?;
        pending.put(key, &PackedBatches { batches });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
