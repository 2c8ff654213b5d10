//! When things happen: by day, one after the other.

use alleyway_core::time::{Date, Time};

use crate::chance::Chance;

const HOUR: i64 = 3_600_000;
/// The hours, in the town's zone, in which people write.
const FROM: i64 = 7;
const UNTIL: i64 = 21;

/// A time that only goes on.
pub(super) struct Clock(Time);

impl Clock {
    /// Some time within the `days` before `start`.
    pub(super) fn somewhen(chance: &mut Chance, start: Time, days: i64) -> Self {
        let earlier = chance.within(HOUR..=days * Date::MILLISECONDS);
        let mut clock = Self(Time(start.0.saturating_sub(earlier)));
        clock.by_day(chance);
        clock
    }

    pub(super) fn now(&self) -> Time {
        self.0
    }

    pub(super) fn today(&self) -> Date {
        Date::of(self.0)
    }

    /// Goes on by some hours, to the next time of day at which people write.
    pub(super) fn hours(&mut self, chance: &mut Chance, low: i64, high: i64) {
        self.0 = Time(
            self.0
                .0
                .saturating_add(chance.within(low * HOUR..=high * HOUR)),
        );
        self.by_day(chance);
    }

    fn by_day(&mut self, chance: &mut Chance) {
        let local = self.0.0.saturating_add(Date::OFFSET_MILLISECONDS);
        let hour = local.rem_euclid(Date::MILLISECONDS) / HOUR;
        if !(FROM..UNTIL).contains(&hour) {
            let day = local.div_euclid(Date::MILLISECONDS) + i64::from(hour >= UNTIL);
            let morning = day * Date::MILLISECONDS + FROM * HOUR + chance.within(0..=4 * HOUR);
            self.0 = Time(morning - Date::OFFSET_MILLISECONDS);
        }
    }
}
