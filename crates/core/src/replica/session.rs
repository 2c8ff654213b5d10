//! A sync: what is sent, and when it is over.

use std::collections::BTreeSet;

use super::outbox::Outgoing;
use super::{Effect, Replica, rows};
use crate::batch::Batch;
use crate::command::Command;
use crate::crypto::{blake3_keyed, first};
use crate::id::DeviceId;
use crate::limits::{BATCH_COMMANDS_MAX, BUDGET_BYTES_MAX, FLIGHT_BYTES_MAX, FLIGHT_FRAMES_MAX, WANTED_DOCUMENTS_MAX};
use crate::store::Write;
use crate::sync::flight;
use crate::sync::frame::{DeviceFrame, Hello, Scope, Want};
use crate::time::Time;
use crate::wire::{Blob, List, Wire};

/// Round trips of one sync at most: each moves on, so only a server that misbehaves gets here.
const ROUND_TRIPS_MAX: u32 = 4_096;
/// Round trips without any progress after which a sync ends.
const IDLE_ROUND_TRIPS_MAX: u32 = 4;
/// What a batch holds at most, in bytes: a flight, less the hello and what else goes with it.
const BATCH_BYTES_MAX: usize = FLIGHT_BYTES_MAX - 16 * 1024;

/// What a sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncSummary {
    /// Commands sent.
    pub sent: u64,
    /// Commands admitted.
    pub admitted: u64,
    /// Commands refused.
    pub refused: u64,
    /// Changes of others received, a document that came whole counting once.
    pub received: u64,
    /// Documents that left the device.
    pub forgotten: u64,
    /// Whether the device now has what the server has, and nothing waits to be sent.
    pub up_to_date: bool,
    /// The phone was restored from a backup: what was unsent went out under new numbers.
    pub forked: bool,
}

/// A sync in progress.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what an answer said is a set of independent facts")]
pub(super) struct Session {
    pub(super) summary: SyncSummary,
    pub(super) round_trips: u32,
    pub(super) idle: u32,
    /// Batches sent, so that one without a final verdict is not sent for ever.
    pub(super) sent: BTreeSet<u64>,
    /// Forks answered.
    pub(super) forks: u32,
    /// The answer so far.
    pub(super) progress: bool,
    pub(super) challenged: bool,
    pub(super) welcomed: bool,
    pub(super) complete: bool,
    pub(super) compare: bool,
    pub(super) compared: bool,
    /// The last flight said what is held.
    pub(super) comparing: bool,
    /// Feeds that hold from the next page on.
    pub(super) scope: Option<Scope>,
    pub(super) digest: [u8; 16],
    /// What the frames of a range's listing have named so far.
    pub(super) listed: BTreeSet<crate::id::DocumentId>,
}

impl Replica {
    /// Begins a sync: what is unsent is sealed, then sent. `random` is 32 random bytes.
    pub fn begin_sync(&mut self, now: Time, random: [u8; 32]) -> Vec<Effect> {
        self.session = Some(Session::default());
        if self.enrolled_row().is_none() {
            return self.finish();
        }
        self.next_flight(now, random)
    }

    /// The answer has ended. Another flight, or the end of the sync.
    pub fn response_ended(&mut self, now: Time, random: [u8; 32]) -> Vec<Effect> {
        let Some(session) = &mut self.session else { return Vec::new() };
        session.idle = if session.progress { 0 } else { session.idle + 1 };
        let stuck = session.idle >= IDLE_ROUND_TRIPS_MAX || session.round_trips >= ROUND_TRIPS_MAX;
        let heard = session.welcomed || session.challenged;
        if heard && !stuck && self.has_more_to_say() {
            return self.next_flight(now, random);
        }
        self.finish()
    }

    fn has_more_to_say(&self) -> bool {
        let Some(session) = &self.session else { return false };
        let unsent = self.unsealed().next().is_some()
            || self.outbox.batches.iter().any(|(number, sealed)| !sealed.answered && !session.sent.contains(number));
        session.challenged || !session.complete || unsent || !self.wanted.is_empty() || session.compare
    }

    fn finish(&mut self) -> Vec<Effect> {
        let Some(session) = self.session.take() else { return Vec::new() };
        let pending = self.outbox.commands.values().any(|outgoing| outgoing.fate.is_pending());
        let same = session.complete && self.wanted.is_empty() && session.digest == self.digest();
        let mut summary = session.summary;
        summary.up_to_date = same && !pending;
        vec![Effect::Done(summary)]
    }

    fn next_flight(&mut self, now: Time, random: [u8; 32]) -> Vec<Effect> {
        let mut effects = Vec::new();
        let writes = self.seal(&random);
        if !writes.is_empty() {
            effects.push(Effect::Persist(writes));
        }
        match self.flight(now) {
            Some(flight) => effects.push(Effect::Send(flight)),
            None => effects.extend(self.finish()),
        }
        effects
    }

    fn unsealed(&self) -> impl Iterator<Item = (u64, &Outgoing)> {
        let unsealed = |outgoing: &Outgoing| outgoing.sealed.is_none() && outgoing.fate.is_pending();
        self.outbox.commands.iter().filter(move |(_, outgoing)| unsealed(outgoing)).map(|(c, o)| (*c, o))
    }

    /// Seals what is unsent, in the order typed. A seal is durable before its first byte leaves.
    fn seal(&mut self, random: &[u8; 32]) -> Vec<Write> {
        let mut writes = Vec::new();
        loop {
            let mut counters = Vec::new();
            let mut commands: Vec<Command> = Vec::new();
            let mut bytes = 0;
            for (counter, outgoing) in self.unsealed() {
                bytes += outgoing.command.to_bytes().len();
                let full = commands.len() == BATCH_COMMANDS_MAX || bytes > BATCH_BYTES_MAX;
                if full && !commands.is_empty() {
                    break;
                }
                counters.push(counter);
                commands.push(outgoing.command.clone());
            }
            let Some(more) = self.seal_batch(random, &counters, commands) else { break };
            writes.extend(more);
        }
        if !writes.is_empty() {
            writes.push(self.write_state());
        }
        writes
    }

    fn seal_batch(&mut self, random: &[u8; 32], counters: &[u64], commands: Vec<Command>) -> Option<Vec<Write>> {
        if commands.is_empty() {
            return None;
        }
        let (identity, enrolled) = self.enrolled_row()?;
        let (secret, town) = (identity.secret(), enrolled.town);
        let number = self.state.batch.checked_add(1)?;
        let seed = first(&blake3_keyed(random, &[b"salts", &number.to_be_bytes()]));
        let batch = Batch::seal(town, &secret, number, self.state.batch_hash, seed, commands).ok()?;
        self.outbox.keep(&batch, counters)?;
        self.state.batch = number;
        self.state.batch_hash = batch.hash(town, DeviceId::of(&secret.public()));
        let mut writes = vec![self.outbox.write_batch(number)];
        writes.extend(counters.iter().map(|counter| self.outbox.write(*counter)));
        Some(writes)
    }

    /// The hello, the batches that have no final verdicts, and what is wanted, as far as they fit.
    fn flight(&mut self, now: Time) -> Option<Vec<u8>> {
        let holdings = self.session.as_ref()?.compare.then(|| self.holdings());
        let challenged = self.session.as_ref()?.challenged;
        let mut session = self.session.take()?;
        let mut frames = Vec::new();
        let mut room = FLIGHT_BYTES_MAX - 1_024;
        if let Some(holdings) = holdings {
            room = room.saturating_sub(holdings.to_bytes().len());
            frames.push(DeviceFrame::Holdings(holdings));
            session.compared = true;
            session.comparing = true;
        } else if !self.wanted.is_empty() {
            let documents: Vec<_> = self.wanted.iter().take(WANTED_DOCUMENTS_MAX).map(|(d, w)| (*d, *w)).collect();
            room = room.saturating_sub(documents.len() * 17);
            frames.push(DeviceFrame::Want(Want { documents: List::new(documents).unwrap_or_default() }));
        }
        for (number, sealed) in &self.outbox.batches {
            // What a challenge kept from being read is sent again.
            if sealed.answered || (session.sent.contains(number) && !challenged) {
                continue;
            }
            if sealed.packed.len() + 16 > room || frames.len() >= FLIGHT_FRAMES_MAX {
                break;
            }
            room -= sealed.packed.len() + 16;
            frames.push(DeviceFrame::Batch(Blob::new(sealed.packed.to_vec()).unwrap_or_default()));
            if session.sent.insert(*number) {
                session.summary.sent += self.outbox.in_batch(*number).len() as u64;
            }
        }
        session.begin_round_trip();
        self.session = Some(session);
        let (identity, enrolled) = self.enrolled_row()?;
        let secret = identity.secret();
        let hello = Hello {
            device: DeviceId::of(&secret.public()),
            challenge: self.state.challenge,
            cursor: self.state.cursor.clone(),
            acknowledged: self.outbox.acknowledged(),
            budget_bytes: BUDGET_BYTES_MAX,
            clock: now,
        };
        Some(flight::encode(enrolled.town, &secret, &hello, &frames))
    }

    /// The sum of what is held, each document once for every feed that holds it.
    pub(super) fn digest(&self) -> [u8; 16] {
        let feeds: BTreeSet<_> = self.state.feeds.iter().copied().collect();
        let mut digest = 0_u128;
        for confirmed in self.documents.values() {
            for _ in confirmed.held_by(&feeds) {
                digest = digest.wrapping_add(confirmed.digest());
            }
        }
        digest.to_le_bytes()
    }

    pub(super) fn write_wanted(&self, document: crate::id::DocumentId) -> Write {
        let key = rows::key(rows::WANTED, &document);
        match self.wanted.get(&document) {
            Some(why) => rows::put(key, why),
            None => rows::remove(key),
        }
    }
}

impl Session {
    fn begin_round_trip(&mut self) {
        self.round_trips += 1;
        self.progress = false;
        self.challenged = false;
        self.welcomed = false;
        self.complete = false;
        self.compare = false;
        self.scope = None;
    }
}
