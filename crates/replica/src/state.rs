//! The device's place: the numbers that it has given, its place in the sync, the server's clock
//! and the lease. One row of the store, written with whatever moves it.

use std::collections::BTreeSet;

use super::clock::Contact;
use super::lease::{Advanced, Lease, Reading};
use super::rows;
use alleyway_core::crypto::Hash;
use alleyway_core::feeds::FeedId;
use alleyway_core::limits::SUBSCRIPTIONS_MAX;
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::sync::frame::{Opaque, Stop, Welcome};
use alleyway_core::time::Time;
use alleyway_core::wire::List;
use alleyway_core::wire_struct;

/// The device's place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct State {
    /// The number of the last command typed.
    counter: u64,
    /// The last batch sealed, and its hash.
    batch: u64,
    batch_hash: Hash,
    /// The server's incarnation that was heard last.
    incarnation: u32,
    cursor: Opaque,
    challenge: Option<Challenge>,
    feeds: List<FeedId, SUBSCRIPTIONS_MAX>,
    /// The server's clock at the last answer.
    last_contact: Option<Time>,
    /// The lead of this device's clock over the server's then, in milliseconds.
    clock_ahead: i64,
    /// The last own batch that a verified backup of the server covers.
    covered: u64,
    lease: Lease,
    /// The server's word that this device is not to go on.
    stopped: Option<Stop>,
}
wire_struct!(State {
    counter,
    batch,
    batch_hash,
    incarnation,
    cursor,
    challenge,
    feeds,
    last_contact,
    clock_ahead,
    covered,
    lease,
    stopped,
});

impl State {
    pub(super) fn read(records: &dyn Records) -> Result<Self, StoreError> {
        Ok(rows::get(records, rows::STATE)?.unwrap_or_default())
    }

    pub(super) fn write(&self) -> Write {
        rows::put(rows::STATE.to_vec(), self)
    }

    /// The number of the next command.
    pub(super) fn next_counter(&self) -> u64 {
        self.counter.saturating_add(1)
    }

    /// A command was given this number.
    pub(super) fn count(&mut self, counter: u64) {
        self.counter = counter;
    }

    /// The last batch sealed.
    pub(super) fn batch(&self) -> u64 {
        self.batch
    }

    /// The hash of the last batch sealed, on which the next one stands.
    pub(super) fn batch_hash(&self) -> Hash {
        self.batch_hash
    }

    /// The chain of batches goes on behind this one.
    pub(super) fn continue_behind(&mut self, batch: u64, hash: Hash) {
        (self.batch, self.batch_hash) = (batch, hash);
    }

    pub(super) fn incarnation(&self) -> u32 {
        self.incarnation
    }

    pub(super) fn cursor(&self) -> &Opaque {
        &self.cursor
    }

    /// A page was taken, up to this cursor.
    pub(super) fn move_to(&mut self, cursor: Opaque) {
        self.cursor = cursor;
    }

    pub(super) fn challenge(&self) -> Option<Challenge> {
        self.challenge
    }

    pub(super) fn take_challenge(&mut self, challenge: Challenge) {
        self.challenge = Some(challenge);
    }

    /// The feeds of which the device holds the documents.
    pub(super) fn feeds(&self) -> BTreeSet<FeedId> {
        self.feeds.iter().copied().collect()
    }

    pub(super) fn set_feeds(&mut self, feeds: List<FeedId, SUBSCRIPTIONS_MAX>) {
        self.feeds = feeds;
    }

    /// The server has taken the device in.
    pub(super) fn enrol(&mut self, answer: &Enrolled, now: Time) {
        self.challenge = Some(answer.challenge);
        self.hear(answer.clock, now);
    }

    /// The server has ended an answer.
    pub(super) fn welcome(&mut self, welcome: &Welcome, now: Time) {
        self.incarnation = welcome.incarnation;
        self.challenge = Some(welcome.challenge);
        self.covered = welcome.covered;
        self.hear(welcome.clock, now);
    }

    /// The server's clock was read, when this device's own showed `now`.
    pub(super) fn hear(&mut self, clock: Time, now: Time) {
        self.last_contact = Some(clock);
        self.clock_ahead = now.0.saturating_sub(clock.0);
    }

    /// The server's clock at the last contact.
    pub(super) fn last_contact(&self) -> Option<Time> {
        self.last_contact
    }

    /// Both clocks at the last contact.
    pub(super) fn contact(&self) -> Option<Contact> {
        self.last_contact.map(|server| Contact {
            server,
            ahead: self.clock_ahead,
        })
    }

    /// The server's clock, as far as this device can tell at a reading of its own, and never before
    /// the last contact: a clock that was set back since takes nobody's posts away.
    pub(super) fn server_time(&self, now: Time) -> Time {
        self.contact().map_or(now, |contact| {
            contact.told(now, self.lease.spent_at(now, Some(contact)))
        })
    }

    /// Whether this device's clock is known to be wrong.
    pub(super) fn is_clock_wrong(&self, now: Time) -> bool {
        let is_known = |contact: Contact| contact.is_known_wrong(now);
        now.is_impossible() || self.contact().is_some_and(is_known)
    }

    /// Notes the clock ([`Lease::advance`]).
    pub(super) fn advance(&mut self, now: Time, may_end: bool) -> Advanced {
        let contact = self.contact();
        self.lease.advance(now, contact, may_end)
    }

    /// For how long the device may be read; none before the first contact.
    pub(super) fn reading(&self) -> Option<Reading> {
        self.lease.reading(self.contact())
    }

    /// Whether the device has fetched what is its member's.
    pub(super) fn has_synced(&self) -> bool {
        self.cursor != Opaque::default()
    }

    pub(super) fn lease(&self) -> &Lease {
        &self.lease
    }

    pub(super) fn lease_mut(&mut self) -> &mut Lease {
        &mut self.lease
    }

    /// Why the device is not to go on, if the server has said so.
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stopped
    }

    /// The device is not to go on. Nothing is held from now on: should it go on all the same, it
    /// begins as a new one does.
    pub(super) fn stop(&mut self, why: Stop) {
        self.stopped = Some(why);
        self.cursor = Opaque::default();
        self.feeds = List::default();
    }

    /// The device may go on, if it was frozen; for the others there is no way back. Returns whether
    /// it was.
    pub(super) fn thaw(&mut self) -> bool {
        let frozen = self.stopped == Some(Stop::Frozen);
        if frozen {
            self.stopped = None;
        }
        frozen
    }
}
