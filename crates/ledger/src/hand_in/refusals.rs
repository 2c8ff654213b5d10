//! Refusals that their device has not acknowledged yet, and the documents that were not created.

use super::context::{Candidate, Context};
use crate::rows::records::{DeviceRecord, RefusalRecord, RefusedCreation};
use crate::rows::{Tx, keys, read};
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::limits::REFUSALS_UNACKNOWLEDGED_MAX;
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::store::StoreError;

/// The refusal that a command of the batch got before.
pub(super) fn known(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
) -> Result<Option<Refusal>, StoreError> {
    let record: Option<RefusalRecord> = tx.get(&keys::refusal(ctx.by.device, ctx.number, of.id))?;
    Ok(record.map(|record| record.refusal))
}

/// Notes that a command of the batch is refused, until its device has acknowledged that.
pub(super) fn note(tx: &mut Tx<'_>, ctx: &Context<'_>, of: &Candidate<'_>, refusal: &Refusal) {
    if refusal.code == RefusalCode::AlreadyAnswered {
        return;
    }
    let created = of.created();
    if let Some(created) = created {
        let refused = RefusedCreation {
            batch: ctx.number,
            confidential: of.command.body.creates_confidential(),
        };
        tx.put(keys::refused_creation(ctx.by.device, created), &refused);
    }
    tx.put(
        keys::refusal(ctx.by.device, ctx.number, of.id),
        &RefusalRecord {
            created,
            refusal: refusal.clone(),
        },
    );
}

/// Takes a refusal of the batch back.
pub(super) fn forget(tx: &mut Tx<'_>, ctx: &Context<'_>, of: &Candidate<'_>) {
    if let Some(created) = of.created() {
        tx.remove(keys::refused_creation(ctx.by.device, created));
    }
    tx.remove(keys::refusal(ctx.by.device, ctx.number, of.id));
}

/// The note on the device's report that would have created the document, if it was refused.
pub(super) fn creation(
    tx: &Tx<'_>,
    device: DeviceId,
    document: DocumentId,
) -> Result<Option<RefusedCreation>, StoreError> {
    tx.get(&keys::refused_creation(device, document))
}

/// Whether as many refusals are kept for a device as may.
pub(super) fn are_enough(tx: &Tx<'_>, device: DeviceId) -> Result<bool, StoreError> {
    let (from, to) = (keys::refusals(device, 0), keys::refusals(device, u64::MAX));
    let some = tx.scan(&from, &to, REFUSALS_UNACKNOWLEDGED_MAX + 1)?;
    Ok(some.len() > REFUSALS_UNACKNOWLEDGED_MAX)
}

/// Drops refusals that the device knows: those of its batches up to a number.
pub(crate) fn acknowledge(
    tx: &mut Tx<'_>,
    device: &mut DeviceRecord,
    up_to: u64,
) -> Result<(), StoreError> {
    let id = device.id();
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
    let rows = tx.scan(&keys::refusals(id, 0), &to, usize::MAX)?;
    device.acknowledged = up_to;
    // Without a refusal there is nothing to forget: the note waits for the next write.
    if rows.is_empty() {
        return Ok(());
    }
    for (key, value) in rows {
        if let Some(created) = read::<RefusalRecord>(&key, &value)?.created {
            let refused = creation(tx, id, created)?;
            // What is said about it may be on its way, and is not for everybody.
            if !refused.is_some_and(|refused| refused.confidential) {
                tx.remove(keys::refused_creation(id, created));
            }
        }
        tx.remove(key);
    }
    tx.put_device(device);
    Ok(())
}
