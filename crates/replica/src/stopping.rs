//! The server says that the device is not to go on.
//!
//! Its documents go, at once. Commands typed on it are still handed in, and stay until each has its
//! final verdict; nothing new is recorded. A device that was reported lost is then wiped. One
//! that was frozen may go on when an administrator lets it: everything is sent to it again.

use super::receiving::ReceiveError;
use super::{Replica, rows};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Stopped;

impl Replica {
    /// Takes the server's word.
    pub(super) fn take_stopped(&mut self, stopped: &Stopped) -> Result<Vec<Write>, ReceiveError> {
        let device = self.as_enrolled().ok_or(ReceiveError::NotSyncing)?;
        if !stopped.is_for(device.id(), device.server()) {
            return Err(ReceiveError::BadSignature);
        }
        if let Some(session) = &mut self.session {
            session.stop();
        }
        self.state.stop(stopped.why);
        let held = self.held.ids();
        let mut writes: Vec<Write> = held.into_iter().flat_map(|id| self.forget(id)).collect();
        // What was admitted, or stands again on a restored server, waits for pages that will not come.
        writes.extend(self.outbox.drop_arrived());
        writes.extend(self.carrying.withhold_all());
        writes.extend(self.held.unwant_all());
        writes.push(self.state.write());
        Ok(rows::latest_of_each(writes))
    }
}
