//! Writing records down, in the transaction in the making.

use super::records::DOCUMENTS_MAX;
use super::verdicts::NewVerdicts;
use super::{AuditRecord, Audited, By, DOMAIN, PostAudited, ReadAudited, VerdictsAudited};
use crate::rows::records::DeviceRecord;
use crate::rows::{Tx, keys};
use alleyway_core::admission::Admitted;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{CommandId, DeviceId, DocumentId};
use alleyway_core::kinds::unit::{UnitCommand, UnitView};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{Item, Page};
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// Writes a record.
pub(crate) fn write(tx: &mut Tx<'_>, at: Time, what: Audited) {
    let mut record = AuditRecord {
        at,
        what,
        chain: [0; 32],
    };
    let tip = tx.extend_audit(DOMAIN, &record.entry());
    record.chain = tip.chain;
    tx.put(keys::audit(tip.count), &record);
}

/// Writes down what an admitted command did to an appointment of a unit.
pub(crate) fn write_post(
    tx: &mut Tx<'_>,
    body: &UnitCommand,
    view: &UnitView,
    appointment: CommandId,
    admitted: &Admitted,
) {
    let Some(post) = view
        .appointments
        .iter()
        .find(|known| known.id == appointment)
    else {
        return;
    };
    let about = PostAudited {
        unit: view.id,
        appointment,
        member: post.member,
        by: By::of(admitted),
    };
    let what = match body {
        UnitCommand::Appoint(_) | UnitCommand::ConfirmAsked(_) => Audited::Appointed(about),
        UnitCommand::EndPost(_) => Audited::PostEnded(about),
        UnitCommand::Amend(amend) if amend.until.is_some() => Audited::PostEnded(about),
        UnitCommand::Amend(_) => Audited::PostAmended(about),
        UnitCommand::Clear(_) => Audited::Cleared(about),
        UnitCommand::ConfirmClearance(_) => Audited::ClearanceConfirmed(about),
        UnitCommand::EndClearance(_) => Audited::ClearanceEnded(about),
        _ => return,
    };
    write(tx, admitted.receipt().received, what);
}

/// A batch of which some verdicts are new.
pub(crate) struct JudgedBatch<'a> {
    /// Whose it is.
    pub(crate) device: DeviceId,
    /// Its number.
    pub(crate) number: u64,
    /// Its verdicts that were given for the first time.
    pub(crate) new: &'a NewVerdicts,
    /// The number of its commands without a final verdict.
    pub(crate) waiting: usize,
}

/// Writes down what became of a batch, if any of it is new.
pub(crate) fn write_verdicts(tx: &mut Tx<'_>, batch: &JudgedBatch<'_>, at: Time) {
    let JudgedBatch {
        device,
        number,
        new,
        waiting,
    } = *batch;
    if new.is_empty() {
        return;
    }
    let refused = new.refused().map(|(code, count)| (code.clone(), count));
    let audited = VerdictsAudited {
        device,
        batch: number,
        admitted: new.admitted(),
        kept: new.kept(),
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        refused: List::new(refused.collect()).unwrap_or_default(),
    };
    write(tx, at, Audited::Verdicts(audited));
}

/// Writes down which cases a page shows to somebody who reads as a supervisor.
pub(crate) fn write_read(
    tx: &mut Tx<'_>,
    device: &DeviceRecord,
    page: &Page,
    at: Time,
) -> Result<(), StoreError> {
    let shown = page.items.iter().filter_map(|item| match item {
        Item::Changes(changes) => Some(changes.document),
        Item::Part(part) if part.index == 0 => Some(part.document),
        // Of a document that a device has begun to be sent, it says itself how far: each is shown.
        Item::Slice(slice) => Some(slice.document),
        Item::Row(filed) => Some(filed.document),
        Item::Part(_) | Item::Forget(_) => None,
    });
    write_shown(tx, device, shown, at)
}

/// Writes down which of these documents are cases that somebody reads as a supervisor.
pub(crate) fn write_shown(
    tx: &mut Tx<'_>,
    device: &DeviceRecord,
    shown: impl Iterator<Item = DocumentId>,
    at: Time,
) -> Result<(), StoreError> {
    let mut documents = Vec::new();
    for id in shown {
        let head = tx.head(id)?;
        let is_supervised = head.is_some_and(|head| {
            head.placed
                .iter()
                .any(|place| place.feed == FeedId::SUPERVISION)
        });
        if is_supervised {
            documents.push(id);
        }
    }
    for documents in documents.chunks(DOCUMENTS_MAX) {
        let documents = List::new(documents.to_vec()).unwrap_or_default();
        let read = ReadAudited {
            device: DeviceId::of(&device.key),
            member: device.member,
            documents,
        };
        write(tx, at, Audited::Read(read));
    }
    Ok(())
}
