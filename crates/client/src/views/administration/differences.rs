//! The changes that a town's lists would make, as the server tells an administrator.

use serde::{Deserialize, Serialize};

use crate::views::outbox::Recorded;

/// The changes, or the rows that cannot be imported: nothing is changed if there are any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differences {
    /// Rows that would change something.
    pub changed: u64,
    /// Rows that the town has and the lists no longer name; they are left as they are.
    pub left: u64,
    /// Whether the server keeps the lists: their import can be asked for, or was.
    #[serde(default)]
    pub kept: bool,
    /// Rows that cannot be imported, the first of them.
    pub faults: Vec<ListFault>,
    /// The changes, a line each, in Chinese; or how many rows cannot be imported.
    pub text_zh: String,
    /// The same in English.
    pub text_en: String,
}

/// An import that was asked for, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskedImport {
    /// The changes, or the rows that cannot be imported.
    #[serde(flatten)]
    pub differences: Differences,
    /// The step that asks; none if there was nothing to ask for.
    pub recorded: Option<Recorded>,
}

/// A row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFault {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, if it is one column's fault.
    pub column: Option<String>,
    /// The stable code of the fault.
    pub code: String,
    /// The fault, in Chinese.
    pub text_zh: String,
    /// The fault, in English.
    pub text_en: String,
}
