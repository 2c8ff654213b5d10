//! The end of an answer.

use super::ReceiveError;
use crate::{Replica, rows};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Stop, Welcome};
use alleyway_core::time::{Date, Time};

impl Replica {
    pub(super) fn take_welcome(
        &mut self,
        welcome: &Welcome,
        now: Time,
    ) -> Result<Vec<Write>, ReceiveError> {
        let heard = self.state.incarnation();
        if welcome.incarnation < heard {
            return Err(ReceiveError::OlderIncarnation);
        }
        let own = self.held.digest(&self.state.feeds());
        let unfinished = if welcome.complete {
            self.held.want_unfinished()
        } else {
            Vec::new()
        };
        let is_sent = welcome.complete && self.held.wants_nothing();
        let differs = welcome.digest != own;
        // Over a slow line a comparison lists a part: what else differs is still to come.
        let has_all = is_sent && !(differs && self.remembered.line.page_bytes().is_some());
        let session = self.session.as_mut().ok_or(ReceiveError::NotSyncing)?;
        // An answer without the word that the device is stopped: one that was frozen goes on.
        if !session.was_stopped() && self.state.thaw() {
            session.progress();
        }
        session.welcome(welcome, is_sent && differs);
        let line = &mut self.remembered.line;
        let flight = session.under_way();
        line.took_pages(flight.page_bytes(), flight.since_sent(now));
        if self.state.stopped().is_none() {
            self.state.lease_mut().renew(now);
        }
        let mut writes = self.send_again(welcome, welcome.incarnation > heard);
        writes.extend(self.outbox.drop_covered(welcome.covered));
        writes.extend(unfinished);
        writes.extend(self.held.note_compared(welcome, heard, has_all));
        self.state.welcome(welcome, now);
        let day = self.state.last_contact().map(Date::of);
        writes.extend(self.held.answered(day, has_all));
        writes.extend(self.held.settle_rows());
        writes.push(self.state.write());
        writes.extend(self.remembered.write());
        if has_all {
            writes.extend(self.outbox.drop_arrived());
            writes.extend(self.settle_carried(welcome.clock));
        }
        Ok(writes)
    }

    /// Sends the server what it lacks, in this sync.
    fn send_again(&mut self, welcome: &Welcome, is_restored: bool) -> Vec<Write> {
        let is_over = matches!(self.state.stopped(), Some(Stop::Revoked | Stop::Lost));
        let writes = self.outbox.send_again(welcome, is_restored, is_over);
        if let Some(session) = self.session.as_mut().filter(|_| !writes.is_empty()) {
            // What waits may have waited for it.
            self.awaiting.let_own_go();
            session.send_again(self.outbox.unanswered().map(|(number, _)| number));
        }
        rows::latest_of_each(writes)
    }
}
