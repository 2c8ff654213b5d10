//! A sync in progress: what was sent, and the facts that the answer has told so far.

mod sent;
mod summary;
mod under_way;

use std::collections::BTreeSet;

use super::carrying::Place;
use super::outbox::Answered;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::DocumentId;
use alleyway_core::sync::frame::{Listing, Scope, Welcome};
use alleyway_core::time::Time;
use sent::Sent;

pub use summary::SyncSummary;
pub(super) use under_way::UnderWay;

/// Round trips of one sync at most: each moves on, so only a server that misbehaves gets here.
const ROUND_TRIPS_MAX: u32 = 4_096;
/// Round trips without any progress after which a sync ends.
const IDLE_ROUND_TRIPS_MAX: u32 = 4;

/// A sync in progress.
#[derive(Debug, Default)]
pub(super) struct Session {
    summary: SyncSummary,
    round_trips: u32,
    idle: u32,
    /// Own batches, by number.
    own: Sent<u64>,
    /// Batches of other devices.
    others: Sent<Place>,
    /// Whether a fork was answered.
    forked: bool,
    flight: UnderWay,
    answer: Answer,
    comparison: Comparison,
    /// Feeds that hold from the next page on.
    scope: Option<Scope>,
    /// This device's clock when the server was heard last.
    heard: Time,
    /// The receipt of what leaves the device in this sync.
    receipt: Option<u64>,
    /// The documents that the frames of a range's listing have named so far.
    listed: BTreeSet<DocumentId>,
}

/// The facts of an answer so far.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what an answer says is a set of independent facts"
)]
struct Answer {
    /// Something was told that was not known.
    progress: bool,
    /// The flight was not read: it is to be sent again over the new challenge.
    challenged: bool,
    welcomed: bool,
    /// All that is in the device's scope was sent.
    complete: bool,
    /// The device is not to go on.
    stopped: bool,
    /// The digest of what the server has in the device's scope.
    digest: [u8; 16],
}

/// The comparison of what is held with what the server has: once in a sync, for a digest that
/// differs for good is shown as "not up to date".
#[derive(Debug, Default)]
struct Comparison {
    /// The next flight is to say what is held.
    due: bool,
    /// The last flight said it.
    in_flight: bool,
    /// It was said in this sync.
    done: bool,
}

impl Session {
    /// A flight is put together. If the last one was not read, its batches are as if they had not
    /// been sent. Returns those of them that are this device's.
    pub(super) fn begin_flight(&mut self) -> BTreeSet<u64> {
        let mut unread = BTreeSet::new();
        if self.answer.challenged {
            unread = self.own.unread();
            self.others.unread();
        }
        self.own.in_flight.clear();
        self.others.in_flight.clear();
        unread
    }

    /// A flight is under way. `asked` says whether it had room for what it was to ask; `progress`
    /// that more batches follow: such flights move on, whatever is answered.
    pub(super) fn end_flight(&mut self, asked: bool, more: bool) {
        self.round_trips += 1;
        self.answer = Answer {
            progress: more,
            digest: self.answer.digest,
            ..Answer::default()
        };
        self.comparison.due = self.comparison.due && !asked;
        self.scope = None;
    }

    /// A flight leaves.
    pub(super) fn leave(&mut self, flight: UnderWay) {
        self.flight = flight;
    }

    /// The last flight.
    pub(super) fn under_way(&mut self) -> &mut UnderWay {
        &mut self.flight
    }

    /// Something that is sent in pieces is not whole at the server. If it was to be by this flight,
    /// what it brings was not read.
    pub(super) fn is_not_whole(&mut self) {
        if self.flight.completes() {
            self.challenge();
        }
    }

    /// An own batch goes in the flight.
    pub(super) fn send(&mut self, batch: u64) {
        self.own.send(batch);
    }

    /// So many commands go in the flight.
    pub(super) fn count_sent(&mut self, commands: u64) {
        self.summary.sent += commands;
    }

    /// So many commands that were counted as sent go again.
    pub(super) fn count_unsent(&mut self, commands: u64) {
        self.summary.sent = self.summary.sent.saturating_sub(commands);
    }

    /// A batch of another device goes in the flight.
    pub(super) fn send_carried(&mut self, place: Place) {
        self.others.send(place);
    }

    pub(super) fn has_sent(&self, batch: u64) -> bool {
        self.own.all.contains(&batch)
    }

    pub(super) fn has_sent_carried(&self, place: Place) -> bool {
        self.others.all.contains(&place)
    }

    /// The own batches of the flight.
    pub(super) fn in_flight(&self) -> &BTreeSet<u64> {
        &self.own.in_flight
    }

    /// Whether no batch goes in the flight.
    pub(super) fn carries_nothing(&self) -> bool {
        self.own.in_flight.is_empty() && self.others.in_flight.is_empty()
    }

    /// Whether the flight is to say what is held.
    pub(super) fn compares(&self) -> bool {
        self.comparison.due
    }

    /// The flight says what is held.
    pub(super) fn compare(&mut self) {
        (self.comparison.done, self.comparison.in_flight) = (true, true);
    }

    /// These batches are sent again in this sync.
    pub(super) fn send_again(&mut self, batches: impl Iterator<Item = u64>) {
        for batch in batches {
            self.own.all.remove(&batch);
        }
    }

    /// The answer has ended. Returns whether the sync may go on.
    pub(super) fn end_answer(&mut self) -> bool {
        self.idle = if self.answer.progress {
            0
        } else {
            self.idle + 1
        };
        let stuck = self.idle >= IDLE_ROUND_TRIPS_MAX || self.round_trips >= ROUND_TRIPS_MAX;
        (self.answer.welcomed || self.answer.challenged) && !stuck
    }

    /// Whether the flight has to be sent again.
    pub(super) fn is_challenged(&self) -> bool {
        self.answer.challenged
    }

    /// Whether the server has more to send, or is to be asked; `wants` says whether documents are
    /// wanted. A stopped device is sent nothing.
    pub(super) fn lacks(&self, wants: bool) -> bool {
        (!self.answer.complete || wants || self.comparison.due) && !self.answer.stopped
    }

    /// Whether all has come, and is what the server has; `digest` is that of what is held.
    pub(super) fn is_up_to_date(&self, digest: [u8; 16]) -> bool {
        self.answer.complete && self.answer.digest == digest
    }

    pub(super) fn into_summary(self) -> SyncSummary {
        self.summary
    }

    /// A frame was heard, at `now` by this device's clock.
    pub(super) fn hear(&mut self, now: Time) {
        self.heard = now;
    }

    pub(super) fn heard(&self) -> Time {
        self.heard
    }

    /// The flight was not read. Holdings that were not read are said again.
    pub(super) fn challenge(&mut self) {
        self.answer.challenged = true;
        self.comparison.due |= std::mem::take(&mut self.comparison.in_flight);
    }

    /// The server has ended its answer. `differs` says whether what is held is known to be another
    /// than what the server has.
    pub(super) fn welcome(&mut self, welcome: &Welcome, differs: bool) {
        self.answer.welcomed = true;
        self.answer.complete = welcome.complete;
        self.answer.digest = welcome.digest;
        let due = self.comparison.due || welcome.compare || differs;
        self.comparison.due = due && !self.comparison.done;
    }

    /// The server has said that the device is not to go on.
    pub(super) fn stop(&mut self) {
        self.answer.stopped = true;
    }

    pub(super) fn was_stopped(&self) -> bool {
        self.answer.stopped
    }

    /// The server takes no more of this device's own batches until then.
    pub(super) fn wait(&mut self, until: Time) {
        self.summary.later_until = Some(until);
    }

    /// Whether no more own batches are to be sent in this sync.
    pub(super) fn is_to_wait(&self) -> bool {
        self.summary.later_until.is_some()
    }

    /// Something was told that was not known.
    pub(super) fn progress(&mut self) {
        self.answer.progress = true;
    }

    /// These feeds hold from the next page on.
    pub(super) fn announce(&mut self, scope: Scope) {
        self.scope = Some(scope);
    }

    pub(super) fn announced_feeds(&self) -> Option<BTreeSet<FeedId>> {
        let scope = self.scope.as_ref()?;
        Some(scope.feeds.iter().copied().collect())
    }

    pub(super) fn take_scope(&mut self) -> Option<Scope> {
        self.scope.take()
    }

    /// Verdicts were heard.
    pub(super) fn note(&mut self, answered: &Answered) {
        self.summary.admitted += answered.admitted;
        self.summary.refused += answered.refused;
        self.summary.kept += answered.kept;
        self.answer.progress |= answered.progress;
    }

    /// So many commands were refused here.
    pub(super) fn count_refused(&mut self, commands: u64) {
        self.summary.refused += commands;
    }

    /// So many changes of others were received in a document.
    pub(super) fn count_received(&mut self, document: DocumentId, changes: u64) {
        self.summary.received += changes;
        if changes > 0 {
            self.summary.changed.insert(document);
        }
    }

    /// A document has left the device.
    pub(super) fn count_forgotten(&mut self) {
        self.summary.forgotten += 1;
    }

    /// Whether a fork was answered in this sync.
    pub(super) fn has_forked(&self) -> bool {
        self.forked
    }

    /// A fork is answered. Returns the own batches that were sent: they are to be sent again.
    pub(super) fn fork(&mut self) -> BTreeSet<u64> {
        self.forked = true;
        self.summary.forked = true;
        self.progress();
        std::mem::take(&mut self.own.all)
    }

    /// The server is done with a batch of another device.
    pub(super) fn carried_done(&mut self) {
        self.summary.carried += 1;
    }

    /// Another copy of a batch of another device is to be sent.
    pub(super) fn carry_again(&mut self, place: Place) {
        self.others.all.remove(&place);
    }

    /// The server cannot read a batch of another device.
    pub(super) fn count_unreadable(&mut self) {
        self.summary.unreadable += 1;
    }

    pub(super) fn receipt(&self) -> Option<u64> {
        self.receipt
    }

    /// Notes the receipt of this sync.
    pub(super) fn set_receipt(&mut self, number: u64) {
        self.receipt = Some(number);
    }

    /// A frame of a range's listing was heard; a long range is listed in several. Returns all that
    /// was listed, if it is the last one.
    pub(super) fn list(&mut self, listing: &Listing) -> Option<BTreeSet<DocumentId>> {
        let documents = listing.documents.iter();
        self.listed.extend(documents.map(|listed| listed.document));
        listing.last.then(|| std::mem::take(&mut self.listed))
    }
}
