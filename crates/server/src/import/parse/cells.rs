//! A row's fields, typed; each fault goes to the list.

use alleyway_core::text::Text;
use alleyway_core::time::Date;

use super::table::Record;
use crate::import::fault::{Fault, Faults};
use crate::import::row::File;

/// Characters of an unknown word that are shown.
const SHOWN_CHARS_MAX: usize = 40;
/// 2000-01-01, the first day there is.
const FIRST_DAY: Date = Date(10_957);
/// 2200-01-01, the day after the last.
const END: Date = Date(84_006);

/// One row.
pub(super) struct Cells<'a> {
    pub(super) file: File,
    pub(super) record: &'a Record,
    pub(super) faults: &'a mut Faults,
}

impl Cells<'_> {
    pub(super) fn fault(&mut self, column: &'static str, fault: &Fault) {
        self.faults
            .add(self.file, self.record.line, Some(column), fault);
    }

    /// The field as it stands.
    pub(super) fn raw(&self, column: &str) -> &str {
        self.record.fields.get(column).map_or("", String::as_str)
    }

    /// A text that may be empty.
    pub(super) fn text<const MAX: usize>(&mut self, column: &'static str) -> Option<Text<MAX>> {
        let raw = self.raw(column);
        let fault = if raw.len() > MAX {
            Fault::TooLong { limit: MAX }
        } else if raw.chars().any(char::is_control) {
            Fault::ControlCharacter
        } else {
            return Text::new(raw).ok();
        };
        self.fault(column, &fault);
        None
    }

    /// A text that must not be empty.
    pub(super) fn needed<const MAX: usize>(&mut self, column: &'static str) -> Option<Text<MAX>> {
        if self.raw(column).is_empty() {
            self.fault(column, &Fault::Empty);
            return None;
        }
        self.text(column)
    }

    /// A text, or none if it is empty.
    #[expect(
        clippy::option_option,
        reason = "outer: is the field good; inner: is it there"
    )]
    pub(super) fn optional<const MAX: usize>(
        &mut self,
        column: &'static str,
    ) -> Option<Option<Text<MAX>>> {
        self.text(column)
            .map(|text| (!text.is_empty()).then_some(text))
    }

    /// One of the known words.
    pub(super) fn word<T>(
        &mut self,
        column: &'static str,
        known: fn(&str) -> Option<T>,
        fault: fn(String) -> Fault,
    ) -> Option<T> {
        let raw = self.raw(column);
        if raw.is_empty() {
            self.fault(column, &Fault::Empty);
            return None;
        }
        let found = known(raw);
        if found.is_none() {
            let shown = raw
                .chars()
                .filter(|c| !c.is_control())
                .take(SHOWN_CHARS_MAX)
                .collect();
            self.fault(column, &fault(shown));
        }
        found
    }

    /// A whole number up to `max`.
    pub(super) fn count(&mut self, column: &'static str, max: u16) -> Option<u16> {
        let raw = self.raw(column);
        let is_digits = raw.bytes().all(|byte| byte.is_ascii_digit());
        let count = raw.parse().ok().filter(|count| is_digits && *count <= max);
        if count.is_none() {
            self.fault(column, &Fault::BadCount { max });
        }
        count
    }

    /// A date, or none if the field is empty.
    #[expect(
        clippy::option_option,
        reason = "outer: is the field good; inner: is it there"
    )]
    pub(super) fn date(&mut self, column: &'static str) -> Option<Option<Date>> {
        let raw = self.raw(column);
        if raw.is_empty() {
            return Some(None);
        }
        let fault = match day(raw) {
            None => Fault::BadDate,
            Some(day) if day < FIRST_DAY || day > END => Fault::DateOutOfBounds,
            Some(day) => return Some(Some(day)),
        };
        self.fault(column, &fault);
        None
    }

    /// A date; the first there is if the field is empty.
    pub(super) fn first_day(&mut self, column: &'static str) -> Option<Date> {
        self.date(column).map(|date| date.unwrap_or(FIRST_DAY))
    }
}

/// A day written as RFC 3339's `full-date`.
fn day(text: &str) -> Option<Date> {
    let is_shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| {
            if at == 4 || at == 7 {
                byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    let date: jiff::civil::Date = if is_shaped {
        text.parse().ok()?
    } else {
        return None;
    };
    let span = date
        .since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1)))
        .ok()?;
    Some(Date(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_counted_from_1970() {
        assert_eq!(day("1970-01-01"), Some(Date(0)));
        assert_eq!(day("2000-01-01"), Some(FIRST_DAY));
        assert_eq!(day("2200-01-01"), Some(END));
        assert_eq!(day("2024-02-30"), None);
        assert_eq!(day("2024/02/03"), None);
    }
}
