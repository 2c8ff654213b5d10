//! Proofs of the batches of a device: a row for each of the newest, the older ones packed.

use std::collections::BTreeMap;

use super::Tx;
use super::keys;
use super::pending::{Pending, View, read};
use super::records::{BATCHES_PACKED, BatchRecord, PackedBatches};
use alleyway_core::id::DeviceId;
use alleyway_core::store::StoreError;
use alleyway_core::wire::List;

/// Batches of one packed row.
pub(crate) const PER_ROW: u64 = BATCHES_PACKED as u64;

impl View<'_> {
    /// A batch that is held.
    pub(crate) fn batch(
        self,
        device: DeviceId,
        number: u64,
    ) -> Result<Option<BatchRecord>, StoreError> {
        // A row of its own is newer than what is packed.
        if let Some(record) = self.get(&keys::batch(device, number))? {
            return Ok(Some(record));
        }
        let packed: Option<PackedBatches> =
            self.get(&keys::packed_batches(device, number / PER_ROW))?;
        let mut batches = packed
            .map(|packed| packed.batches.into_vec())
            .unwrap_or_default()
            .into_iter();
        Ok(batches
            .find(|(packed, _)| *packed == number)
            .map(|(_, record)| record))
    }
}

impl Tx<'_> {
    /// A batch that is held.
    pub(crate) fn batch(
        &self,
        device: DeviceId,
        number: u64,
    ) -> Result<Option<BatchRecord>, StoreError> {
        self.view().batch(device, number)
    }

    /// Keeps what proves a batch, and packs those before it when it begins another row.
    pub(crate) fn put_batch(
        &mut self,
        device: DeviceId,
        number: u64,
        record: &BatchRecord,
    ) -> Result<(), StoreError> {
        self.put(keys::batch(device, number), record);
        if number.is_multiple_of(PER_ROW) {
            let packed = packed(self.view(), device, number)?;
            packed.write(&mut self.memory.pending);
        }
        Ok(())
    }
}

/// Rows of batches of their own, and the packed rows that take their place.
pub(crate) struct Packed {
    removed: Vec<Vec<u8>>,
    rows: Vec<(Vec<u8>, PackedBatches)>,
}

impl Packed {
    pub(crate) fn write(self, pending: &mut Pending) {
        for key in self.removed {
            pending.remove(key);
        }
        for (key, row) in self.rows {
            pending.put(key, &row);
        }
    }
}

/// Packs the batches of a device that have rows of their own and numbers below `end`.
pub(crate) fn packed(view: View<'_>, device: DeviceId, end: u64) -> Result<Packed, StoreError> {
    let rows = view.scan(
        &keys::batch(device, 0),
        &keys::batch(device, end),
        usize::MAX,
    )?;
    let mut removed = Vec::new();
    let mut by_row: BTreeMap<u64, BTreeMap<u64, BatchRecord>> = BTreeMap::new();
    for (key, value) in rows {
        let number = key
            .last_chunk::<8>()
            .map(|n| u64::from_be_bytes(*n))
            .ok_or_else(|| StoreError::damaged(&key))?;
        by_row
            .entry(number / PER_ROW)
            .or_default()
            .insert(number, read(&key, &value)?);
        removed.push(key);
    }
    let mut rows = Vec::new();
    for (row, newer) in by_row {
        let key = keys::packed_batches(device, row);
        let held: Option<PackedBatches> = view.get(&key)?;
        let mut batches: BTreeMap<u64, BatchRecord> = held
            .map(|held| held.batches.into_vec())
            .unwrap_or_default()
            .into_iter()
            .collect();
        batches.extend(newer);
        let batches =
            List::new(batches.into_iter().collect()).map_err(|_| StoreError::damaged(&key))?;
        rows.push((key, PackedBatches { batches }));
    }
    Ok(Packed { removed, rows })
}

#[cfg(test)]
mod tests;
