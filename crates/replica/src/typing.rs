//! A command is typed: judged by what the device knows, numbered, written.

use thiserror::Error;

use super::Replica;
use super::held::Confirmed;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::documents::Document;
use alleyway_core::feeds::{
    audience, is_confidential, is_kept_alike, may_name, may_name_each_other,
};
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::Stands;
use alleyway_core::kinds::case::GivenCode;
use alleyway_core::limits::COMMAND_BYTES_MAX;
use alleyway_core::number::{CaseNumber, TrackingCode};
use alleyway_core::organisation::Standing;
use alleyway_core::policy::{Authority, Question, judge};
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::slip::{Slip, SlipMark};
use alleyway_core::step::{Field, FilledBy, Takes};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire, WireError};

/// A step that is to be taken, with its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The document; none if the body creates one.
    pub target: Option<DocumentId>,
    /// The step.
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
    /// The code that it gives out. It can be told again while the document is here.
    pub code: Option<TrackingCode>,
    /// The unit that it sends a case to, if nobody acts for that unit now, by what this device knows.
    pub unattended: Option<UnitId>,
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
    /// Of the document only its row is here: it is to be fetched first.
    #[error("the document is to be fetched first")]
    Filed,
    /// The device is not to go on. What was typed before is still handed in.
    #[error("this device was stopped")]
    Stopped(Stop),
}

impl From<RefusalCode> for RecordError {
    fn from(code: RefusalCode) -> Self {
        Self::Refused(code.into())
    }
}

/// The field of a step that names the unit that a case is sent to.
const SENT_TO: &str = "to";

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
        if let Some(why) = self.stopped() {
            return Err(RecordError::Stopped(why));
        }
        if draft.target.is_some_and(|target| self.is_filed(target)) {
            return Err(RecordError::Filed);
        }
        let mut draft = self.completed(draft, now)?;
        let code = self.give_out(&mut draft.body, &random);
        let counter = self.state.next_counter();
        let command = self.command(&draft, now, random)?;
        if command.to_bytes().len() > COMMAND_BYTES_MAX {
            return Err(WireError::TooLong {
                what: "the command",
                limit: COMMAND_BYTES_MAX,
            }
            .into());
        }
        if self.is_locked() {
            let (writes, recorded) = self.record_locked(&draft, counter, command, &random)?;
            return Ok((writes, Recorded { code, ..recorded }));
        }
        if !self.is_enrolled() {
            return Err(RecordError::NotEnrolled);
        }
        let working = match draft.target {
            Some(target) => Some(
                self.take_working(target)
                    .ok_or(RefusalCode::UnknownDocument)?,
            ),
            None => None,
        };
        let recorded = match self.judged(&command, working.as_ref(), now) {
            Ok(recorded) => Recorded { code, ..recorded },
            Err(refused) => {
                // It stands as it did.
                if let Some(as_it_was) = working {
                    self.keep_working(as_it_was);
                }
                return Err(refused);
            }
        };
        let working = self.try_out(&command, working)?;
        self.state.count(counter);
        let written = self.outbox.put(counter, command);
        if let Some(typed_on) = working {
            self.keep_working(typed_on);
        }
        Ok((vec![written, self.state.write()], recorded))
    }

    /// The unit that a step sends a case to, if nobody acts for it now.
    fn unattended(&self, body: &Body, now: Time) -> Option<UnitId> {
        let takes_unit = |field: &Field| field.spec.takes == Takes::Unit;
        body.step()?
            .field(SENT_TO)
            .filter(|field| takes_unit(field))?;
        let to = UnitId::parse(&body.get(SENT_TO)?)?;
        let organisation = self.organisation();
        (!organisation.is_attended(to, self.server_time(now))).then_some(to)
    }

    /// Judges a command, typed now on `working`, by what the device knows.
    fn judged(
        &self,
        command: &Command,
        working: Option<&Document>,
        now: Time,
    ) -> Result<Recorded, RecordError> {
        let device = self.as_enrolled().ok_or(RecordError::NotEnrolled)?;
        let (key, body) = (device.key(), &command.body);
        let id = command.id(&key);
        let question = Question {
            organisation: self.organisation(),
            author: Authority::Member(device.member()),
            now: self.server_time(now),
            standing: Standing::InForce,
            command: id,
            document: working,
            body,
        };
        judge(&question).map_err(RecordError::Refused)?;
        if let (Some(other), Some(document)) = (body.needs_open(), working) {
            self.may_be_merged(document, other)?;
        } else if let Some(named) = body.names() {
            self.may_be_named(working, named)?;
        }
        Ok(Recorded {
            command: id,
            document: command.document.unwrap_or_else(|| id.document()),
            number: self.number_on(command, working),
            code: None,
            unattended: self.unattended(body, now),
        })
    }

    /// Whether a document may be merged into another, by what the device knows of that one. Of one
    /// that is not here the server judges.
    pub(super) fn may_be_merged(
        &self,
        document: &Document,
        other: DocumentId,
    ) -> Result<(), RefusalCode> {
        if self.is_filed(other) {
            // It is over.
            return Err(RefusalCode::BadMerge);
        }
        let Some(other) = self.working(other) else {
            return Ok(());
        };
        if !other.is_open() {
            return Err(RefusalCode::BadMerge);
        }
        let may = may_name_each_other(&audience(document), &audience(&other));
        if may && is_kept_alike(document, &other) {
            Ok(())
        } else {
            Err(RefusalCode::NamesConfidential)
        }
    }

    /// Whether a document, if it is there already, may name another one, by what the device knows of
    /// that one.
    fn may_be_named(
        &self,
        document: Option<&Document>,
        named: DocumentId,
    ) -> Result<(), RefusalCode> {
        let filed = self.held.get(named).filter(|held| held.is_filed());
        let filed = filed.map(Confirmed::audience);
        let Some(named) = filed.or_else(|| Some(audience(&self.working(named)?))) else {
            return Ok(());
        };
        let may = match document {
            Some(document) => may_name(&audience(document), &named),
            None => !is_confidential(named),
        };
        if may {
            Ok(())
        } else {
            Err(RefusalCode::NamesConfidential)
        }
    }

    /// Types several commands as one step: if it fails, nothing has changed.
    pub(super) fn all_or_none<T, E>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let (state, typed) = (self.state.clone(), self.outbox.snapshot());
        let done = step(self);
        if done.is_err() {
            self.state = state;
            self.outbox.restore(typed);
        }
        done
    }

    /// The draft with what policy fills in. A step that cannot be without it waits while nothing
    /// can be read.
    fn completed(&self, mut draft: Draft, now: Time) -> Result<Draft, RecordError> {
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
        if by_policy().next().is_none() {
            return Ok(draft);
        }
        let working = draft.target.and_then(|target| self.working(target));
        let member = self
            .as_enrolled()
            .map(super::identity::EnrolledDevice::member);
        let now = self.server_time(now);
        let posts = member
            .into_iter()
            .flat_map(|member| self.organisation().posts_of(member, now));
        draft.body.complete(&Stands {
            now,
            posts: &posts.collect::<Vec<_>>(),
            organisation: self.organisation(),
            document: working.as_ref(),
            name_of: &|other| self.name_of(other),
        })?;
        let is_blank = |name| draft.body.get(name).is_some_and(|value| value.is_empty());
        if self.is_locked() && by_policy().any(|field| !field.optional && is_blank(field.name)) {
            return Err(RecordError::Locked);
        }
        Ok(draft)
    }

    /// Fills in the slip of a command that gives out a code, and tells the code. A slip of this device
    /// stays: the resident of a report that is mended has it already.
    fn give_out(&self, body: &mut Body, random: &[u8; 32]) -> Option<TrackingCode> {
        let device = self.as_enrolled()?;
        let place = body.slip()?;
        let known = place.as_ref().and_then(|slip| self.own_code(&slip.mark()));
        if known.is_some() {
            return known;
        }
        let (own, salt) = (device.sealing_secret(), blake3_keyed(random, &[b"slip"]));
        let (slip, code) = Slip::give_out(own, &device.key(), device.town_sealing(), first(&salt))?;
        *place = Some(slip);
        Some(code)
    }

    /// The code on a slip, if this device gave it out.
    pub fn own_code(&self, mark: &SlipMark) -> Option<TrackingCode> {
        let device = self.as_enrolled()?;
        mark.own_code(
            device.sealing_secret(),
            &device.key(),
            device.town_sealing(),
        )
    }

    /// The code that a case follows, if this device gave it out. Those that other members gave out are
    /// told by that: working a code out takes time that a search through many cases would feel.
    pub fn code_given(&self, given: &GivenCode) -> Option<TrackingCode> {
        let is_mine = self.as_enrolled()?.member() == given.by;
        is_mine.then(|| self.own_code(&given.mark)).flatten()
    }

    /// By which people call a document on this device; while nothing can be read, as the index says.
    fn name_of(&self, document: DocumentId) -> Option<String> {
        let working = self.working(document).map(|working| working.name());
        working.or_else(|| Some(self.held.get(document)?.name().to_owned()))
    }

    fn command(&self, draft: &Draft, now: Time, random: [u8; 32]) -> Result<Command, RecordError> {
        let confirmed = draft.target.and_then(|target| self.held.get(target));
        let base = Base {
            incarnation: self.incarnation(),
            generation: confirmed.map_or(0, Confirmed::generation),
            version: confirmed.map_or(0, Confirmed::version),
            after: List::new(
                draft
                    .target
                    .map(|target| self.upon(target))
                    .unwrap_or_default(),
            )?,
        };
        let nonce = |draw| Nonce::Drawn(first(&blake3_keyed(&random, &[b"nonce", &[draw]])));
        let (document, body) = (draft.target, draft.body.clone());
        let mut command = Command {
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

    /// Executes the command on the working document: one that it would not take is not recorded. Returns the document with the
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
}
