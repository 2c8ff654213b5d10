//! What becomes of a command whose batch comes with the server's older word.

use super::Proof;
use crate::Ledger;
use crate::hand_in::{HandIn, Judged, Judging};
use crate::town::administer::AdminCommand;
use alleyway_core::admission::admit_again;
use alleyway_core::batch::VerifiedBatch;
use alleyway_core::command::{Base, Command};
use alleyway_core::crypto::blake3_keyed;
use alleyway_core::documents::Document;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::kinds::StoodBefore;
use alleyway_core::policy::{self, Authority};
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::{AdmittedAt, KeptWhy, Need, Verdict};

impl Ledger {
    /// What the older word makes of a command, and the document to put back.
    pub(crate) fn judge_by_word(
        &mut self,
        records: &dyn Records,
        at: &Judging<'_>,
        (command, word): (&Command, &Verdict),
        document: Option<Document>,
    ) -> Result<(Judged, Option<Document>), StoreError> {
        let Some((stood, receipt)) = word.stood(at.by.receipt) else {
            return match word {
                Verdict::Kept(kept) => {
                    self.keep_again(records, at, (command, kept.why.clone()), document)
                }
                // As it was refused, or to be sent again.
                _ => Ok((Judged::So(word.clone()), document)),
            };
        };
        let waits = self.is_waited_for(records, at.by)?;
        let need = Judged::So(Verdict::Need(Need {
            document: command.target(&at.by.origin.device),
        }));
        let mut document = match (command.document, document) {
            (None, None) => Document::new(command.target(&at.by.origin.device), 1),
            (_, Some(document)) => document,
            (Some(_), None) if waits => return Ok((need, None)),
            (Some(_), None) => {
                return self.keep_again(records, at, (command, KeptWhy::BeforeRestore), None);
            }
        };
        match admit_again(
            &self.organisation,
            at.by.origin,
            stood,
            command,
            &mut document,
            receipt,
        ) {
            Ok(admitted) => {
                let stands = self.append(records, &admitted, &document)?;
                Ok((
                    Judged::So(Verdict::standing(stands, receipt, at.by.receipt)),
                    Some(document),
                ))
            }
            // What came before it may still come, from the device that typed it.
            Err(_) if waits && lacks_before(&document, stood) => Ok((need, Some(document))),
            Err(_) if document.version() == 0 => {
                self.keep_again(records, at, (command, KeptWhy::BeforeRestore), None)
            }
            Err(_) => self.keep_again(
                records,
                at,
                (command, KeptWhy::BeforeRestore),
                Some(document),
            ),
        }
    }

    /// Into the tray, where the older word says so. What is about a document that is not there waits
    /// for it: only then is it known who may read it.
    fn keep_again(
        &mut self,
        records: &dyn Records,
        at: &Judging<'_>,
        (command, why): (&Command, KeptWhy),
        document: Option<Document>,
    ) -> Result<(Judged, Option<Document>), StoreError> {
        let is_unknown = command.document.is_some() && document.is_none();
        if is_unknown {
            if let Some((unit, _)) = self.follows_what_was_kept(records, at, command, None)? {
                return Ok((Judged::Keep(Some(unit), why), None));
            }
            let document = command.target(&at.by.origin.device);
            let never_was = self.creation_was_refused(records, at.by.device, document)?;
            if !never_was && self.is_waited_for(records, at.by)? {
                return Ok((Judged::So(Verdict::Need(Need { document })), None));
            }
        }
        let unit = policy::concerned_unit(&self.question(at.by, command, document.as_ref()));
        Ok((Judged::Keep(unit, why), document))
    }

    /// Writes into a document's log that a step stood there before the restore. One that takes no more
    /// goes without: the step lies in the tray all the same.
    pub(crate) fn log_stood(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        command: &Command,
    ) -> Result<(), StoreError> {
        let id = command.id(&by.origin.device);
        let stood = command.body.stood_before(StoodBefore {
            step: command.body.kind(),
            author: by.origin.author,
            received: by.receipt.received,
            id,
        });
        let (Some(body), Some(document)) = (stood, command.document) else {
            return Ok(());
        };
        if !self.is_there(records, document)? {
            return Ok(());
        }
        // A command is kept once in an incarnation, so what is derived from both repeats no nonce.
        let incarnation = self.state.incarnation.to_be_bytes();
        let seed = blake3_keyed(&self.setup.token_key, &[b"stood", &id.0, &incarnation]);
        let own = self.own_command(
            AdminCommand {
                document: Some(document),
                body,
            },
            &seed,
            by.now,
        );
        let origin = self.own_origin(Authority::Server, self.server_member());
        self.hand_in_own(records, origin, vec![own], &seed, by.now)?;
        Ok(())
    }

    fn is_there(&self, records: &dyn Records, document: DocumentId) -> Result<bool, StoreError> {
        Ok(self
            .pending
            .get_bytes(records, &crate::rows::keys::head(document))?
            .is_some())
    }

    /// Whether what stood before the restore may still come, so that nothing is kept or refused for want
    /// of it: for a while from anybody; and at any time from a device that does not know of it yet.
    pub(crate) fn is_waited_for(
        &self,
        records: &dyn Records,
        by: &HandIn<'_>,
    ) -> Result<bool, StoreError> {
        Ok(by.is_unaware || !self.has_waited(records, by.now)?)
    }

    /// Whether all of a batch was typed before the restore.
    pub(crate) fn is_of_before(&self, batch: &VerifiedBatch) -> bool {
        batch
            .batch()
            .commands
            .iter()
            .all(|command| self.was_typed_before(command))
    }

    /// Whether a command was typed before the restore; not by a device that had never heard of an
    /// incarnation.
    pub(crate) fn was_typed_before(&self, command: &Command) -> bool {
        (1..self.state.incarnation).contains(&command.base.incarnation)
    }

    /// Whether a courier brings what was typed before the restore: the phone that typed it may have
    /// the server's word for it, and is waited for before it is refused or kept.
    pub(crate) fn author_may_prove(
        &self,
        records: &dyn Records,
        at: &Judging<'_>,
        command: &Command,
    ) -> Result<bool, StoreError> {
        let before = command.base.incarnation < self.state.incarnation && at.by.carried;
        Ok(before && at.is_unproved() && self.is_waited_for(records, at.by)?)
    }

    /// Whether only couriers have brought a batch that was typed before the restore: its author may
    /// have the server's word for it, and has not given it back.
    pub(crate) fn awaits_word(
        &self,
        records: &dyn Records,
        device: DeviceId,
        batch: &VerifiedBatch,
    ) -> Result<bool, StoreError> {
        let incarnation = self.state.incarnation;
        let is_of_before = batch
            .batch()
            .commands
            .iter()
            .any(|command| command.base.incarnation < incarnation);
        if incarnation == 1 || !is_of_before {
            return Ok(false);
        }
        Ok(self
            .batch(records, device, batch.batch().number)?
            .is_some_and(|held| held.carried))
    }

    /// Whether what an author had seen before the restore may still come: a command that was typed
    /// upon it, and does not fit without it, waits.
    pub(crate) fn may_still_come(
        &self,
        records: &dyn Records,
        at: &Judging<'_>,
        base: &Base,
        document: Option<&Document>,
    ) -> Result<bool, StoreError> {
        let before = base.incarnation < self.state.incarnation && at.by.feeds.is_some();
        let lost = base.version > document.map_or(0, Document::version);
        Ok(before && lost && self.is_waited_for(records, at.by)?)
    }
}

/// In which order the commands of a batch are taken: those that stood before the restore first, as
/// they stood, then the others as they were typed.
pub(crate) fn order_of(commands: usize, proof: Option<Proof<'_>>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..commands).collect();
    if let Some(proof) = proof {
        // The version that a command made is behind those of all it stood upon.
        order.sort_by_key(|place| proof.stood(*place).map_or(u64::MAX, |stood| stood.version));
    }
    order
}

/// Whether there were more versions before the command than there are now.
fn lacks_before(document: &Document, stood: AdmittedAt) -> bool {
    document.version().saturating_add(1) < stood.version
}
