//! One command: what becomes of it, on what stands.

use super::{HandIn, Judged, Judging};
use crate::Ledger;
use crate::rows::keys;
use crate::rows::records::{HeadRecord, RefusedCreation};
use crate::scopes::meets;
use alleyway_core::admission::{admit, admit_after_post};
use alleyway_core::command::{Body, Command};
use alleyway_core::documents::{Document, Mark, Receipt};
use alleyway_core::id::{CommandId, DeviceId, DocumentId};
use alleyway_core::policy::{self, Handover, Question, Standing};
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::{AdmittedAt, KeptWhy, Need, Stop, Verdict, check_of};

/// Reports that are known to come again.
const TOLD_LATER_MAX: usize = 4_096;

/// What a command stands on.
enum Base {
    There(Document),
    Not(Verdict, Option<Document>),
}

impl Ledger {
    /// What becomes of the command, and the document to put back.
    pub(super) fn judge_on(
        &mut self,
        records: &dyn Records,
        at: &Judging<'_>,
        (command, word): (&Command, Option<&Verdict>),
        (head, document): (Option<&HeadRecord>, Option<Document>),
    ) -> Result<(Judged, Option<Document>), StoreError> {
        let id = command.id(&at.by.origin.device);
        if let Some(verdict) = document
            .as_ref()
            .and_then(|document| standing(document, id, at.by.receipt))
        {
            return Ok((Judged::So(verdict), document));
        }
        if let Some(kept) = self.kept_before(records, id)? {
            return Ok((Judged::So(Verdict::Kept(kept)), document));
        }
        if let Some(word) = word {
            return self.judge_by_word(records, at, (command, word), document);
        }
        if at.forked {
            let unit = policy::concerned_unit(&self.question(at.by, command, document.as_ref()));
            return Ok((
                Judged::Keep(unit, at.device.stopped.map_or(KeptWhy::Forked, why_of)),
                document,
            ));
        }
        if at.number <= at.device.acknowledged {
            return Ok((refused(RefusalCode::AlreadyAnswered), document));
        }
        let target = command.target(&at.by.origin.device);
        if let Some(stop) = at.device.stopped {
            // Until what it is about has come, nobody can say who may read it.
            if head.is_none() && self.subject_may_come(records, at, command)? {
                return Ok((
                    Judged::So(Verdict::Need(Need { document: target })),
                    document,
                ));
            }
            let unit = policy::concerned_unit(&self.question(at.by, command, document.as_ref()));
            return Ok((Judged::Keep(unit, why_of(stop)), document));
        }
        if let Some((unit, why)) =
            self.follows_what_was_kept(records, at, command, document.as_ref())?
        {
            return Ok((Judged::Keep(Some(unit), why), document));
        }
        if at.lacks_an_earlier() && !command.body.stands_alone() {
            return Ok((
                Judged::So(Verdict::Need(Need { document: target })),
                document,
            ));
        }
        let document = match self.base_of(records, at, command, (head, document))? {
            Base::There(document) => document,
            Base::Not(verdict, document) => return Ok((Judged::So(verdict), document)),
        };
        if head.is_some_and(|head| head.is_full(at.by.origin.authority)) {
            return Ok((refused(RefusalCode::DocumentFull), keep(document)));
        }
        if let Some(code) = self.misfit(records, at, command)? {
            return Ok((refused(code), keep(document)));
        }
        let in_scope = command.document.is_none() || at.by.sees(head);
        let (judged, document) = self.decide(records, at, command, document, in_scope)?;
        if matches!(judged, Judged::So(Verdict::Refused(_)))
            && self.may_still_come(records, at, &command.base, document.as_ref())?
        {
            return Ok((
                Judged::So(Verdict::Need(Need { document: target })),
                document,
            ));
        }
        Ok((judged, document))
    }

    /// Asks policy: by the posts in force, then by those of whose end the device was not told.
    fn decide(
        &mut self,
        records: &dyn Records,
        at: &Judging<'_>,
        command: &Command,
        mut document: Document,
        in_scope: bool,
    ) -> Result<(Judged, Option<Document>), StoreError> {
        let by = at.by;
        let in_force = if in_scope {
            admit(
                &self.organisation,
                by.origin,
                command,
                &mut document,
                by.receipt,
                by.now,
            )
        } else {
            Err(RefusalCode::UnknownDocument.into())
        };
        let refusal = match in_force {
            Ok(admitted) => {
                let stands = self.append(records, &admitted, &document)?;
                return Ok((Judged::So(Verdict::Admitted(stands)), Some(document)));
            }
            Err(refusal) if at.former.is_empty() => {
                return Ok((Judged::So(Verdict::Refused(refusal)), keep(document)));
            }
            Err(refusal) => refusal,
        };
        let question = self.question(by, command, Some(&document));
        let by_former = policy::handover(&question);
        match (
            by_former,
            by_former.post().filter(|post| at.was_not_told(post)),
        ) {
            (Handover::Take(_), Some(post)) if at.has_done_what_it_settles(command, &document) => {
                let receipt = Receipt {
                    mark: Mark::AfterPost,
                    ..by.receipt
                };
                let post = post.appointment;
                match admit_after_post(
                    &self.organisation,
                    by.origin,
                    post,
                    command,
                    &mut document,
                    receipt,
                    by.now,
                ) {
                    Ok(admitted) => {
                        let stands = self.append(records, &admitted, &document)?;
                        Ok((Judged::So(Verdict::AfterPost(stands)), Some(document)))
                    }
                    Err(refusal) => Ok((Judged::So(Verdict::Refused(refusal)), keep(document))),
                }
            }
            (Handover::Propose(_), Some(post)) => Ok((
                Judged::Keep(Some(post.unit), KeptWhy::PostEnded),
                keep(document),
            )),
            // It does not fit: the author is told what came first, as before the end of the post.
            (Handover::No, _) => {
                let refusal = match policy::judge(&Question {
                    standing: Standing::Ended,
                    ..question
                }) {
                    Err(of_the_table) => of_the_table,
                    Ok(()) => refusal,
                };
                Ok((Judged::So(Verdict::Refused(refusal)), keep(document)))
            }
            _ => Ok((Judged::So(Verdict::Refused(refusal)), keep(document))),
        }
    }

    /// What policy is asked about a command.
    pub(crate) fn question<'a>(
        &'a self,
        by: &HandIn<'_>,
        command: &'a Command,
        document: Option<&'a Document>,
    ) -> Question<'a> {
        Question {
            organisation: &self.organisation,
            author: by.origin.authority,
            now: by.now,
            standing: Standing::InForce,
            command: command.id(&by.origin.device),
            document: document.filter(|document| document.version() > 0),
            body: &command.body,
        }
    }

    /// The document the command stands on, or why it cannot be judged.
    fn base_of(
        &mut self,
        records: &dyn Records,
        at: &Judging<'_>,
        command: &Command,
        (head, document): (Option<&HeadRecord>, Option<Document>),
    ) -> Result<Base, StoreError> {
        let target = command.target(&at.by.origin.device);
        let refused = |code: RefusalCode, document| {
            Ok(Base::Not(Verdict::Refused(Refusal::from(code)), document))
        };
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
            Some(document) if at.sees(head) => document,
            hidden => {
                if self.creation_was_refused(records, at.by.device, target)? {
                    return refused(RefusalCode::DocumentRefused, hidden);
                }
                // What it was typed upon may still come, and with it the document.
                let may_come = self.told_later.contains(&target)
                    || self.may_still_come(records, at, &command.base, None)?;
                if !may_come && at.awaited.is_empty() && command.base.after.is_empty() {
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
            || base
                .after
                .iter()
                .any(|other| document.version_of(*other).is_none());
        if ahead || waits {
            return Ok(Base::Not(
                Verdict::Need(Need { document: target }),
                Some(document),
            ));
        }
        Ok(Base::There(document))
    }

    /// Whether the device's report that would have created the document was refused.
    pub(crate) fn creation_was_refused(
        &self,
        records: &dyn Records,
        device: DeviceId,
        document: DocumentId,
    ) -> Result<bool, StoreError> {
        Ok(self.refused_creation(records, device, document)?.is_some())
    }

    /// Whether the case that a command is about was not reported yet, as far as the server knows, and
    /// may be: by a batch before it, by a phone that had it before a restore, or when there is room in
    /// the tray that its report goes to.
    fn subject_may_come(
        &self,
        records: &dyn Records,
        at: &Judging<'_>,
        command: &Command,
    ) -> Result<bool, StoreError> {
        let Some(subject) = command
            .document
            .filter(|_| command.body.may_be_about_confidential())
        else {
            return Ok(false);
        };
        let is_known = self.kept_before(records, CommandId(subject.0))?.is_some()
            || self.creation_was_refused(records, at.by.device, subject)?;
        // Of so many that they are not all known, any may be.
        let is_told_later =
            self.told_later.contains(&subject) || self.told_later.len() >= TOLD_LATER_MAX;
        let comes_before = at.lacks_an_earlier() || is_told_later;
        Ok(!is_known && (comes_before || self.may_still_come(records, at, &command.base, None)?))
    }

    /// Notes whether a report is to come again. What its phone said about the case is sent with it, behind
    /// it, and until it lies in a tray nobody can say who may read that.
    pub(super) fn note_told_later(&mut self, case: DocumentId, verdict: &Verdict) {
        if !matches!(verdict, Verdict::Later(_)) {
            self.told_later.remove(&case);
        } else if self.told_later.len() < TOLD_LATER_MAX {
            self.told_later.insert(case);
        }
    }

    /// What is noted of the device's report that would have created the document, if it was refused.
    pub(crate) fn refused_creation(
        &self,
        records: &dyn Records,
        device: DeviceId,
        document: DocumentId,
    ) -> Result<Option<RefusedCreation>, StoreError> {
        self.pending
            .get(records, &keys::refused_creation(device, document))
    }

    /// What neither the document nor the posts can tell.
    fn misfit(
        &mut self,
        records: &dyn Records,
        at: &Judging<'_>,
        command: &Command,
    ) -> Result<Option<RefusalCode>, StoreError> {
        let body = &command.body;
        if matches!(body, Body::Unknown(_)) {
            return Ok(Some(RefusalCode::UnknownCommand));
        }
        if body
            .device_code()
            .is_some_and(|code| code != at.device.code)
        {
            return Ok(Some(RefusalCode::BadNumber));
        }
        let Some(other) = body.needs_open() else {
            return Ok(None);
        };
        let open = self.is_open(records, at, other)?;
        Ok((!open).then_some(RefusalCode::BadMerge))
    }

    /// Whether a document that the author sees may have another merged into it.
    fn is_open(
        &mut self,
        records: &dyn Records,
        at: &Judging<'_>,
        id: DocumentId,
    ) -> Result<bool, StoreError> {
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(id))?;
        if !at.sees(head.as_ref()) {
            return Ok(false);
        }
        let Some(document) = self.documents.take(records, &self.pending, id)? else {
            return Ok(false);
        };
        let open = document.is_open();
        self.documents.put(document);
        Ok(open)
    }
}

impl HandIn<'_> {
    /// Whether the document is one that the author may see; the server sees all.
    fn sees(&self, head: Option<&HeadRecord>) -> bool {
        self.feeds
            .is_none_or(|feeds| head.is_some_and(|head| meets(head, feeds)))
    }
}

impl Judging<'_> {
    /// Whether a courier brought the batch, and one that its author sealed before is still to come:
    /// what it says may stand on that.
    pub(super) fn lacks_an_earlier(&self) -> bool {
        self.by.carried && self.awaited.iter().any(|absent| *absent < self.number)
    }

    /// Whether its author may have a word for it that has not come: not if the verdicts were
    /// acknowledged, nor of a batch beside the chain.
    pub(crate) fn is_unproved(&self) -> bool {
        !self.forked && self.number > self.device.acknowledged
    }

    /// Whether the document is one that the author may see, or might when the device was last told.
    pub(super) fn sees(&self, head: Option<&HeadRecord>) -> bool {
        self.by.sees(head) || head.is_some_and(|head| meets(head, &self.former))
    }
}

fn refused(code: RefusalCode) -> Judged {
    Judged::So(Verdict::Refused(code.into()))
}

fn why_of(stop: Stop) -> KeptWhy {
    match stop {
        Stop::Revoked => KeptWhy::DeviceRevoked,
        Stop::Lost => KeptWhy::DeviceLost,
        Stop::Frozen => KeptWhy::DeviceFrozen,
    }
}

/// A document that exists; one that a refused command would have created does not.
fn keep(document: Document) -> Option<Document> {
    (document.version() > 0).then_some(document)
}

/// The verdict of a command that stands already.
fn standing(document: &Document, id: CommandId, of_batch: Receipt) -> Option<Verdict> {
    let version = document.version_of(id)?;
    let head = document.head_at(version)?;
    let at = AdmittedAt {
        version,
        check: check_of(&head),
    };
    Some(Verdict::standing(at, *document.receipt(version)?, of_batch))
}
