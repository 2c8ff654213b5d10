//! A resident's step, carried out wholly or not at all.

use std::collections::BTreeSet;

use thiserror::Error;

use super::rules;
use crate::codes::{self, Lead};
use crate::error::LedgerError;
use crate::own::{self, AdminCommand, Own};
use crate::rows::records::ResidentRecord;
use crate::rows::{Tx, keys};
use crate::tracked::{self, ResidentStep};
use alleyway_core::command::Body;
use alleyway_core::crypto::hash16;
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::limits::RESIDENT_STEPS_PER_DAY_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::refusal::Refusal;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Verdict;
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire};

/// A step, as a resident sends it.
#[derive(Debug, Clone)]
pub struct ResidentRequest {
    /// Whose case it is.
    pub code: TrackingCode,
    /// Drawn once for what is sent: the same step with the same token is done once. Another step
    /// with it is another step.
    pub token: [u8; 16],
    /// The step.
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
    /// The code has ended: another one was given out, or its report does not stand.
    #[error("the code has ended")]
    CodeEnded,
    /// The resident has done as much as one day takes.
    #[error("as many steps as one day takes")]
    TooManySteps,
    /// The rules do not allow it. Whose step came first is not for the resident.
    #[error("refused: {}", .0.code)]
    Refused(Refusal),
}

/// Carries out a resident's step, wholly or not at all. `seed` is 32 random bytes.
pub(crate) fn carry_out(
    tx: &mut Tx<'_>,
    request: &ResidentRequest,
    seed: [u8; 32],
    now: Time,
) -> Result<ResidentDone, LedgerError<ResidentError>> {
    let (case, code_of) = match codes::lead(tx, request.code)? {
        Lead::Case { case, by } => (case, by),
        Lead::Ended => return Err(LedgerError::Refused(ResidentError::CodeEnded)),
        Lead::NotArrived => return Err(LedgerError::Refused(ResidentError::NotArrived)),
    };
    let mut body = request.step.body();
    // Of the other steps it is not asked.
    let _ = body.set("code_of", &code_of.key());
    let mark = hash16(
        "alleyway resident step 1",
        &[&request.token, &body.to_bytes()],
    );
    let known: ResidentRecord = tx.get(&keys::resident(case))?.unwrap_or_default();
    if let Some((_, command)) = known.steps.iter().find(|(sent, _)| *sent == mark) {
        return Ok(ResidentDone {
            command: *command,
            repeated: true,
        });
    }
    // A word on a merged case is passed on from there; the rest is done where the case goes on.
    let on = match request.step {
        ResidentStep::Word { .. } => case,
        ResidentStep::Verify { .. } | ResidentStep::Reopen { .. } => own::last_of(tx, case)?,
    };
    ask_first(tx, case, on, &mut body, now)?;
    let savepoint = tx.savepoint();
    let own = Own::resident(tx, case, seed, now);
    let outcome = take_step(tx, &own, on, body);
    match &outcome {
        Ok(command) => {
            own::carry_out_follow_ups(tx, now)?;
            let mut steps = known.steps.into_vec();
            steps.push((mark, *command));
            let older = steps.len().saturating_sub(RESIDENT_STEPS_PER_DAY_MAX);
            let steps =
                List::new(steps.split_off(older)).map_err(|e| StoreError::Failed(e.to_string()))?;
            tx.put(keys::resident(case), &ResidentRecord { steps });
        }
        Err(_) => tx.roll_back(savepoint),
    }
    outcome.map(|command| ResidentDone {
        command,
        repeated: false,
    })
}

/// Fills in what follows from what stands, and asks before anything is written: a refusal costs no
/// command, no batch, no roll-back.
fn ask_first(
    tx: &mut Tx<'_>,
    case: DocumentId,
    on: DocumentId,
    body: &mut Body,
    now: Time,
) -> Result<(), LedgerError<ResidentError>> {
    let resident = MemberId::resident_of(tx.setup().town, case);
    let mut taken = 0_usize;
    for document in BTreeSet::from([case, on]) {
        let of_day = tx.document(document, |document| {
            rules::taken_in_a_day(document, resident, now)
        })?;
        taken = taken.saturating_add(of_day.unwrap_or_default());
    }
    let Some(document) = tx.take_document(on)? else {
        return Err(LedgerError::Refused(ResidentError::NotArrived));
    };
    let answer = if taken >= RESIDENT_STEPS_PER_DAY_MAX {
        Err(ResidentError::TooManySteps)
    } else {
        let organisation = tx.organisation();
        tracked::completed(organisation, &document, body, now)
            .and_then(|()| tracked::judge(organisation, &document, body, now))
            .map_err(ResidentError::Refused)
    };
    tx.put_document(document);
    answer.map_err(LedgerError::Refused)
}

fn take_step(
    tx: &mut Tx<'_>,
    own: &Own,
    on: DocumentId,
    body: Body,
) -> Result<CommandId, LedgerError<ResidentError>> {
    let command = own.command(
        tx,
        AdminCommand {
            document: Some(on),
            body,
        },
    );
    let id = command.id(&tx.server());
    match own.hand_in(tx, vec![command])?.pop() {
        Some(verdict) if verdict.stands() => Ok(id),
        Some(Verdict::Refused(refusal)) => {
            Err(LedgerError::Refused(ResidentError::Refused(refusal)))
        }
        _ => Err(LedgerError::Store(StoreError::Failed(
            "the server's own command is not judged".to_owned(),
        ))),
    }
}
