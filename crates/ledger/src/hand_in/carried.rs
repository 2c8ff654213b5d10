//! Batches that a device hands in for others: the author is judged, not the courier.

use crate::Ledger;
use crate::hand_in::HandIn;
use crate::rows::records::DeviceRecord;
use alleyway_core::documents::Receipt;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::flight::{CarriedBatch, VerifiedFlight};
use alleyway_core::sync::frame::{Carried, CarriedState, ServerFrame};
use alleyway_core::time::Time;

/// How often the batches of one flight are judged again because one of them waited for another.
/// What is typed on one another deeper than that comes through with the next sync.
const PASSES_MAX: usize = 8;

impl Ledger {
    /// Hands in what the device carries for others. Its own batches have been judged; those that
    /// waited for a carried one are judged again, and their answers in `said` replaced.
    pub(crate) fn hand_in_carried(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        device: &mut DeviceRecord,
        (flight, said): (&VerifiedFlight, &mut [ServerFrame]),
        now: Time,
    ) -> Result<Vec<Carried>, StoreError> {
        let mut carried = Vec::new();
        // As their authors sealed them, in whatever order they were sent.
        let mut batches: Vec<&CarriedBatch> = flight.carried.iter().collect();
        batches.sort_by_key(|batch| (batch.device, batch.number));
        for batch in &batches {
            carried.push(self.hand_in_for(records, batch, now)?);
        }
        for _ in 0..PASSES_MAX {
            let before = (
                carried.iter().map(|(_, open)| open).sum::<usize>(),
                open_in(said),
            );
            // What stood before a restore waits for what stood before it, in another batch.
            if (carried.is_empty() && flight.stood.is_empty()) || before == (0, 0) {
                break;
            }
            for (frame, batch) in said.iter_mut().zip(&flight.batches) {
                if open(frame) > 0 {
                    let stood = flight.stood.get(&batch.batch().number);
                    *frame = self.hand_in_again(records, by, device, batch, stood)?;
                }
            }
            for (outcome, batch) in carried.iter_mut().zip(&batches) {
                if outcome.1 > 0 {
                    *outcome = self.hand_in_for(records, batch, now)?;
                }
            }
            if before
                == (
                    carried.iter().map(|(_, open)| open).sum::<usize>(),
                    open_in(said),
                )
            {
                break;
            }
        }
        Ok(carried.into_iter().map(|(carried, _)| carried).collect())
    }

    /// One batch, and how many of its commands wait.
    fn hand_in_for(
        &mut self,
        records: &dyn Records,
        carried: &CarriedBatch,
        now: Time,
    ) -> Result<(Carried, usize), StoreError> {
        let answer = |state| Carried {
            device: carried.device,
            number: carried.number,
            state,
        };
        let author = self.device(records, carried.device)?;
        let (Some(batch), Some(mut author)) = (&carried.batch, author) else {
            return Ok((answer(CarriedState::Unreadable), 0));
        };
        let scope = self.current_scope(records, &author, now)?;
        // Nobody knows how far the author's clock is off: the courier's says nothing of it.
        let receipt = Receipt::new(now, 0);
        let by_author = author.clone();
        let by = HandIn::of_member(&by_author, &scope.feeds, receipt, now).through_a_courier();
        let frame = self.hand_in(records, &by, &mut author, batch)?;
        let waiting = open(&frame);
        let state = if waiting > 0 {
            CarriedState::Waits
        } else {
            CarriedState::Done
        };
        Ok((answer(state), waiting))
    }
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
