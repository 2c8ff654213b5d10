//! A certificate that ends soon is told of in time, once a day.

use alleyway_core::time::Time;

/// How long before its end a certificate is told of, in days.
const DAYS_BEFORE: i64 = 14;

/// The warning that is to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It ends within [`DAYS_BEFORE`].
    Soon,
    /// It has ended: no device connects any more.
    Over,
}

/// When an end was last told of.
#[derive(Debug, Default)]
pub(super) struct Endings {
    told: Option<Time>,
}

impl Endings {
    /// The warning that is due now for a certificate that ends at `until`.
    pub(super) fn due(&mut self, until: Time, now: Time) -> Option<Ending> {
        if until > now.plus_days(DAYS_BEFORE) {
            self.told = None;
            return None;
        }
        if self.told.is_some_and(|told| now < told.plus_days(1)) {
            return None;
        }
        self.told = Some(now);
        Some(if until < now {
            Ending::Over
        } else {
            Ending::Soon
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_of_from_two_weeks_before_once_a_day_until_there_is_a_new_certificate() {
        let (begin, mut endings) = (Time(1_800_000_000_000), Endings::default());
        let until = begin.plus_days(15);
        let mut at = |until, days| endings.due(until, begin.plus_days(days));
        assert_eq!(at(until, 0), None);
        assert_eq!(at(until, 1), Some(Ending::Soon));
        assert_eq!(at(until, 1), None);
        assert_eq!(at(until, 2), Some(Ending::Soon));
        assert_eq!(
            at(until, 15),
            Some(Ending::Soon),
            "the last moment belongs to it"
        );
        assert_eq!(at(until, 16), Some(Ending::Over));
        let renewed = begin.plus_days(30);
        assert_eq!(at(renewed, 15), None);
        assert_eq!(at(renewed, 16), Some(Ending::Soon));
    }
}
