//! The faults of rows, and the list of all that were found.

use std::collections::BTreeSet;
use std::fmt::Display;

use alleyway_catalogue::server::import as said;
use alleyway_catalogue::{Lang, Message, words};
use alleyway_core::kinds::book::{FlawKind, SectionName};
use alleyway_core::kinds::unit::{Post, UnitKind};

use super::row::File;

/// Bad rows that are shown one by one; more are counted.
pub const ERRORS_SHOWN_MAX: usize = 1_000;

/// The fault of a row. A released code keeps its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The header lacks a column.
    MissingColumn(&'static str),
    /// The header has a column nobody knows.
    UnknownColumn(String),
    /// The header has a column twice.
    RepeatedColumn(String),
    /// The row has another number of fields than the header.
    FieldCount {
        /// The row's.
        found: usize,
        /// The header's.
        expected: usize,
    },
    /// A field that must not be empty.
    Empty,
    /// A field that is too long.
    TooLong {
        /// In bytes.
        limit: usize,
    },
    /// A line break, a tab or another control character in a field.
    ControlCharacter {
        /// Its code point.
        character: String,
    },
    /// A key with a character of which nothing is seen.
    UnseenInKey {
        /// Its code point.
        character: String,
    },
    /// The file's bytes are names in UTF-8 and other names in GBK.
    UnclearEncoding,
    /// The bytes are no row.
    NotCsv,
    /// Another key is written otherwise and looks the same.
    KeyLooksLike(String),
    /// Not a word for a kind of unit.
    UnknownKind(String),
    /// Not a word for a post.
    UnknownPost(String),
    /// Not a date.
    BadDate,
    /// A date before 2000 or after 2199.
    DateOutOfBounds,
    /// The post would end before it begins.
    UntilNotAfterFrom,
    /// Not a whole number within the bounds.
    BadCount {
        /// The largest.
        max: u16,
    },
    /// Not a telephone number.
    BadPhone,
    /// Neither yes nor no.
    BadAnswer,
    /// The town is empty, and there are no units to begin with.
    NeedsUnits,
    /// Another row has the same key.
    Duplicate {
        /// Its line.
        first: u64,
    },
    /// No such parent, neither in the file nor in the town.
    UnknownParent(String),
    /// No such unit, neither in the file nor in the town.
    UnknownUnit(String),
    /// The parents lead back to the unit.
    Cycle,
    /// Such a unit cannot belong to such a parent.
    ParentKind {
        /// The unit's kind.
        kind: UnitKind,
        /// The parent's.
        parent: UnitKind,
    },
    /// Only a town or a county can be the root.
    NeedsParent(UnitKind),
    /// The tree has a root already.
    SecondRoot(String),
    /// One ledger is one town, and this is another.
    SecondTown(String),
    /// The people of a county, and of what belongs to it, are not here.
    PeopleElsewhere(UnitKind),
    /// No row and no unit of the town is the root.
    NoRoot,
    /// A unit that has a parent cannot become the root.
    CannotBecomeRoot,
    /// A unit's kind never changes.
    KindChanged {
        /// Its kind.
        from: UnitKind,
    },
    /// There is no such post in such a unit.
    PostUnfit {
        /// The post.
        post: Post,
        /// The unit's kind.
        kind: UnitKind,
    },
    /// A person has one name in all rows.
    NameDiffers {
        /// The line with the other name.
        first: u64,
    },
    /// The same person has the same post twice at one time.
    Overlap {
        /// The other line.
        first: u64,
    },
    /// Households live in alleys.
    NotAnAlley(UnitKind),
    /// The book's file is not UTF-8.
    BookNotUtf8,
    /// The book's file is no TOML: its reader's words.
    NotToml(String),
    /// No such section.
    UnknownSection(String),
    /// The day from which something is to hold is over.
    DayOver,
    /// A fault within a section.
    Section {
        /// The section.
        name: SectionName,
        /// The place in it.
        place: String,
        /// The fault.
        kind: FlawKind,
    },
}

impl Fault {
    /// The text, whose name is the stable code.
    fn message(&self) -> &'static Message {
        match self {
            Self::NotUtf8 => said::NOT_UTF8,
            Self::MissingColumn(_) => said::MISSING_COLUMN,
            Self::UnknownColumn(_) => said::UNKNOWN_COLUMN,
            Self::RepeatedColumn(_) => said::REPEATED_COLUMN,
            Self::FieldCount { .. } => said::FIELD_COUNT,
            Self::Empty => said::EMPTY,
            Self::TooLong { .. } => said::TOO_LONG,
            Self::ControlCharacter { .. } => said::CONTROL_CHARACTER,
            Self::UnseenInKey { .. } => said::UNSEEN_IN_KEY,
            Self::UnclearEncoding => said::UNCLEAR_ENCODING,
            Self::NotCsv => said::NOT_CSV,
            Self::KeyLooksLike(_) => said::KEY_LOOKS_LIKE,
            Self::UnknownKind(_) => said::UNKNOWN_KIND,
            Self::UnknownPost(_) => said::UNKNOWN_POST,
            Self::BadDate => said::BAD_DATE,
            Self::DateOutOfBounds => said::DATE_OUT_OF_BOUNDS,
            Self::UntilNotAfterFrom => said::UNTIL_NOT_AFTER_FROM,
            Self::BadCount { .. } => said::BAD_COUNT,
            Self::BadPhone => said::BAD_PHONE,
            Self::BadAnswer => said::BAD_ANSWER,
            Self::NeedsUnits => said::NEEDS_UNITS,
            Self::Duplicate { .. } => said::DUPLICATE,
            Self::UnknownParent(_) => said::UNKNOWN_PARENT,
            Self::UnknownUnit(_) => said::UNKNOWN_UNIT,
            Self::Cycle => said::CYCLE,
            Self::ParentKind { .. } => said::PARENT_KIND,
            Self::NeedsParent(_) => said::NEEDS_PARENT,
            Self::SecondRoot(_) => said::SECOND_ROOT,
            Self::SecondTown(_) => said::SECOND_TOWN,
            Self::PeopleElsewhere(_) => said::PEOPLE_ELSEWHERE,
            Self::NoRoot => said::NO_ROOT,
            Self::CannotBecomeRoot => said::CANNOT_BECOME_ROOT,
            Self::KindChanged { .. } => said::KIND_CHANGED,
            Self::PostUnfit { .. } => said::POST_UNFIT,
            Self::NameDiffers { .. } => said::NAME_DIFFERS,
            Self::Overlap { .. } => said::OVERLAP,
            Self::NotAnAlley(_) => said::NOT_AN_ALLEY,
            Self::BookNotUtf8 => said::BOOK_NOT_UTF8,
            Self::NotToml(_) => said::NOT_TOML,
            Self::UnknownSection(_) => said::UNKNOWN_SECTION,
            Self::DayOver => said::DAY_OVER,
            Self::Section { .. } => said::BAD_SECTION,
        }
    }

    /// The values of the text's places.
    fn values(&self) -> Vec<(&'static str, &dyn Display)> {
        match self {
            Self::MissingColumn(name) => vec![("name", name)],
            Self::UnknownColumn(name)
            | Self::RepeatedColumn(name)
            | Self::UnknownSection(name) => vec![("name", name)],
            Self::FieldCount { found, expected } => {
                vec![("found", found), ("expected", expected)]
            }
            Self::TooLong { limit } => vec![("limit", limit)],
            Self::ControlCharacter { character } | Self::UnseenInKey { character } => {
                vec![("character", character)]
            }
            Self::UnknownKind(word) | Self::UnknownPost(word) => vec![("word", word)],
            Self::BadCount { max } => vec![("max", max)],
            Self::Duplicate { first } | Self::NameDiffers { first } | Self::Overlap { first } => {
                vec![("line", first)]
            }
            Self::UnknownParent(key)
            | Self::UnknownUnit(key)
            | Self::SecondRoot(key)
            | Self::SecondTown(key)
            | Self::KeyLooksLike(key) => vec![("key", key)],
            Self::ParentKind { kind, parent } => vec![("kind", kind), ("parent", parent)],
            Self::NeedsParent(kind)
            | Self::KindChanged { from: kind }
            | Self::PeopleElsewhere(kind)
            | Self::NotAnAlley(kind) => vec![("kind", kind)],
            Self::PostUnfit { post, kind } => vec![("kind", kind), ("post", post)],
            Self::NotToml(reason) => vec![("reason", reason)],
            Self::NotUtf8
            | Self::BookNotUtf8
            | Self::DayOver
            // Filled in by hand: its words are of another vocabulary.
            | Self::Section { .. }
            | Self::Empty
            | Self::UnclearEncoding
            | Self::NotCsv
            | Self::BadDate
            | Self::BadPhone
            | Self::BadAnswer
            | Self::DateOutOfBounds
            | Self::UntilNotAfterFrom
            | Self::NeedsUnits
            | Self::Cycle
            | Self::NoRoot
            | Self::CannotBecomeRoot => Vec::new(),
        }
    }

    /// The fault, for people.
    fn text(&self, lang: Lang) -> String {
        if let Self::Section { name, place, kind } = self {
            let said = format!("{}{}", words::FLAW.word(lang, kind.word()), kind.bound());
            let name = words::SECTION.word(lang, name.word());
            let values: [(&str, &dyn Display); 3] =
                [("name", &name), ("place", place), ("flaw", &said)];
            return self.message().fill(lang, &values);
        }
        self.message().fill(lang, &self.values())
    }
}

/// The fault, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The file.
    pub file: File,
    /// The line, from 1.
    pub line: u64,
    /// The column, if it is one column's fault.
    pub column: Option<&'static str>,
    /// The fault's stable code.
    pub code: &'static str,
    /// The fault, in Chinese.
    pub zh: String,
    /// The fault, in English.
    pub en: String,
}

impl std::fmt::Display for RowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if let Some(column) = self.column {
            write!(f, "{column}: ")?;
        }
        write!(f, "{} {} [{}]", self.zh, self.en, self.code)
    }
}

/// Files that cannot be imported: every fault, in the order of files and lines. Nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Rejected {
    /// The first [`ERRORS_SHOWN_MAX`].
    pub errors: Vec<RowError>,
    /// How many more there are.
    pub more: usize,
    /// How many rows have a fault: one row may have several.
    pub rows: usize,
}

impl Rejected {
    /// All faults.
    pub fn faults(&self) -> usize {
        self.errors.len().saturating_add(self.more)
    }
}

impl Display for Rejected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values = [("rows", self.rows), ("faults", self.faults())];
        f.write_str(&said::REJECTED.in_both(&values))
    }
}

/// Faults while they are collected.
#[derive(Debug, Default)]
pub(super) struct Faults {
    errors: Vec<RowError>,
    more: usize,
    rows: BTreeSet<(File, u64)>,
}

impl Faults {
    pub(super) fn add(
        &mut self,
        file: File,
        line: u64,
        column: Option<&'static str>,
        fault: &Fault,
    ) {
        self.rows.insert((file, line));
        if self.errors.len() >= ERRORS_SHOWN_MAX {
            self.more += 1;
            return;
        }
        self.errors.push(RowError {
            file,
            line,
            column,
            code: fault.message().name(),
            zh: fault.text(Lang::Zh),
            en: fault.text(Lang::En),
        });
    }

    pub(super) fn into_result<T>(mut self, value: T) -> Result<T, Rejected> {
        if self.errors.is_empty() {
            return Ok(value);
        }
        self.errors.sort_by_key(|error| (error.file, error.line));
        Err(Rejected {
            errors: self.errors,
            more: self.more,
            rows: self.rows.len(),
        })
    }
}
