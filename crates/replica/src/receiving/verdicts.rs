//! Verdicts on this device's batches; and a server that holds other batches under their numbers.

use std::collections::BTreeMap;

use super::ReceiveError;
use crate::{OutboxRow, Replica, rows};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Fork, Verdict, Verdicts};

impl Replica {
    pub(super) fn take_verdicts(
        &mut self,
        verdicts: &Verdicts,
    ) -> Result<Vec<Write>, ReceiveError> {
        let device = self.as_enrolled().ok_or(ReceiveError::NotSyncing)?;
        // An answer about a batch that this device, restored from a backup, never sealed.
        let Some(hash) = self.outbox.hash_of(verdicts.batch) else {
            return Ok(Vec::new());
        };
        let message = verdicts.message(device.id(), hash);
        let server = device.server();
        if !server.verifies(Verdicts::DOMAIN, &message, &verdicts.signature) {
            return Err(ReceiveError::BadSignature);
        }
        // What was in a tray before the server was restored, and is refused now, is its author's again.
        let is_refused = |place: u32| {
            let place = usize::try_from(place).ok();
            let verdict = place.and_then(|place| verdicts.verdicts.get(place));
            matches!(verdict, Some(Verdict::Refused(_)))
        };
        let is_readable = self.outbox.take_back(verdicts.batch, is_refused);
        let mut rows_of_ended_duty: BTreeMap<u64, OutboxRow> = self
            .outbox
            .of_ended_duty(verdicts)
            .into_iter()
            .filter_map(|counter| Some((counter, self.row_of(counter)?)))
            .collect();
        let answered = self.outbox.answer(verdicts, is_readable);
        self.awaiting.note_verdicts(verdicts, &answered.waiting);
        if let Some(session) = &mut self.session {
            session.note(&answered);
        }
        let mut writes = answered.writes;
        for handed in answered.handed_in {
            if let Some(row) = rows_of_ended_duty.remove(&handed.counter) {
                let command = row.handed_in(handed.became);
                writes.extend(self.note_receipt(|receipt| receipt.hand_in(command)));
            }
        }
        Ok(rows::latest_of_each(writes))
    }

    /// The server holds other batches under our numbers: this device was restored from a backup.
    /// Commands without a verdict are sealed again, behind the batches that the server holds.
    pub(super) fn take_fork(&mut self, fork: Fork) -> Result<Vec<Write>, ReceiveError> {
        let session = self.session.as_mut().ok_or(ReceiveError::NotSyncing)?;
        if session.has_forked() {
            // A second answer about the same flight; or the device is restored once more.
            return if fork.last > self.state.batch() {
                Err(ReceiveError::ForkedAgain)
            } else {
                Ok(Vec::new())
            };
        }
        let sent = session.fork();
        let reopened = self.outbox.reopen(fork.last, &sent);
        // What goes out twice in a sync is counted once.
        session.count_unsent(reopened.sent);
        self.state.continue_behind(fork.last, fork.hash);
        let mut writes = reopened.writes;
        writes.push(self.state.write());
        Ok(writes)
    }
}
