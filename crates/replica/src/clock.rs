//! This device's clock, and how far it can be believed.
//!
//! Nothing tells a device the time but its own clock and, at a contact, the server's. A clock may have
//! kept the offset that it had at the last contact, or may have been set right since. A reading that
//! is before the last contact either way, or that is no possible time, is known to be wrong: the
//! battery was out, and the clock begins in 1970. Then the time is estimated: it is that of the last
//! contact, and what the clock has gone forward since.

use alleyway_core::time::{Date, Time};

/// A clock that goes so far forward at once, in milliseconds, may have been set.
const SET_FROM: i64 = 26 * 60 * 60 * 1_000;
/// A clock that is known to be wrong and goes so far forward at once, in milliseconds, was set.
const SET_WRONG_FROM: i64 = 365 * Date::MILLISECONDS;

/// Both clocks at the last contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contact {
    /// The server's.
    pub(crate) server: Time,
    /// The lead of this device's over it, in milliseconds.
    pub(crate) ahead: i64,
}

impl Contact {
    /// This device's clock then.
    fn here(self) -> Time {
        Time(self.server.0.saturating_add(self.ahead))
    }

    /// The server's time at a reading, by a clock that has kept its offset; none if that is before
    /// the contact or impossible.
    fn kept(self, read: Time) -> Option<Time> {
        let told = Time(read.0.saturating_sub(self.ahead));
        (read >= self.here() && !told.is_impossible()).then_some(told)
    }

    /// The server's time at a reading, by a clock that was set right since; none if that is before
    /// the contact or impossible.
    fn set_right(self, read: Time) -> Option<Time> {
        (read >= self.server && !read.is_impossible()).then_some(read)
    }

    /// Whether no clock that shows this can be believed.
    pub(crate) fn is_known_wrong(self, read: Time) -> bool {
        self.kept(read).is_none() && self.set_right(read).is_none()
    }

    /// How much time has gone by from one reading to the next one, in milliseconds. `spent` is what
    /// had gone by since the contact.
    ///
    /// A clock that is set back takes nothing off. Of one that is known to be wrong only its own
    /// steps forward count, and once it can be believed again, what it shows beyond the estimate. So
    /// it is with one that seems to have been set right since the contact.
    pub(crate) fn gone(self, from: Time, to: Time, spent: i64) -> i64 {
        let own = own_step(from, to);
        if self.is_known_wrong(to) {
            // Into what is wrong a clock does not go by itself.
            let is_own = self.is_known_wrong(from) && own < SET_WRONG_FROM;
            return if is_own { own } else { 0 };
        }
        let estimate = self.server.0.saturating_add(spent);
        let beyond = |told: Time| told.0.saturating_sub(estimate).max(0);
        let (kept, right) = (self.kept(to), self.set_right(to));
        if self.is_known_wrong(from) {
            return kept.into_iter().chain(right).map(beyond).min().unwrap_or(0);
        }
        if own < SET_FROM {
            return own;
        }
        let entered = [
            kept.filter(|_| self.kept(from).is_none()),
            right.filter(|_| self.set_right(from).is_none()),
        ];
        entered
            .into_iter()
            .flatten()
            .map(beyond)
            .fold(own, i64::min)
    }

    /// The server's time at a reading. `spent` is what has gone by since the contact, with this
    /// reading.
    pub(crate) fn told(self, read: Time, spent: i64) -> Time {
        let estimate = Time(self.server.0.saturating_add(spent));
        let readings = self.kept(read).into_iter().chain(self.set_right(read));
        let nearest = readings.min_by_key(|told| told.0.abs_diff(estimate.0));
        nearest.unwrap_or(estimate)
    }

    /// The reading that this device's clock would show if it had never been wrong. A reading that
    /// can be believed is left as it is. `spent` as above.
    pub(crate) fn believed(self, read: Time, spent: i64) -> Time {
        if !read.is_impossible() && !self.is_known_wrong(read) {
            return read;
        }
        let told = self.told(read, spent);
        let here = Time(told.0.saturating_add(self.ahead));
        if here.is_impossible() { told } else { here }
    }
}

/// How far a clock goes forward from one reading to the next one, in milliseconds.
pub(crate) fn own_step(from: Time, to: Time) -> i64 {
    to.0.saturating_sub(from.0).max(0)
}

#[cfg(test)]
mod tests;
