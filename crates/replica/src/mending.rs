//! A refused command is mended, sent again as it was, or dropped.

use std::collections::BTreeMap;
use thiserror::Error;

use super::outbox::{Fate, Outgoing};
use super::typing::{Draft, RecordError, Recorded};
use super::{Replica, rows};
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
        let old = self
            .outbox
            .commands
            .get(&counter)
            .ok_or(MendError::NotRefused)?
            .clone();
        let mut body = old.command.body.clone();
        for (field, value) in fields {
            set(&mut body, field, value)?;
        }
        let old_target = self.outbox.target(&old.command);
        let followers: Vec<u64> = match old_target {
            Some(target) if old.command.document.is_none() => self.followers(target, counter),
            _ => Vec::new(),
        };
        let before = (self.state.clone(), self.outbox.commands.clone());
        let outcome = self.reissue(counter, old.command.document, body, &followers, now, random);
        if outcome.is_err() {
            (self.state, self.outbox.commands) = before;
        }
        outcome
    }

    fn reissue(
        &mut self,
        counter: u64,
        document: Option<DocumentId>,
        body: Body,
        followers: &[u64],
        now: Time,
        random: [u8; 32],
    ) -> Result<(Vec<Write>, Recorded), MendError> {
        self.outbox.commands.remove(&counter);
        let draft = self.redraft(document, body)?;
        let (mut writes, recorded) = self.record(draft, now, random)?;
        writes.push(self.outbox.write(counter));
        for follower in followers {
            let Some(old) = self.outbox.commands.remove(follower) else {
                continue;
            };
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
                let fate = Fate::Refused(RefusalCode::DocumentRefused.into());
                self.outbox.commands.insert(
                    *follower,
                    Outgoing {
                        command,
                        sealed: None,
                        fate,
                    },
                );
            }
            writes.push(self.outbox.write(*follower));
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
            return Ok(self.edit(target, &edit.field, &edit.value)?);
        }
        // A foreign number cannot be had: what is created gets one of this device.
        let body = match self.enrolled_row() {
            Some((_, enrolled)) if target.is_none() => body.with_device_code(enrolled.device_code),
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
        self.outbox.commands.remove(&counter);
        Ok(vec![self.outbox.write(counter)])
    }

    fn refused_counter(&self, command: CommandId) -> Result<u64, MendError> {
        if self
            .outbox
            .locked
            .values()
            .any(|locked| locked.id == command)
        {
            return Err(MendError::Locked);
        }
        let counter = self.outbox.find(command).ok_or(MendError::NotRefused)?;
        let fate = self
            .outbox
            .commands
            .get(&counter)
            .map(|outgoing| &outgoing.fate);
        matches!(fate, Some(Fate::Refused(_)))
            .then_some(counter)
            .ok_or(MendError::NotRefused)
    }

    /// Notes that a document was looked at, as it is confirmed now.
    pub fn look_at(&mut self, document: DocumentId) -> Vec<Write> {
        let Some(version) = self
            .documents
            .get(&document)
            .map(super::confirmed::Confirmed::version)
        else {
            return Vec::new();
        };
        if self.looked_at.insert(document, version) == Some(version) {
            return Vec::new();
        }
        vec![rows::put(rows::key(rows::LOOKED_AT, &document), &version)]
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
