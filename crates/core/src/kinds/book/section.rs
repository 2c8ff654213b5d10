//! The sections of a town's book: each a value of its own, replaced whole.
//!
//! A section travels as JSON text, so that a release can hand on what a later one wrote. Reading it
//! gives what this release understands, and every flaw with its place; what is proposed may have
//! none.

mod calendar;
mod categories;
mod codes;
mod contacts;
mod deadlines;
mod flaw;
mod measures;
mod reading;
#[cfg(test)]
mod tests;
mod texts;
mod written;

pub use calendar::{DayLayers, Layer};
pub use categories::{Category, CategoryClass};
pub use codes::{CodeList, CodeRow, Codes};
pub use contacts::Contact;
pub use deadlines::{ClassTerms, Deadlines, Term};
pub use flaw::{Flaw, FlawKind, Part};
pub use measures::Measures;
use reading::Reading;
pub use texts::{Phrases, Template, Texts};

/// The sections that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionName {
    /// The categories of requests.
    Categories,
    /// How many days each clock has.
    Deadlines,
    /// The closed lists of codes.
    Codes,
    /// Phrases and templates.
    Texts,
    /// Days off and days worked, beside the national ones that ship.
    Calendar,
    /// Bounds and floors.
    Measures,
    /// Whom the public can call.
    Contacts,
}

impl SectionName {
    /// Every section, in the order in which screens show them.
    pub const ALL: &'static [Self] = &[
        Self::Categories,
        Self::Deadlines,
        Self::Codes,
        Self::Texts,
        Self::Calendar,
        Self::Measures,
        Self::Contacts,
    ];

    /// The word in documents and on screens.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Categories => "categories",
            Self::Deadlines => "deadlines",
            Self::Codes => "codes",
            Self::Texts => "texts",
            Self::Calendar => "calendar",
            Self::Measures => "measures",
            Self::Contacts => "contacts",
        }
    }

    /// The section of a word.
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|name| name.word() == word)
    }
}

/// A section's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Section {
    /// The categories of requests, in their order.
    Categories(Vec<Category>),
    /// How many days each clock has.
    Deadlines(Deadlines),
    /// The closed lists of codes.
    Codes(Codes),
    /// Phrases and templates.
    Texts(Texts),
    /// Days off and days worked.
    Calendar(DayLayers),
    /// Bounds and floors.
    Measures(Measures),
    /// Whom the public can call.
    Contacts(Vec<Contact>),
}

impl Section {
    /// Reads a section's JSON. What cannot be read of it is left out, and is a flaw.
    pub fn read(name: SectionName, json: &str) -> (Self, Vec<Flaw>) {
        let mut reading = Reading::default();
        let Ok(value) = serde_json::from_str::<serde_json::Value>(json) else {
            reading.flaw(FlawKind::Unreadable);
            return (Self::shipped(name), reading.into_flaws());
        };
        let section = match name {
            SectionName::Categories => Self::Categories(categories::read(&mut reading, &value)),
            SectionName::Deadlines => Self::Deadlines(deadlines::read(&mut reading, &value)),
            SectionName::Codes => Self::Codes(codes::read(&mut reading, &value)),
            SectionName::Texts => Self::Texts(texts::read(&mut reading, &value)),
            SectionName::Calendar => Self::Calendar(calendar::read(&mut reading, &value)),
            SectionName::Measures => Self::Measures(measures::read(&mut reading, &value)),
            SectionName::Contacts => Self::Contacts(contacts::read(&mut reading, &value)),
        };
        (section, reading.into_flaws())
    }

    /// The section as it ships: what holds while a town has adopted none of its own.
    pub fn shipped(name: SectionName) -> Self {
        match name {
            SectionName::Categories => Self::Categories(categories::shipped()),
            SectionName::Deadlines => Self::Deadlines(Deadlines::default()),
            SectionName::Codes => Self::Codes(Codes::default()),
            SectionName::Texts => Self::Texts(Texts::default()),
            SectionName::Calendar => Self::Calendar(DayLayers::default()),
            SectionName::Measures => Self::Measures(Measures::default()),
            SectionName::Contacts => Self::Contacts(Vec::new()),
        }
    }

    /// Whether it has a category.
    pub(super) fn has_category(&self, code: &str) -> bool {
        match self {
            Self::Categories(rows) => rows.iter().any(|row| row.code.as_str() == code),
            _ => false,
        }
    }

    /// Whether a list of it has a code.
    pub(super) fn has_code(&self, list: CodeList, code: &str) -> bool {
        match self {
            Self::Codes(codes) => codes.of(list).iter().any(|row| row.code.as_str() == code),
            _ => false,
        }
    }

    /// The names of a code in Chinese and English: of a list of codes, or, without one, of a
    /// category.
    pub(super) fn names_of(&self, list: Option<CodeList>, code: &str) -> Option<(&str, &str)> {
        match (self, list) {
            (Self::Categories(rows), None) => {
                let row = rows.iter().find(|row| row.code.as_str() == code)?;
                Some((&row.zh, &row.en))
            }
            (Self::Codes(codes), Some(list)) => {
                let row = codes
                    .of(list)
                    .iter()
                    .find(|row| row.code.as_str() == code)?;
                Some((&row.zh, &row.en))
            }
            _ => None,
        }
    }
}
