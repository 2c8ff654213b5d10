//! The closed lists of codes: why a case is not taken on, why work waits, how a case ended.

use serde_json::Value;

use super::categories::{codes_of, names};
use super::flaw::FlawKind;
use super::reading::{Reading, Table};
use crate::limits::{BOOK_CODES_MAX, CODE_BYTES_MAX, NAME_BYTES_MAX};
use crate::text::Text;

/// The code of a case that was fixed: every list of closures has it.
const FIXED: &str = "fixed";

/// The lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeList {
    /// Why a case is not taken on.
    Reject,
    /// Why work waits.
    Wait,
    /// Why a case is sent back.
    Return,
    /// How a case ended.
    Closure,
    /// Why two cases are one.
    Merge,
}

impl CodeList {
    /// Every list.
    pub const ALL: &'static [Self] = &[
        Self::Reject,
        Self::Wait,
        Self::Return,
        Self::Closure,
        Self::Merge,
    ];

    /// The list's word, as steps' fields name it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Wait => "wait",
            Self::Return => "return",
            Self::Closure => "closure",
            Self::Merge => "merge",
        }
    }

    /// The list of a word.
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|list| list.word() == word)
    }

    /// The codes that ship. Their words are the catalogue's.
    fn shipped(self) -> &'static [&'static str] {
        match self {
            Self::Reject => &["not_ours", "no_basis", "not_found"],
            Self::Wait => &[
                "weather", "season", "material", "funds", "law", "permit", "resident",
            ],
            Self::Return => &["not_ours", "not_here", "cannot", "unclear"],
            Self::Closure => &[FIXED, "no_authority", "no_funds", "against_law"],
            Self::Merge => &["same_matter", "same_place", "said_again"],
        }
    }
}

/// A code of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// The code, in documents.
    pub code: Text<CODE_BYTES_MAX>,
    /// Its name in Chinese; empty for the word that ships with the code.
    pub zh: Text<NAME_BYTES_MAX>,
    /// The same in English.
    pub en: Text<NAME_BYTES_MAX>,
    /// Nobody chooses it any more; what was said by it keeps it.
    pub hidden: bool,
}

impl From<super::Category> for CodeRow {
    fn from(category: super::Category) -> Self {
        Self {
            code: category.code,
            zh: category.zh,
            en: category.en,
            hidden: category.hidden,
        }
    }
}

/// The lists of a town. One that a section leaves out is as it ships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    lists: Vec<(CodeList, Vec<CodeRow>)>,
}

impl Default for Codes {
    fn default() -> Self {
        let lists = CodeList::ALL.iter().map(|list| (*list, shipped(*list)));
        Self {
            lists: lists.collect(),
        }
    }
}

impl Codes {
    /// The codes of a list, in their order.
    pub fn of(&self, list: CodeList) -> &[CodeRow] {
        let found = self.lists.iter().find(|(known, _)| *known == list);
        found.map_or(&[], |(_, rows)| rows)
    }
}

fn shipped(list: CodeList) -> Vec<CodeRow> {
    let row = |code: &&str| CodeRow {
        code: Text::cut(code),
        zh: Text::default(),
        en: Text::default(),
        hidden: false,
    };
    list.shipped().iter().map(row).collect()
}

pub(super) fn read(reading: &mut Reading, value: &Value) -> Codes {
    let lists = reading.table(value, |reading, table| {
        let lists = CodeList::ALL.iter().map(|list| {
            let rows = table.may(reading, list.word(), |reading, value| {
                Some(rows_of(reading, value, *list))
            });
            (*list, rows.unwrap_or_else(|| shipped(*list)))
        });
        Some(lists.collect())
    });
    lists.map_or_else(Codes::default, |lists| Codes { lists })
}

fn rows_of(reading: &mut Reading, value: &Value, list: CodeList) -> Vec<CodeRow> {
    let rows = reading.rows(value, BOOK_CODES_MAX, |reading, row| {
        code(reading, row, list)
    });
    if value.as_array().is_some_and(Vec::is_empty) {
        reading.flaw(FlawKind::Empty);
    }
    reading.no_twins(codes_of(value), Some("code"));
    let fixed = rows.iter().find(|row| row.code.as_str() == FIXED);
    if list == CodeList::Closure && fixed.is_none_or(|row| row.hidden) {
        reading.flaw(FlawKind::NoFixed);
    }
    rows
}

fn code(reading: &mut Reading, row: &mut Table<'_>, list: CodeList) -> Option<CodeRow> {
    let code = row.must(reading, "code", Reading::code);
    let is_named = code
        .as_ref()
        .is_some_and(|code| list.shipped().contains(&code.as_str()));
    let (zh, en) = names(reading, row, is_named);
    let hidden = row.flag(reading, "hidden");
    Some(CodeRow {
        code: code?,
        zh: zh?,
        en: en?,
        hidden,
    })
}
