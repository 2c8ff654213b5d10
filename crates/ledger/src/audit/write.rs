//! Writing records down.

use std::collections::BTreeMap;

use super::records::DOCUMENTS_MAX;
use super::{
    AuditRecord, Audited, By, DOMAIN, ExportedAudited, ForkedAudited, PostAudited, ReadAudited,
    VerdictsAudited,
};
use crate::rows::keys;
use crate::rows::records::{DeviceRecord, HeadRecord, Tally};
use crate::{Ledger, LedgerStats};
use alleyway_core::admission::Admitted;
use alleyway_core::crypto::Hash;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{CommandId, DeviceId};
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::kinds::unit::UnitView;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::{Item, Page, Stop, Verdict};
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// What became of the commands of one batch, those whose verdict is new.
#[derive(Debug, Default)]
pub(crate) struct Fresh {
    admitted: u32,
    kept: u32,
    refused: BTreeMap<RefusalCode, u32>,
}

impl Fresh {
    /// Counts a verdict that was given for the first time.
    pub(crate) fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Admitted(_) | Verdict::AfterPost(_) | Verdict::Stands(_) => self.admitted += 1,
            Verdict::Kept(_) => self.kept += 1,
            Verdict::Refused(refusal) => {
                *self.refused.entry(refusal.code.clone()).or_default() += 1;
            }
            Verdict::Need(_) | Verdict::Later(_) => {}
        }
    }

    /// Commands of the batch at hand that were put into a tray.
    pub(crate) fn kept(&self) -> u64 {
        u64::from(self.kept)
    }

    fn is_empty(&self) -> bool {
        self.admitted == 0 && self.kept == 0 && self.refused.is_empty()
    }

    fn add_to(&self, tally: &mut Tally) {
        let refused = self
            .refused
            .values()
            .fold(0_u64, |sum, count| sum.saturating_add(u64::from(*count)));
        tally.admitted = tally.admitted.saturating_add(u64::from(self.admitted));
        tally.kept = tally.kept.saturating_add(u64::from(self.kept));
        tally.refused = tally.refused.saturating_add(refused);
    }
}

impl Ledger {
    /// Writes a record, in the transaction in progress.
    pub(crate) fn audit(&mut self, at: Time, what: Audited) {
        let mut record = AuditRecord {
            at,
            what,
            chain: [0; 32],
        };
        self.state.audit = self.state.audit.with(DOMAIN, &record.entry());
        record.chain = self.state.audit.chain;
        self.pending
            .put(keys::audit(self.state.audit.count), &record);
    }

    /// Writes down what an admitted command did to an appointment of a unit.
    pub(crate) fn audit_post(
        &mut self,
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
            UnitCommand::Appoint(_) => Audited::Appointed(about),
            UnitCommand::Amend(amend) if amend.until.is_some() => Audited::PostEnded(about),
            UnitCommand::Amend(_) => Audited::PostAmended(about),
            UnitCommand::Clear(_) => Audited::Cleared(about),
            UnitCommand::ConfirmClearance(_) => Audited::ClearanceConfirmed(about),
            UnitCommand::EndClearance(_) => Audited::ClearanceEnded(about),
            _ => return,
        };
        self.audit(admitted.receipt().received, what);
    }

    /// Writes down what became of a batch, if anything did for the first time.
    pub(crate) fn audit_verdicts(
        &mut self,
        id: DeviceId,
        device: &mut DeviceRecord,
        batch: u64,
        fresh: &Fresh,
        (verdicts, at): (&[Verdict], Time),
    ) {
        if fresh.is_empty() {
            return;
        }
        fresh.add_to(&mut device.tally);
        self.pending.put(keys::device(id), device);
        let waiting = verdicts
            .iter()
            .filter(|verdict| !verdict.is_final())
            .count();
        let refused = fresh
            .refused
            .iter()
            .map(|(code, count)| (code.clone(), *count))
            .collect();
        let audited = VerdictsAudited {
            device: id,
            batch,
            admitted: fresh.admitted,
            kept: fresh.kept,
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            refused: List::new(refused).unwrap_or_default(),
        };
        self.audit(at, Audited::Verdicts(audited));
    }

    /// Writes down which cases a page shows to somebody who reads as a supervisor.
    pub(crate) fn audit_read(
        &mut self,
        records: &dyn Records,
        device: &DeviceRecord,
        page: &Page,
        at: Time,
    ) -> Result<(), StoreError> {
        let mut documents = Vec::new();
        for item in page.items.iter() {
            let id = match item {
                Item::Changes(changes) => changes.document,
                Item::Part(part) if part.index == 0 => part.document,
                Item::Part(_) | Item::Forget(_) => continue,
            };
            let head: Option<HeadRecord> = self.pending.get(records, &keys::head(id))?;
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
            self.audit(at, Audited::Read(read));
        }
        Ok(())
    }

    /// Writes down that records of the audit were written out.
    pub fn audit_export(&mut self, records: u64, now: Time) {
        self.audit(now, Audited::Exported(ExportedAudited { records }));
    }

    /// A device handed in a second, different batch of one number: its phone was restored from a
    /// backup. The same batch again says nothing new. Another one is a repetition: two phones use
    /// the identity, and neither is to go on until an administrator has looked.
    pub(crate) fn note_fork(
        &mut self,
        records: &dyn Records,
        device: &mut DeviceRecord,
        (batch, hash): (u64, Hash),
        now: Time,
    ) -> Result<(), StoreError> {
        let id = DeviceId::of(&device.key);
        if device.stopped.is_some() || device.forked == Some(hash) {
            return Ok(());
        }
        let again = device.forked.replace(hash).is_some();
        LedgerStats::count(&mut self.stats.forked_chains, 1);
        self.pending.put(keys::device(id), device);
        self.audit(now, Audited::Forked(ForkedAudited { device: id, batch }));
        if again {
            self.stop(records, device, Stop::Frozen, now)?;
        }
        Ok(())
    }
}
