//! The clock: the system's, or in a demo one that can be set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use alleyway_core::time::{Date, Time};
use jiff::Timestamp;

/// A clock. Copies of a settable one show the same time.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system's.
    System,
    /// The system's, moved by so many milliseconds; it goes on from where it is set.
    Demo(Arc<AtomicI64>),
}

impl Clock {
    /// A settable clock that is `offset` milliseconds ahead of the system's.
    pub fn demo(offset: i64) -> Self {
        Self::Demo(Arc::new(AtomicI64::new(offset)))
    }

    /// The time.
    pub fn now(&self) -> Time {
        match self {
            Self::System => system_time(),
            Self::Demo(offset) => Time(
                system_time()
                    .0
                    .saturating_add(offset.load(Ordering::Relaxed)),
            ),
        }
    }

    /// Sets a demo's clock and returns how far it is now ahead of the system's; `None` for the
    /// system's clock, which nobody sets.
    pub fn set(&self, now: Time) -> Option<i64> {
        match self {
            Self::System => None,
            Self::Demo(offset) => {
                let ahead = now.0.saturating_sub(system_time().0);
                offset.store(ahead, Ordering::Relaxed);
                Some(ahead)
            }
        }
    }
}

/// The system's time: the one place where the server reads it for the core. A clock before 1970 reads as 1970.
fn system_time() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Reads a time as RFC 3339 writes it; `None` outside the years that a town can be in.
pub fn parse_rfc3339(text: &str) -> Option<Time> {
    let time = Time(text.parse::<Timestamp>().ok()?.as_millisecond());
    (!time.is_impossible()).then_some(time)
}

/// The time as RFC 3339 writes it, in UTC, to the second.
pub fn rfc3339(time: Time) -> String {
    Timestamp::from_second(time.clamped().seconds())
        .unwrap_or_default()
        .to_string()
}

/// Day and minute in the towns' zone, for people.
pub fn town_minute(time: Time) -> String {
    let shifted = time
        .clamped()
        .0
        .saturating_add(Date::OFFSET_MILLISECONDS)
        .div_euclid(1_000);
    Timestamp::from_second(shifted)
        .unwrap_or_default()
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// The day as ISO 8601 writes it.
pub fn date(date: Date) -> String {
    let midnight =
        Timestamp::from_second(i64::from(date.0).saturating_mul(86_400)).unwrap_or_default();
    midnight.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_demos_clock_is_set() {
        let time = parse_rfc3339("2026-03-01T08:00:00+08:00").unwrap();
        assert_eq!(rfc3339(time), "2026-03-01T00:00:00Z");
        assert_eq!(town_minute(time), "2026-03-01 08:00");
        assert_eq!(Clock::System.set(time), None);
        let clock = Clock::demo(0);
        let copy = clock.clone();
        assert!(clock.set(time).is_some());
        assert!(copy.now() >= time);
        assert!(copy.now() < time.plus_days(1));
    }

    #[test]
    fn what_is_no_time_of_a_town_is_not_read() {
        for text in [
            "",
            "tomorrow",
            "2026-13-01T00:00:00Z",
            "1969-01-01T00:00:00Z",
            "9000-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }
}
