//! The resident's hand: with the tracking code a resident verifies, reopens, adds a word.
//!
//! The server's own device types the command; the rules of the resident judge it, and an author of
//! the case's own ([`MemberId::resident_of`]) stands in its log. A step that is sent again is
//! answered again and done once.

pub(crate) mod track;

use thiserror::Error;

use crate::Ledger;
use crate::resident::track::ENTRIES_LOOKED_AT_MAX;
use crate::rows::keys;
use crate::rows::records::ResidentRecord;
use crate::town::administer::AdminCommand;
use alleyway_core::command::Body;
use alleyway_core::crypto::hash16;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Finding, Note, Prose, Reopen, Verify};
use alleyway_core::limits::{RESIDENT_STEPS_PER_DAY_MAX, RESIDENT_TEXT_BYTES_MAX};
use alleyway_core::number::TrackingCode;
use alleyway_core::policy::{Authority, Question, Standing, judge};
use alleyway_core::refusal::Refusal;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::Verdict;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire};

/// What a resident writes at once.
pub type Words = Text<RESIDENT_TEXT_BYTES_MAX>;

/// What a resident can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResidentStepKind {
    /// 核查
    Verify,
    /// 重办
    Reopen,
    /// 补充说明
    Word,
}

impl ResidentStepKind {
    /// Every one, in the order in which a page offers them.
    pub const ALL: &'static [Self] = &[Self::Verify, Self::Reopen, Self::Word];

    /// The word for it over HTTP.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reopen => "reopen",
            Self::Word => "word",
        }
    }

    /// A step of this kind with something in every place, to ask the rules with.
    fn example(self) -> ResidentStep {
        let words = || Words::cut("…");
        match self {
            Self::Verify => ResidentStep::Verify {
                result: Finding::Fixed,
                text: words(),
            },
            Self::Reopen => ResidentStep::Reopen { reason: words() },
            Self::Word => ResidentStep::Word { text: words() },
        }
    }
}

/// A step of a resident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResidentStep {
    /// Says whether the work helped.
    Verify {
        /// What was found.
        result: Finding,
        /// In the resident's words; may be empty.
        text: Words,
    },
    /// Asks for it to be handled again.
    Reopen {
        /// Why.
        reason: Words,
    },
    /// Adds a word: a note in the case.
    Word {
        /// The word.
        text: Words,
    },
}

impl ResidentStep {
    fn body(&self) -> Body {
        Body::from(match self {
            Self::Verify { result, text } => CaseCommand::Verify(Verify {
                result: result.clone(),
                text: prose(text),
            }),
            Self::Reopen { reason } => CaseCommand::Reopen(Reopen {
                reason: prose(reason),
            }),
            Self::Word { text } => CaseCommand::Note(Note { text: prose(text) }),
        })
    }
}

/// Words are shorter than prose may be, and of the same characters: they always fit.
fn prose(words: &Words) -> Prose {
    Prose::new(words).unwrap_or_else(|_| Prose::cut(words))
}

/// What a resident sends.
#[derive(Debug, Clone)]
pub struct ResidentRequest {
    /// Whose case it is.
    pub code: TrackingCode,
    /// Drawn once for what is sent: the same step with the same token is done once. Another step
    /// with it is another step.
    pub token: [u8; 16],
    /// What is to be done.
    pub step: ResidentStep,
}

/// The step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResidentDone {
    /// The command that it became.
    pub command: CommandId,
    /// Whether it had been sent, and done, before.
    pub repeated: bool,
}

/// Nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ResidentError {
    /// The code is a good one, but its case has not arrived.
    #[error("the case has not arrived")]
    NotArrived,
    /// The resident has done as much as one day takes.
    #[error("as many steps as one day takes")]
    TooManySteps,
    /// The rules do not allow it. Whose step came first is not for the resident.
    #[error("refused: {}", .0.code)]
    Refused(Refusal),
}

impl Ledger {
    /// Carries out a resident's step, wholly or not at all. `seed` is 32 random bytes.
    ///
    /// # Errors
    /// [`ResidentError`]; the outer one if the store fails.
    pub fn resident(
        &mut self,
        records: &dyn Records,
        request: &ResidentRequest,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Result<ResidentDone, ResidentError>, StoreError> {
        let Some(case) = self.tracked_case(records, request.code)? else {
            return Ok(Err(ResidentError::NotArrived));
        };
        let body = request.step.body();
        let mark = hash16(
            "alleyway resident step 1",
            &[&request.token, &body.to_bytes()],
        );
        let known: ResidentRecord = self
            .pending
            .get(records, &keys::resident(case))?
            .unwrap_or_default();
        if let Some((_, command)) = known.steps.iter().find(|(sent, _)| *sent == mark) {
            return Ok(Ok(ResidentDone {
                command: *command,
                repeated: true,
            }));
        }
        if let Err(error) = self.ask_for_resident(records, case, &body, now)? {
            return Ok(Err(error));
        }
        let savepoint = self.savepoint();
        let outcome = self.step_for_resident(records, case, body, &seed, now);
        match &outcome {
            Ok(Ok(command)) => {
                let mut steps = known.steps.into_vec();
                steps.push((mark, *command));
                let older = steps.len().saturating_sub(RESIDENT_STEPS_PER_DAY_MAX);
                let steps = List::new(steps.split_off(older))
                    .map_err(|e| StoreError::Failed(e.to_string()))?;
                self.pending
                    .put(keys::resident(case), &ResidentRecord { steps });
            }
            Ok(Err(_)) | Err(_) => self.roll_back(savepoint),
        }
        Ok(outcome?.map(|command| ResidentDone {
            command,
            repeated: false,
        }))
    }

    /// Asks before anything is written: a refusal costs no command, no batch, no roll-back.
    fn ask_for_resident(
        &mut self,
        records: &dyn Records,
        case: DocumentId,
        body: &Body,
        now: Time,
    ) -> Result<Result<(), ResidentError>, StoreError> {
        let Some(document) = self.documents.take(records, &self.pending, case)? else {
            return Ok(Err(ResidentError::NotArrived));
        };
        let answer = if self.resident_day_is_full(&document, now) {
            Err(ResidentError::TooManySteps)
        } else {
            self.judge_resident(&document, body, now)
                .map_err(ResidentError::Refused)
        };
        self.documents.put(document);
        Ok(answer)
    }

    fn step_for_resident(
        &mut self,
        records: &dyn Records,
        case: DocumentId,
        body: Body,
        seed: &[u8; 32],
        now: Time,
    ) -> Result<Result<CommandId, ResidentError>, StoreError> {
        let command = self.own_command(
            AdminCommand {
                document: Some(case),
                body,
            },
            seed,
            now,
        );
        let id = command.id(&self.server);
        let origin = self.own_origin(
            Authority::Resident,
            MemberId::resident_of(self.setup.town, case),
        );
        match self
            .hand_in_own(records, origin, vec![command], seed, now)?
            .pop()
        {
            Some(verdict) if verdict.stands() => Ok(Ok(id)),
            Some(Verdict::Refused(refusal)) => Ok(Err(ResidentError::Refused(refusal))),
            _ => Err(StoreError::Failed(
                "the server's own command is not judged".to_owned(),
            )),
        }
    }

    /// The steps that the rules allow the resident now.
    pub(crate) fn resident_may(&self, document: &Document, now: Time) -> Vec<ResidentStepKind> {
        let allowed = |kind: &ResidentStepKind| {
            self.judge_resident(document, &kind.example().body(), now)
                .is_ok()
        };
        ResidentStepKind::ALL
            .iter()
            .copied()
            .filter(allowed)
            .collect()
    }

    fn judge_resident(&self, document: &Document, body: &Body, now: Time) -> Result<(), Refusal> {
        judge(&Question {
            organisation: &self.organisation,
            author: Authority::Resident,
            now,
            standing: Standing::InForce,
            // Only a command that creates is told apart by its id.
            command: CommandId([0; 16]),
            document: Some(document),
            body,
        })
    }

    /// Whether the resident's steps of the last 24 hours are as many as may be. The case's log
    /// tells; its newest entries are enough.
    pub(crate) fn resident_day_is_full(&self, document: &Document, now: Time) -> bool {
        let resident = MemberId::resident_of(self.setup.town, document.id());
        let since = now.plus_days(-1);
        let newest = document
            .commands()
            .iter()
            .rev()
            .zip(document.receipts().iter().rev());
        let own = newest
            .take(ENTRIES_LOOKED_AT_MAX)
            .take_while(|(_, receipt)| receipt.received > since)
            .filter(|(command, _)| document.author_of(**command) == Some(resident));
        own.take(RESIDENT_STEPS_PER_DAY_MAX).count() == RESIDENT_STEPS_PER_DAY_MAX
    }
}

#[cfg(test)]
pub(crate) mod tests;
