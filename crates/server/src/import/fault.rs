//! What can be wrong with a row, and the list of all that is.

use alleyway_core::kinds::unit::{Post, UnitKind};

use super::row::File;

/// Bad rows that are shown one by one; more are counted.
pub const ERRORS_SHOWN_MAX: usize = 1_000;

/// What is wrong. A released code keeps its meaning.
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
    ControlCharacter,
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
    /// No row and no unit of the town is the root.
    NoRoot,
    /// A unit that has a parent cannot become the root.
    CannotBecomeRoot,
    /// A unit's kind never changes.
    KindChanged {
        /// What it is.
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
}

impl Fault {
    /// The stable code, the Chinese and the English text.
    fn parts(&self) -> (&'static str, String, String) {
        match self {
            Self::NotUtf8 => both(
                "not_utf8",
                "不是 UTF-8 编码，请另存为“CSV UTF-8”",
                "not UTF-8; save the file as \"CSV UTF-8\"",
            ),
            Self::MissingColumn(name) => (
                "missing_column",
                format!("表头缺少“{name}”列"),
                format!("the header lacks the column \"{name}\""),
            ),
            Self::UnknownColumn(name) => (
                "unknown_column",
                format!("表头有未知的列“{name}”"),
                format!("the header has an unknown column \"{name}\""),
            ),
            Self::RepeatedColumn(name) => (
                "repeated_column",
                format!("表头的“{name}”列重复"),
                format!("the header has the column \"{name}\" twice"),
            ),
            Self::FieldCount { found, expected } => (
                "field_count",
                format!("本行有 {found} 个字段，表头有 {expected} 个"),
                format!("the row has {found} fields, the header {expected}"),
            ),
            Self::Empty => both("empty", "不能为空", "must not be empty"),
            Self::TooLong { limit } => (
                "too_long",
                format!("太长，最多 {limit} 字节"),
                format!("too long; at most {limit} bytes"),
            ),
            Self::ControlCharacter => both(
                "control_character",
                "含有换行、制表符等控制字符",
                "holds a line break, a tab or another control character",
            ),
            Self::UnknownKind(word) => (
                "unknown_kind",
                format!("未知的组织类型“{word}”"),
                format!("unknown kind of unit \"{word}\""),
            ),
            Self::UnknownPost(word) => (
                "unknown_post",
                format!("未知的岗位“{word}”"),
                format!("unknown post \"{word}\""),
            ),
            Self::BadDate => both(
                "bad_date",
                "日期须写成 YYYY-MM-DD",
                "a date is written YYYY-MM-DD",
            ),
            Self::DateOutOfBounds => both(
                "date_out_of_bounds",
                "日期须在 2000 年至 2199 年之间",
                "dates lie between 2000 and 2199",
            ),
            Self::UntilNotAfterFrom => both(
                "until_not_after_from",
                "结束日期须晚于开始日期",
                "the post must end after it begins",
            ),
            Self::BadCount { max } => (
                "bad_count",
                format!("人数须为 0 至 {max} 的整数"),
                format!("the count is a whole number from 0 to {max}"),
            ),
            Self::NeedsUnits => both(
                "needs_units",
                "本镇尚无组织，须先有 units.csv 的数据",
                "the town has no units yet; units.csv must give some",
            ),
            _ => self.relation_parts(),
        }
    }

    /// Of what a row says about other rows or the town.
    fn relation_parts(&self) -> (&'static str, String, String) {
        match self {
            Self::Duplicate { first } => (
                "duplicate",
                format!("与第 {first} 行重复"),
                format!("the same as line {first}"),
            ),
            Self::UnknownParent(key) => (
                "unknown_parent",
                format!("没有上级组织“{key}”"),
                format!("no parent unit \"{key}\""),
            ),
            Self::UnknownUnit(key) => (
                "unknown_unit",
                format!("没有组织“{key}”"),
                format!("no unit \"{key}\""),
            ),
            Self::Cycle => both(
                "cycle",
                "上级关系成环",
                "the parents lead back to the unit itself",
            ),
            Self::ParentKind { kind, parent } => (
                "parent_kind",
                format!("{kind} 类型的组织不能隶属于 {parent}"),
                format!("a {kind} cannot belong to a {parent}"),
            ),
            Self::NeedsParent(kind) => (
                "needs_parent",
                format!("{kind} 须有上级组织"),
                format!("a {kind} needs a parent"),
            ),
            Self::SecondRoot(key) => (
                "second_root",
                format!("顶层组织已是“{key}”，只能有一个"),
                format!("\"{key}\" is the root already; there is only one"),
            ),
            Self::NoRoot => both(
                "no_root",
                "没有顶层组织（上级为空的一行）",
                "no row is the root (the one without a parent)",
            ),
            Self::CannotBecomeRoot => both(
                "cannot_become_root",
                "已有上级的组织不能改为顶层",
                "a unit with a parent cannot become the root",
            ),
            Self::KindChanged { from } => (
                "kind_changed",
                format!("组织类型是 {from}，不能更改"),
                format!("the unit is a {from}; its kind cannot change"),
            ),
            Self::PostUnfit { post, kind } => (
                "post_unfit",
                format!("{kind} 没有 {post} 这一岗位"),
                format!("a {kind} has no {post}"),
            ),
            Self::NameDiffers { first } => (
                "name_differs",
                format!("同一人员的姓名与第 {first} 行不同"),
                format!("the same member has another name in line {first}"),
            ),
            Self::Overlap { first } => (
                "overlap",
                format!("同一人同一岗位的任期与第 {first} 行重叠"),
                format!("the same post at the same time as in line {first}"),
            ),
            Self::NotAnAlley(kind) => (
                "not_an_alley",
                format!("住户须属于巷，而该组织是 {kind}"),
                format!("households live in alleys; this unit is a {kind}"),
            ),
            _ => both("invalid", "无效", "not valid"),
        }
    }
}

fn both(code: &'static str, zh: &str, en: &str) -> (&'static str, String, String) {
    (code, zh.to_owned(), en.to_owned())
}

/// What is wrong, and where.
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
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
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
#[error("{0} 处错误，未作任何更改 {0} faults; nothing was changed", self.errors.len().saturating_add(self.more))]
pub struct Rejected {
    /// The first [`ERRORS_SHOWN_MAX`].
    pub errors: Vec<RowError>,
    /// How many more there are.
    pub more: usize,
}

/// Faults while they are collected.
#[derive(Debug, Default)]
pub(super) struct Faults {
    errors: Vec<RowError>,
    more: usize,
}

impl Faults {
    pub(super) fn add(
        &mut self,
        file: File,
        line: u64,
        column: Option<&'static str>,
        fault: &Fault,
    ) {
        if self.errors.len() >= ERRORS_SHOWN_MAX {
            self.more += 1;
            return;
        }
        let (code, zh, en) = fault.parts();
        self.errors.push(RowError {
            file,
            line,
            column,
            code,
            zh,
            en,
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
        })
    }
}
