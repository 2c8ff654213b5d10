//! The batches of one flight, handed in slice by slice: first the device's own, then those that it
//! carries for others, whose authors are judged and not the courier.
//!
//! A batch is taken whole, in one slice. Between two slices others are served, and what they do is
//! known to the next: a flight is no more of one piece than several flights are. A slice ends early,
//! too, before a batch that needs long documents which are to be loaded first.

use super::budget::FlightBudgets;
use super::context::HandIn;
use super::hand_in;
use super::memory::HandInMemory;
use super::needed;
use crate::rows::Tx;
use crate::scopes;
use alleyway_core::batch::VerifiedBatch;
use alleyway_core::documents::Receipt;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::store::StoreError;
use alleyway_core::sync::flight::{CarriedBatch, VerifiedFlight};
use alleyway_core::sync::frame::{Carried, CarriedState, ServerFrame};
use alleyway_core::time::Time;

/// Commands that one slice judges, and those of the batch in which it ends. A command counts once
/// more for each command that it says it stands on.
const SLICE_COMMANDS: usize = 256;

/// Passes over the batches of one flight, while some of them wait for others. Commands that stand on
/// one another deeper than that come through with the next sync.
const PASSES_MAX: usize = 8;

/// The answer to a carried batch, and how many of its commands wait.
#[derive(Debug, Clone)]
struct Answered {
    carried: Carried,
    open: usize,
}

/// How far a flight has been handed in.
#[derive(Debug, Clone, Default)]
pub(crate) struct HandedIn {
    /// The answers to the device's own batches.
    said: Vec<ServerFrame>,
    answers: Vec<Answered>,
    at: At,
    /// The budgets that the devices of its batches had left when it began.
    budgets: FlightBudgets,
}

/// How far a slice has come.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Every batch is handed in.
    All,
    /// There are more batches.
    More,
    /// The next batch needs these documents, which are long and not in memory.
    Needs(Vec<DocumentId>),
}

/// The next slice.
#[derive(Debug, Clone, Copy)]
enum At {
    /// The device's own batch at this place.
    Own(usize),
    /// The carried batch at this place, of those in order.
    Carried(usize),
    /// The batch at this place, of both, in one of the passes over those that wait.
    Pass {
        pass: usize,
        open: Open,
        place: usize,
    },
    End,
}

impl Default for At {
    fn default() -> Self {
        Self::Own(0)
    }
}

/// Commands that wait, in carried batches and in the device's own.
type Open = (usize, usize);

impl HandedIn {
    /// Hands in so many batches more as a slice holds. Who hands in may be known anew for each slice.
    /// If documents were `asked` for the first batch before, it waits no more: what is not in
    /// memory by now is loaded.
    pub(crate) fn go_on(
        &mut self,
        tx: &mut Tx<'_>,
        memory: &mut HandInMemory,
        by: &HandIn<'_>,
        flight: &VerifiedFlight,
        asked: &[DocumentId],
    ) -> Result<Progress, StoreError> {
        memory.budgets.resume(std::mem::take(&mut self.budgets));
        let progress = self.go_on_in_slice(tx, memory, by, flight, asked);
        self.budgets = memory.budgets.pause();
        progress
    }

    fn go_on_in_slice(
        &mut self,
        tx: &mut Tx<'_>,
        memory: &mut HandInMemory,
        by: &HandIn<'_>,
        flight: &VerifiedFlight,
        mut asked: &[DocumentId],
    ) -> Result<Progress, StoreError> {
        let carried = in_order(flight);
        let mut slice = Slice {
            tx,
            memory,
            by,
            flight,
            carried: &carried,
            commands: 0,
        };
        while !matches!(self.at, At::End) {
            if slice.commands >= SLICE_COMMANDS && slice.has_batch(self.at) {
                return Ok(Progress::More);
            }
            if let Some((device, batch)) = self.next(&slice) {
                // A batch waits once: what was loaded for it may have put out of memory what it also
                // needs, for ever.
                if asked.is_empty() {
                    let needs = needed::by_batch(slice.tx, device, batch, by.now)?;
                    if !needs.is_empty() {
                        return Ok(Progress::Needs(needs));
                    }
                }
                asked = &[];
            }
            self.at = self.step(&mut slice)?;
        }
        Ok(Progress::All)
    }

    /// Whether any batch was judged.
    pub(crate) fn has_begun(&self) -> bool {
        !(self.said.is_empty() && self.answers.is_empty())
    }

    /// The batch that the next step judges, and whose it is; none if it judges none.
    fn next<'s>(&self, slice: &Slice<'s, '_>) -> Option<(DeviceId, &'s VerifiedBatch)> {
        let own = |place: usize| {
            let batch = slice.flight.batches.get(place)?;
            Some((slice.flight.hello.device, batch))
        };
        let carried = |place: usize| {
            let carried = slice.carried.get(place)?;
            Some((carried.device, carried.batch.as_ref()?))
        };
        match self.at {
            At::Own(place) => own(place),
            At::Carried(place) => carried(place),
            At::Pass { place, .. } => {
                if let Some(frame) = self.said.get(place) {
                    return own(place).filter(|_| waiting(frame) > 0);
                }
                let place = place.saturating_sub(self.said.len());
                let answer = self.answers.get(place)?;
                carried(place).filter(|_| answer.open > 0)
            }
            At::End => None,
        }
    }

    /// From when on the rest of a device's batches is taken, if its budget is used up.
    pub(crate) fn waits_until(&self, device: DeviceId) -> Option<Time> {
        self.budgets.waits_until(device)
    }

    /// The answers to the device's own batches, and then to those that it carried.
    pub(crate) fn into_frames(self) -> Vec<ServerFrame> {
        let carried = self.answers.into_iter().map(|answer| answer.carried);
        let own = self.said.into_iter();
        own.chain(carried.map(ServerFrame::Carried)).collect()
    }

    /// Hands in one batch, if there is one at the place; returns what is next.
    fn step(&mut self, slice: &mut Slice<'_, '_>) -> Result<At, StoreError> {
        match self.at {
            At::Own(place) => {
                let Some(batch) = slice.flight.batches.get(place) else {
                    return Ok(At::Carried(0));
                };
                let frame = slice.own(batch)?;
                let forked = matches!(frame, ServerFrame::Fork(_));
                self.said.push(frame);
                // What stands on another chain is sealed again: taken now, it would leave a gap that
                // the device's next batches do not fit.
                Ok(if forked {
                    At::Carried(0)
                } else {
                    At::Own(place + 1)
                })
            }
            At::Carried(place) => {
                let Some(batch) = slice.carried.get(place) else {
                    return Ok(self.pass(slice, 0));
                };
                self.answers.push(slice.for_author(batch)?);
                Ok(At::Carried(place + 1))
            }
            At::Pass { pass, open, place } => self.again(slice, pass, open, place),
            At::End => Ok(At::End),
        }
    }

    /// Begins a pass, if anything waits that may have come.
    fn pass(&self, slice: &Slice<'_, '_>, pass: usize) -> At {
        let open = self.open();
        // What stood before a restore waits for what stood before it, in another batch.
        let may_come = !self.answers.is_empty() || !slice.flight.stood.is_empty();
        if pass < PASSES_MAX && may_come && open != (0, 0) {
            At::Pass {
                pass,
                open,
                place: 0,
            }
        } else {
            At::End
        }
    }

    /// Judges the batch at a place again, if it waits.
    fn again(
        &mut self,
        slice: &mut Slice<'_, '_>,
        pass: usize,
        open: Open,
        place: usize,
    ) -> Result<At, StoreError> {
        if let Some(frame) = self.said.get_mut(place) {
            if let Some(batch) = slice
                .flight
                .batches
                .get(place)
                .filter(|_| waiting(frame) > 0)
            {
                *frame = slice.own(batch)?;
            }
        } else {
            let place = place.saturating_sub(self.said.len());
            let answer = self.answers.get_mut(place);
            let Some((answer, batch)) = answer.zip(slice.carried.get(place)) else {
                let is_over = self.open() == open;
                return Ok(if is_over {
                    At::End
                } else {
                    self.pass(slice, pass + 1)
                });
            };
            if answer.open > 0 {
                *answer = slice.for_author(batch)?;
            }
        }
        Ok(At::Pass {
            pass,
            open,
            place: place + 1,
        })
    }

    fn open(&self) -> Open {
        let carried = self.answers.iter().map(|answer| answer.open).sum();
        (carried, self.said.iter().map(waiting).sum())
    }
}

/// One slice.
struct Slice<'a, 't> {
    tx: &'a mut Tx<'t>,
    memory: &'a mut HandInMemory,
    by: &'a HandIn<'a>,
    flight: &'a VerifiedFlight,
    carried: &'a [&'a CarriedBatch],
    /// Commands judged, as they are counted.
    commands: usize,
}

impl Slice<'_, '_> {
    fn own(&mut self, batch: &VerifiedBatch) -> Result<ServerFrame, StoreError> {
        self.count(batch);
        let stood = self.flight.stood.get(&batch.batch().number);
        hand_in(self.tx, self.memory, self.by, batch, stood)
    }

    /// Hands in one batch for its author.
    fn for_author(&mut self, carried: &CarriedBatch) -> Result<Answered, StoreError> {
        let answer = |state, open| Answered {
            carried: Carried {
                device: carried.device,
                number: carried.number,
                state,
            },
            open,
        };
        let now = self.by.now;
        let author = self.tx.device(carried.device)?;
        let (Some(batch), Some(author)) = (&carried.batch, author) else {
            return Ok(answer(CarriedState::Unreadable, 0));
        };
        self.count(batch);
        let scope = scopes::current(self.tx, &author, now)?;
        // Nobody knows how far the author's clock is off: the courier's says nothing of it.
        let receipt = Receipt::new(now, 0);
        let by = HandIn::of_member(&author, &scope.feeds, receipt, now).through_a_courier();
        let frame = hand_in(self.tx, self.memory, &by, batch, None)?;
        let state = match waiting(&frame) {
            0 => CarriedState::Done,
            _ => CarriedState::Waits,
        };
        Ok(answer(state, waiting(&frame)))
    }

    /// Whether a batch is next.
    fn has_batch(&self, at: At) -> bool {
        match at {
            At::Own(place) => place < self.flight.batches.len(),
            At::Carried(place) => place < self.carried.len(),
            At::Pass { .. } => true,
            At::End => false,
        }
    }

    fn count(&mut self, batch: &VerifiedBatch) {
        let commands = &batch.batch().commands;
        let bases = commands.iter().map(|command| command.base.after.len());
        self.commands += commands.len() + bases.sum::<usize>();
    }
}

/// The batches that a flight carries for others, as their authors sealed them, in whatever order they
/// were sent.
fn in_order(flight: &VerifiedFlight) -> Vec<&CarriedBatch> {
    let mut batches: Vec<&CarriedBatch> = flight.carried.iter().collect();
    batches.sort_by_key(|batch| (batch.device, batch.number));
    batches
}

/// Commands without a final verdict.
fn waiting(frame: &ServerFrame) -> usize {
    match frame {
        ServerFrame::Verdicts(verdicts) => verdicts
            .verdicts
            .iter()
            .filter(|verdict| !verdict.is_final())
            .count(),
        _ => 0,
    }
}
