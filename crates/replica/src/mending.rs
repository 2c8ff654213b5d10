//! A refused command is mended, sent again as it was, or dropped.

use std::collections::BTreeMap;
use thiserror::Error;

use super::outbox::{Fate, Outgoing};
use super::typing::{Draft, RecordError, Recorded};
use super::{Replica, rows};
use alleyway_core::command::{Body, Command};
use alleyway_core::crypto::blake3_keyed;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Point;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Write;
use alleyway_core::text::Text;
use alleyway_core::time::{Date, Time};

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

/// Sets one field of a step, by the name that the terminal and the apps use for it.
fn set(body: &mut Body, field: &str, value: &str) -> Result<(), MendError> {
    let Body::Case(body) = body else {
        return Err(MendError::UnknownField(field.to_owned()));
    };
    let bad = || MendError::BadValue(field.to_owned());
    let date = || value.parse::<i32>().map(Date).map_err(|_| bad());
    let unit = || DocumentId::parse(value).ok_or_else(bad);
    match (body, field) {
        (CaseCommand::Report(r), "text") => put(&mut r.text, value, bad),
        (CaseCommand::Report(r), "title") => put(&mut r.title, value, bad),
        (CaseCommand::Report(r), "category") => put(&mut r.category, value, bad),
        (CaseCommand::Report(r), "place") => put(&mut r.place, value, bad),
        (CaseCommand::Report(r), "contact") => put(&mut r.contact, value, bad),
        (CaseCommand::Report(r), "household") => {
            unit().map(|household| r.household = Some(household))
        }
        (CaseCommand::Report(r), "point") => Point::parse(value)
            .map(|point| r.point = Some(point))
            .ok_or_else(bad),
        (CaseCommand::Report(r), "confidential") => {
            r.confidential = value.parse().map_err(|_| bad())?;
            Ok(())
        }
        (CaseCommand::Reject(r), "reason") => put(&mut r.reason, value, bad),
        (CaseCommand::Reject(r), "text") => put(&mut r.text, value, bad),
        (CaseCommand::Note(n), "text") => put(&mut n.text, value, bad),
        (CaseCommand::Visit(v), "text") => put(&mut v.text, value, bad),
        (CaseCommand::Edit(e), "field") => put(&mut e.field, value, bad),
        (CaseCommand::Edit(e), "value") => put(&mut e.value, value, bad),
        (CaseCommand::Escalate(e), "reason") => put(&mut e.reason, value, bad),
        (CaseCommand::Escalate(e), "tried") => put(&mut e.tried, value, bad),
        (CaseCommand::Escalate(e), "to") => unit().map(|to| e.to = to),
        (CaseCommand::Return(r), "reason") => put(&mut r.reason, value, bad),
        (CaseCommand::Rule(r), "reason") => put(&mut r.reason, value, bad),
        (CaseCommand::Rule(r), "to") => unit().map(|to| r.to = to),
        (CaseCommand::Dispatch(d), "to") => unit().map(|to| d.to = to),
        (CaseCommand::Dispatch(d), "by") => date().map(|by| d.by = by),
        (CaseCommand::Wait(w), "reason") => put(&mut w.reason, value, bad),
        (CaseCommand::Resume(r), "text") => put(&mut r.text, value, bad),
        (CaseCommand::Extend(e), "by") => date().map(|by| e.by = by),
        (CaseCommand::Extend(e), "reason") => put(&mut e.reason, value, bad),
        (CaseCommand::Supervise(s), "text") => put(&mut s.text, value, bad),
        (CaseCommand::Resolve(r), "text") => put(&mut r.text, value, bad),
        (CaseCommand::Verify(v), "text") => put(&mut v.text, value, bad),
        (CaseCommand::Verify(v), "result") => {
            v.result = alleyway_core::kinds::case::Finding::known(value).ok_or_else(bad)?;
            Ok(())
        }
        (CaseCommand::Close(c), "code") => put(&mut c.code, value, bad),
        (CaseCommand::Close(c), "text") => put(&mut c.text, value, bad),
        (CaseCommand::Reopen(r), "reason") => put(&mut r.reason, value, bad),
        (CaseCommand::Withdraw(w), "text") => put(&mut w.text, value, bad),
        (CaseCommand::Merge(m), "into") => unit().map(|into| m.into = into),
        _ => Err(MendError::UnknownField(field.to_owned())),
    }
}

fn put<const MAX: usize>(
    to: &mut Text<MAX>,
    value: &str,
    bad: impl Fn() -> MendError,
) -> Result<(), MendError> {
    *to = Text::new(value).map_err(|_| bad())?;
    Ok(())
}
