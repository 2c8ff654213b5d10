//! Refusals that their device has not acknowledged yet, and the documents that were not created.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Candidate, Context};
use crate::rows::outcomes::{RefusalRecord, RefusedCreation};
use crate::rows::records::DeviceRecord;
use crate::rows::{Tx, keys, read};
use alleyway_core::command::Content;
use alleyway_core::id::{CommandId, DeviceId, DocumentId};
use alleyway_core::limits::REFUSALS_UNACKNOWLEDGED_MAX;
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::store::StoreError;

/// The note of a refusal under a command's batch and id.
pub(super) enum Noted {
    Nothing,
    /// This command was refused.
    This(Refusal),
    /// Another command of the batch, with the same id, was refused.
    Another(RefusalRecord),
}

/// The refusal that a command of the batch got before. An older version did not note what the command
/// said: then it is taken for this one.
pub(super) fn known(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
) -> Result<Noted, StoreError> {
    let record: Option<RefusalRecord> = tx.get(&keys::refusal(ctx.by.device, ctx.number, of.id))?;
    Ok(match record {
        None => Noted::Nothing,
        Some(record) if record.content.is_none_or(|content| content == of.content) => {
            Noted::This(record.refusal)
        }
        Some(record) => Noted::Another(record),
    })
}

/// Whether another command with the command's id is noted as refused, in whichever batch.
pub(super) fn is_anothers(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
) -> Result<bool, StoreError> {
    let noted = if let Some(noted) = ctx.refused.get() {
        noted
    } else {
        let noted = all(tx, ctx.by.device)?;
        ctx.refused.get_or_init(|| noted)
    };
    let before = noted.get(&of.id).into_iter().flatten();
    if before.copied().any(|content| content != of.content) {
        return Ok(true);
    }
    // What was refused since the batch began.
    let now = known(tx, ctx, of)?;
    Ok(matches!(now, Noted::Another(record) if record.has_its_id()))
}

/// The contents of a device's refused commands, by their ids.
fn all(
    tx: &Tx<'_>,
    device: DeviceId,
) -> Result<BTreeMap<CommandId, BTreeSet<Content>>, StoreError> {
    let (from, to) = (keys::refusals(device, 0), keys::refusals(device, u64::MAX));
    let mut noted: BTreeMap<CommandId, BTreeSet<Content>> = BTreeMap::new();
    for (key, value) in tx.scan(&from, &to, usize::MAX)? {
        let record: RefusalRecord = read(&key, &value)?;
        if let (true, Some(content)) = (record.has_its_id(), record.content) {
            let id = keys::command_of(&key)?;
            noted.entry(id).or_default().insert(content);
        }
    }
    Ok(noted)
}

/// Notes that a command of the batch is refused, until its device has acknowledged that. That an id is
/// another command's takes the place of nothing that is noted of that one.
pub(super) fn note(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    refusal: &Refusal,
) -> Result<(), StoreError> {
    if refusal.code == RefusalCode::AlreadyAnswered {
        return Ok(());
    }
    let mut record = RefusalRecord {
        created: of.created(),
        refusal: refusal.clone(),
        content: Some(of.content),
    };
    if !record.has_its_id() {
        if matches!(known(tx, ctx, of)?, Noted::Another(_)) {
            return Ok(());
        }
        // The document is the other command's.
        record.created = None;
    }
    if let Some(created) = record.created {
        let refused = RefusedCreation {
            batch: ctx.number,
            confidential: of.command.body.creates_confidential(),
        };
        tx.put(keys::refused_creation(ctx.by.device, created), &refused);
    }
    tx.put(keys::refusal(ctx.by.device, ctx.number, of.id), &record);
    Ok(())
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
