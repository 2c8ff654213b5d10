//! The files' rows, typed.

use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::limits::{CODE_BYTES_MAX, NAME_BYTES_MAX, PHONE_BYTES_MAX};
use alleyway_core::sync::lists::{ListFile, Lists};
use alleyway_core::text::Text;
use alleyway_core::time::Date;

use super::book::BookRows;

/// The key of a unit or a person in the town's lists.
pub type Key = Text<CODE_BYTES_MAX>;
/// A name, a door, a contact.
pub type Name = Text<NAME_BYTES_MAX>;
/// A telephone number.
pub(crate) type Phone = Text<PHONE_BYTES_MAX>;

/// One of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    /// The tree.
    Units,
    /// Who has which post.
    Members,
    /// The households.
    Households,
    /// The rules that the town lays down.
    Book,
}

impl File {
    /// Its name in the folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Units => "units.csv",
            Self::Members => "members.csv",
            Self::Households => "households.csv",
            Self::Book => "book.toml",
        }
    }

    /// Its columns, of a list; a file may have them in any order.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Units => &["unit", "name", "kind", "parent"],
            Self::Members => &["member", "name", "post", "unit", "from", "until"],
            Self::Households => &["alley", "door", "contact", "phone", "may_text", "count"],
            Self::Book => &[],
        }
    }

    /// Whether a list may be without a column: it says nothing of that then.
    pub fn may_lack(self, column: &str) -> bool {
        self == Self::Households && ["phone", "may_text"].contains(&column)
    }
}

impl std::fmt::Display for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The files' bytes; a file that is not there is none, and says nothing.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// `units.csv`
    pub units: Option<Vec<u8>>,
    /// `members.csv`
    pub members: Option<Vec<u8>>,
    /// `households.csv`
    pub households: Option<Vec<u8>>,
    /// `book.toml`
    pub book: Option<Vec<u8>>,
}

impl From<Lists> for Files {
    fn from(lists: Lists) -> Self {
        Self {
            units: lists.units.map(ListFile::into_vec),
            members: lists.members.map(ListFile::into_vec),
            households: lists.households.map(ListFile::into_vec),
            book: lists.book.map(ListFile::into_vec),
        }
    }
}

/// A row of `units.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Where it stands in the file, from 1.
    pub line: u64,
    /// The unit.
    pub key: Key,
    /// Its name.
    pub name: Name,
    /// Its kind.
    pub kind: UnitKind,
    /// The unit above; none for the root.
    pub parent: Option<Key>,
}

/// A row of `members.csv`: one appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Where it stands in the file, from 1.
    pub line: u64,
    /// The person.
    pub key: Key,
    /// The person's name.
    pub name: Name,
    /// The post.
    pub post: Post,
    /// Where.
    pub unit: Key,
    /// The first day.
    pub from: Date,
    /// The first day on which the post is no longer held; open if none.
    pub until: Option<Date>,
}

/// A row of `households.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdRow {
    /// Where it stands in the file, from 1.
    pub line: u64,
    /// The alley it is in.
    pub alley: Key,
    /// Its door; with the alley it is the row's key.
    pub door: Name,
    /// Whom it named as its contact; may be empty.
    pub contact: Name,
    /// The telephone number by which to ask, as documents hold it; may be empty. None if the file does not say.
    pub phone: Option<Phone>,
    /// Whoever has that number agreed to messages. None if the file does not say.
    pub may_text: Option<bool>,
    /// How many people live in it, 0 to 99.
    pub count: u16,
}

/// All rows. A kind whose file is missing is none: nothing of it is said to have vanished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Of `units.csv`.
    pub units: Option<Vec<UnitRow>>,
    /// Of `members.csv`.
    pub members: Option<Vec<MemberRow>>,
    /// Of `households.csv`.
    pub households: Option<Vec<HouseholdRow>>,
    /// Of `book.toml`.
    pub book: Option<BookRows>,
    /// Files that are not in UTF-8, and in which encoding they were read.
    pub read_as: Vec<(File, &'static str)>,
}

impl Rows {
    /// The units' rows.
    pub fn units(&self) -> &[UnitRow] {
        self.units.as_deref().unwrap_or_default()
    }

    /// The members' rows.
    pub fn members(&self) -> &[MemberRow] {
        self.members.as_deref().unwrap_or_default()
    }

    /// The households' rows.
    pub fn households(&self) -> &[HouseholdRow] {
        self.households.as_deref().unwrap_or_default()
    }
}
