//! Faults in a section that somebody wrote, each with its place.

use std::fmt::{self, Write as _};

/// A step into a section: the key of a table, or the place in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A key.
    Key(String),
    /// A place in a list, counted from 0.
    Index(usize),
}

impl From<&str> for Part {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Part {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A fault, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The way to it, from the section's own value.
    pub at: Vec<Part>,
    /// The fault.
    pub kind: FlawKind,
}

impl Flaw {
    /// The way to it as people read it: `[3].code`, places counted from 1.
    pub fn place(&self) -> String {
        let mut place = String::new();
        for part in &self.at {
            let dot = if place.is_empty() { "" } else { "." };
            // Writing to a string cannot fail.
            let _ = match part {
                Part::Index(index) => write!(place, "[{}]", index.saturating_add(1)),
                Part::Key(key) => write!(place, "{dot}{key}"),
            };
        }
        place
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.kind.word())
    }
}

/// A fault. Texts for people come from the catalogue, by [`FlawKind::word`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlawKind {
    /// It is no JSON.
    Unreadable,
    /// A key that is needed is not there, or blank.
    Missing,
    /// A key that the section does not have.
    UnknownKey,
    /// No table.
    NotTable,
    /// No list.
    NotList,
    /// No text, or one with characters that no text has.
    NotText,
    /// Longer than so many bytes.
    TooLong {
        /// The bytes that it may have.
        max: usize,
    },
    /// No code: small letters, digits and `_`.
    NotCode,
    /// None of the words that it can be.
    UnknownWord,
    /// Neither yes nor no.
    NotFlag,
    /// No whole number within bounds.
    NotNumber {
        /// The least.
        min: u16,
        /// The most.
        max: u16,
    },
    /// No number of days from 1 to 366 with their unit: `10wd`, `60d`.
    NotTerm,
    /// No day: `YYYY-MM-DD`.
    NotDate,
    /// More than so many.
    TooMany {
        /// How many there may be.
        max: usize,
    },
    /// Nothing in it.
    Empty,
    /// A row before it has the same.
    Twice,
    /// The list of closures lacks `fixed`.
    NoFixed,
    /// The day is both off and worked.
    OffAndWork,
    /// The day is not in the layer's year.
    WrongYear,
    /// The year does not follow on those that are known.
    YearGap,
    /// The smaller bound is above the larger one.
    UpsideDown,
}

impl FlawKind {
    /// The bound that was passed, as people of any language read it; empty if there is none.
    pub fn bound(self) -> String {
        match self {
            Self::TooLong { max } | Self::TooMany { max } => format!(" (≤ {max})"),
            Self::NotNumber { min, max } => format!(" ({min}–{max})"),
            _ => String::new(),
        }
    }

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Missing => "missing",
            Self::UnknownKey => "unknown_key",
            Self::NotTable => "not_table",
            Self::NotList => "not_list",
            Self::NotText => "not_text",
            Self::TooLong { .. } => "too_long",
            Self::NotCode => "not_code",
            Self::UnknownWord => "unknown_word",
            Self::NotFlag => "not_flag",
            Self::NotNumber { .. } => "not_number",
            Self::NotTerm => "not_term",
            Self::NotDate => "not_date",
            Self::TooMany { .. } => "too_many",
            Self::Empty => "empty",
            Self::Twice => "twice",
            Self::NoFixed => "no_fixed",
            Self::OffAndWork => "off_and_work",
            Self::WrongYear => "wrong_year",
            Self::YearGap => "year_gap",
            Self::UpsideDown => "upside_down",
        }
    }
}
