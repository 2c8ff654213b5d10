//! Batches that are held and of which some command waits.

use crate::rows::records::{DeviceRecord, OpenRecord};
use crate::rows::{Tx, View, keys, read};
use alleyway_core::id::DeviceId;
use alleyway_core::store::{Records, StoreError};

/// Notes whether some command of a batch that is held waits, or its author's proof of it. Such a
/// batch is not covered by a backup, and is asked for again by a server that is restored from one.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    device: DeviceId,
    number: u64,
    waits: bool,
) -> Result<(), StoreError> {
    let key = keys::open_batch(device, number);
    let known: Option<OpenRecord> = tx.get(&key)?;
    let incarnation = tx.incarnation();
    if !waits {
        if known.is_some() {
            tx.remove(key);
        }
    } else if known.is_none_or(|known| known.incarnation != incarnation) {
        tx.put(key, &OpenRecord { incarnation });
    }
    Ok(())
}

/// Batches that are held, and of which some command waited when the server that was backed up
/// last saw them: whether it has its verdict since is not known here.
pub(crate) fn before_restore(tx: &Tx<'_>, device: DeviceId) -> Result<Vec<u64>, StoreError> {
    let prefix = keys::open_batches(device);
    let mut open = Vec::new();
    for (key, value) in tx.scan_all(&prefix)? {
        if read::<OpenRecord>(&key, &value)?.incarnation < tx.incarnation() {
            open.push(keys::open_batch_of(&key)?.1);
        }
    }
    Ok(open)
}

/// Of each device the last batch up to which these rows hold everything: every batch, with a final
/// verdict on each command. For [`crate::Ledger::cover`], from the rows of a backup.
///
/// # Errors
/// Whatever the store says.
pub fn batches_held(records: &dyn Records) -> Result<Vec<(DeviceId, u64)>, StoreError> {
    let view = View::of_store(records);
    let is_restored = records.get(keys::RESTORED)?.is_some();
    let mut held = Vec::new();
    for (key, value) in view.scan(keys::DEVICES, &keys::end_of(keys::DEVICES), usize::MAX)? {
        let device: DeviceRecord = read(&key, &value)?;
        let id = device.id();
        // After a restore a device acknowledges what it heard of before it.
        let known_up_to = if is_restored { 0 } else { device.acknowledged };
        let first_open = first_open(view, id, known_up_to)?;
        let lacking = device
            .missing
            .iter()
            .copied()
            .min()
            .into_iter()
            .chain(first_open)
            .min();
        held.push((
            id,
            lacking.map_or(device.last, |first| {
                first.saturating_sub(1).min(device.last)
            }),
        ));
    }
    Ok(held)
}

/// The first batch of a device of which a command waits, or may wait: one of format 2 does not if the
/// device knows all verdicts up to there.
fn first_open(
    view: View<'_>,
    device: DeviceId,
    known_up_to: u64,
) -> Result<Option<u64>, StoreError> {
    let prefix = keys::open_batches(device);
    for (key, value) in view.scan(&prefix, &keys::end_of(&prefix), usize::MAX)? {
        let number = keys::open_batch_of(&key)?.1;
        if read::<OpenRecord>(&key, &value)? != OpenRecord::UNKNOWN || number > known_up_to {
            return Ok(Some(number));
        }
    }
    Ok(None)
}
