//! Records of format 2 are made into those of format 3.
//!
//! Format 2 had a row for each ledger entry, under `l` and its sequence, with the chain hash behind
//! it, and one for what proves each batch; of which batches a command waits was not noted. What is left to do is read from the store, so that a
//! migration that was cut off goes on where it ended.

use crate::rows::batches::{PER_ROW, packed};
use crate::rows::entries::{block_of, first_of, stored_chain_at};
use crate::rows::keys;
use crate::rows::pending::Pending;
use crate::rows::records::{BLOCK_ENTRIES, DeviceRecord, EntryBlock, LedgerEntry, OpenRecord};
use crate::rows::{View, read};
use alleyway_core::crypto::Hash;
use alleyway_core::id::DeviceId;
use alleyway_core::limits::ANSWERED_BATCHES_MAX;
use alleyway_core::store::{HighWater, JournalWrites, Records, StoreError, Transaction};
use alleyway_core::wire::List;
use alleyway_core::wire_struct;

/// Blocks of entries, and packed rows of batches, that one transaction writes.
const STEP_ROWS: u64 = 64;
/// A ledger entry of format 2: this and its sequence.
const OLD_ENTRIES: &[u8] = b"l";

/// A ledger entry as format 2 stored it.
struct OldEntry {
    entry: LedgerEntry,
    chain: Hash,
}
wire_struct!(OldEntry { entry, chain });

/// The migration of a store.
#[derive(Debug, Default)]
pub struct Migration {
    entries_done: bool,
    /// The key of the last device whose batches are packed.
    device: Option<Vec<u8>>,
}

impl Migration {
    /// The next transaction; none once everything is migrated. `high_water` is the store's.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the chain does not hold; then nothing is to be migrated.
    pub fn step(
        &mut self,
        records: &dyn Records,
        high_water: HighWater,
    ) -> Result<Option<Transaction>, StoreError> {
        let mut pending = Pending::default();
        if !self.entries_done {
            self.entries_done = !pack_entries(records, &mut pending)?;
        }
        while pending.is_empty() {
            let last = self.device.get_or_insert_with(|| keys::DEVICES.to_vec());
            last.push(0);
            let Some((key, value)) = records.scan(last, &keys::end_of(keys::DEVICES), 1)?.pop()
            else {
                return Ok(None);
            };
            let device: DeviceRecord = read(&key, &value)?;
            if pack_batches(records, &mut pending, &device)? {
                // There may be more of this device: it is looked at again.
                last.pop();
            } else {
                note_unknown(records, &mut pending, &device)?;
                self.device = Some(key);
            }
        }
        Ok(Some(Transaction {
            writes: pending.take(),
            high_water,
            journal: JournalWrites::default(),
        }))
    }
}

fn old_entry(sequence: u64) -> Vec<u8> {
    [OLD_ENTRIES, &sequence.to_be_bytes()].concat()
}

fn sequence_of(key: &[u8]) -> Result<u64, StoreError> {
    key.last_chunk::<8>()
        .map(|sequence| u64::from_be_bytes(*sequence))
        .ok_or_else(|| StoreError::damaged(key))
}

/// Packs the next entries, in whole blocks but for the last. Returns whether there were any.
fn pack_entries(records: &dyn Records, pending: &mut Pending) -> Result<bool, StoreError> {
    let Some((key, _)) = records
        .scan(OLD_ENTRIES, &keys::end_of(OLD_ENTRIES), 1)?
        .pop()
    else {
        return Ok(false);
    };
    let from = sequence_of(&key)?;
    let end = first_of(block_of(from).saturating_add(STEP_ROWS));
    let mut chain = stored_chain_at(View::of_store(records), from.saturating_sub(1))?
        .ok_or_else(|| StoreError::damaged(&key))?;
    if from != first_of(block_of(from)) {
        return Err(StoreError::damaged(&key));
    }
    let mut block = EntryBlock {
        before: chain,
        entries: List::default(),
    };
    let rows = records.scan(&key, &old_entry(end), usize::MAX)?;
    let mut entries = Vec::with_capacity(BLOCK_ENTRIES);
    for (sequence, (key, value)) in (from..).zip(&rows) {
        let old: OldEntry = read(key, value)?;
        if sequence_of(key)? != sequence || old.entry.chain_on(&chain, sequence) != old.chain {
            return Err(StoreError::damaged(key));
        }
        if sequence != from && sequence == first_of(block_of(sequence)) {
            block.entries =
                List::new(std::mem::take(&mut entries)).map_err(|_| StoreError::damaged(key))?;
            pending.put(keys::entries(block_of(sequence - 1)), &block);
            block = EntryBlock {
                before: chain,
                entries: List::default(),
            };
        }
        entries.push(old.entry);
        chain = old.chain;
        pending.remove(key.clone());
    }
    let last = from + rows.len() as u64 - 1;
    block.entries = List::new(entries).map_err(|_| StoreError::damaged(&key))?;
    pending.put(keys::entries(block_of(last)), &block);
    Ok(true)
}

/// Packs the next batches of a device. Returns whether there were any to pack.
fn pack_batches(
    records: &dyn Records,
    pending: &mut Pending,
    device: &DeviceRecord,
) -> Result<bool, StoreError> {
    let (id, end) = (DeviceId::of(&device.key), device.last / PER_ROW * PER_ROW);
    let Some((key, _)) = records
        .scan(&keys::batch(id, 0), &keys::batch(id, end), 1)?
        .pop()
    else {
        return Ok(false);
    };
    let first = sequence_of(&key)?;
    let end = end.min((first / PER_ROW + STEP_ROWS) * PER_ROW);
    packed(View::of_store(records), id, end)?.write(pending);
    Ok(true)
}

/// Notes of batches whose verdicts their device has not acknowledged that some command may wait: format
/// 2 did not say. Without it a backup would cover what it does not hold.
fn note_unknown(
    records: &dyn Records,
    pending: &mut Pending,
    device: &DeviceRecord,
) -> Result<(), StoreError> {
    let id = DeviceId::of(&device.key);
    let is_server = device.code == 0;
    let numbers = (device.acknowledged.saturating_add(1)..=device.last)
        .filter(|number| !device.missing.contains(number));
    for number in numbers.take(if is_server { 0 } else { ANSWERED_BATCHES_MAX }) {
        let key = keys::open_batch(id, number);
        if records.get(&key)?.is_none() {
            pending.put(key, &OpenRecord::UNKNOWN);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
