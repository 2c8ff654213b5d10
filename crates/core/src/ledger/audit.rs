//! The audit: who was let in, what was decided, who was stopped, what supervisors read.
//!
//! Records are numbered and chained by their hashes; the ledger's state holds the last one's, and an
//! administrator who notes it elsewhere can prove later that nothing was taken out. They hold ids and
//! codes, no names and nothing of what a case is about.

use std::collections::BTreeMap;

use super::keys;
use super::pending::{Pending, read};
use super::records::{DeviceRecord, HeadRecord, State, Tally};
use super::{Ledger, LedgerStats};
use crate::crypto::Hash;
use crate::documents::DocumentKind;
use crate::feeds::FeedId;
use crate::id::{DeviceId, DocumentId, MemberId};
use crate::refusal::RefusalCode;
use crate::store::{Records, StoreError};
use crate::sync::frame::{Item, Page, Stop, Verdict};
use crate::time::Time;
use crate::wire::{List, Wire};
use crate::{wire_enum, wire_struct};

/// Documents named in one record; a page that shows more makes several.
const DOCUMENTS_MAX: usize = 128;
/// Codes of refusals counted in one record: more than there are.
const CODES_MAX: usize = 128;
/// Rows read at a time.
const ROWS: usize = 1_000;
/// Problems named; more are counted.
const PROBLEMS_NAMED: usize = 100;
const DOMAIN: &str = "alleyway audit 1";

/// What is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audited {
    /// What became of a batch's commands.
    Verdicts(VerdictsAudited),
    /// A member was invited to enrol a device.
    Invited(InvitedAudited),
    /// A device was taken in.
    Enrolled(EnrolledAudited),
    /// A device is not to go on.
    Stopped(StoppedAudited),
    /// A stopped device goes on.
    Reinstated(DeviceAudited),
    /// A device has another name; which one is not written down.
    Renamed(DeviceAudited),
    /// A device handed in a second, different batch of one number.
    Forked(ForkedAudited),
    /// A page was sent to a supervisor.
    Read(ReadAudited),
    /// An administrator has confirmed the devices after the security journal was lost.
    QuarantineEnded(QuarantineEnded),
    /// What was held about somebody or something was written out.
    Exported(ExportedAudited),
}
wire_enum!(Audited {
    1 => Verdicts,
    2 => Invited,
    3 => Enrolled,
    4 => Stopped,
    5 => Reinstated,
    6 => Renamed,
    7 => Forked,
    8 => Read,
    9 => QuarantineEnded,
    10 => Exported,
});

/// What became of a batch's commands, those whose verdict is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictsAudited {
    /// Whose batch.
    pub device: DeviceId,
    /// Its number.
    pub batch: u64,
    /// How many were admitted.
    pub admitted: u32,
    /// How many lie in a tray.
    pub kept: u32,
    /// How many have no final verdict yet.
    pub waiting: u32,
    /// How many were refused, by code.
    pub refused: List<(RefusalCode, u32), CODES_MAX>,
}
wire_struct!(VerdictsAudited { device, batch, admitted, kept, waiting, refused });

/// A member was invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitedAudited {
    /// Who.
    pub member: MemberId,
    /// The device that the new one takes the place of.
    pub replaces: Option<DeviceId>,
}
wire_struct!(InvitedAudited { member, replaces });

/// A device was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnrolledAudited {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub member: MemberId,
    /// Its code.
    pub code: u32,
}
wire_struct!(EnrolledAudited { device, member, code });

/// A device is not to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoppedAudited {
    /// The device.
    pub device: DeviceId,
    /// Why.
    pub why: Stop,
}
wire_struct!(StoppedAudited { device, why });

/// Something about a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceAudited {
    /// The device.
    pub device: DeviceId,
}
wire_struct!(DeviceAudited { device });

/// A device's chain forked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForkedAudited {
    /// The device.
    pub device: DeviceId,
    /// The number of the batch.
    pub batch: u64,
}
wire_struct!(ForkedAudited { device, batch });

/// A page was sent to a supervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadAudited {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub member: MemberId,
    /// The cases on the page.
    pub documents: List<DocumentId, DOCUMENTS_MAX>,
}
wire_struct!(ReadAudited { device, member, documents });

/// Devices were confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarantineEnded {
    /// Devices that go on.
    pub kept: u64,
    /// Devices that were revoked.
    pub revoked: u64,
    /// Invitations that were withdrawn.
    pub withdrawn: u64,
}
wire_struct!(QuarantineEnded { kept, revoked, withdrawn });

/// Something was written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportedAudited {
    /// How many records of this audit.
    pub records: u64,
}
wire_struct!(ExportedAudited { records });

impl Audited {
    /// Every word of [`Audited::kind`].
    pub const KINDS: [&'static str; 10] = [
        "verdicts",
        "invited",
        "enrolled",
        "stopped",
        "reinstated",
        "renamed",
        "forked",
        "read",
        "quarantine_ended",
        "exported",
    ];

    /// The word for it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Verdicts(_) => "verdicts",
            Self::Invited(_) => "invited",
            Self::Enrolled(_) => "enrolled",
            Self::Stopped(_) => "stopped",
            Self::Reinstated(_) => "reinstated",
            Self::Renamed(_) => "renamed",
            Self::Forked(_) => "forked",
            Self::Read(_) => "read",
            Self::QuarantineEnded(_) => "quarantine_ended",
            Self::Exported(_) => "exported",
        }
    }

    /// The device it is about.
    pub fn device(&self) -> Option<DeviceId> {
        match self {
            Self::Verdicts(of) => Some(of.device),
            Self::Invited(of) => of.replaces,
            Self::Enrolled(of) => Some(of.device),
            Self::Stopped(of) => Some(of.device),
            Self::Reinstated(of) | Self::Renamed(of) => Some(of.device),
            Self::Forked(of) => Some(of.device),
            Self::Read(of) => Some(of.device),
            Self::QuarantineEnded(_) | Self::Exported(_) => None,
        }
    }

    /// The member it is about.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Self::Invited(of) => Some(of.member),
            Self::Enrolled(of) => Some(of.member),
            Self::Read(of) => Some(of.member),
            _ => None,
        }
    }
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// When.
    pub at: Time,
    /// What.
    pub what: Audited,
    /// The chain hash here.
    pub chain: Hash,
}
wire_struct!(AuditRecord { at, what, chain });

impl AuditRecord {
    fn entry(&self) -> Vec<u8> {
        let mut entry = self.at.to_bytes();
        self.what.encode(&mut entry);
        entry
    }
}

/// What became of the commands of one batch, those whose verdict is new.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    admitted: u32,
    kept: u32,
    refused: BTreeMap<RefusalCode, u32>,
}

impl Fresh {
    /// Counts a verdict that was given for the first time.
    pub(super) fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Admitted(_) | Verdict::AfterPost(_) => self.admitted += 1,
            Verdict::Kept(_) => self.kept += 1,
            Verdict::Refused(refusal) => *self.refused.entry(refusal.code.clone()).or_default() += 1,
            Verdict::Need(_) | Verdict::Later(_) => {}
        }
    }

    fn is_empty(&self) -> bool {
        self.admitted == 0 && self.kept == 0 && self.refused.is_empty()
    }

    fn add_to(&self, tally: &mut Tally) {
        let refused = self.refused.values().fold(0_u64, |sum, count| sum.saturating_add(u64::from(*count)));
        tally.admitted = tally.admitted.saturating_add(u64::from(self.admitted));
        tally.kept = tally.kept.saturating_add(u64::from(self.kept));
        tally.refused = tally.refused.saturating_add(refused);
    }
}

impl Ledger {
    /// Writes a record, in the transaction in progress.
    pub(super) fn audit(&mut self, at: Time, what: Audited) {
        let mut record = AuditRecord { at, what, chain: [0; 32] };
        self.state.audit = self.state.audit.with(DOMAIN, &record.entry());
        record.chain = self.state.audit.chain;
        self.pending.put(keys::audit(self.state.audit.count), &record);
    }

    /// Writes down what became of a batch, if anything did for the first time.
    pub(super) fn audit_verdicts(
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
        let waiting = verdicts.iter().filter(|verdict| !verdict.is_final()).count();
        let refused = fresh.refused.iter().map(|(code, count)| (code.clone(), *count)).collect();
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
    pub(super) fn audit_read(
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
            let is_case = head.is_some_and(|head| {
                head.kind == DocumentKind::Case && head.placed.iter().any(|place| place.feed == FeedId::SUPERVISION)
            });
            if is_case {
                documents.push(id);
            }
        }
        for documents in documents.chunks(DOCUMENTS_MAX) {
            let documents = List::new(documents.to_vec()).unwrap_or_default();
            let read = ReadAudited { device: DeviceId::of(&device.key), member: device.member, documents };
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
    pub(super) fn note_fork(
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

/// A record and its number.
pub type AuditRow = (u64, AuditRecord);

/// Records from number `from` on, `limit` at most.
///
/// # Errors
/// Whatever the store says.
pub fn audit_rows(records: &dyn Records, from: u64, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
    let rows = records.scan(&keys::audit(from), &keys::end_of(&keys::audit(u64::MAX)), limit)?;
    rows.iter().map(|(key, value)| Ok((number(key), read(key, value)?))).collect()
}

fn number(key: &[u8]) -> u64 {
    key.last_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// What a check of the audit found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// Records whose chain was followed.
    pub records: u64,
    /// The hash of the last one, to be noted elsewhere.
    pub head: Hash,
    /// What is wrong, the first hundred of it.
    pub problems: Vec<String>,
    /// How much is wrong.
    pub problem_count: u64,
}

impl AuditReport {
    fn problem(&mut self, what: String) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_NAMED {
            self.problems.push(what);
        }
    }
}

/// Follows the audit's chain from its beginning, and compares its end with the ledger's state and
/// with what was noted elsewhere: a number and the hash there. `progress` is told how many records
/// have been read.
///
/// # Errors
/// What keeps it from going on; damaged records are reported, not returned.
pub fn verify_audit(
    records: &dyn Records,
    expected: Option<(u64, Hash)>,
    progress: &mut dyn FnMut(u64),
) -> Result<AuditReport, StoreError> {
    let mut report = AuditReport::default();
    let pending = Pending::default();
    let Some(state) = pending.get::<State>(records, keys::STATE)? else {
        report.problem("the ledger's state is missing".to_owned());
        return Ok(report);
    };
    let mut reach = super::records::Reach::default();
    let mut noted = expected.is_none_or(|(count, chain)| count == 0 && chain == [0; 32]);
    for sequence in 1..=state.audit.count {
        match pending.get::<AuditRecord>(records, &keys::audit(sequence)) {
            Ok(Some(record)) => {
                reach = reach.with(DOMAIN, &record.entry());
                if record.chain != reach.chain {
                    report.problem(format!("the chain breaks at record {sequence}"));
                    // What follows stands on what is written here.
                    reach.chain = record.chain;
                }
            }
            Ok(None) => report.problem(format!("record {sequence} is missing")),
            Err(StoreError::Damaged(key)) => report.problem(format!("record {sequence} is damaged ({key})")),
            Err(other) => return Err(other),
        }
        reach.count = sequence;
        noted |= expected == Some((sequence, reach.chain));
        report.records = sequence;
        if sequence % ROWS as u64 == 0 {
            progress(sequence);
        }
    }
    let beyond = keys::audit(state.audit.count.saturating_add(1));
    if !records.keys(&beyond, &keys::end_of(&keys::audit(u64::MAX)), 1)?.is_empty() {
        report.problem("there are records beyond the end that the ledger's state names".to_owned());
    }
    if reach != state.audit {
        report.problem("the chain does not end where the ledger's state says".to_owned());
    }
    if let (false, Some((sequence, _))) = (noted, expected) {
        report.problem(format!("record {sequence} is not the one that was noted"));
    }
    report.head = state.audit.chain;
    Ok(report)
}

#[cfg(test)]
mod tests;
