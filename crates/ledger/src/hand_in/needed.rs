//! The long documents that a batch needs and that are not in memory, known before it is judged.

use std::collections::BTreeSet;

use crate::rows::{Tx, keys};
use crate::scopes;
use alleyway_core::batch::VerifiedBatch;
use alleyway_core::command::Command;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::store::StoreError;
use alleyway_core::time::Time;

/// The long documents that the commands of a device's batch change or name and that are not in memory,
/// each once, in the order of the commands. What the device was never sent is not among them: it is not
/// loaded when the batch is judged either.
pub(super) fn by_batch(
    tx: &Tx<'_>,
    device: DeviceId,
    batch: &VerifiedBatch,
    now: Time,
) -> Result<Vec<DocumentId>, StoreError> {
    let Some(device) = tx.device(device)? else {
        return Ok(Vec::new());
    };
    let mut feeds: Option<BTreeSet<FeedId>> = None;
    let mut seen = BTreeSet::new();
    let mut needed = Vec::new();
    for command in batch.batch().commands.iter() {
        let target = command.target(&device.key);
        for id in [Some(target), command.body.needs_open()]
            .into_iter()
            .flatten()
        {
            if !seen.insert(id) {
                continue;
            }
            let Some(head) = tx.long_and_cold(id)? else {
                continue;
            };
            let feeds = match &mut feeds {
                Some(feeds) => feeds,
                none => none.insert(scopes::ever_or_now(tx, &device, now)?),
            };
            if creates(command, id, target)
                || scopes::was_in(&head, feeds)
                || tx.has(&keys::stands_by_prior_verdict(device.id(), id))?
            {
                needed.push(id);
            }
        }
    }
    Ok(needed)
}

/// Whether the document is one that the command itself created, when it was handed in before.
fn creates(command: &Command, id: DocumentId, target: DocumentId) -> bool {
    command.document.is_none() && id == target
}
