//! A sync as a machine without I/O: effects out, completions in.
//!
//! The replica decides what is to be done; the driver keeps the order in which it is done. Whoever
//! owns a store and a line asks for the next effect, carries it out, and says so:
//!
//! ```text
//! Driver::begin ─▶ next ─▶ Persist, PersistAnew ─▶ committed ─▶ persisted ─▶ next …
//!                       ─▶ Send ─▶ posted; bytes of the answer ─▶ answer ─▶ next … none: more bytes
//!                                  the answer's end ─▶ response_ended ─▶ next …
//!                       ─▶ Wipe, Done
//! ```
//!
//! No effect leaves the driver before the write in front of it is said to be durable, and no frame
//! of an answer is looked at before what the frame in front of it brought is kept. Cut off at any
//! point, the next sync goes on where this one stopped.

use std::collections::VecDeque;

use alleyway_core::store::Write;
use alleyway_core::time::Time;
use alleyway_replica::{BrokenOff, Effect, ReceiveError, Replica};
use thiserror::Error;

use crate::frames::{FrameError, FrameReader};

/// Why a sync cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DriveError {
    /// The answer's bytes are no frames.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A frame does not say what a server may say.
    #[error(transparent)]
    Receive(#[from] ReceiveError),
    /// The last write was not said to be durable: nothing that follows it may be done.
    #[error("the last write is not durable")]
    NotPersisted,
    /// The replica knows of no sync any more: it was opened anew, or began another one.
    #[error("the sync was broken off")]
    BrokenOff,
}

/// One sync.
#[derive(Debug)]
pub struct Driver {
    effects: VecDeque<Effect>,
    /// The effects besides writes that frames of the answer asked for: done when the answer has
    /// ended.
    behind_answer: VecDeque<Effect>,
    /// The answer that is being received; none between two flights.
    answer: Option<FrameReader>,
    /// A write was handed out and is not durable yet.
    is_persisting: bool,
    /// [`Effect::Done`] was handed out.
    is_over: bool,
}

impl Driver {
    /// Begins a sync. `random` is 32 random bytes.
    pub fn begin(replica: &mut Replica, now: Time, random: [u8; 32]) -> Self {
        Self {
            effects: replica.begin_sync(now, random).into(),
            behind_answer: VecDeque::new(),
            answer: None,
            is_persisting: false,
            is_over: false,
        }
    }

    /// The next effect to carry out; none if more of the answer is needed first, or if the sync is
    /// over. `now` is the device's clock.
    ///
    /// # Errors
    /// [`DriveError`]: call [`Driver::failed`].
    pub fn next(&mut self, replica: &mut Replica, now: Time) -> Result<Option<Effect>, DriveError> {
        if self.is_persisting {
            return Err(DriveError::NotPersisted);
        }
        loop {
            if let Some(effect) = self.effects.pop_front() {
                match effect {
                    Effect::Persist(_) | Effect::PersistAnew(_) => self.is_persisting = true,
                    Effect::Send(_) => self.answer = Some(FrameReader::new()),
                    Effect::Done(_) => self.is_over = true,
                    Effect::Wipe => {}
                }
                return Ok(Some(effect));
            }
            let Some(frames) = &mut self.answer else {
                return if self.is_over {
                    Ok(None)
                } else {
                    Err(DriveError::BrokenOff)
                };
            };
            let Some(frame) = frames.next_frame()? else {
                return Ok(None);
            };
            for effect in replica.receive(frame, now)? {
                if is_write(&effect) {
                    self.effects.push_back(effect);
                } else {
                    self.behind_answer.push_back(effect);
                }
            }
        }
    }

    /// The write that [`Driver::next`] handed out last is durable.
    pub fn persisted(&mut self) {
        self.is_persisting = false;
    }

    /// Takes the next bytes of the answer, decompressed, in any pieces. Bytes that no flight asked
    /// for are ignored.
    pub fn answer(&mut self, bytes: &[u8]) {
        if let Some(frames) = &mut self.answer {
            frames.push(bytes);
        }
    }

    /// The answer has come to its proper end. To be called when [`Driver::next`] has no effect left.
    /// `random` is 32 random bytes.
    ///
    /// # Errors
    /// [`FrameError::Truncated`] if it ended inside a frame: call [`Driver::failed`].
    pub fn response_ended(
        &mut self,
        replica: &mut Replica,
        now: Time,
        random: [u8; 32],
    ) -> Result<(), DriveError> {
        if let Some(frames) = self.answer.take() {
            frames.finish()?;
        }
        self.effects.append(&mut self.behind_answer);
        self.effects.extend(replica.response_ended(now, random));
        Ok(())
    }

    /// The sync was broken off, and it is known how. What was sent and kept until now stands. Returns
    /// what is to be kept of it.
    pub fn broken(self, replica: &mut Replica, broken: BrokenOff) -> Vec<Write> {
        replica.sync_broken(broken)
    }

    /// The line or the store failed. What was sent and kept until now stands.
    pub fn failed(self, replica: &mut Replica) {
        replica.sync_failed();
    }
}

fn is_write(effect: &Effect) -> bool {
    matches!(effect, Effect::Persist(_) | Effect::PersistAnew(_))
}

#[cfg(test)]
mod tests;
