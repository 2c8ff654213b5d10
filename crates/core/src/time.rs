//! Times and dates. A time is a claim of the clock that made it; order never comes from it.

mod month;

pub use month::Month;

use crate::wire::{Reader, Wire, WireError};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// 2000-01-01T00:00:00Z: no phone that runs this was there before.
    pub const EARLIEST: Self = Self(946_684_800_000);
    /// 2200-01-01T00:00:00Z.
    pub const LATEST: Self = Self(7_258_118_400_000);

    /// The nearest possible time. A claim outside the bounds is moved to them.
    #[must_use]
    pub fn clamped(self) -> Self {
        self.clamp(Self::EARLIEST, Self::LATEST)
    }

    /// Whether [`Time::clamped`] changes it.
    pub fn is_impossible(self) -> bool {
        self.clamped() != self
    }

    /// Seconds since 1970, rounded down.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The time `days` days later, without overflow.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(
            self.0
                .saturating_add(days.saturating_mul(Date::MILLISECONDS)),
        )
    }
}

impl Wire for Time {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self(i64::decode(from)?))
    }
}

/// A calendar day, as days since 1970-01-01. A due date is late when the day has ended in the
/// town's time zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Date {
    /// Milliseconds in a day.
    pub const MILLISECONDS: i64 = 86_400_000;
    /// China has one time zone, UTC+8, and no summer time (GB/T 7408): the towns' days begin there.
    pub const OFFSET_MILLISECONDS: i64 = 8 * 3_600_000;

    /// The day of a time in the towns' zone.
    pub fn of(time: Time) -> Self {
        let day = time
            .clamped()
            .0
            .saturating_add(Self::OFFSET_MILLISECONDS)
            .div_euclid(Self::MILLISECONDS);
        Self(i32::try_from(day).unwrap_or(i32::MAX))
    }

    /// Reads `YYYY-MM-DD` of the years 1970 to 2199.
    pub fn parse(text: &str) -> Option<Self> {
        let day = Self::parse_of_any_year(text)?;
        (1970..2200).contains(&day.year()).then_some(day)
    }

    /// Reads `YYYY-MM-DD` of the years 0 to 9999, and no other form.
    pub fn parse_of_any_year(text: &str) -> Option<Self> {
        // The library reads others too: 20260630, a time after the day.
        let is_of_form = |(at, byte): (usize, u8)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        let is_written_so = text.len() == 10 && text.bytes().enumerate().all(is_of_form);
        is_written_so.then_some(())?;
        let day: jiff::civil::Date = text.parse().ok()?;
        Some(Self(EPOCH.until(day).ok()?.get_days()))
    }

    /// The day of a year, a month and a day of the month, of the years 1970 to 2199.
    pub fn civil(year: u16, month: u8, day: u8) -> Option<Self> {
        Self::parse(&format!("{year:04}-{month:02}-{day:02}"))
    }

    /// The year that it is in.
    pub fn year(self) -> u16 {
        self.day()
            .map_or(0, |day| u16::try_from(day.year()).unwrap_or_default())
    }

    /// The month of its year that it is in: 1 to 12.
    pub fn month(self) -> u8 {
        self.day()
            .map_or(1, |day| u8::try_from(day.month()).unwrap_or(1))
    }

    /// The day of the week: 1 for Monday to 7 for Sunday.
    pub fn weekday(self) -> u8 {
        // Day 0 was a Thursday.
        let since_monday = self.0.wrapping_add(3).rem_euclid(7);
        u8::try_from(since_monday)
            .unwrap_or_default()
            .saturating_add(1)
    }

    /// The day so many days later.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The day as `jiff` has it; none far beyond the years of its calendar.
    fn day(self) -> Option<jiff::civil::Date> {
        EPOCH
            .checked_add(jiff::Span::new().try_days(self.0).ok()?)
            .ok()
    }

    /// Whether the day has ended at `now`.
    pub fn is_over(self, now: Time) -> bool {
        Self::of(now) > self
    }
}

/// `YYYY-MM-DD`; `?` for a day far beyond the calendar.
impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.day() {
            Some(day) => write!(f, "{day}"),
            None => f.write_str("?"),
        }
    }
}

/// The day of which [`Date`] is 0.
const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

impl Wire for Date {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self(i32::decode(from)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_at_the_ends_of_64_bits_are_clamped() {
        assert_eq!(Time(i64::MIN).clamped(), Time::EARLIEST);
        assert_eq!(Time(i64::MAX).plus_days(i64::MAX), Time(i64::MAX));
        assert!(Date::of(Time(i64::MAX)).0 > 0);
    }

    #[test]
    fn a_day_is_read_in_one_form_and_of_the_years_that_records_know() {
        assert_eq!(Date::parse("1970-01-01"), Some(Date(0)));
        assert_eq!(Date::parse("1969-12-31"), None);
        assert_eq!(Date::parse_of_any_year("1969-12-31"), Some(Date(-1)));
        assert!(Date::parse("2199-12-31").is_some());
        assert_eq!(Date::parse("2200-01-01"), None);
        assert!(Date::parse_of_any_year("2200-01-01").is_some());
        assert_eq!(Date::civil(2200, 1, 1), None);
        for text in ["2026-02-30", "2026/06/30", "20260630", "20260630T1", ""] {
            assert_eq!(Date::parse_of_any_year(text), None, "{text}");
        }
        assert_eq!(Date(i32::MAX).to_string(), "?");
    }

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        assert_eq!(Date::of(Time::EARLIEST), Date(10_957));
        assert_eq!(
            Date::of(Time(Time::EARLIEST.0 + 16 * 3_600_000)),
            Date(10_958)
        );
    }
}
