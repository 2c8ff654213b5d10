//! A flight is put together: the hello, the batches that have no final verdicts, and what is asked
//! for, as far as they fit.

use super::Replica;
use super::identity::EnrolledDevice;
use super::session::Session;
use alleyway_core::limits::{
    BUDGET_BYTES_MAX, FLIGHT_BYTES_MAX, FLIGHT_FRAMES_MAX, WANTED_DOCUMENTS_MAX,
};
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{AskLease, DeviceFrame, Hello, Holdings, Want};
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire};

/// The room for the frames behind the hello, in bytes.
const FLIGHT_ROOM_BYTES: usize = FLIGHT_BYTES_MAX - 1_024;
/// The room that a batch of another device takes besides its own length, in bytes.
const CLOSED_OVERHEAD_BYTES: usize = 40;

/// The frames of a flight, and the room that is left for more.
struct Loading {
    frames: Vec<DeviceFrame>,
    room: usize,
}

impl Loading {
    /// Takes in frames that belong together, of so many bytes, if there is room for all of them.
    fn load(&mut self, frames: impl ExactSizeIterator<Item = DeviceFrame>, bytes: usize) -> bool {
        let fits = bytes <= self.room && self.frames.len() + frames.len() <= FLIGHT_FRAMES_MAX;
        if fits {
            self.room -= bytes;
            self.frames.extend(frames);
        }
        fits
    }
}

/// The room that a frame takes in a flight, in bytes.
fn frame_bytes(frame: &DeviceFrame) -> usize {
    frame.to_bytes().len() + 4
}

impl Replica {
    /// The next flight of the sync; `None` if there is no sync, or the device is not enrolled.
    pub(super) fn flight(&mut self, now: Time) -> Option<Vec<u8>> {
        let mut session = self.session.take()?;
        let device = self.as_enrolled()?;
        let holdings = session.compares().then(|| {
            let announced = session.announced_feeds();
            self.held
                .holdings(&announced.unwrap_or_else(|| self.state.feeds()))
        });
        let unread = session.begin_flight();
        session.count_unsent(self.outbox.commands_in(&unread));
        let mut loading = Loading {
            frames: Vec::new(),
            room: FLIGHT_ROOM_BYTES,
        };
        if self.state.lease().lacks_half() {
            loading.frames.push(DeviceFrame::AskLease(AskLease {}));
        }
        self.load_batches(&mut loading, device, &mut session);
        // One's own come first: others' go along in the room that is left.
        let mut own = self.outbox.unanswered();
        let more = (!session.is_to_wait() && own.any(|(number, _)| !session.has_sent(number)))
            || self.load_carried(&mut loading, &mut session);
        // While more follows the answer is verdicts, and no pages: it is asked for behind them.
        let asked = !more && self.load_asked(&mut loading, holdings, &mut session);
        session.end_flight(asked, more);
        let hello = Hello {
            device: device.id(),
            challenge: self.state.challenge(),
            cursor: self.state.cursor().clone(),
            acknowledged: self.outbox.acknowledged(),
            budget_bytes: BUDGET_BYTES_MAX,
            clock: now,
            more,
        };
        let flight = flight::encode(device.town(), &device.secret(), &hello, &loading.frames);
        self.session = Some(session);
        Some(flight)
    }

    /// Own batches without final verdicts, as far as they fit; before one that a restored server may
    /// have lost, the verdicts on it.
    fn load_batches(
        &self,
        loading: &mut Loading,
        device: EnrolledDevice<'_>,
        session: &mut Session,
    ) {
        let id = device.id();
        for (number, sealed) in self.outbox.unanswered() {
            if session.has_sent(number) || session.is_to_wait() {
                continue;
            }
            let proof = self.outbox.proof(number);
            let proof = proof.map(|verdicts| DeviceFrame::Stood(verdicts.clone()));
            // A batch goes even if the verdicts on it leave no room for it in any flight.
            let proof = proof
                .filter(|proof| sealed.frame_bytes() + frame_bytes(proof) <= FLIGHT_ROOM_BYTES);
            let bytes = sealed.frame_bytes() + proof.as_ref().map_or(0, frame_bytes);
            let frames: Vec<_> = proof
                .into_iter()
                .chain([sealed.frame(id, number)])
                .collect();
            if !loading.load(frames.into_iter(), bytes) {
                break;
            }
            session.send(number);
        }
        session.count_sent(self.outbox.commands_in(session.in_flight()));
    }

    /// Batches of other devices, as far as they fit. Returns whether some do not.
    fn load_carried(&self, loading: &mut Loading, session: &mut Session) -> bool {
        for (place, batch) in self.carrying.in_turn() {
            if session.has_sent_carried(place) {
                continue;
            }
            let Some(closed) = batch.copies(place).next() else {
                continue;
            };
            let bytes = closed.sealed.len() + CLOSED_OVERHEAD_BYTES;
            if !loading.load([DeviceFrame::Closed(closed)].into_iter(), bytes) {
                return true;
            }
            session.send_carried(place);
        }
        false
    }

    /// Says what is held, if that is to be compared, else asks for what is wanted. Returns whether
    /// there was room for it.
    fn load_asked(
        &self,
        loading: &mut Loading,
        holdings: Option<Holdings>,
        session: &mut Session,
    ) -> bool {
        let compares = holdings.is_some();
        let frame = match holdings {
            Some(holdings) => DeviceFrame::Holdings(holdings),
            None if self.held.wants_nothing() => return true,
            None => {
                let wanted = self.held.wanted().take(WANTED_DOCUMENTS_MAX).collect();
                DeviceFrame::Want(Want {
                    documents: List::new(wanted).unwrap_or_default(),
                })
            }
        };
        let bytes = frame_bytes(&frame);
        if session.carries_nothing() {
            // It goes alone, whatever its length.
            loading.frames.push(frame);
        } else if !loading.load([frame].into_iter(), bytes) {
            return false;
        }
        if compares {
            session.compare();
        }
        true
    }
}
