//! A sync: what is sent, and when it is over.

use std::collections::BTreeSet;

use super::carried::Place;
use super::outbox::Outgoing;
use super::{Effect, Replica, rows};
use alleyway_core::batch::Batch;
use alleyway_core::command::Command;
use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::id::DeviceId;
use alleyway_core::limits::{
    BATCH_COMMANDS_MAX, BUDGET_BYTES_MAX, FLIGHT_BYTES_MAX, FLIGHT_FRAMES_MAX, WANTED_DOCUMENTS_MAX,
};
use alleyway_core::store::Write;
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{AskLease, DeviceFrame, Hello, Holdings, Scope, Stop, Want};
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire};

/// Round trips of one sync at most: each moves on, so only a server that misbehaves gets here.
const ROUND_TRIPS_MAX: u32 = 4_096;
/// Round trips without any progress after which a sync ends.
const IDLE_ROUND_TRIPS_MAX: u32 = 4;
/// What a batch holds at most, in bytes: a flight, less the hello and what else goes with it.
const BATCH_BYTES_MAX: usize = FLIGHT_BYTES_MAX - 16 * 1024;
/// What the frames behind the hello take at most, in bytes.
const FLIGHT_ROOM_BYTES: usize = FLIGHT_BYTES_MAX - 1_024;
/// What a batch of another device takes in a flight besides its own length, in bytes.
const CLOSED_OVERHEAD_BYTES: usize = 40;

/// What a sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncSummary {
    /// Commands sent.
    pub sent: u64,
    /// Commands admitted.
    pub admitted: u64,
    /// Commands refused.
    pub refused: u64,
    /// Commands that lie in a tray, where a person looks at them.
    pub kept: u64,
    /// Batches handed in for other devices, now done with.
    pub carried: u64,
    /// Batches carried for other devices that the server could not read: they were dropped.
    pub unreadable: u64,
    /// Changes of others received, a document that came whole counting once.
    pub received: u64,
    /// Documents that left the device.
    pub forgotten: u64,
    /// Whether the device now has what the server has, and nothing waits to be sent.
    pub up_to_date: bool,
    /// The phone was restored from a backup: what was unsent went out under new numbers.
    pub forked: bool,
    /// Why the device is not to go on, if it is not.
    pub stopped: Option<Stop>,
}

/// A sync in progress.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what an answer said is a set of independent facts"
)]
pub(super) struct Session {
    pub(super) summary: SyncSummary,
    pub(super) round_trips: u32,
    pub(super) idle: u32,
    /// Batches sent, so that one without a final verdict is not sent for ever.
    pub(super) sent: BTreeSet<u64>,
    /// Those of the last flight: a challenge says that they were not read.
    pub(super) in_flight: BTreeSet<u64>,
    /// Batches of other devices sent, and those of the last flight.
    pub(super) carried_sent: BTreeSet<Place>,
    pub(super) carried_in_flight: BTreeSet<Place>,
    /// Those that the server cannot read, and those that wait.
    pub(super) carried_unreadable: BTreeSet<Place>,
    pub(super) carried_waiting: BTreeSet<Place>,
    /// Own commands, by counter, that the server says wait for their base.
    pub(super) waiting: BTreeSet<u64>,
    /// Forks answered.
    pub(super) forks: u32,
    /// The answer so far.
    pub(super) progress: bool,
    pub(super) challenged: bool,
    pub(super) welcomed: bool,
    pub(super) complete: bool,
    /// The server said that the device is not to go on.
    pub(super) stopped: bool,
    pub(super) compare: bool,
    pub(super) compared: bool,
    /// The last flight said what is held.
    pub(super) comparing: bool,
    /// Feeds that hold from the next page on.
    pub(super) scope: Option<Scope>,
    pub(super) digest: [u8; 16],
    /// This device's clock when the server was heard last.
    pub(super) heard: Time,
    /// The receipt of what leaves the device in this sync.
    pub(super) receipt: Option<u64>,
    /// What the frames of a range's listing have named so far.
    pub(super) listed: BTreeSet<alleyway_core::id::DocumentId>,
}

impl Replica {
    /// Begins a sync: what is unsent is sealed, then sent. `random` is 32 random bytes.
    pub fn begin_sync(&mut self, now: Time, random: [u8; 32]) -> Vec<Effect> {
        // One that was broken off is over, however it ended.
        self.session = None;
        let ticked = self.tick(now, blake3_keyed(&random, &[b"tick"]));
        self.session = Some(Session::default());
        if self.enrolled_row().is_none() {
            return self.finish();
        }
        let wanted = self.want_unreadable();
        let first = match ticked {
            Some(effect) => Some(effect.with(wanted)),
            None => (!wanted.is_empty()).then_some(Effect::Persist(wanted)),
        };
        let mut effects: Vec<Effect> = first.into_iter().collect();
        effects.extend(self.next_flight(now, random));
        effects
    }

    /// The sync was broken off: the line or the store failed. The next one goes on where it stopped.
    pub fn sync_failed(&mut self) {
        self.session = None;
    }

    /// The answer has ended. Another flight, or the end of the sync.
    pub fn response_ended(&mut self, now: Time, random: [u8; 32]) -> Vec<Effect> {
        let Some(session) = &mut self.session else {
            return Vec::new();
        };
        session.idle = if session.progress {
            0
        } else {
            session.idle + 1
        };
        let stuck = session.idle >= IDLE_ROUND_TRIPS_MAX || session.round_trips >= ROUND_TRIPS_MAX;
        let heard = session.welcomed || session.challenged;
        if heard && !stuck && self.has_more_to_say() {
            return self.next_flight(now, random);
        }
        self.finish()
    }

    fn has_more_to_say(&self) -> bool {
        let Some(session) = &self.session else {
            return false;
        };
        let unsent = self.unsealed().next().is_some()
            || self
                .outbox
                .batches
                .iter()
                .any(|(number, sealed)| !sealed.answered && !session.sent.contains(number));
        let unsent = unsent
            || self
                .carrying
                .open()
                .any(|(place, _)| !session.carried_sent.contains(&place));
        // A stopped device is sent nothing; what it hands in is taken.
        let lacking = !session.complete || !self.wanted.is_empty() || session.compare;
        session.challenged || unsent || (lacking && !session.stopped)
    }

    fn finish(&mut self) -> Vec<Effect> {
        let Some(session) = self.session.take() else {
            return Vec::new();
        };
        let pending = self.outbox.is_anything_pending();
        let same = session.complete && self.wanted.is_empty() && session.digest == self.digest();
        let mut summary = session.summary;
        summary.up_to_date = same && !pending;
        summary.stopped = self.state.stopped;
        let mut effects = if self.is_to_be_wiped() {
            vec![Effect::Wipe]
        } else {
            Vec::new()
        };
        effects.push(Effect::Done(summary));
        effects
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

    pub(super) fn unsealed(&self) -> impl Iterator<Item = (u64, &Outgoing)> {
        let unsealed =
            |outgoing: &Outgoing| outgoing.sealed.is_none() && outgoing.fate.is_pending();
        self.outbox
            .commands
            .iter()
            .filter(move |(_, outgoing)| unsealed(outgoing))
            .map(|(c, o)| (*c, o))
    }

    /// Seals what is unsent, in the order typed. A seal is durable before its first byte leaves.
    pub(super) fn seal(&mut self, random: &[u8; 32]) -> Vec<Write> {
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
            let Some(more) = self.seal_batch(random, &counters, commands) else {
                break;
            };
            writes.extend(more);
        }
        if !writes.is_empty() {
            writes.push(self.write_state());
        }
        writes
    }

    fn seal_batch(
        &mut self,
        random: &[u8; 32],
        counters: &[u64],
        commands: Vec<Command>,
    ) -> Option<Vec<Write>> {
        if commands.is_empty() {
            return None;
        }
        let (identity, enrolled) = self.enrolled_row()?;
        let (secret, town) = (identity.secret(), enrolled.town);
        let number = self.state.batch.checked_add(1)?;
        let seed = first(&blake3_keyed(random, &[b"salts", &number.to_be_bytes()]));
        let batch =
            Batch::seal(town, &secret, number, self.state.batch_hash, seed, commands).ok()?;
        let hash = batch.hash(town, DeviceId::of(&secret.public()));
        self.outbox.keep(&batch, hash, counters)?;
        self.state.batch = number;
        self.state.batch_hash = hash;
        let mut writes = vec![self.outbox.write_batch(number)];
        writes.extend(counters.iter().map(|counter| self.outbox.write(*counter)));
        Some(writes)
    }

    /// The hello, the batches that have no final verdicts, and what is wanted, as far as they fit.
    fn flight(&mut self, now: Time) -> Option<Vec<u8>> {
        let holdings = self.session.as_ref()?.compare.then(|| self.holdings());
        let device = DeviceId::of(&self.identity.as_ref()?.secret().public());
        let mut session = self.session.take()?;
        if session.challenged {
            let unread = std::mem::take(&mut session.in_flight);
            session.sent.retain(|number| !unread.contains(number));
            session.summary.sent = session
                .summary
                .sent
                .saturating_sub(self.commands_in(&unread));
            let unread = std::mem::take(&mut session.carried_in_flight);
            session.carried_sent.retain(|place| !unread.contains(place));
        }
        session.in_flight.clear();
        session.carried_in_flight.clear();
        let mut frames = Vec::new();
        if self.lacks_lease() {
            frames.push(DeviceFrame::AskLease(AskLease {}));
        }
        let mut room = FLIGHT_ROOM_BYTES;
        self.put_batches(&mut frames, &mut room, (device, &mut session));
        let open = self
            .outbox
            .batches
            .iter()
            .filter(|(_, sealed)| !sealed.answered);
        let more = open
            .into_iter()
            .any(|(number, _)| !session.sent.contains(number));
        // One's own come first: others' go along in the room that is left.
        let carried_room = if more { &mut 0 } else { &mut room };
        let more = self.put_carried(&mut frames, carried_room, &mut session) || more;
        // While more follows the answer is verdicts, and no pages: it is asked for behind them.
        let compares = session.compare;
        let asked = !more && self.put_asked(&mut frames, room, (holdings, &mut session));
        session.begin_round_trip();
        session.compare = compares && !asked;
        // The flights that bring all batches move on, whatever is answered.
        session.progress = more;
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
            more,
        };
        Some(flight::encode(enrolled.town, &secret, &hello, &frames))
    }

    /// Own batches without final verdicts, as far as they fit; before one that a restored server may
    /// have lost, what it said of it.
    fn put_batches(
        &self,
        frames: &mut Vec<DeviceFrame>,
        room: &mut usize,
        (device, session): (DeviceId, &mut Session),
    ) {
        for (number, sealed) in &self.outbox.batches {
            if sealed.answered || session.sent.contains(number) {
                continue;
            }
            let proof = self
                .outbox
                .proof(*number)
                .map(|said| DeviceFrame::Stood(said.clone()));
            let proof_bytes = |proof: &DeviceFrame| proof.to_bytes().len() + 4;
            // A batch goes even if what was said of it leaves no room for it in any flight.
            let proof = proof
                .filter(|proof| sealed.frame_bytes() + proof_bytes(proof) <= FLIGHT_ROOM_BYTES);
            let bytes = sealed.frame_bytes() + proof.as_ref().map_or(0, proof_bytes);
            if bytes > *room || frames.len() + usize::from(proof.is_some()) >= FLIGHT_FRAMES_MAX {
                break;
            }
            *room -= bytes;
            frames.extend(proof);
            frames.push(sealed.frame(device, *number));
            session.in_flight.insert(*number);
        }
        session.sent.extend(&session.in_flight);
        session.summary.sent += self.commands_in(&session.in_flight);
    }

    /// What is held, if it is to be compared, else what is wanted. Whether there was room for it.
    fn put_asked(
        &self,
        frames: &mut Vec<DeviceFrame>,
        room: usize,
        (holdings, session): (Option<Holdings>, &mut Session),
    ) -> bool {
        let compares = holdings.is_some();
        let wanted: Vec<_> = self
            .wanted
            .iter()
            .take(WANTED_DOCUMENTS_MAX)
            .map(|(d, w)| (*d, *w))
            .collect();
        let frame = match holdings {
            Some(holdings) => DeviceFrame::Holdings(holdings),
            None if wanted.is_empty() => return true,
            None => DeviceFrame::Want(Want {
                documents: List::new(wanted).unwrap_or_default(),
            }),
        };
        let goes_alone = session.in_flight.is_empty() && session.carried_in_flight.is_empty();
        let fits = frame.to_bytes().len() + 4 <= room && frames.len() < FLIGHT_FRAMES_MAX;
        if !fits && !goes_alone {
            return false;
        }
        session.compared |= compares;
        session.comparing |= compares;
        frames.push(frame);
        true
    }

    /// Batches of other devices, as far as they fit. Returns whether some do not.
    fn put_carried(
        &self,
        frames: &mut Vec<DeviceFrame>,
        room: &mut usize,
        session: &mut Session,
    ) -> bool {
        for (place, batch) in self.carrying.open() {
            if session.carried_sent.contains(&place) {
                continue;
            }
            let Some(closed) = batch.copies(place).next() else {
                continue;
            };
            let bytes = closed.sealed.len() + CLOSED_OVERHEAD_BYTES;
            if bytes > *room || frames.len() >= FLIGHT_FRAMES_MAX {
                return true;
            }
            *room -= bytes;
            frames.push(DeviceFrame::Closed(closed));
            session.carried_in_flight.insert(place);
            session.carried_sent.insert(place);
        }
        false
    }

    fn commands_in(&self, batches: &BTreeSet<u64>) -> u64 {
        batches
            .iter()
            .map(|number| self.outbox.in_batch(*number).len() as u64)
            .sum()
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

    pub(super) fn write_wanted(&self, document: alleyway_core::id::DocumentId) -> Write {
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
        self.stopped = false;
        self.compare = false;
        self.scope = None;
    }
}
