//! Batches that a device hands in for others: the author is judged, not the courier.

use super::context::HandIn;
use super::hand_in;
use super::memory::HandInMemory;
use crate::rows::Tx;
use crate::scopes;
use alleyway_core::documents::Receipt;
use alleyway_core::store::StoreError;
use alleyway_core::sync::flight::{CarriedBatch, VerifiedFlight};
use alleyway_core::sync::frame::{Carried, CarriedState, ServerFrame};
use alleyway_core::time::Time;

/// Passes over the batches of one flight, while some of them wait for others. Commands that stand on
/// one another deeper than that come through with the next sync.
const PASSES_MAX: usize = 8;

/// The answer to a carried batch, and how many of its commands wait.
struct Answered {
    carried: Carried,
    open: usize,
}

/// Hands in what the device carries for others. Its own batches have been judged; those that waited
/// for a carried one are judged again, and their answers in `said` replaced.
pub(crate) fn hand_in_carried(
    tx: &mut Tx<'_>,
    memory: &mut HandInMemory,
    by: &HandIn<'_>,
    flight: &VerifiedFlight,
    said: &mut [ServerFrame],
) -> Result<Vec<Carried>, StoreError> {
    let mut answers = Vec::new();
    // As their authors sealed them, in whatever order they were sent.
    let mut batches: Vec<&CarriedBatch> = flight.carried.iter().collect();
    batches.sort_by_key(|batch| (batch.device, batch.number));
    for batch in &batches {
        answers.push(hand_in_for(tx, memory, batch, by.now)?);
    }
    for _ in 0..PASSES_MAX {
        let before = (open_carried(&answers), open_in(said));
        // What stood before a restore waits for what stood before it, in another batch.
        if (answers.is_empty() && flight.stood.is_empty()) || before == (0, 0) {
            break;
        }
        for (frame, batch) in said.iter_mut().zip(&flight.batches) {
            if open(frame) > 0 {
                let stood = flight.stood.get(&batch.batch().number);
                *frame = hand_in(tx, memory, by, batch, stood)?;
            }
        }
        for (answer, batch) in answers.iter_mut().zip(&batches) {
            if answer.open > 0 {
                *answer = hand_in_for(tx, memory, batch, by.now)?;
            }
        }
        if before == (open_carried(&answers), open_in(said)) {
            break;
        }
    }
    Ok(answers.into_iter().map(|answer| answer.carried).collect())
}

/// Hands in one batch for its author.
fn hand_in_for(
    tx: &mut Tx<'_>,
    memory: &mut HandInMemory,
    carried: &CarriedBatch,
    now: Time,
) -> Result<Answered, StoreError> {
    let answer = |state, open| Answered {
        carried: Carried {
            device: carried.device,
            number: carried.number,
            state,
        },
        open,
    };
    let author = tx.device(carried.device)?;
    let (Some(batch), Some(author)) = (&carried.batch, author) else {
        return Ok(answer(CarriedState::Unreadable, 0));
    };
    let scope = scopes::current(tx, &author, now)?;
    // Nobody knows how far the author's clock is off: the courier's says nothing of it.
    let receipt = Receipt::new(now, 0);
    let by = HandIn::of_member(&author, &scope.feeds, receipt, now).through_a_courier();
    let frame = hand_in(tx, memory, &by, batch, None)?;
    let state = match open(&frame) {
        0 => CarriedState::Done,
        _ => CarriedState::Waits,
    };
    Ok(answer(state, open(&frame)))
}

/// Commands without a final verdict.
fn open(frame: &ServerFrame) -> usize {
    match frame {
        ServerFrame::Verdicts(verdicts) => verdicts
            .verdicts
            .iter()
            .filter(|verdict| !verdict.is_final())
            .count(),
        _ => 0,
    }
}

fn open_in(said: &[ServerFrame]) -> usize {
    said.iter().map(open).sum()
}

fn open_carried(answers: &[Answered]) -> usize {
    answers.iter().map(|answer| answer.open).sum()
}
