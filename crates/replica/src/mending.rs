//! A refused command is mended, sent again as it was, or dropped.

use std::collections::BTreeMap;
use thiserror::Error;

use super::Replica;
use super::outbox::Fate;
use super::typing::{Draft, RecordError, Recorded};
use alleyway_core::command::{Body, Command};
use alleyway_core::crypto::blake3_keyed;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::step::SetError;
use alleyway_core::store::Write;
use alleyway_core::time::Time;

/// Why a refused command was not mended. It is still there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MendError {
    /// No refused command has this id.
    #[error("no refused command has this id")]
    NotRefused,
    /// It cannot be read before the server is heard again.
    #[error("the command cannot be read before the next contact with the server")]
    Locked,
    /// The command has no such field.
    #[error("the command has no field {0}")]
    UnknownField(String),
    /// The field does not take such a value.
    #[error("{0} does not take this value")]
    BadValue(String),
    /// It would be refused again.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// A command that is issued again, with those that follow it.
struct Mended {
    /// The command that was refused, by its counter.
    counter: u64,
    /// The document that it was to change; none if it was to create one.
    document: Option<DocumentId>,
    /// The step as it is now.
    body: Body,
    /// Commands on the document that it was to create.
    followers: Vec<u64>,
}

impl Replica {
    /// Mends a refused command: sets fields and issues it as a new one. Of a refused report, all
    /// that was typed on its case is issued again too, in order.
    ///
    /// # Errors
    /// [`MendError`]; nothing has changed then.
    pub fn mend(
        &mut self,
        command: CommandId,
        fields: &BTreeMap<String, String>,
        now: Time,
        random: [u8; 32],
    ) -> Result<(Vec<Write>, Recorded), MendError> {
        let counter = self.refused_counter(command)?;
        let old = self.outbox.get(counter).ok_or(MendError::NotRefused)?;
        let old = old.command.clone();
        let mut body = old.body.clone();
        for (field, value) in fields {
            set(&mut body, field, value)?;
        }
        body.keep_filled(&old.body);
        let old_target = self.outbox.target(&old);
        let followers: Vec<u64> = match old_target {
            Some(target) if old.document.is_none() => self.followers(target, counter),
            _ => Vec::new(),
        };
        let mended = Mended {
            counter,
            document: old.document,
            body,
            followers,
        };
        self.all_or_none(|replica| replica.reissue(mended, now, random))
    }

    fn reissue(
        &mut self,
        mended: Mended,
        now: Time,
        random: [u8; 32],
    ) -> Result<(Vec<Write>, Recorded), MendError> {
        self.outbox.take(mended.counter);
        let draft = self.redraft(mended.document, mended.body)?;
        let (mut writes, recorded) = self.record(draft, now, random)?;
        writes.push(self.outbox.write(mended.counter));
        for follower in mended.followers {
            let Some(old) = self.outbox.take(follower) else {
                continue;
            };
            writes.extend(self.outbox.note_replaced(&old));
            let random = blake3_keyed(&random, &[b"follower", &follower.to_be_bytes()]);
            let draft = self.redraft(Some(recorded.document), old.command.body.clone());
            if let Ok((more, _)) = draft.and_then(|draft| Ok(self.record(draft, now, random)?)) {
                writes.extend(more);
            } else {
                // It does not fit: it stays refused and visible, to be mended by itself, there where
                // the report is now.
                let command = Command {
                    document: Some(recorded.document),
                    ..old.command
                };
                let refusal = RefusalCode::DocumentRefused.into();
                self.outbox.put_refused(follower, command, refusal);
            }
            writes.push(self.outbox.write(follower));
        }
        Ok((writes, recorded))
    }

    /// An edit is made anew: what it replaces is what is seen now.
    pub(super) fn redraft(
        &self,
        target: Option<DocumentId>,
        body: Body,
    ) -> Result<Draft, MendError> {
        if let (Some(edit), Some(target)) = (body.edit(), target) {
            let mut draft = self.edit(target, &edit.field, &edit.value)?;
            draft.body.keep_filled(&body);
            return Ok(draft);
        }
        // A foreign number cannot be had: what is created gets one of this device.
        let body = match self.as_enrolled() {
            Some(device) if target.is_none() => body.with_device_code(device.code()),
            _ => body,
        };
        Ok(Draft { target, body })
    }

    /// Everything else typed on a document whose report was refused: the document never exists, so
    /// nothing on it can stand, whether the server has said so yet or not.
    fn followers(&self, target: DocumentId, counter: u64) -> Vec<u64> {
        let stands = |fate: &Fate| matches!(fate, Fate::Admitted(_));
        self.outbox
            .of(target)
            .filter(|(c, o)| *c != counter && !stands(&o.fate))
            .map(|(c, _)| c)
            .collect()
    }

    /// Drops a refused command: its author has dealt with it.
    ///
    /// # Errors
    /// [`MendError::NotRefused`].
    pub fn drop_refused(&mut self, command: CommandId) -> Result<Vec<Write>, MendError> {
        let counter = self.refused_counter(command)?;
        Ok(vec![self.outbox.remove(counter)])
    }

    fn refused_counter(&self, command: CommandId) -> Result<u64, MendError> {
        if self
            .outbox
            .locked()
            .any(|(_, locked)| locked.id() == command)
        {
            return Err(MendError::Locked);
        }
        let counter = self.outbox.find(command).ok_or(MendError::NotRefused)?;
        let outgoing = self.outbox.get(counter).ok_or(MendError::NotRefused)?;
        let refusal = outgoing.fate.refusal();
        refusal.map(|_| counter).ok_or(MendError::NotRefused)
    }
}

/// Sets one field of a step that its author fills, by the name that terminal and apps use for it.
fn set(body: &mut Body, field: &str, value: &str) -> Result<(), MendError> {
    let unknown = || MendError::UnknownField(field.to_owned());
    body.step()
        .and_then(|step| step.typed_field(field))
        .ok_or_else(unknown)?;
    body.set(field, value).map_err(|error| match error {
        SetError::UnknownField => unknown(),
        SetError::BadValue => MendError::BadValue(field.to_owned()),
    })
}
