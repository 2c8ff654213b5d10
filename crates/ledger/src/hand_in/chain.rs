//! A device's chain of batches: each number once, each standing on the one before.

use super::context::HandIn;
use super::refusals;
use crate::restore::GiveBack;
use crate::rows::records::{BatchRecord, DeviceRecord};
use crate::rows::{Tx, keys};
use alleyway_core::batch::VerifiedBatch;
use alleyway_core::crypto::Hash;
use alleyway_core::documents::Receipt;
use alleyway_core::id::DeviceId;
use alleyway_core::limits::MISSING_BATCHES_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::wire::List;

/// The outcome of putting a batch into its device's chain.
pub(super) enum Noted {
    Taken(Receipt),
    Forked,
    /// Too many batches are missing before it, or too many refusals were never acknowledged.
    NotNow,
}

/// A batch that arrives, before it has its place.
pub(super) struct Arriving<'a> {
    pub(super) by: HandIn<'a>,
    pub(super) batch: &'a VerifiedBatch,
    pub(super) give_back: Option<GiveBack<'a>>,
}

impl Arriving<'_> {
    fn number(&self) -> u64 {
        self.batch.batch().number
    }

    fn brings_all(&self) -> bool {
        self.give_back.is_some_and(|back| back.brings_all())
    }

    fn is_proved(&self) -> bool {
        self.give_back.is_some_and(|back| back.is_proved())
    }
}

/// Puts the batch into its device's chain. A gap is noted and asked for; it blocks nothing.
pub(super) fn note_batch(
    tx: &mut Tx<'_>,
    arriving: &Arriving<'_>,
    device: &mut DeviceRecord,
) -> Result<Noted, StoreError> {
    if let Some(held) = tx.batch(arriving.by.device, arriving.number())? {
        return note_again(tx, arriving, device, held);
    }
    if !continues(tx, arriving, device)? {
        return Ok(Noted::Forked);
    }
    let number = arriving.number();
    let Some(missing) = missing_behind(arriving, device) else {
        return Ok(Noted::NotNow);
    };
    if refusals::are_enough(tx, arriving.by.device)? {
        return Ok(Noted::NotNow);
    }
    device.missing = missing;
    if beside(tx, arriving.by.device, number)?.is_some() {
        tx.remove(keys::beside_chain(arriving.by.device, number));
    }
    if number > device.last {
        device.last = number;
        device.last_hash = arriving.batch.hash();
    }
    let leaves = List::new(arriving.batch.leaves().to_vec())
        .map_err(|_| StoreError::damaged(&keys::batch(arriving.by.device, number)))?;
    let record = BatchRecord {
        previous: arriving.batch.batch().previous,
        hash: arriving.batch.hash(),
        signature: arriving.batch.batch().signature,
        leaves,
        receipt: arriving.by.receipt,
        carried: arriving.by.carried,
    };
    tx.put_batch(arriving.by.device, number, &record)?;
    tx.put_device(device);
    Ok(Noted::Taken(arriving.by.receipt))
}

/// Notes a batch whose number is held already.
fn note_again(
    tx: &mut Tx<'_>,
    arriving: &Arriving<'_>,
    device: &mut DeviceRecord,
    held: BatchRecord,
) -> Result<Noted, StoreError> {
    if held.hash != arriving.batch.hash() {
        return Ok(Noted::Forked);
    }
    let (by, number) = (&arriving.by, arriving.number());
    // Brought by a courier to a restored server, it has the time that its author proves.
    let receipt = if arriving.is_proved() {
        by.receipt
    } else {
        held.receipt
    };
    if (held.carried && !by.carried) || receipt != held.receipt {
        let record = BatchRecord {
            receipt,
            carried: held.carried && by.carried,
            ..held
        };
        tx.put_batch(by.device, number, &record)?;
    }
    if arriving.brings_all() && device.missing.iter().any(|absent| *absent < number) {
        let behind = device
            .missing
            .iter()
            .copied()
            .filter(|absent| *absent > number);
        device.missing = List::new(behind.collect()).unwrap_or_default();
        tx.put_device(device);
    }
    Ok(Noted::Taken(receipt))
}

/// Whether a batch that is not held has its place in the chain.
fn continues(
    tx: &Tx<'_>,
    arriving: &Arriving<'_>,
    device: &DeviceRecord,
) -> Result<bool, StoreError> {
    let number = arriving.number();
    if number == 0 || !fits_between(tx, arriving.by.device, arriving.batch)? {
        return Ok(false);
    }
    if device.missing.contains(&number) {
        Ok(true)
    } else if number <= device.last {
        was_in_chain(tx, arriving)
    } else {
        let is_next = number == device.last + 1;
        Ok(!is_next || arriving.batch.batch().previous == device.last_hash)
    }
}

/// The batches that are still to come once this one is noted; none if they are too many.
fn missing_behind(
    arriving: &Arriving<'_>,
    device: &DeviceRecord,
) -> Option<List<u64, MISSING_BATCHES_MAX>> {
    let number = arriving.number();
    let mut missing = device.missing.to_vec();
    missing.retain(|absent| *absent != number);
    if arriving.brings_all() {
        missing.retain(|absent| *absent > number);
    } else if number > device.last {
        let absent = device.last + 1..number;
        if absent.end - absent.start > MISSING_BATCHES_MAX as u64 {
            return None;
        }
        missing.extend(absent);
    }
    List::new(missing).ok()
}

/// Notes that a batch beside the chain has come, where the chain still lacks its number: what a
/// courier brings that stands on it does not wait for another.
pub(super) fn note_beside(
    tx: &mut Tx<'_>,
    device: &DeviceRecord,
    batch: &VerifiedBatch,
) -> Result<(), StoreError> {
    let (id, number) = (device.id(), batch.batch().number);
    let is_lacking = device.missing.contains(&number) || number == device.last.saturating_add(1);
    if is_lacking && beside(tx, id, number)? != Some(batch.hash()) {
        tx.put(keys::beside_chain(id, number), &batch.hash());
    }
    Ok(())
}

fn beside(tx: &Tx<'_>, device: DeviceId, number: u64) -> Result<Option<Hash>, StoreError> {
    tx.get(&keys::beside_chain(device, number))
}

/// Missing batches that are still to come. One whose number a batch beside the chain has is not, if
/// the batch held behind it stands on that one.
pub(super) fn awaited(tx: &Tx<'_>, device: &DeviceRecord) -> Result<Vec<u64>, StoreError> {
    let id = device.id();
    let mut awaited = Vec::new();
    for absent in device.missing.iter() {
        let behind = tx.batch(id, absent.saturating_add(1))?;
        let beside = beside(tx, id, *absent)?;
        if beside.is_none() || behind.map(|record| record.previous) != beside {
            awaited.push(*absent);
        }
    }
    Ok(awaited)
}

/// Whether the batches held before and behind this one are chained to it. What is not held yet
/// is compared when it comes.
fn fits_between(tx: &Tx<'_>, device: DeviceId, batch: &VerifiedBatch) -> Result<bool, StoreError> {
    let held = |number: u64| tx.batch(device, number);
    let number = batch.batch().number;
    let before =
        held(number.saturating_sub(1))?.is_none_or(|record| record.hash == batch.batch().previous);
    let behind =
        held(number.saturating_add(1))?.is_none_or(|record| record.previous == batch.hash());
    Ok(before && behind)
}

/// Whether a batch that is neither held nor missing had its place all the same: a restored server
/// signed verdicts on it before, or the batch held behind it stands on it.
fn was_in_chain(tx: &Tx<'_>, arriving: &Arriving<'_>) -> Result<bool, StoreError> {
    let behind = tx.batch(arriving.by.device, arriving.number().saturating_add(1))?;
    let stands_on_it = behind.is_some_and(|record| record.previous == arriving.batch.hash());
    Ok(arriving.is_proved() || stands_on_it)
}

/// Whether a batch that does not fit the chain conflicts with one that only couriers brought,
/// or stands behind such a one: a phone that was restored from a backup cannot know of it.
pub(super) fn conflicts_with_carried(
    tx: &Tx<'_>,
    device: DeviceId,
    number: u64,
) -> Result<bool, StoreError> {
    let carried = |number: u64| {
        let record = tx.batch(device, number)?;
        Ok::<_, StoreError>(record.map(|record| record.carried))
    };
    match carried(number)? {
        Some(is_carried) => Ok(is_carried),
        None => Ok(
            carried(number.saturating_sub(1))?.or(carried(number.saturating_add(1))?) == Some(true),
        ),
    }
}
