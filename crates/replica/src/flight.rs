//! A flight is put together: the hello, the batches that have no final verdicts, and what is asked
//! for, as far as they fit.

use super::Replica;
use super::carrying::Place;
use super::identity::EnrolledDevice;
use super::line::{FLIGHT_ROOM_BYTES, Line};
use super::session::{Session, UnderWay};
use alleyway_core::crypto::Signature;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::{
    BUDGET_BYTES_MAX, FLIGHT_BYTES_MAX, FLIGHT_FRAMES_MAX, WANTED_DOCUMENTS_MAX,
};
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{
    AskLease, AskRows, DeviceFrame, Hello, Holdings, Piece, Slow, Want, put_frame,
};
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List, Wire};

/// The room that a batch of another device takes besides its own length, in bytes.
const CLOSED_OVERHEAD_BYTES: usize = 40;
/// The room that a piece takes besides its own length, in bytes.
const PIECE_OVERHEAD_BYTES: usize = 40;
/// The room that a wanted document takes, in bytes.
const WANTED_BYTES: usize = 17;

/// The frames of a flight, and the room that is left for more.
struct Loading<'a> {
    line: &'a Line,
    frames: Vec<DeviceFrame>,
    room: usize,
    /// A piece goes: nothing else goes with it.
    piece: Option<Loaded>,
}

/// The fate of frames that were to be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loaded {
    /// They go, or the last piece of them: with this flight the server has them.
    Whole,
    /// A piece of them goes, and others follow.
    Partly,
    /// There is no room for them.
    Not,
}

impl Loading<'_> {
    /// Takes in frames that belong together, of so many bytes, if there is room for all of them. If
    /// they are too long for the line they go in pieces, each alone in its flight.
    fn load(&mut self, frames: Vec<DeviceFrame>, bytes: usize) -> Loaded {
        if self.piece.is_some() {
            return Loaded::Not;
        }
        if bytes <= self.room && self.frames.len() + frames.len() <= FLIGHT_FRAMES_MAX {
            self.room -= bytes;
            self.frames.extend(frames);
            return Loaded::Whole;
        }
        if self.room < self.line.flight_bytes() || self.line.takes_whole_flights() {
            return Loaded::Not;
        }
        self.load_piece(&frames).unwrap_or(Loaded::Not)
    }

    /// Takes in the next piece of frames; none if they are too long for any flight.
    fn load_piece(&mut self, frames: &[DeviceFrame]) -> Option<Loaded> {
        let mut all = Vec::new();
        for frame in frames {
            put_frame(&mut all, frame);
        }
        if all.len() > FLIGHT_BYTES_MAX {
            return None;
        }
        let of = Piece::name(&all);
        let offset = self.line.arrived(of);
        let rest = all.get(offset..).filter(|rest| !rest.is_empty());
        // More than all of it cannot be there: it begins again.
        let (offset, rest) = rest.map_or((0, all.as_slice()), |rest| (offset, rest));
        let length = self
            .room
            .saturating_sub(PIECE_OVERHEAD_BYTES)
            .min(rest.len());
        let piece = Piece {
            of,
            total: u32::try_from(all.len()).ok()?,
            offset: u32::try_from(offset).ok()?,
            bytes: Blob::new(rest.get(..length)?.to_vec()).ok()?,
        };
        let loaded = if length == rest.len() {
            Loaded::Whole
        } else {
            Loaded::Partly
        };
        self.frames.push(DeviceFrame::Piece(piece));
        (self.room, self.piece) = (0, Some(loaded));
        Some(loaded)
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
        let line = &self.remembered.line;
        let mut loading = Loading {
            line,
            frames: Vec::new(),
            room: line.flight_bytes(),
            piece: None,
        };
        if self.state.lease().lacks_half() {
            loading.frames.push(DeviceFrame::AskLease(AskLease {}));
        }
        // Until it has what its first feeds hold; what is gained later comes whole.
        if self.state.feeds().is_empty() {
            loading.frames.push(DeviceFrame::AskRows(AskRows {}));
        }
        self.load_batches(&mut loading, device, &mut session);
        // One's own come first: others' go along in the room that is left.
        let more = self.has_own_for(&session) || self.load_carried(&mut loading, &mut session);
        // While more follows the answer is verdicts, and no pages: it is asked for behind them.
        let asked = !more && self.load_asked(&mut loading, holdings, &mut session);
        let more = more || loading.piece == Some(Loaded::Partly);
        session.end_flight(asked, more);
        if let Some(slow) = self.slow().filter(|_| !more) {
            loading.frames.push(DeviceFrame::Slow(slow));
        }
        let (frames, piece) = (loading.frames, loading.piece);
        let hello = Hello {
            device: device.id(),
            challenge: self.state.challenge(),
            cursor: self.state.cursor().clone(),
            acknowledged: self.outbox.acknowledged(),
            budget_bytes: line.answer_bytes().unwrap_or(BUDGET_BYTES_MAX),
            clock: now,
            more,
        };
        let flight = flight::encode(device.town(), &device.secret(), &hello, &frames);
        let hello_bytes = hello.to_bytes().len() + size_of::<Signature>();
        let bytes = flight.len().saturating_sub(hello_bytes);
        session.leave(UnderWay::new(bytes, piece == Some(Loaded::Whole), now));
        if piece.is_none() {
            self.remembered.line.forget_arrived();
        }
        self.session = Some(session);
        Some(flight)
    }

    /// Whether the line is so slow that what the server has already is not sent again before the sync
    /// has ended.
    fn is_slow(&self) -> bool {
        !self.remembered.line.takes_whole_flights()
    }

    /// Whether some own batch is to go in a flight of this sync.
    pub(super) fn has_own_for(&self, session: &Session) -> bool {
        let mut own = self.outbox.unanswered();
        own.any(|(number, _)| self.is_next(session, number))
    }

    /// Whether an own batch without final verdicts is to go in a flight of this sync.
    fn is_next(&self, session: &Session, number: u64) -> bool {
        let stands_back = self.is_slow() && self.awaiting.has(number);
        !(session.has_sent(number) || session.is_to_wait() || stands_back)
    }

    /// Own batches without final verdicts, as far as they fit; before one that a restored server may
    /// have lost, the verdicts on it.
    fn load_batches(
        &self,
        loading: &mut Loading<'_>,
        device: EnrolledDevice<'_>,
        session: &mut Session,
    ) {
        let id = device.id();
        for (number, sealed) in self.outbox.unanswered() {
            if !self.is_next(session, number) {
                continue;
            }
            let proof = self.outbox.proof(number);
            let proof = proof.map(|verdicts| DeviceFrame::Stood(verdicts.clone()));
            // A batch goes even if the verdicts on it leave no room for it in any flight.
            let proof = proof
                .filter(|proof| sealed.frame_bytes() + frame_bytes(proof) <= FLIGHT_ROOM_BYTES);
            let bytes = sealed.frame_bytes() + proof.as_ref().map_or(0, frame_bytes);
            let frames = proof.into_iter().chain([sealed.frame(id, number)]);
            if loading.load(frames.collect(), bytes) != Loaded::Whole {
                break;
            }
            session.send(number);
        }
        session.count_sent(self.outbox.commands_in(session.in_flight()));
    }

    /// Whether a batch of another device is to go in a flight of this sync.
    pub(super) fn is_next_carried(&self, session: &Session, place: Place) -> bool {
        let stands_back = self.is_slow() && self.awaiting.is_stuck(place);
        !(session.has_sent_carried(place) || stands_back)
    }

    /// Batches of other devices, as far as they fit. Returns whether some do not.
    fn load_carried(&self, loading: &mut Loading<'_>, session: &mut Session) -> bool {
        for (place, batch) in self.carrying.in_turn() {
            if !self.is_next_carried(session, place) {
                continue;
            }
            let Some(closed) = batch.copies(place).next() else {
                continue;
            };
            let bytes = closed.sealed.len() + CLOSED_OVERHEAD_BYTES;
            if loading.load(vec![DeviceFrame::Closed(closed)], bytes) != Loaded::Whole {
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
        loading: &mut Loading<'_>,
        holdings: Option<Holdings>,
        session: &mut Session,
    ) -> bool {
        let compares = holdings.is_some();
        let frame = match holdings {
            Some(holdings) => DeviceFrame::Holdings(holdings),
            None if self.held.wants_nothing() => return true,
            None => DeviceFrame::Want(self.want()),
        };
        let bytes = frame_bytes(&frame);
        match loading.load(vec![frame.clone()], bytes) {
            Loaded::Whole => {}
            // It goes alone, whatever its length.
            Loaded::Not if session.carries_nothing() => loading.frames.push(frame),
            Loaded::Partly | Loaded::Not => return false,
        }
        if compares {
            session.compare();
        }
        true
    }

    /// The documents that are wanted: of those that have begun to come first. On a slow line as much as goes in one flight.
    fn want(&self) -> Want {
        let fits = (self.remembered.line.flight_bytes() / WANTED_BYTES).saturating_sub(1);
        let is_begun = |id: &DocumentId| self.held.has_begun(*id);
        let (begun, others): (Vec<_>, Vec<_>) =
            self.held.wanted().partition(|(id, _)| is_begun(id));
        let wanted = begun.into_iter().chain(others);
        let wanted = wanted.take(WANTED_DOCUMENTS_MAX.min(fits)).collect();
        Want {
            documents: List::new(wanted).unwrap_or_default(),
        }
    }

    /// The frame that tells the server of a slow line.
    fn slow(&self) -> Option<Slow> {
        let page_bytes = self.remembered.line.page_bytes()?;
        let held = List::new(self.held.begun()).unwrap_or_default();
        Some(Slow { page_bytes, held })
    }
}
