//! Reads a section's JSON, and notes every flaw with its place.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::flaw::{Flaw, FlawKind, Part};
use crate::limits::CODE_BYTES_MAX;
use crate::text::Text;

/// A section being read: where in it, and what is wrong so far.
#[derive(Default)]
pub(super) struct Reading {
    at: Vec<Part>,
    flaws: Vec<Flaw>,
}

impl Reading {
    /// Every flaw, in the order in which they were met.
    pub(super) fn into_flaws(self) -> Vec<Flaw> {
        self.flaws
    }

    /// Notes a flaw of where the reading is.
    pub(super) fn flaw(&mut self, kind: FlawKind) {
        let at = self.at.clone();
        self.flaws.push(Flaw { at, kind });
    }

    /// Notes a flaw of a part of where the reading is.
    pub(super) fn flaw_at(&mut self, part: impl Into<Part>, kind: FlawKind) {
        self.within(part, |reading| reading.flaw(kind));
    }

    fn within<T>(&mut self, part: impl Into<Part>, read: impl FnOnce(&mut Self) -> T) -> T {
        self.at.push(part.into());
        let value = read(self);
        self.at.pop();
        value
    }

    /// Reads the whole of a value as a table.
    pub(super) fn table<T>(
        &mut self,
        value: &Value,
        read: impl FnOnce(&mut Self, &mut Table<'_>) -> Option<T>,
    ) -> Option<T> {
        let Some(map) = value.as_object() else {
            self.flaw(FlawKind::NotTable);
            return None;
        };
        let mut table = Table {
            map,
            read: BTreeSet::new(),
        };
        let value = read(self, &mut table);
        for key in map.keys() {
            if !table.read.contains(key.as_str()) {
                self.flaw_at(key.as_str(), FlawKind::UnknownKey);
            }
        }
        value
    }

    /// Reads a list of at most `max` values. One that cannot be read is left out.
    pub(super) fn list<T>(
        &mut self,
        value: &Value,
        max: usize,
        mut read: impl FnMut(&mut Self, &Value) -> Option<T>,
    ) -> Vec<T> {
        let Some(values) = value.as_array() else {
            self.flaw(FlawKind::NotList);
            return Vec::new();
        };
        if values.len() > max {
            self.flaw(FlawKind::TooMany { max });
        }
        let values = values.iter().take(max).enumerate();
        values
            .filter_map(|(index, value)| self.within(index, |reading| read(reading, value)))
            .collect()
    }

    /// Reads a list of tables.
    pub(super) fn rows<T>(
        &mut self,
        value: &Value,
        max: usize,
        mut read: impl FnMut(&mut Self, &mut Table<'_>) -> Option<T>,
    ) -> Vec<T> {
        self.list(value, max, |reading, value| reading.table(value, &mut read))
    }

    /// Reads a text.
    pub(super) fn text<const MAX: usize>(&mut self, value: &Value) -> Option<Text<MAX>> {
        let Some(text) = value.as_str() else {
            self.flaw(FlawKind::NotText);
            return None;
        };
        if text.len() > MAX {
            self.flaw(FlawKind::TooLong { max: MAX });
            return None;
        }
        let read = Text::new(text).ok();
        if read.is_none() {
            self.flaw(FlawKind::NotText);
        }
        read
    }

    /// Reads a code: small letters, digits and `_`.
    pub(super) fn code(&mut self, value: &Value) -> Option<Text<CODE_BYTES_MAX>> {
        let code: Text<CODE_BYTES_MAX> = self.text(value)?;
        let is_code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if code.is_empty() || !code.chars().all(is_code) {
            self.flaw(FlawKind::NotCode);
            return None;
        }
        Some(code)
    }

    /// Notes the rows whose key a row before them has.
    pub(super) fn no_twins<K: Ord>(
        &mut self,
        keys: impl Iterator<Item = K>,
        part: Option<&'static str>,
    ) {
        let mut seen = BTreeSet::new();
        for (index, key) in keys.enumerate() {
            if !seen.insert(key) {
                self.within(index, |reading| match part {
                    Some(part) => reading.flaw_at(part, FlawKind::Twice),
                    None => reading.flaw(FlawKind::Twice),
                });
            }
        }
    }
}

/// A table being read, by the names of its keys. What nobody asked for is a flaw.
pub(super) struct Table<'v> {
    map: &'v Map<String, Value>,
    read: BTreeSet<&'static str>,
}

impl<'v> Table<'v> {
    /// The value of a key, if there is one.
    fn value(&mut self, key: &'static str) -> Option<&'v Value> {
        self.read.insert(key);
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Reads the value of a key; none if there is none.
    pub(super) fn may<T>(
        &mut self,
        reading: &mut Reading,
        key: &'static str,
        read: impl FnOnce(&mut Reading, &Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        reading.within(key, |reading| read(reading, value))
    }

    /// Reads the value of a key, without which the table is flawed.
    pub(super) fn must<T>(
        &mut self,
        reading: &mut Reading,
        key: &'static str,
        read: impl FnOnce(&mut Reading, &Value) -> Option<T>,
    ) -> Option<T> {
        if self.value(key).is_none() {
            reading.flaw_at(key, FlawKind::Missing);
            return None;
        }
        self.may(reading, key, read)
    }

    /// Reads a list of a key; empty if there is none.
    pub(super) fn list<T>(
        &mut self,
        reading: &mut Reading,
        key: &'static str,
        read: impl FnOnce(&mut Reading, &Value) -> Vec<T>,
    ) -> Vec<T> {
        self.may(reading, key, |reading, value| Some(read(reading, value)))
            .unwrap_or_default()
    }

    /// Reads a text that is not blank.
    pub(super) fn text<const MAX: usize>(
        &mut self,
        reading: &mut Reading,
        key: &'static str,
    ) -> Option<Text<MAX>> {
        self.must(reading, key, |reading, value| {
            let text: Text<MAX> = reading.text(value)?;
            if text.trim().is_empty() {
                reading.flaw(FlawKind::Missing);
                return None;
            }
            Some(text)
        })
    }

    /// Reads a text that can be left out.
    pub(super) fn text_or_blank<const MAX: usize>(
        &mut self,
        reading: &mut Reading,
        key: &'static str,
    ) -> Text<MAX> {
        self.may(reading, key, Reading::text).unwrap_or_default()
    }

    /// Reads yes or no; no if it is left out.
    pub(super) fn flag(&mut self, reading: &mut Reading, key: &'static str) -> bool {
        let flag = self.may(reading, key, |reading, value| {
            let flag = value.as_bool();
            if flag.is_none() {
                reading.flaw(FlawKind::NotFlag);
            }
            flag
        });
        flag.unwrap_or_default()
    }

    /// Reads one of some words.
    pub(super) fn word<T>(
        &mut self,
        reading: &mut Reading,
        key: &'static str,
        known: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.must(reading, key, |reading, value| {
            let word = value.as_str().and_then(known);
            if word.is_none() {
                reading.flaw(FlawKind::UnknownWord);
            }
            word
        })
    }

    /// Reads a whole number from `min` to `max`; `otherwise` if it is left out.
    pub(super) fn number(
        &mut self,
        reading: &mut Reading,
        key: &'static str,
        bounds: (u16, u16),
        otherwise: u16,
    ) -> u16 {
        let (min, max) = bounds;
        let number = self.may(reading, key, |reading, value| {
            let number = value.as_u64().and_then(|number| u16::try_from(number).ok());
            let number = number.filter(|number| (min..=max).contains(number));
            if number.is_none() {
                reading.flaw(FlawKind::NotNumber { min, max });
            }
            number
        });
        number.unwrap_or(otherwise)
    }
}
