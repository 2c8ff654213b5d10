//! Months of the calendar, in the towns' zone.

use super::{Date, Time};
use crate::wire::{Reader, Wire, WireError};

/// A month of the calendar: twelve times its year, and 0 for January to 11 for December. The years
/// are those that records know, 1970 to 2199.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(u16);

impl Month {
    /// The month of a time, in the towns' zone.
    pub fn of(time: Time) -> Self {
        Self::of_day(Date::of(time))
    }

    /// The month that a day is in.
    pub fn of_day(day: Date) -> Self {
        let month = u16::from(day.month().saturating_sub(1));
        Self(day.year().saturating_mul(12).saturating_add(month))
    }

    /// Reads `YYYY-MM`.
    pub fn parse(text: &str) -> Option<Self> {
        Date::parse(&format!("{text}-01")).map(Self::of_day)
    }

    /// The month's number, by which months are in order.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The month of a number; none beyond the years that records know.
    pub fn of_number(number: u16) -> Option<Self> {
        (1970 * 12..2200 * 12)
            .contains(&number)
            .then_some(Self(number))
    }

    /// The month before; of the first one itself.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1).max(1970 * 12))
    }

    /// The month behind.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1).min(2199 * 12 + 11))
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        let month = u8::try_from(self.0 % 12).unwrap_or_default();
        Date::civil(self.0 / 12, month.saturating_add(1), 1).unwrap_or_default()
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        self.next().first_day().plus(-1)
    }
}

/// `YYYY-MM`.
impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 12, self.0 % 12 + 1)
    }
}

impl Wire for Month {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Self::of_number(u16::decode(from)?).ok_or(WireError::Invalid("month"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_in_china_and_has_its_days() {
        let time = |day: &str, hour: i64| {
            let midnight = i64::from(Date::parse(day).unwrap().0) * Date::MILLISECONDS;
            Time(midnight - Date::OFFSET_MILLISECONDS + hour * 3_600_000)
        };
        let month = |text: &str| Month::parse(text).unwrap();
        assert_eq!(Month::of(time("2026-03-01", 0)), month("2026-03"));
        assert_eq!(Month::of(time("2026-03-01", -1)), month("2026-02"));
        assert_eq!(month("2026-12").next(), month("2027-01"));
        assert_eq!(month("2027-01").before(), month("2026-12"));
        assert_eq!(month("2028-02").last_day().to_string(), "2028-02-29");
        assert_eq!(month("2026-11").to_string(), "2026-11");
        for text in ["2026-13", "2026-1", "1969-12", "2200-01", ""] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
        assert_eq!(Month::from_bytes(&0_u16.to_bytes()).ok(), None);
    }
}
