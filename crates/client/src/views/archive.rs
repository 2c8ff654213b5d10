//! Cases that the server finds, by their titles and numbers or because they are late, whether they are on
//! the device or not.

use serde::{Deserialize, Serialize};

/// A text that is searched for, and where a page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArchiveQuery {
    /// The text, in titles and numbers.
    pub text: String,
    /// The `next` of the page before; none for the first page.
    pub after: Option<String>,
}

/// A page of cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archive {
    /// The cases.
    pub cases: Vec<ArchivedCase>,
    /// Where the next page begins; none if this was the last.
    pub next: Option<String>,
}

/// A case, as the server's row of it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedCase {
    /// Its id.
    pub document: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The code of its category.
    pub category: String,
    /// The word of its stage.
    pub status: String,
    /// The name of the unit that holds it, or held it last.
    pub holder: String,
    /// Whether only those who were cleared read it.
    pub confidential: bool,
    /// The day on which the server received the step that last moved it, `YYYY-MM-DD`.
    pub moved: Option<String>,
}

/// Which late cases are asked for, and where a page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LateQuery {
    /// The unit that holds them or was sent them, or one above it: a name, an id, or an unambiguous
    /// beginning; none for all that one may read.
    pub unit: Option<String>,
    /// The `next` of the page before; none for the first page.
    pub after: Option<String>,
}

/// A page of late cases, those that have been late for longest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateCases {
    /// The cases.
    pub cases: Vec<LateCase>,
    /// Where the next page begins; none if this was the last.
    pub next: Option<String>,
}

/// A case that is late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateCase {
    /// The case.
    #[serde(flatten)]
    pub case: ArchivedCase,
    /// The word of the clock that was over first.
    pub clock: String,
    /// Its last day, `YYYY-MM-DD`.
    pub due: String,
    /// The name of the unit that was sent the case, and has not answered.
    pub sent_to: Option<String>,
}
