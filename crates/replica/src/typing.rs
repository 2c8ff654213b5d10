//! A command is typed: judged by what the device knows, numbered, written.

use std::collections::BTreeSet;
use thiserror::Error;

use super::Replica;
use super::causality::Step;
use super::outbox::{Fate, Outgoing};
use super::working::perform;
use alleyway_core::command::fields::Edit;
use alleyway_core::command::{Base, Body, Command};
use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::limits::{COMMAND_BYTES_MAX, REPLACES_MAX};
use alleyway_core::number::CaseNumber;
use alleyway_core::organisation::Standing;
use alleyway_core::policy::{Authority, Question, judge};
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::step::FilledBy;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire, WireError};

/// What is to be done, to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The document; none if the body creates one.
    pub target: Option<DocumentId>,
    /// What is to be done.
    pub body: Body,
}

/// A command that is safe once its writes are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The command.
    pub command: CommandId,
    /// The document it changes or creates.
    pub document: DocumentId,
    /// The case's number, for a case.
    pub number: Option<CaseNumber>,
}

/// Why nothing was recorded. What was typed is still with whoever typed it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// The device has no identity yet.
    #[error("this device is not enrolled")]
    NotEnrolled,
    /// By what the device knows, the server would refuse it.
    #[error("{}", .0.code)]
    Refused(Refusal),
    /// A text is too long, or has characters that no text has.
    #[error("{0}")]
    Unfit(#[from] WireError),
    /// It needs something read that cannot be read before the server is heard again.
    #[error("this cannot be done before the next contact with the server")]
    Locked,
    /// The device is not to go on. What was typed before is still handed in.
    #[error("this device was stopped")]
    Stopped(Stop),
}

impl From<RefusalCode> for RecordError {
    fn from(code: RefusalCode) -> Self {
        Self::Refused(code.into())
    }
}

/// Numbers are redrawn until one is new on this device; a hundred thousand exist per device code.
const NUMBER_DRAWS: u8 = 64;

impl Replica {
    /// Types a command. The writes must be durable before anybody is told that it is saved.
    /// `random` is 32 random bytes.
    ///
    /// # Errors
    /// [`RecordError`]; nothing has changed then.
    pub fn record(
        &mut self,
        draft: Draft,
        now: Time,
        random: [u8; 32],
    ) -> Result<(Vec<Write>, Recorded), RecordError> {
        if let Some(why) = self.state.stopped {
            return Err(RecordError::Stopped(why));
        }
        let draft = self.completed(draft)?;
        let counter = self.state.counter + 1;
        let command = self.command(&draft, counter, now, random)?;
        if command.to_bytes().len() > COMMAND_BYTES_MAX {
            return Err(WireError::TooLong {
                what: "the command",
                limit: COMMAND_BYTES_MAX,
            }
            .into());
        }
        if self.is_locked() {
            return self.record_locked(&draft, command, &random);
        }
        let (identity, enrolled) = self.enrolled_row().ok_or(RecordError::NotEnrolled)?;
        let (key, member) = (identity.secret().public(), enrolled.member);
        let typed = self.typed.take();
        let working = draft
            .target
            .and_then(|target| self.working_again(target, typed));
        if draft.target.is_some() && working.is_none() {
            return Err(RefusalCode::UnknownDocument.into());
        }
        let question = Question {
            organisation: self.organisation(),
            author: Authority::Member(member),
            now: self.server_time(now),
            standing: Standing::InForce,
            command: command.id(&key),
            document: working.as_ref(),
            body: &draft.body,
        };
        judge(&question).map_err(RecordError::Refused)?;
        let number = self.number_on(&command, working.as_ref());
        let recorded = Recorded {
            command: command.id(&key),
            document: command.target(&key),
            number,
        };
        let working = self.try_out(&command, working)?;
        self.state.counter = counter;
        self.outbox.commands.insert(
            counter,
            Outgoing {
                command,
                sealed: None,
                fate: Fate::PENDING,
            },
        );
        self.typed = working.and_then(|working| self.typed_on(working));
        Ok((
            vec![self.outbox.write(counter), self.write_state()],
            recorded,
        ))
    }

    /// The draft with what policy fills in. A step that cannot be without it waits while nothing
    /// can be read.
    fn completed(&self, mut draft: Draft) -> Result<Draft, RecordError> {
        let fields = draft
            .body
            .step()
            .map(|step| step.fields)
            .unwrap_or_default();
        let by_policy = || {
            fields
                .iter()
                .filter(|field| field.spec.filled_by == FilledBy::Policy)
        };
        let Some(target) = draft.target.filter(|_| by_policy().next().is_some()) else {
            return Ok(draft);
        };
        if let Some(working) = self.working(target) {
            draft.body.complete(self.organisation(), &working)?;
        }
        let is_blank = |name| draft.body.get(name).is_some_and(|value| value.is_empty());
        if self.is_locked() && by_policy().any(|field| !field.optional && is_blank(field.name)) {
            return Err(RecordError::Locked);
        }
        Ok(draft)
    }

    fn command(
        &self,
        draft: &Draft,
        counter: u64,
        now: Time,
        random: [u8; 32],
    ) -> Result<Command, RecordError> {
        let confirmed = draft.target.and_then(|target| self.documents.get(&target));
        let base = Base {
            incarnation: self.documents_of(),
            generation: confirmed.map_or(0, super::confirmed::Confirmed::generation),
            version: confirmed.map_or(0, super::confirmed::Confirmed::version),
            after: List::new(
                draft
                    .target
                    .map(|target| self.upon(target))
                    .unwrap_or_default(),
            )?,
        };
        let nonce = |draw| first(&blake3_keyed(&random, &[b"nonce", &[draw]]));
        let (document, body) = (draft.target, draft.body.clone());
        let mut command = Command {
            counter,
            nonce: nonce(0),
            document,
            base,
            at: now,
            body,
        };
        if document.is_some() {
            return Ok(command);
        }
        for draw in 0..NUMBER_DRAWS {
            command.nonce = nonce(draw);
            if self
                .number_on(&command, None)
                .is_none_or(|number| !self.has_number(number))
            {
                return Ok(command);
            }
        }
        // Every number of this device has been given.
        Err(RefusalCode::BadNumber.into())
    }

    /// The number of the case that a command is about, which stands on `working`.
    pub(super) fn number_on(
        &self,
        command: &Command,
        working: Option<&Document>,
    ) -> Option<CaseNumber> {
        let (identity, enrolled) = self.enrolled_row()?;
        let target = command.target(&identity.secret().public());
        if !command.body.is_numbered() {
            return None;
        }
        if command.body.creates() {
            return Some(CaseNumber::of(enrolled.device_code, target));
        }
        if self.is_locked() {
            return self.indexed_number(target);
        }
        working.and_then(Document::number)
    }

    fn has_number(&self, number: CaseNumber) -> bool {
        let text = number.to_string();
        let pending = self.outbox.commands.values().any(|outgoing| {
            outgoing.command.body.creates()
                && self
                    .outbox
                    .target(&outgoing.command)
                    .map(|d| CaseNumber::of(number.device_code, d))
                    == Some(number)
        });
        let locked = self
            .outbox
            .locked
            .values()
            .any(|locked| locked.number.as_str() == text);
        pending
            || locked
            || self
                .documents
                .values()
                .any(|confirmed| confirmed.number() == text)
    }

    /// What the document itself would not take is not recorded. Returns the document with the
    /// command on it.
    pub(super) fn try_out(
        &self,
        command: &Command,
        working: Option<Document>,
    ) -> Result<Option<Document>, RecordError> {
        if command.body.takes_effect_on_admission() {
            return Ok(working);
        }
        let target = self
            .outbox
            .target(command)
            .ok_or(RecordError::NotEnrolled)?;
        let mut document = working.unwrap_or_else(|| Document::new(target, 1));
        self.execute(&mut document, command)
            .ok_or(RecordError::NotEnrolled)??;
        Ok(Some(document))
    }

    /// Executes an own command provisionally; `None` before enrolment.
    pub(super) fn execute(
        &self,
        document: &mut Document,
        command: &Command,
    ) -> Option<Result<(), RefusalCode>> {
        let (identity, enrolled) = self.enrolled_row()?;
        let device = identity.secret().public();
        let (id, author) = (command.id(&device), enrolled.member);
        Some(perform(
            document,
            &Step {
                id,
                device,
                author,
                command,
                carried: false,
                since: command.at,
            },
        ))
    }

    /// An edit of a field: it replaces every value of the field that is on this device.
    ///
    /// # Errors
    /// The value is too long, or the document is not there.
    pub fn edit(&self, target: DocumentId, field: &str, value: &str) -> Result<Draft, RecordError> {
        let (field, value) = (Text::new(field)?, Text::new(value)?);
        let (kind, replaces) = if self.is_locked() {
            // What it replaces was not seen: both values stand until somebody picks one.
            (
                Some(
                    self.indexed_kind(target)
                        .ok_or(RefusalCode::UnknownDocument)?,
                ),
                List::default(),
            )
        } else {
            let working = self.working(target).ok_or(RefusalCode::UnknownDocument)?;
            (
                working.kind(),
                self.replaced_by_edit(target, &working, &field)?,
            )
        };
        let edit = Edit {
            field,
            value,
            replaces,
        };
        let body = kind.and_then(|kind| kind.edit(edit));
        let body = body.ok_or(RefusalCode::UnknownField)?;
        Ok(Draft {
            target: Some(target),
            body,
        })
    }

    /// The ids of all values seen, one's own pending ones and what those replace included.
    fn replaced_by_edit(
        &self,
        target: DocumentId,
        working: &Document,
        field: &str,
    ) -> Result<List<CommandId, REPLACES_MAX>, RecordError> {
        let mut replaces: BTreeSet<CommandId> = working
            .live(field)
            .into_iter()
            .map(|value| value.command)
            .collect();
        for (_, outgoing) in self.outbox.of(target) {
            let Some(edit) = outgoing.command.body.edit() else {
                continue;
            };
            if edit.field.as_str() == field && !matches!(outgoing.fate, Fate::Refused(_)) {
                replaces.extend(edit.replaces.iter().copied());
                replaces.extend(self.outbox.id(&outgoing.command));
            }
        }
        for step in self
            .unconfirmed(target)
            .steps
            .iter()
            .filter(|step| step.carried)
        {
            if let Some(edit) = step
                .command
                .body
                .edit()
                .filter(|edit| edit.field.as_str() == field)
            {
                replaces.extend(edit.replaces.iter().copied());
            }
        }
        Ok(List::new(replaces.into_iter().collect())?)
    }
}
