//! The answer's frames.

mod carried;
mod listing;
mod pages;
mod replay;
mod verdicts;
mod welcome;
mod whole;

use thiserror::Error;

use super::{Effect, Replica};
use alleyway_core::sync::frame::ServerFrame;
use alleyway_core::time::Time;
use alleyway_core::wire::{Wire, WireError};

/// Why a frame was not taken. What was taken before it stands; the sync is to be begun again.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiveError {
    /// It cannot be read.
    #[error("the server's answer cannot be read: {0}")]
    Malformed(#[from] WireError),
    /// Verdicts that the town's server did not sign.
    #[error("verdicts are not signed by the town's server")]
    BadSignature,
    /// No sync is going on.
    #[error("no sync is going on")]
    NotSyncing,
    /// The phone was restored from a backup twice: the device is not to go on.
    #[error("another device uses this device's identity; have this one enrolled anew")]
    ForkedAgain,
    /// The server has gone back to an older incarnation.
    #[error("the server says it is older than it was; tell the administrator")]
    OlderIncarnation,
}

impl Replica {
    /// Takes one frame of the answer.
    ///
    /// # Errors
    /// [`ReceiveError`]; the frame has then changed nothing.
    pub fn receive(&mut self, frame: &[u8], now: Time) -> Result<Vec<Effect>, ReceiveError> {
        let session = self.session.as_mut().ok_or(ReceiveError::NotSyncing)?;
        session.hear(now);
        let flight = session.under_way();
        if let Some(ms) = flight.is_answered(now) {
            let line = &mut self.remembered.line;
            line.took_flight(flight.bytes(), ms);
        }
        let bytes = frame.len();
        let writes = match ServerFrame::from_bytes(frame)? {
            ServerFrame::Challenge(challenge) => {
                session.challenge();
                self.state.take_challenge(challenge);
                vec![self.state.write()]
            }
            ServerFrame::Verdicts(verdicts) => self.take_verdicts(&verdicts)?,
            ServerFrame::Fork(fork) => self.take_fork(fork)?,
            ServerFrame::Scope(scope) => {
                session.announce(scope);
                Vec::new()
            }
            ServerFrame::Page(page) => {
                session.under_way().count_page(bytes);
                self.take_page(page)
            }
            ServerFrame::Listing(listing) => self.take_listing(&listing),
            ServerFrame::Welcome(welcome) => self.take_welcome(&welcome, now)?,
            ServerFrame::Lease(lease) => self.take_lease(&lease, now),
            ServerFrame::Carried(carried) => self.take_carried(carried),
            ServerFrame::Stopped(stopped) => self.take_stopped(&stopped)?,
            ServerFrame::Wait(wait) => {
                session.wait(wait.until);
                Vec::new()
            }
            ServerFrame::Arrived(arrived) => {
                self.remembered.line.note_arrived(arrived);
                session.is_not_whole();
                Vec::new()
            }
        };
        Ok(if writes.is_empty() {
            Vec::new()
        } else {
            vec![Effect::Persist(writes)]
        })
    }
}

#[cfg(test)]
mod tests;
