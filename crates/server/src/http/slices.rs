//! A flight, or the next page of an answer, as the writer does it: in slices.

use std::sync::Arc;

use alleyway_core::store::StoreError;
use alleyway_core::sync::flight::VerifiedFlight;
use alleyway_ledger::{Continuation, Reply};

use super::answers::Turn;
use super::{App, loading};
use crate::disk::Writes;
use crate::writer::{AskError, Desk, Slice};

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

    /// Does one slice. Done is a part of the answer that can be sent, or one that needs long documents
    /// to be gone on with.
    pub(super) fn slice(&mut self, desk: &mut Desk<'_>) -> Result<Slice<Reply>, StoreError> {
        let (ledger, store) = (&mut *desk.ledger, desk.store);
        let reply = match &self.next {
            Next::Flight(flight) => ledger.sync(store, flight, desk.now)?,
            Next::Page(next) => ledger.page(store, next, desk.now)?,
        };
        self.frames.extend_from_slice(&reply.frames);
        match reply.next {
            Some(next) if is_to_go_on(&next, &self.frames) && next.needs().is_empty() => {
                let in_any_case = next.hands_in() && next.has_begun();
                self.next = Next::Page(Box::new(next));
                Ok(if in_any_case {
                    Slice::MoreInAnyCase
                } else {
                    Slice::More
                })
            }
            next => Ok(Slice::Done(Reply {
                frames: std::mem::take(&mut self.frames),
                next,
            })),
        }
    }
}

/// Whether an answer is to be gone on with before the frames that it has are sent.
fn is_to_go_on(next: &Continuation, frames: &[u8]) -> bool {
    next.hands_in() || frames.is_empty()
}

/// A flight is answered, or an answer goes on: a part that can be sent. Long documents that it needs are
/// loaded outside of the writer.
///
/// # Errors
/// [`AskError::Busy`] at once if the queue is full; [`AskError::DiskFull`], perhaps behind slices that
/// stand.
pub(super) async fn answer_flight(
    app: &Arc<App>,
    writes: Writes,
    bytes: usize,
    flight: VerifiedFlight,
    turn: Turn,
) -> Result<Reply, AskError> {
    let mut making = Making::new(Next::Flight(Box::new(flight)), turn.clone());
    let work = move |desk: &mut Desk<'_>| making.slice(desk);
    let reply = app.writer.ask_in_slices(writes, bytes, work).await?;
    load_and_go_on(app, writes, reply, turn).await
}

/// The next part of an answer.
///
/// # Errors
/// [`AskError::Stopped`].
pub(super) async fn go_on(
    app: &Arc<App>,
    next: Continuation,
    turn: Turn,
) -> Result<Reply, AskError> {
    if !next.needs().is_empty() {
        let reply = Reply {
            frames: Vec::new(),
            next: Some(next),
        };
        return load_and_go_on(app, Writes::Nothing, reply, turn).await;
    }
    let mut making = Making::new(Next::Page(Box::new(next)), turn.clone());
    let work = move |desk: &mut Desk<'_>| making.slice(desk);
    let reply = app.writer.ask_patiently_in_slices(work).await?;
    load_and_go_on(app, Writes::Nothing, reply, turn).await
}

/// Loads what an answer needs, and goes on with it, until there is a part that can be sent.
async fn load_and_go_on(
    app: &Arc<App>,
    writes: Writes,
    mut reply: Reply,
    turn: Turn,
) -> Result<Reply, AskError> {
    while let Some(next) = reply
        .next
        .take_if(|next| !next.needs().is_empty() && is_to_go_on(next, &reply.frames))
    {
        // What was begun is finished even if nobody waits for it.
        let in_any_case = next.hands_in() && next.has_begun();
        let needs = next.needs().to_vec();
        let mut making = Making {
            next: Next::Page(Box::new(next)),
            frames: reply.frames,
            _turn: turn.clone(),
        };
        let work = move |desk: &mut Desk<'_>| making.slice(desk);
        reply = loading::in_slices(app, writes, needs, in_any_case, work).await?;
    }
    Ok(reply)
}
