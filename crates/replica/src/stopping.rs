//! The server says that the device is not to go on.
//!
//! What is on it goes, at once. What was typed on it is still handed in, and stays until each command
//! has its final verdict; nothing new is recorded. A device that was reported lost is then wiped. One
//! that was frozen may go on when an administrator lets it: everything is sent to it again.

use super::Replica;
use super::receiving::ReceiveError;
use super::rows;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Opaque, Stop, Stopped};
use alleyway_core::wire::List;

impl Replica {
    /// Takes the server's word.
    pub(super) fn take_stopped(&mut self, stopped: &Stopped) -> Result<Vec<Write>, ReceiveError> {
        let (identity, enrolled) = self.enrolled_row().ok_or(ReceiveError::NotSyncing)?;
        if !stopped.is_for(DeviceId::of(&identity.secret().public()), &enrolled.server) {
            return Err(ReceiveError::BadSignature);
        }
        if let Some(session) = &mut self.session {
            session.stopped = true;
        }
        self.state.stopped = Some(stopped.why);
        // Nothing is held: should the device go on, it begins as a new one does.
        self.state.cursor = Opaque::default();
        self.state.feeds = List::default();
        let mut held: Vec<DocumentId> = self.documents.keys().copied().collect();
        held.extend(self.parts.keys().map(|(id, ..)| *id));
        held.dedup();
        let mut writes: Vec<Write> = held.into_iter().flat_map(|id| self.forget(id)).collect();
        // What was admitted, or stands again on a restored server, waits for pages that will not come.
        writes.extend(self.drop_arrived());
        writes.extend(self.withhold_all_carried());
        let wanted = std::mem::take(&mut self.wanted);
        writes.extend(
            wanted
                .keys()
                .map(|id| rows::remove(rows::key(rows::WANTED, id))),
        );
        writes.push(self.write_state());
        Ok(super::paging::latest_of_each(writes))
    }

    /// An answer without the word that the device is stopped: one that was frozen goes on. For the
    /// others there is no way back, whoever says so.
    pub(super) fn take_thaw(&mut self) -> bool {
        let said = self.session.as_ref().is_some_and(|session| session.stopped);
        let thawed = self.state.stopped == Some(Stop::Frozen) && !said;
        if thawed {
            self.state.stopped = None;
        }
        thawed
    }

    /// Whether the device was reported lost and nothing on it is unsent: its store is to go.
    pub fn is_to_be_wiped(&self) -> bool {
        self.state.stopped == Some(Stop::Lost) && !self.outbox.is_anything_pending()
    }

    /// The last own batch up to which the server has answered everything; 0 if there is none.
    pub fn answered_up_to(&self) -> u64 {
        self.outbox.acknowledged()
    }

    /// Why the device is not to go on, if the server has said so.
    pub fn stopped(&self) -> Option<Stop> {
        self.state.stopped
    }
}
