//! Batches in, verdicts out.

use super::keys;
use super::pending::read;
use super::records::{BatchRecord, DeviceRecord, HeadRecord, RefusalRecord};
use super::scopes::meets;
use super::{Ledger, LedgerStats};
use crate::admission::{Origin, admit};
use crate::batch::VerifiedBatch;
use crate::command::{Body, CaseCommand, Command};
use crate::documents::{Document, Receipt};
use crate::feeds::FeedId;
use crate::id::{CommandId, DeviceId, DocumentId};
use crate::limits::REFUSALS_UNACKNOWLEDGED_MAX;
use crate::policy::Authority;
use crate::refusal::{Refusal, RefusalCode};
use crate::store::{Records, StoreError};
use crate::sync::frame::{AdmittedAt, Fork, Later, Need, ServerFrame, Verdict, Verdicts, check_of};
use crate::time::Time;
use crate::wire::List;
use std::collections::BTreeSet;

/// Who hands in, and what they may see.
pub(super) struct HandIn<'a> {
    pub(super) device: DeviceId,
    pub(super) origin: Origin,
    /// The feeds of the author; none for the server, who sees all.
    pub(super) feeds: Option<&'a BTreeSet<FeedId>>,
    pub(super) receipt: Receipt,
    pub(super) now: Time,
}

impl Ledger {
    /// Takes a batch: notes it, judges its commands one by one, and says what became of each. The
    /// same batch again gets the same answer.
    pub(super) fn hand_in(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &mut DeviceRecord,
        batch: &VerifiedBatch,
    ) -> Result<ServerFrame, StoreError> {
        let receipt = match self.note_batch(records, by, device, batch)? {
            Noted::Taken(receipt) => receipt,
            Noted::Forked => {
                LedgerStats::count(&mut self.stats.forks, 1);
                return Ok(ServerFrame::Fork(Fork { last: device.last, hash: device.last_hash }));
            }
            Noted::NotNow => {
                let all_later = batch.batch().commands.iter().map(|_| Verdict::Later(Later {})).collect();
                return self.verdicts(by, batch, by.receipt, all_later);
            }
        };
        let by = HandIn { receipt, ..*by };
        let mut verdicts = Vec::new();
        for command in batch.batch().commands.iter() {
            verdicts.push(self.judge(records, &by, device, batch.batch().number, command)?);
        }
        self.verdicts(&by, batch, receipt, verdicts)
    }

    fn verdicts(
        &self,
        by: &HandIn<'_>,
        batch: &VerifiedBatch,
        receipt: Receipt,
        verdicts: Vec<Verdict>,
    ) -> Result<ServerFrame, StoreError> {
        let verdicts = List::new(verdicts).map_err(|e| StoreError::Failed(e.to_string()))?;
        let mut frame = Verdicts {
            batch: batch.batch().number,
            incarnation: self.state.incarnation,
            receipt,
            verdicts,
            signature: crate::crypto::Signature([0; 64]),
        };
        frame.signature = self.setup.secret.sign(Verdicts::DOMAIN, &frame.message(by.device, &batch.hash()));
        Ok(ServerFrame::Verdicts(frame))
    }

    /// Puts the batch into its device's chain. A gap is noted and asked for; it blocks nothing.
    fn note_batch(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &mut DeviceRecord,
        batch: &VerifiedBatch,
    ) -> Result<Noted, StoreError> {
        let number = batch.batch().number;
        let key = keys::batch(by.device, number);
        if let Some(held) = self.pending.get::<BatchRecord>(records, &key)? {
            let same = held.hash == batch.hash();
            return Ok(if same { Noted::Taken(held.receipt) } else { Noted::Forked });
        }
        let mut missing = device.missing.to_vec();
        if number == 0 || !self.fits_between(records, by.device, batch)? {
            return Ok(Noted::Forked);
        } else if let Some(gap) = missing.iter().position(|absent| *absent == number) {
            missing.remove(gap);
        } else if number <= device.last {
            return Ok(Noted::Forked);
        } else if number == device.last + 1 {
            if batch.batch().previous != device.last_hash {
                return Ok(Noted::Forked);
            }
        } else {
            let absent = device.last + 1..number;
            if absent.end - absent.start > crate::limits::MISSING_BATCHES_MAX as u64 {
                return Ok(Noted::NotNow);
            }
            missing.extend(absent);
        }
        let Ok(missing) = List::new(missing) else { return Ok(Noted::NotNow) };
        if self.unacknowledged_refusals(records, by.device)? > REFUSALS_UNACKNOWLEDGED_MAX {
            return Ok(Noted::NotNow);
        }
        device.missing = missing;
        if number > device.last {
            device.last = number;
            device.last_hash = batch.hash();
        }
        let leaves = List::new(batch.leaves().to_vec()).map_err(|_| StoreError::damaged(&key))?;
        let (previous, signature) = (batch.batch().previous, batch.batch().signature);
        let record = BatchRecord { previous, hash: batch.hash(), signature, leaves, receipt: by.receipt };
        self.pending.put(key, &record);
        self.pending.put(keys::device(by.device), device);
        Ok(Noted::Taken(by.receipt))
    }

    /// Whether the batches held before and behind this one are chained to it. What is not held yet
    /// is compared when it comes.
    fn fits_between(&self, records: &dyn Records, device: DeviceId, batch: &VerifiedBatch) -> Result<bool, StoreError> {
        let held = |number: u64| self.pending.get::<BatchRecord>(records, &keys::batch(device, number));
        let number = batch.batch().number;
        let before = held(number.saturating_sub(1))?.is_none_or(|record| record.hash == batch.batch().previous);
        let behind = held(number.saturating_add(1))?.is_none_or(|record| record.previous == batch.hash());
        Ok(before && behind)
    }

    /// Refusals kept for a device, as far as they count.
    fn unacknowledged_refusals(&self, records: &dyn Records, device: DeviceId) -> Result<usize, StoreError> {
        let (from, to) = (keys::refusals(device, 0), keys::refusals(device, u64::MAX));
        Ok(self.pending.scan(records, &from, &to, REFUSALS_UNACKNOWLEDGED_MAX + 1)?.len())
    }

    fn judge(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &DeviceRecord,
        number: u64,
        command: &Command,
    ) -> Result<Verdict, StoreError> {
        let id = command.id(&by.origin.device);
        let refusal_key = keys::refusal(by.device, number, id);
        if let Some(known) = self.pending.get::<RefusalRecord>(records, &refusal_key)? {
            return Ok(Verdict::Refused(known.refusal));
        }
        let target = command.target(&by.origin.device);
        let document = self.documents.take(records, &self.pending, target)?;
        let (verdict, document) = self.judge_on(records, by, device, number, command, document)?;
        if let Some(document) = document {
            self.documents.put(document);
        }
        match &verdict {
            Verdict::Refused(refusal) => {
                self.stats.refuse(&refusal.code);
                let created = command.document.is_none().then_some(target);
                if refusal.code != RefusalCode::AlreadyAnswered {
                    if let Some(created) = created {
                        self.pending.put(keys::refused_creation(by.device, created), &number);
                    }
                    self.pending.put(refusal_key, &RefusalRecord { created, refusal: refusal.clone() });
                }
            }
            Verdict::Need(_) => LedgerStats::count(&mut self.stats.needed, 1),
            Verdict::Admitted(_) | Verdict::Later(_) => {}
        }
        Ok(verdict)
    }

    /// The verdict, and the document to put back.
    fn judge_on(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &DeviceRecord,
        number: u64,
        command: &Command,
        document: Option<Document>,
    ) -> Result<(Verdict, Option<Document>), StoreError> {
        if let Some(verdict) = document.as_ref().and_then(|document| standing(document, command.id(&by.origin.device)))
        {
            return Ok((verdict, document));
        }
        if number <= device.acknowledged {
            return Ok((Verdict::Refused(RefusalCode::AlreadyAnswered.into()), document));
        }
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(command.target(&by.origin.device)))?;
        let mut document = match self.base_of(records, by, device, command, (head.as_ref(), document))? {
            Base::There(document) => document,
            Base::Not(verdict, document) => return Ok((verdict, document)),
        };
        if head.is_some_and(|head| head.is_full()) {
            return Ok((Verdict::Refused(RefusalCode::DocumentFull.into()), keep(document)));
        }
        if let Some(code) = self.misfit(records, by, device, command)? {
            return Ok((Verdict::Refused(code.into()), keep(document)));
        }
        match admit(&self.organisation, by.origin, command, &mut document, by.receipt, by.now) {
            Ok(admitted) => {
                let at = self.append(records, &admitted, &document)?;
                Ok((Verdict::Admitted(at), Some(document)))
            }
            Err(refusal) => Ok((Verdict::Refused(refusal), keep(document))),
        }
    }

    /// The document the command stands on, or why it cannot be judged.
    fn base_of(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &DeviceRecord,
        command: &Command,
        (head, document): (Option<&HeadRecord>, Option<Document>),
    ) -> Result<Base, StoreError> {
        let target = command.target(&by.origin.device);
        let refused = |code: RefusalCode, document| Ok(Base::Not(Verdict::Refused(Refusal::from(code)), document));
        if command.document.is_none() != command.body.creates() {
            return refused(RefusalCode::UnknownCommand, document);
        }
        if command.document.is_none() {
            return match document {
                None => Ok(Base::There(Document::new(target, 1))),
                Some(document) => refused(RefusalCode::IdTaken, Some(document)),
            };
        }
        // Out of scope and unknown are one and the same from here on.
        let document = match document {
            Some(document) if by.sees(head) => document,
            hidden => {
                if self.creation_was_refused(records, by.device, target)? {
                    return refused(RefusalCode::DocumentRefused, hidden);
                }
                if device.missing.is_empty() {
                    return refused(RefusalCode::UnknownDocument, hidden);
                }
                return Ok(Base::Not(Verdict::Need(Need { document: target }), hidden));
            }
        };
        let base = &command.base;
        if base.generation != 0 && base.generation != document.generation() {
            return refused(RefusalCode::StaleGeneration, Some(document));
        }
        let ahead = base.incarnation == self.state.incarnation && base.version > document.version();
        let waits = base.incarnation > self.state.incarnation
            || base.after.iter().any(|other| document.version_of(*other).is_none());
        if ahead || waits {
            return Ok(Base::Not(Verdict::Need(Need { document: target }), Some(document)));
        }
        Ok(Base::There(document))
    }

    fn creation_was_refused(
        &self,
        records: &dyn Records,
        device: DeviceId,
        document: DocumentId,
    ) -> Result<bool, StoreError> {
        Ok(self.pending.get_bytes(records, &keys::refused_creation(device, document))?.is_some())
    }

    /// What neither the document nor the posts can tell.
    fn misfit(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &DeviceRecord,
        command: &Command,
    ) -> Result<Option<RefusalCode>, StoreError> {
        match &command.body {
            Body::Unknown(_) => Ok(Some(RefusalCode::UnknownCommand)),
            Body::Case(CaseCommand::Report(report)) if report.device_code != device.code => {
                Ok(Some(RefusalCode::BadNumber))
            }
            Body::Case(CaseCommand::Merge(merge)) => {
                let open = self.is_open_case(records, by, merge.into)?;
                Ok((!open).then_some(RefusalCode::BadMerge))
            }
            _ => Ok(None),
        }
    }

    fn is_open_case(&mut self, records: &dyn Records, by: &HandIn<'_>, id: DocumentId) -> Result<bool, StoreError> {
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(id))?;
        if !by.sees(head.as_ref()) {
            return Ok(false);
        }
        let Some(document) = self.documents.take(records, &self.pending, id)? else { return Ok(false) };
        let open = document.case().is_some_and(|case| case.stage.is_open());
        self.documents.put(document);
        Ok(open)
    }

    /// Drops refusals that the device knows.
    pub(super) fn acknowledge(
        &mut self,
        records: &dyn Records,
        id: DeviceId,
        device: &mut DeviceRecord,
        up_to: u64,
    ) -> Result<(), StoreError> {
        // Never past a batch that is still to come.
        let before_the_gap = device.missing.iter().min().map_or(u64::MAX, |first| first.saturating_sub(1));
        let up_to = up_to.min(device.last).min(before_the_gap);
        if up_to <= device.acknowledged {
            return Ok(());
        }
        let to = keys::refusals(id, up_to.saturating_add(1));
        let rows = self.pending.scan(records, &keys::refusals(id, 0), &to, usize::MAX)?;
        device.acknowledged = up_to;
        // Without a refusal there is nothing to forget: the note waits for the next write.
        if !rows.is_empty() {
            for (key, value) in rows {
                if let Some(created) = read::<RefusalRecord>(&key, &value)?.created {
                    self.pending.remove(keys::refused_creation(id, created));
                }
                self.pending.remove(key);
            }
            self.pending.put(keys::device(id), device);
        }
        Ok(())
    }
}

impl<'a> HandIn<'a> {
    /// Whether the document is one that the author may see; the server sees all.
    fn sees(&self, head: Option<&HeadRecord>) -> bool {
        self.feeds.is_none_or(|feeds| head.is_some_and(|head| meets(head, feeds)))
    }

    /// A member's device hands in.
    pub(super) fn of_member(device: &DeviceRecord, feeds: &'a BTreeSet<FeedId>, receipt: Receipt, now: Time) -> Self {
        let origin = Origin { authority: Authority::Member(device.member), author: device.member, device: device.key };
        Self { device: DeviceId::of(&device.key), origin, feeds: Some(feeds), receipt, now }
    }
}

enum Noted {
    Taken(Receipt),
    Forked,
    /// Too many batches are missing before it, or too many refusals were never acknowledged.
    NotNow,
}

enum Base {
    There(Document),
    Not(Verdict, Option<Document>),
}

/// A document that exists; one that a refused command would have created does not.
fn keep(document: Document) -> Option<Document> {
    (document.version() > 0).then_some(document)
}

/// The verdict of a command that stands already.
fn standing(document: &Document, id: CommandId) -> Option<Verdict> {
    let version = document.version_of(id)?;
    let head = document.head_at(version)?;
    Some(Verdict::Admitted(AdmittedAt { version, check: check_of(&head) }))
}
