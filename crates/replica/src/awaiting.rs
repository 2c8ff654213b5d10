//! Batches that the server has and cannot judge yet, as it said since the last sync that ended. Sending
//! one of them again can take as long as a slow line is up: there they stand back until a sync has
//! ended, and go with the next.

use std::collections::BTreeSet;

use super::carrying::Place;
use alleyway_core::sync::frame::{Verdict, Verdicts};

/// Batches and commands that wait at the server.
#[derive(Debug, Default)]
pub(super) struct Awaiting {
    /// Own batches, by number, of which some command waits.
    batches: BTreeSet<u64>,
    /// Own commands, by counter, that wait for their base.
    commands: BTreeSet<u64>,
    /// Batches of other devices that wait.
    carried: BTreeSet<Place>,
    /// Batches of other devices of which the server can read no copy.
    unreadable: BTreeSet<Place>,
}

impl Awaiting {
    /// The verdicts on an own batch were heard; `commands` are those, by counter, that wait for their
    /// base.
    pub(super) fn note_verdicts(&mut self, verdicts: &Verdicts, commands: &[u64]) {
        if verdicts.verdicts.iter().all(Verdict::is_final) {
            self.batches.remove(&verdicts.batch);
        } else {
            self.batches.insert(verdicts.batch);
        }
        self.commands.extend(commands);
    }

    /// Whether an own batch has been sent and waits.
    pub(super) fn has(&self, batch: u64) -> bool {
        self.batches.contains(&batch)
    }

    /// Own commands, by counter, that wait for their base.
    pub(super) fn commands(&self) -> &BTreeSet<u64> {
        &self.commands
    }

    /// Own batches may be judged now: what they waited for comes again.
    pub(super) fn let_own_go(&mut self) {
        self.batches.clear();
    }

    /// A batch of another device waits.
    pub(super) fn carried_waits(&mut self, place: Place) {
        self.carried.insert(place);
    }

    /// The server can read no copy of a batch of another device.
    pub(super) fn carried_is_unreadable(&mut self, place: Place) {
        self.unreadable.insert(place);
    }

    /// The server is done with a batch of another device.
    pub(super) fn carried_done(&mut self, place: Place) {
        self.carried.remove(&place);
        self.unreadable.remove(&place);
    }

    /// Whether the server has not carried a batch of another device out, and will not soon.
    pub(super) fn is_stuck(&self, place: Place) -> bool {
        self.carried.contains(&place) || self.unreadable.contains(&place)
    }

    /// The batches of other devices that the server cannot read.
    pub(super) fn unreadable(&self) -> &BTreeSet<Place> {
        &self.unreadable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_core::id::DeviceId;

    #[test]
    fn a_batch_of_another_device_is_stuck_until_the_server_is_done_with_it() {
        let (mut awaiting, place) = (Awaiting::default(), (DeviceId([1; 16]), 2));
        awaiting.carried_waits(place);
        assert!(awaiting.is_stuck(place) && !awaiting.is_stuck((place.0, 3)));
        awaiting.let_own_go();
        assert!(awaiting.is_stuck(place));
        awaiting.carried_is_unreadable(place);
        assert!(awaiting.unreadable().contains(&place));
        awaiting.carried_done(place);
        assert!(!awaiting.is_stuck(place) && awaiting.unreadable().is_empty());
    }
}
