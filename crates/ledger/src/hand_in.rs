//! Batches in, verdicts out.
//!
//! | file | what |
//! | --- | --- |
//! | `chain` | a device's batches, numbered and chained |
//! | `judging` | one command: policy asked about it, on what stands |
//! | `former` | what a device may still believe of posts that have ended |

mod carried;
mod chain;
pub(crate) mod former;
mod judging;
pub(crate) mod trays;

use std::collections::BTreeSet;

use crate::restore::{Proof, order_of};
use crate::rows::keys;
use crate::rows::records::{DeviceRecord, HeadRecord, RefusalRecord, RefusedCreation};
use crate::{Ledger, LedgerStats};
use alleyway_core::admission::Origin;
use alleyway_core::batch::VerifiedBatch;
use alleyway_core::command::Command;
use alleyway_core::documents::Receipt;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{DeviceId, UnitId};
use alleyway_core::policy::Authority;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::{
    Fork, KeptWhy, Later, Need, ServerFrame, Stop, Verdict, Verdicts,
};
use alleyway_core::time::Time;
use alleyway_core::wire::List;
use chain::Noted;

/// Who hands in, and what they may see.
pub(crate) struct HandIn<'a> {
    pub(crate) device: DeviceId,
    pub(crate) origin: Origin,
    /// The feeds of the author; none for the server, who sees all.
    pub(crate) feeds: Option<&'a BTreeSet<FeedId>>,
    pub(crate) receipt: Receipt,
    pub(crate) now: Time,
    /// Another device brings the batch: when it was sealed, nobody can say.
    pub(crate) carried: bool,
    /// The device does not know yet that the server was restored: most of what it has of the time before
    /// follows when it does.
    pub(crate) is_unaware: bool,
    /// What the server said of the batch before it was restored from a backup.
    pub(crate) proof: Option<Proof<'a>>,
}

/// A batch being judged.
pub(crate) struct Judging<'a> {
    pub(crate) by: &'a HandIn<'a>,
    device: &'a DeviceRecord,
    number: u64,
    /// A courier brought it, and its device's chain went on without it: what is not known of it is
    /// put into a tray.
    forked: bool,
    /// Feeds that the device may still believe to be its author's.
    former: BTreeSet<FeedId>,
    /// Batches of its device that are still to come.
    awaited: Vec<u64>,
    /// Its commands so far that were carried out or kept.
    done: Vec<&'a Command>,
}

/// What becomes of a command.
pub(crate) enum Judged {
    /// This.
    So(Verdict),
    /// It is put into the tray of the unit, or of the town.
    Keep(Option<UnitId>, KeptWhy),
}

impl Judged {
    /// Whether it is more than that there was a verdict before.
    fn is_fresh(&self) -> bool {
        match self {
            Self::So(Verdict::Kept(_)) => false,
            Self::So(Verdict::Refused(refusal)) => refusal.code != RefusalCode::AlreadyAnswered,
            Self::So(_) | Self::Keep(..) => true,
        }
    }
}

impl<'a> HandIn<'a> {
    /// A member's device hands in.
    pub(crate) fn of_member(
        device: &DeviceRecord,
        feeds: &'a BTreeSet<FeedId>,
        receipt: Receipt,
        now: Time,
    ) -> Self {
        let origin = Origin {
            authority: Authority::Member(device.member),
            author: device.member,
            device: device.key,
        };
        Self {
            device: DeviceId::of(&device.key),
            origin,
            feeds: Some(feeds),
            receipt,
            now,
            carried: false,
            is_unaware: false,
            proof: None,
        }
    }

    /// Whether what is lacking before the batch will not come: a device that gives a restored server
    /// back what it lost sends all that it has, in order, and dropped what was answered long ago.
    fn brings_all(&self) -> bool {
        self.proof.is_some() && !self.is_unaware
    }

    /// Another device brings the batch.
    pub(crate) fn through_a_courier(self) -> Self {
        Self {
            carried: true,
            ..self
        }
    }
}

impl Ledger {
    /// Takes a batch: notes it, judges its commands one by one, and says what became of each. The
    /// same batch again gets the same answer.
    pub(crate) fn hand_in(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &mut DeviceRecord,
        batch: &VerifiedBatch,
    ) -> Result<ServerFrame, StoreError> {
        self.hand_in_again(records, by, device, batch, None)
    }

    /// As [`Self::hand_in`], with the verdicts that the device says it has of the batch from before
    /// the server was restored from a backup. What the server did not sign is as if it were not there.
    pub(crate) fn hand_in_again(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &mut DeviceRecord,
        batch: &VerifiedBatch,
        stood: Option<&Verdicts>,
    ) -> Result<ServerFrame, StoreError> {
        let incarnation = self.state.incarnation;
        let proof =
            stood.and_then(|said| Proof::of(&self.server, incarnation, by.device, batch, said));
        let receipt = proof.map_or(by.receipt, Proof::receipt);
        let by = &HandIn {
            receipt,
            proof,
            ..*by
        };
        self.take_batch(records, by, device, batch)
    }

    fn take_batch(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &mut DeviceRecord,
        batch: &VerifiedBatch,
    ) -> Result<ServerFrame, StoreError> {
        self.read_again(records, device)?;
        let number = batch.batch().number;
        let (receipt, forked) = match self.note_batch(records, by, device, batch)? {
            Noted::Taken(receipt) => (receipt, false),
            Noted::Forked => {
                LedgerStats::count(&mut self.stats.forks, 1);
                // A device that is stopped for good seals nothing anew, and cannot once its lease has ended:
                // what it has goes into the tray as it is.
                let goes_on = !matches!(device.stopped, Some(Stop::Revoked | Stop::Lost));
                if !by.carried && goes_on {
                    if !self.conflicts_with_carried(records, by.device, number)? {
                        self.note_fork(records, device, (number, batch.hash()), by.now)?;
                    }
                    return Ok(ServerFrame::Fork(Fork {
                        last: device.last,
                        hash: device.last_hash,
                    }));
                }
                if self.has_enough_refusals(records, by.device)? {
                    return self.all_later(by, batch);
                }
                // The phone that sealed it may have been restored since: nobody else may have it.
                // What lay on a courier's phone says nothing of who has the device's key now.
                self.note_beside(records, device, batch)?;
                (by.receipt, true)
            }
            Noted::NotNow => return self.all_later(by, batch),
        };
        let by = HandIn { receipt, ..*by };
        let former = match by.origin.authority {
            Authority::Member(_) => self.former_feeds(records, device, number, by.now)?,
            Authority::Resident | Authority::Server => BTreeSet::new(),
        };
        // What was lost in a restore with the phone that had it is not waited for for ever.
        let is_lost = self.is_of_before(batch) && !self.is_waited_for(records, &by)?;
        let awaited = if is_lost {
            Vec::new()
        } else {
            self.awaited(records, device)?
        };
        let mut at = Judging {
            by: &by,
            device,
            number,
            forked,
            former,
            awaited,
            done: Vec::new(),
        };
        // A batch of the server's own may be handed in within this one.
        let outer = std::mem::take(&mut self.fresh);
        let commands = &batch.batch().commands;
        let mut verdicts = vec![Verdict::Later(Later {}); commands.len()];
        for place in order_of(commands.len(), by.proof) {
            let Some((command, said)) = commands.get(place).zip(verdicts.get_mut(place)) else {
                continue;
            };
            let verdict = self.judge(records, &at, place, command)?;
            if verdict.stands() || matches!(verdict, Verdict::Kept(_)) {
                at.done.push(command);
            }
            *said = verdict;
        }
        let fresh = std::mem::replace(&mut self.fresh, outer);
        self.read_again(records, device)?;
        self.audit_verdicts(by.device, device, number, &fresh, (&verdicts, by.now));
        let is_of_member = matches!(by.origin.authority, Authority::Member(_));
        if is_of_member && !forked {
            let awaits_word = by.carried && self.awaits_word(records, by.device, batch)?;
            self.note_open(
                records,
                by.device,
                number,
                awaits_word || !verdicts.iter().all(Verdict::is_final),
            )?;
        }
        self.verdicts(&by, batch, receipt, verdicts)
    }

    /// Takes over what was written of the device since it was read: a command can confirm a device,
    /// and a courier's own batch be among those that it carries. What it acknowledged is not
    /// written before something else is.
    pub(crate) fn read_again(
        &self,
        records: &dyn Records,
        device: &mut DeviceRecord,
    ) -> Result<(), StoreError> {
        if let Some(held) = self.device(records, DeviceId::of(&device.key))? {
            *device = DeviceRecord {
                acknowledged: device.acknowledged.max(held.acknowledged),
                ..held
            };
        }
        Ok(())
    }

    /// The batch is to come again.
    fn all_later(
        &mut self,
        by: &HandIn<'_>,
        batch: &VerifiedBatch,
    ) -> Result<ServerFrame, StoreError> {
        LedgerStats::count(&mut self.stats.later, batch.batch().commands.len() as u64);
        let all_later = batch
            .batch()
            .commands
            .iter()
            .map(|_| Verdict::Later(Later {}))
            .collect();
        self.verdicts(by, batch, by.receipt, all_later)
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
            signature: alleyway_core::crypto::Signature([0; 64]),
        };
        frame.signature = self
            .setup
            .secret
            .sign(Verdicts::DOMAIN, &frame.message(by.device, &batch.hash()));
        Ok(ServerFrame::Verdicts(frame))
    }

    fn judge(
        &mut self,
        records: &dyn Records,
        at: &Judging<'_>,
        place: usize,
        command: &Command,
    ) -> Result<Verdict, StoreError> {
        let word = at.by.proof.and_then(|proof| proof.verdict(place));
        let id = command.id(&at.by.origin.device);
        let refusal_key = keys::refusal(at.by.device, at.number, id);
        if let Some(known) = self.pending.get::<RefusalRecord>(records, &refusal_key)? {
            if !word.is_some_and(|word| word.stands() || matches!(word, Verdict::Kept(_))) {
                return Ok(Verdict::Refused(known.refusal));
            }
            // A courier brought it before its author did, who alone has the word.
            if let Some(created) = known.created {
                self.pending
                    .remove(keys::refused_creation(at.by.device, created));
            }
            self.pending.remove(refusal_key.clone());
        }
        let target = command.target(&at.by.origin.device);
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(target))?;
        let document =
            if word.is_some() || self.may_have_seen(records, at, command, head.as_ref())? {
                self.documents.take(records, &self.pending, target)?
            } else {
                None
            };
        let stood = document
            .as_ref()
            .is_some_and(|document| document.version_of(id).is_some());
        let (judged, document) =
            self.judge_on(records, at, (command, word), (head.as_ref(), document))?;
        // Before a tray is written: the document may be that tray.
        if let Some(document) = document {
            self.documents.put(document);
        }
        let judged = match judged {
            Judged::So(Verdict::Refused(_)) | Judged::Keep(..)
                if word.is_none() && self.author_may_prove(records, at, command)? =>
            {
                Judged::So(Verdict::Need(Need { document: target }))
            }
            // What it was typed upon may be what has not come.
            Judged::So(Verdict::Refused(_)) if at.lacks_an_earlier() => {
                Judged::So(Verdict::Need(Need { document: target }))
            }
            Judged::Keep(_, why)
                if word.is_none()
                    && why != KeptWhy::PostEnded
                    && self.has_put_enough(at.device) =>
            {
                Judged::So(match why {
                    // Its courier may be the only one who has it.
                    KeptWhy::Forked => Verdict::Later(Later {}),
                    _ => Verdict::Refused(RefusalCode::TooManyKept.into()),
                })
            }
            judged => judged,
        };
        let is_fresh = !stood && judged.is_fresh();
        let verdict = match judged {
            Judged::So(verdict) => verdict,
            Judged::Keep(unit, why) => {
                let verdict = self.keep(records, at.by, command, unit, why)?;
                if matches!(&verdict, Verdict::Kept(kept) if kept.why == KeptWhy::BeforeRestore) {
                    self.log_stood(records, at.by, command)?;
                }
                verdict
            }
        };
        if is_fresh {
            self.fresh.count(&verdict);
        }
        // What scopes the device had is known up to the backup only, and the same batch may come again.
        if word.is_some()
            && verdict.stands()
            && !self.may_have_seen(records, at, command, head.as_ref())?
        {
            self.pending
                .put(keys::stands_by_word(at.by.device, target), &at.number);
        }
        if command.document.is_none() {
            self.note_told_later(target, &verdict);
        }
        match &verdict {
            Verdict::Refused(refusal) => {
                self.stats.refuse(&refusal.code);
                let created = command.document.is_none().then_some(target);
                if refusal.code != RefusalCode::AlreadyAnswered {
                    if let Some(created) = created {
                        let confidential = command.body.creates_confidential();
                        let refused = RefusedCreation {
                            batch: at.number,
                            confidential,
                        };
                        self.pending
                            .put(keys::refused_creation(at.by.device, created), &refused);
                    }
                    self.pending.put(
                        refusal_key,
                        &RefusalRecord {
                            created,
                            refusal: refusal.clone(),
                        },
                    );
                }
            }
            Verdict::Need(_) => LedgerStats::count(&mut self.stats.needed, 1),
            Verdict::Later(_) => LedgerStats::count(&mut self.stats.later, 1),
            Verdict::Admitted(_)
            | Verdict::AfterPost(_)
            | Verdict::Stands(_)
            | Verdict::Kept(_) => {}
        }
        Ok(verdict)
    }
}
