//! A sync: it begins, goes on flight by flight, and ends.

use super::awaiting::Awaiting;
use super::line::BrokenOff;
use super::session::Session;
use super::{Effect, Replica};
use alleyway_core::crypto::blake3_keyed;
use alleyway_core::store::Write;
use alleyway_core::time::Time;

impl Replica {
    /// Begins a sync: what is unsent is sealed, then sent. `random` is 32 random bytes.
    pub fn begin_sync(&mut self, now: Time, random: [u8; 32]) -> Vec<Effect> {
        // One that was broken off is over, however it ended.
        self.session = None;
        let ticked = self.tick(now, blake3_keyed(&random, &[b"tick"]));
        self.session = Some(Session::default());
        if !self.is_enrolled() {
            return self.finish();
        }
        let mut found = self.want_unreadable();
        found.extend(self.keep_rows());
        let first = match ticked {
            Some(effect) => Some(effect.with(found)),
            None => (!found.is_empty()).then_some(Effect::Persist(found)),
        };
        let mut effects: Vec<Effect> = first.into_iter().collect();
        effects.extend(self.next_flight(now, random));
        effects
    }

    /// The sync was broken off: the line or the store failed. The next one goes on where it stopped.
    pub fn sync_failed(&mut self) {
        self.session = None;
    }

    /// The sync was broken off, and it is known how. Returns what is to be kept of it: the next one
    /// sends less at once, if it was the line.
    pub fn sync_broken(&mut self, broken: BrokenOff) -> Vec<Write> {
        if let Some(mut session) = self.session.take() {
            let (flight, line) = (session.under_way(), &mut self.remembered.line);
            line.broke(broken, flight.bytes());
            // A flight that left no room for the first frame of its answer was too long itself: the next
            // one of its length would be sent for nothing again.
            if broken == BrokenOff::Answer && !flight.was_heard_of() {
                line.broke(BrokenOff::Flight, flight.bytes());
            }
        }
        self.remembered.write().into_iter().collect()
    }

    /// The answer has ended. Another flight, or the end of the sync. `random` is 32 random bytes.
    pub fn response_ended(&mut self, now: Time, random: [u8; 32]) -> Vec<Effect> {
        let Some(session) = &mut self.session else {
            return Vec::new();
        };
        if session.end_answer() && self.has_more_to_say() {
            return self.next_flight(now, random);
        }
        self.finish()
    }

    fn has_more_to_say(&self) -> bool {
        let Some(session) = &self.session else {
            return false;
        };
        let mut others = self.carrying.open();
        let unsent = self.outbox.is_anything_unsealed()
            || self.has_own_for(session)
            || others.any(|(place, _)| self.is_next_carried(session, place));
        session.is_challenged() || unsent || session.lacks(!self.held.wants_nothing())
    }

    fn finish(&mut self) -> Vec<Effect> {
        let Some(session) = self.session.take() else {
            return Vec::new();
        };
        // What stood back goes with the next one.
        self.awaiting = Awaiting::default();
        let pending = self.outbox.is_anything_pending();
        let digest = self.held.digest(&self.state.feeds());
        let same = self.held.wants_nothing() && session.is_up_to_date(digest);
        let mut summary = session.into_summary();
        summary.up_to_date = same && !pending;
        summary.stopped = self.stopped();
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{Sample, device};
    use alleyway_core::documents::samples::START;
    use alleyway_core::sync::frame::{Arrived, ServerFrame};
    use alleyway_core::wire::Wire as _;

    /// A device that sends a flight of some kilobytes, whose answer breaks off.
    fn broken_off(hear: impl FnOnce(&mut Replica)) -> Sample {
        let mut sample = device();
        sample.type_notes(8, &"x".repeat(800));
        sample.replica.begin_sync(START, [1; 32]);
        hear(&mut sample.replica);
        sample.replica.sync_broken(BrokenOff::Answer);
        sample
    }

    #[test]
    fn a_flight_that_leaves_no_room_for_its_answer_is_followed_by_a_smaller_one() {
        let sample = broken_off(|_| ());
        let line = &sample.replica.remembered.line;
        assert!(!line.takes_whole_flights());
        assert!(line.flight_bytes() < 4_000, "{}", line.flight_bytes());
    }

    #[test]
    fn an_answer_that_began_says_nothing_of_its_flight() {
        let sample = broken_off(|replica| {
            let frame = ServerFrame::Arrived(Arrived {
                of: [0; 16],
                bytes: 0,
            });
            replica.receive(&frame.to_bytes(), START).unwrap();
        });
        let line = &sample.replica.remembered.line;
        assert!(line.takes_whole_flights());
        assert!(line.page_bytes().is_some());
    }
}
