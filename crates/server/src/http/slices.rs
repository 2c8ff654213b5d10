//! A flight, or the next page of an answer, as the writer does it: in slices.

use alleyway_core::store::StoreError;
use alleyway_core::sync::flight::VerifiedFlight;
use alleyway_ledger::{Continuation, Reply};

use super::answers::Turn;
use crate::writer::{Desk, Slice};

/// The next question to the ledger.
pub(super) enum Next {
    /// A flight is to be answered.
    Flight(Box<VerifiedFlight>),
    /// An answer is to go on.
    Page(Box<Continuation>),
}

/// A part of an answer that is being made. It holds its device's turn: who gives up waiting has his
/// next one when it is done.
pub(super) struct Making {
    next: Next,
    frames: Vec<u8>,
    _turn: Turn,
}

impl Making {
    /// Begins with `next`.
    pub(super) fn new(next: Next, turn: Turn) -> Self {
        Self {
            next,
            frames: Vec::new(),
            _turn: turn,
        }
    }

    /// Does one slice. Done is a part of the answer that can be sent.
    pub(super) fn slice(&mut self, desk: &mut Desk<'_>) -> Result<Slice<Reply>, StoreError> {
        let (ledger, store) = (&mut *desk.ledger, desk.store);
        let reply = match &self.next {
            Next::Flight(flight) => ledger.sync(store, flight, desk.now)?,
            Next::Page(next) => ledger.page(store, next, desk.now)?,
        };
        self.frames.extend_from_slice(&reply.frames);
        match reply.next {
            Some(next) if next.hands_in() || self.frames.is_empty() => {
                self.next = Next::Page(Box::new(next));
                Ok(Slice::More)
            }
            next => Ok(Slice::Done(Reply {
                frames: std::mem::take(&mut self.frames),
                next,
            })),
        }
    }
}
