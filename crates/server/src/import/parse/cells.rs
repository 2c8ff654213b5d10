//! A row's fields, typed; each fault goes to the list.

use std::collections::BTreeSet;

use alleyway_catalogue::answer::yes_or_no;
use alleyway_core::text::seen::is_unseen;
use alleyway_core::text::typed::UnfitText;
use alleyway_core::text::{Text, fold, phone, typed};
use alleyway_core::time::Date;

use super::table::Record;
use crate::import::fault::{Fault, Faults};
use crate::import::row::{File, Key, Phone};

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
    /// The keys that the town has.
    pub(super) known: &'a BTreeSet<&'a str>,
}

/// That a fault of the row was told: without one, no row is left out.
#[derive(Debug)]
pub(super) struct Told(());

fn unfit(error: UnfitText) -> Fault {
    match error {
        UnfitText::TooLong { limit } => Fault::TooLong { limit },
        UnfitText::Control(c) => Fault::ControlCharacter {
            character: typed::code_point(c),
        },
    }
}

impl Cells<'_> {
    pub(super) fn fault(&mut self, column: &'static str, fault: &Fault) -> Told {
        self.faults
            .add(self.file, self.record.line, Some(column), fault);
        Told(())
    }

    /// The field as it stands.
    pub(super) fn raw(&self, column: &str) -> &str {
        self.record.fields.get(column).map_or("", String::as_str)
    }

    /// A text that may be empty.
    pub(super) fn text<const MAX: usize>(
        &mut self,
        column: &'static str,
    ) -> Result<Text<MAX>, Told> {
        let taken = typed::line(self.raw(column));
        taken.map_err(|error| self.fault(column, &unfit(error)))
    }

    /// A text that must not be empty.
    pub(super) fn needed<const MAX: usize>(
        &mut self,
        column: &'static str,
    ) -> Result<Text<MAX>, Told> {
        if typed::is_nothing(self.raw(column)) {
            return Err(self.fault(column, &Fault::Empty));
        }
        self.text(column)
    }

    /// A key. It is what other rows and later lists say, so nothing but blanks at its ends is taken
    /// off: one that would change is told. A key that the town has stays as the town has it.
    pub(super) fn key(&mut self, column: &'static str) -> Result<Key, Told> {
        let raw = self.raw(column).trim();
        if self.known.contains(raw)
            && let Ok(key) = Key::new(raw)
        {
            return Ok(key);
        }
        let unseen = raw.chars().find(|c| is_unseen(*c));
        let key: Key = self.needed(column)?;
        match unseen {
            Some(c) if key.as_str() != self.raw(column).trim() => {
                let character = typed::code_point(c);
                Err(self.fault(column, &Fault::UnseenInKey { character }))
            }
            _ => Ok(key),
        }
    }

    /// A key, or none if the field is empty.
    pub(super) fn optional_key(&mut self, column: &'static str) -> Result<Option<Key>, Told> {
        if typed::is_nothing(self.raw(column)) {
            return Ok(None);
        }
        self.key(column).map(Some)
    }

    /// One of the known words.
    pub(super) fn word<T>(
        &mut self,
        column: &'static str,
        known: fn(&str) -> Option<T>,
        fault: fn(String) -> Fault,
    ) -> Result<T, Told> {
        let raw = self.raw(column);
        if typed::is_nothing(raw) {
            return Err(self.fault(column, &Fault::Empty));
        }
        known(&fold::fold(raw)).ok_or_else(|| {
            let shown = self.raw(column).trim().chars();
            let shown = shown.filter(|c| !c.is_control());
            let shown = shown.take(SHOWN_CHARS_MAX).collect();
            self.fault(column, &fault(shown))
        })
    }

    /// A telephone number as documents hold it, or an empty one; none if the file has no such column.
    pub(super) fn phone(&mut self, column: &'static str) -> Result<Option<Phone>, Told> {
        if !self.record.fields.contains_key(column) {
            return Ok(None);
        }
        let typed = fold::plain(self.raw(column));
        let number = if typed.is_empty() {
            Some(String::new())
        } else {
            phone::canonical(&typed)
        };
        let number = number.and_then(|number| Phone::new(&number).ok());
        number
            .map(Some)
            .ok_or_else(|| self.fault(column, &Fault::BadPhone))
    }

    /// The answer to a question of yes or no, in either language; nothing is no. None if the file has
    /// no such column.
    pub(super) fn yes_or_no(&mut self, column: &'static str) -> Result<Option<bool>, Told> {
        match self.record.fields.get(column) {
            None => Ok(None),
            Some(typed) if typed::is_nothing(typed) => Ok(Some(false)),
            Some(typed) => {
                let answer = yes_or_no(&fold::fold(typed));
                answer
                    .map(Some)
                    .ok_or_else(|| self.fault(column, &Fault::BadAnswer))
            }
        }
    }

    /// A whole number up to `max`.
    pub(super) fn count(&mut self, column: &'static str, max: u16) -> Result<u16, Told> {
        let plain = fold::plain(self.raw(column));
        let is_digits = plain.bytes().all(|byte| byte.is_ascii_digit());
        let count = plain.parse().ok();
        let count = count.filter(|count| is_digits && *count <= max);
        count.ok_or_else(|| self.fault(column, &Fault::BadCount { max }))
    }

    /// A date, or none if the field is empty.
    pub(super) fn date(&mut self, column: &'static str) -> Result<Option<Date>, Told> {
        let plain = fold::plain(self.raw(column));
        if plain.is_empty() {
            return Ok(None);
        }
        let fault = match Date::parse_of_any_year(&plain) {
            None => Fault::BadDate,
            Some(day) if day < FIRST_DAY || day > END => Fault::DateOutOfBounds,
            Some(day) => return Ok(Some(day)),
        };
        Err(self.fault(column, &fault))
    }

    /// A date; the first there is if the field is empty.
    pub(super) fn first_day(&mut self, column: &'static str) -> Result<Date, Told> {
        self.date(column).map(|date| date.unwrap_or(FIRST_DAY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_counted_from_1970() {
        assert_eq!(Date::parse_of_any_year("1970-01-01"), Some(Date(0)));
        assert_eq!(Date::parse_of_any_year("2000-01-01"), Some(FIRST_DAY));
        assert_eq!(Date::parse_of_any_year("2200-01-01"), Some(END));
        assert_eq!(Date::parse_of_any_year("2024-02-30"), None);
        assert_eq!(Date::parse_of_any_year("2024/02/03"), None);
    }
}
