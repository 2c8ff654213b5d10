//! The answer's frames.

use std::collections::BTreeSet;
use thiserror::Error;

use super::outbox::{Fate, Standing};
use super::receipts::{Became, BecameKept};
use super::{Effect, Replica};
use alleyway_core::documents::Mark;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Fork, Scope, ServerFrame, Verdict, Verdicts, Welcome, Why};
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
        self.session.as_mut().ok_or(ReceiveError::NotSyncing)?.heard = now;
        let writes = match ServerFrame::from_bytes(frame)? {
            ServerFrame::Challenge(challenge) => {
                self.state.challenge = Some(challenge);
                if let Some(session) = &mut self.session {
                    session.challenged = true;
                    // Holdings that were not read are said again.
                    session.compare |= std::mem::take(&mut session.comparing);
                }
                vec![self.write_state()]
            }
            ServerFrame::Verdicts(verdicts) => self.take_verdicts(&verdicts)?,
            ServerFrame::Fork(fork) => self.take_fork(fork)?,
            ServerFrame::Scope(scope) => {
                if let Some(session) = &mut self.session {
                    session.scope = Some(scope);
                }
                Vec::new()
            }
            ServerFrame::Page(page) => self.take_page(page),
            ServerFrame::Listing(listing) => self.take_listing(&listing),
            ServerFrame::Welcome(welcome) => self.take_welcome(&welcome, now)?,
            ServerFrame::Lease(lease) => self.take_lease(&lease, now),
            ServerFrame::Carried(carried) => self.take_carried(carried),
            ServerFrame::Stopped(stopped) => self.take_stopped(&stopped)?,
        };
        Ok(if writes.is_empty() {
            Vec::new()
        } else {
            vec![Effect::Persist(writes)]
        })
    }

    fn take_verdicts(&mut self, verdicts: &Verdicts) -> Result<Vec<Write>, ReceiveError> {
        let (identity, enrolled) = self.enrolled_row().ok_or(ReceiveError::NotSyncing)?;
        let device = DeviceId::of(&identity.secret().public());
        // An answer about a batch that this device, restored from a backup, never sealed.
        let Some(sealed) = self.outbox.batches.get(&verdicts.batch) else {
            return Ok(Vec::new());
        };
        let message = verdicts.message(device, &sealed.hash);
        if !enrolled
            .server
            .verifies(Verdicts::DOMAIN, &message, &verdicts.signature)
        {
            return Err(ReceiveError::BadSignature);
        }
        let is_settled = |(place, verdict): (u32, &Verdict)| {
            verdict.is_final() || self.outbox.is_given_up(verdicts.batch, place)
        };
        let all_final = verdicts.verdicts.len() == sealed.count as usize
            && (0_u32..).zip(verdicts.verdicts.iter()).all(is_settled);
        // What was in a tray before the server was restored, and is refused now, is its author's again.
        let is_refused = |place: u32| {
            let verdict = usize::try_from(place)
                .ok()
                .and_then(|place| verdicts.verdicts.get(place));
            matches!(verdict, Some(Verdict::Refused(_)))
        };
        let is_readable = self.take_back(verdicts.batch, is_refused);
        let places = self.outbox.in_batch(verdicts.batch);
        let mut writes = Vec::new();
        let mut refused_documents = Vec::new();
        let mut handed_in = Vec::new();
        for (place, verdict) in (0_u32..).zip(verdicts.verdicts.iter()) {
            let Some(counter) = places.get(&place) else {
                continue;
            };
            let creates = self.outbox.created_by(*counter);
            let stood = verdict.stood(verdicts.receipt);
            let is_marked = stood.is_some_and(|(_, receipt)| receipt.mark == Mark::AfterPost);
            let of_ended_duty = is_marked || matches!(verdict, Verdict::Kept(_));
            let typed = of_ended_duty.then(|| self.row_of(*counter)).flatten();
            let Some(fate) = self
                .outbox
                .fate_mut(*counter)
                .filter(|fate| fate.is_pending())
            else {
                continue;
            };
            let session = self.session.as_mut().ok_or(ReceiveError::NotSyncing)?;
            match verdict {
                Verdict::Admitted(_) | Verdict::AfterPost(_) | Verdict::Stands(_) => {
                    let Some((at, receipt)) = stood else { continue };
                    *fate = Fate::Admitted(Standing { at, receipt });
                    session.summary.admitted += 1;
                    handed_in.extend(typed.map(|row| (row, Became::of_mark(receipt.mark))));
                }
                Verdict::Refused(refusal) => {
                    *fate = Fate::Refused(refusal.clone());
                    session.summary.refused += 1;
                    refused_documents.extend(creates);
                }
                Verdict::Kept(kept) => {
                    session.summary.kept += 1;
                    session.progress = true;
                    handed_in.extend(typed.map(|row| {
                        (
                            row,
                            Became::Kept(BecameKept {
                                why: kept.why.clone(),
                            }),
                        )
                    }));
                    writes.push(self.outbox.remove(*counter));
                    continue;
                }
                Verdict::Need(_) => {
                    session.waiting.insert(*counter);
                    continue;
                }
                Verdict::Later(_) => continue,
            }
            session.progress = true;
            writes.push(self.outbox.write(*counter));
        }
        writes.extend(self.refuse_unsealed(&refused_documents));
        for (row, became) in handed_in {
            writes.extend(self.note_handed_in(&row, became));
        }
        if let Some(sealed) = self.outbox.batches.get_mut(&verdicts.batch) {
            sealed.answered = all_final && is_readable;
            writes.push(self.outbox.write_batch(verdicts.batch));
            // Else the word that it lay in a tray is needed yet.
            if is_readable {
                writes.extend(self.outbox.keep_proof(verdicts));
            }
        }
        Ok(super::paging::latest_of_each(writes))
    }

    /// What was typed on a document whose report was refused cannot be sent: it waits for the
    /// report to be mended.
    fn refuse_unsealed(&mut self, documents: &[DocumentId]) -> Vec<Write> {
        let mut counters = Vec::new();
        for document in documents {
            let waiting = self
                .outbox
                .of(*document)
                .filter(|(_, o)| o.sealed.is_none() && o.fate.is_pending());
            counters.extend(waiting.map(|(counter, _)| counter));
        }
        if let Some(session) = &mut self.session {
            session.summary.refused += counters.len() as u64;
        }
        for counter in &counters {
            if let Some(outgoing) = self.outbox.commands.get_mut(counter) {
                outgoing.fate = Fate::Refused(RefusalCode::DocumentRefused.into());
            }
        }
        counters
            .iter()
            .map(|counter| self.outbox.write(*counter))
            .collect()
    }

    /// The server holds other batches under our numbers: this device was restored from a backup.
    /// What has no verdict is sealed again, behind what the server holds.
    fn take_fork(&mut self, fork: Fork) -> Result<Vec<Write>, ReceiveError> {
        let session = self.session.as_mut().ok_or(ReceiveError::NotSyncing)?;
        if session.forks > 0 && fork.last > self.state.batch {
            return Err(ReceiveError::ForkedAgain);
        }
        if session.forks > 0 {
            // A second answer about the same flight.
            return Ok(Vec::new());
        }
        session.forks += 1;
        session.summary.forked = true;
        session.progress = true;
        let sent = std::mem::take(&mut session.sent);
        // What is behind the server's last is of another life, answered or not.
        let open: Vec<u64> = self
            .outbox
            .batches
            .iter()
            .filter(|(number, sealed)| !sealed.answered || **number > fork.last)
            // What cannot be read cannot be sealed again: it is kept as it is.
            .filter(|(_, sealed)| sealed.packed().is_some())
            .map(|(number, _)| *number)
            .collect();
        let mut writes = Vec::new();
        let mut again = 0_u64;
        for number in open {
            self.take_back(number, |_| true);
            for counter in self.outbox.in_batch(number).into_values() {
                if let Some(outgoing) = self.outbox.commands.get_mut(&counter)
                    && outgoing.fate.is_pending()
                {
                    outgoing.sealed = None;
                    again += u64::from(sent.contains(&number));
                    writes.push(self.outbox.write(counter));
                }
            }
            writes.extend(self.outbox.drop_batch(number));
        }
        // What goes out twice in a sync is counted once.
        if let Some(session) = &mut self.session {
            session.summary.sent = session.summary.sent.saturating_sub(again);
        }
        self.state.batch = fork.last;
        self.state.batch_hash = fork.hash;
        writes.push(self.write_state());
        Ok(writes)
    }

    /// Takes the feeds that a page's cursor has reached, in the page's transaction.
    pub(super) fn take_scope(&mut self, scope: Scope) -> Vec<Write> {
        let feeds: BTreeSet<FeedId> = scope.feeds.iter().copied().collect();
        self.state.feeds = scope.feeds;
        let gone: Vec<DocumentId> = self
            .documents
            .iter()
            .filter(|(_, confirmed)| confirmed.held_by(&feeds).next().is_none())
            .map(|(id, _)| *id)
            .collect();
        let mut writes: Vec<Write> = gone.into_iter().flat_map(|id| self.evict(id)).collect();
        writes.extend(self.withhold_carried_beyond(&feeds));
        writes.push(self.write_state());
        writes
    }

    fn take_welcome(&mut self, welcome: &Welcome, now: Time) -> Result<Vec<Write>, ReceiveError> {
        if welcome.incarnation < self.state.incarnation {
            return Err(ReceiveError::OlderIncarnation);
        }
        let own = self.digest();
        let unfinished: Vec<DocumentId> = if welcome.complete {
            self.parts.keys().map(|(id, ..)| *id).collect()
        } else {
            Vec::new()
        };
        for id in &unfinished {
            self.wanted.entry(*id).or_insert(Why::Missing);
        }
        let thawed = self.take_thaw();
        let session = self.session.as_mut().ok_or(ReceiveError::NotSyncing)?;
        session.progress |= thawed;
        session.welcomed = true;
        session.complete = welcome.complete;
        session.digest = welcome.digest;
        // Compared once: a digest that differs for good is shown as "not up to date".
        let differs = welcome.complete && self.wanted.is_empty() && welcome.digest != own;
        session.compare = (session.compare || welcome.compare || differs) && !session.compared;
        self.renew_lease(now);
        let mut writes = self.send_again(welcome);
        writes.extend(self.drop_covered(welcome.covered));
        writes.extend(unfinished.into_iter().map(|id| self.write_wanted(id)));
        writes.extend(self.note_compared(welcome));
        self.state.incarnation = welcome.incarnation;
        self.state.challenge = Some(welcome.challenge);
        self.state.last_contact = Some(welcome.clock);
        self.state.clock_ahead = now.0.saturating_sub(welcome.clock.0);
        self.state.covered = welcome.covered;
        writes.push(self.write_state());
        if welcome.complete && self.wanted.is_empty() {
            writes.extend(self.drop_arrived());
            writes.extend(self.settle_carried(welcome.clock));
        }
        Ok(writes)
    }

    /// Whatever was admitted has come by now, or will not: its document came whole, before its
    /// verdict was heard, or has left the device's feeds; or the device is not to go on.
    pub(super) fn drop_arrived(&mut self) -> Vec<Write> {
        let readable = self
            .outbox
            .commands
            .iter()
            .map(|(counter, outgoing)| (*counter, &outgoing.fate));
        let locked = self
            .outbox
            .locked
            .iter()
            .map(|(counter, locked)| (*counter, &locked.fate));
        let arrived: Vec<u64> = readable
            .chain(locked)
            .filter(|(_, fate)| matches!(fate, Fate::Admitted(_)))
            .map(|(counter, _)| counter)
            .collect();
        arrived
            .into_iter()
            .map(|counter| self.outbox.remove(counter))
            .collect()
    }
}
