//! Places, days and clocks as people and programs write them, read exactly.

use alleyway_core::kinds::case::Point;
use alleyway_core::text::fold;
use alleyway_core::time::{Date, Time};
use jiff::Timestamp;

/// Reads `LAT,LNG` in degrees, exactly, in the digits and signs of any keyboard.
pub fn point(text: &str) -> Option<Point> {
    Point::parse(&fold::plain(text))
}

/// Reads a calendar day, `YYYY-MM-DD`, in the digits and hyphens of any keyboard.
pub fn date(text: &str) -> Option<Date> {
    Date::parse_of_any_year(&fold::plain(text))
}

/// Reads a clock, RFC 3339.
pub fn time(text: &str) -> Option<Time> {
    text.trim()
        .parse::<Timestamp>()
        .ok()
        .map(|timestamp| Time(timestamp.as_millisecond()))
}

/// RFC 3339 in UTC, for programs.
pub fn show_time_utc(time: Time) -> String {
    Timestamp::from_millisecond(time.0)
        .map_or_else(|_| "?".to_owned(), |timestamp| timestamp.to_string())
}

/// Day and minute in the towns' zone, for people.
pub fn show_time(time: Time) -> String {
    let shifted = time.clamped().0.saturating_add(Date::OFFSET_MILLISECONDS);
    let minute = shifted.div_euclid(60_000);
    let of_day = minute.rem_euclid(24 * 60);
    format!("{} {:02}:{:02}", Date::of(time), of_day / 60, of_day % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_exactly_with_either_comma() {
        let e7 = |text: &str| point(text).map(|point| (point.latitude_e7, point.longitude_e7));
        assert_eq!(e7("22.4167,109.3012"), Some((224_167_000, 1_093_012_000)));
        assert_eq!(e7("-0.0000001，-179"), Some((-1, -1_790_000_000)));
        assert_eq!(e7("－０.5， １"), Some((-5_000_000, 10_000_000)));
        for text in [
            "",
            "22.4",
            "90.0000001,0",
            "0,180.0000001",
            "1e1,0",
            "22.12345678,1",
            "a,b",
            "1,2,3",
        ] {
            assert_eq!(e7(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_read_and_shown() {
        assert_eq!(date("1970-01-02"), Some(Date(1)));
        assert_eq!(date(" １９７０－０１－０２\u{200f}"), Some(Date(1)));
        assert_eq!(
            date("2026-06-30").map(|day| day.to_string()).as_deref(),
            Some("2026-06-30")
        );
        for text in [
            "2026-02-30",
            "20260630",
            "2026-6-30",
            "2026-06-30T00:00",
            "",
            "明天xxxx",
            "2026-0６-３１",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn a_clock_is_read_with_its_offset_and_shown_in_the_towns_zone() {
        let noon = time("2026-03-01T12:30:00+08:00").unwrap();
        assert_eq!(noon, time("2026-03-01T04:30:00Z").unwrap());
        assert_eq!(show_time(noon), "2026-03-01 12:30");
        assert_eq!(show_time_utc(noon), "2026-03-01T04:30:00Z");
        assert_eq!(
            show_time(time("2026-03-01T23:30:00Z").unwrap()),
            "2026-03-02 07:30"
        );
        assert_eq!(time("2026-03-01 noon"), None);
    }
}
