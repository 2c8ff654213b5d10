//! Lists of cases and households; and of what is left of them once the lease has ended.

use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::CaseStage;
use alleyway_core::kinds::case::clocks::Dues;
use alleyway_core::number::CaseNumber;
use alleyway_core::text::fold::Sought;
use alleyway_core::time::Date;
use alleyway_replica::{CaseLine, IndexRow};
use serde::Serialize;

use super::clocks::LightRow;
use super::shown;
use crate::screen::Screen;

/// A list, or its index when nothing may be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Listing<T> {
    /// The rows that may be read.
    Rows(Vec<T>),
    /// Names, and what waits on them.
    Index(Vec<Indexed>),
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// The case.
    pub document: DocumentId,
    /// Its number.
    #[serde(serialize_with = "shown")]
    pub number: CaseNumber,
    /// Its title.
    pub title: String,
    /// The code of its category.
    pub category: String,
    /// The category's name for people.
    #[serde(skip)]
    pub category_name: String,
    /// The word of its stage.
    pub status: String,
    /// The unit that holds it, by name.
    pub holder: String,
    /// Commands of this device without a verdict.
    pub pending: usize,
    /// Commands of other devices that are not confirmed.
    pub carried: usize,
    /// Refused commands not dealt with.
    pub refused: usize,
    /// Fields with several values.
    pub conflicts: usize,
    /// Only those who are cleared read it.
    pub confidential: bool,
    /// Its light; none for a case that is over.
    pub light: Option<LightRow>,
    /// It changed since it was last looked at.
    #[serde(skip)]
    pub changed: bool,
}

/// A case or a household of which only the index can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Indexed {
    /// The document.
    pub document: DocumentId,
    /// A case's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// A household's door.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<String>,
    /// Commands without a verdict.
    pub pending: usize,
    /// Refused commands not dealt with.
    pub refused: usize,
    /// Always false.
    pub readable: bool,
}

impl Indexed {
    fn new(row: IndexRow) -> Self {
        let (number, door) = if row.kind.is_numbered() {
            (Some(row.name), None)
        } else {
            (None, Some(row.name))
        };
        Self {
            document: row.document,
            number,
            door,
            pending: row.pending,
            refused: row.refused,
            readable: false,
        }
    }
}

/// Which cases to list: those that meet all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseQuery {
    /// Ended ones too.
    pub all: bool,
    /// Those in this stage, ended or not.
    pub stage: Option<CaseStage>,
    /// Those of which some clock is over.
    pub late: bool,
    /// Those of which some clock is due in this time.
    pub due: Option<DueIn>,
    /// Those that changed since they were last looked at.
    pub changed: bool,
    /// Those whose title or number holds this text, compared as `text` is. No case is opened for it.
    pub title: Option<String>,
    /// Those that hold this text where they are shown. Capitals, blanks, hyphens and the width of
    /// characters do not count.
    pub text: Option<String>,
}

/// A time in which something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueIn {
    /// The day itself.
    Today,
    /// From the day to the end of its week, a Sunday.
    Week,
}

impl DueIn {
    /// Whether some clock of a case is due in it.
    fn has(self, dues: &Dues, today: Date) -> bool {
        let last = match self {
            Self::Today => today,
            Self::Week => today.plus(7 - i32::from(today.weekday())),
        };
        let mut due = dues.clocks.iter().filter_map(|clock| clock.due);
        due.any(|due| (today..=last).contains(&due))
    }
}

impl Screen<'_> {
    /// The cases on the device that meet `query`, by number.
    pub fn cases(&self, query: &CaseQuery) -> Listing<Case> {
        if self.replica.is_locked() {
            return Listing::Index(self.index(true));
        }
        let today = self.today();
        let lines = self.replica.cases().into_iter();
        let lines = lines.filter(|line| meets(line, query, today));
        let title = query.title.as_deref().map(Sought::new);
        let titled = |line: &CaseLine| title.as_ref().is_none_or(|sought| is_titled(line, sought));
        let lines = lines.filter(titled);
        let search = query.text.as_deref().map(|text| self.search(text));
        let found = |line: &CaseLine| {
            search
                .as_ref()
                .is_none_or(|search| self.holds(line, search))
        };
        let lines = lines.filter(found);
        Listing::Rows(lines.map(|line| self.listed(&line, today)).collect())
    }

    fn listed(&self, line: &CaseLine, today: Date) -> Case {
        let row = &line.row;
        Case {
            light: self.light(&row.dues.lit(today), row.is_open()),
            document: line.document,
            number: row.number,
            title: row.title.to_string(),
            category_name: self.code_word("category", &row.category),
            category: row.category.to_string(),
            status: row.stage.word().to_owned(),
            holder: self.unit(row.holder),
            pending: line.pending,
            carried: line.carried,
            refused: line.refused,
            conflicts: usize::try_from(row.conflicts).unwrap_or(usize::MAX),
            confidential: row.confidential,
            changed: line.changed,
        }
    }

    pub(super) fn index(&self, cases: bool) -> Vec<Indexed> {
        let rows = self.replica.index().into_iter();
        rows.filter(|row| row.kind.is_numbered() == cases)
            .map(Indexed::new)
            .collect()
    }

    /// A case of which only the index can be read.
    pub(crate) fn indexed(&self, case: DocumentId) -> Option<Indexed> {
        let mut rows = self.replica.index().into_iter();
        rows.find(|row| row.document == case).map(Indexed::new)
    }
}

/// Whether a case is as the query says, but for its texts.
fn meets(line: &CaseLine, query: &CaseQuery, today: Date) -> bool {
    // Whoever asks for a stage means that stage, whether it is an end or not.
    let is_shown = query.all || query.stage.is_some() || line.row.is_open();
    let stage = query.stage.as_ref();
    is_shown
        && stage.is_none_or(|stage| line.row.stage == *stage)
        && (!query.late || line.row.dues.lit(today).is_late())
        && query.due.is_none_or(|due| due.has(&line.row.dues, today))
        && (!query.changed || line.changed)
}

fn is_titled(line: &CaseLine, sought: &Sought) -> bool {
    sought.is_in(&line.row.title) || sought.is_in(&line.row.number.to_string())
}

#[cfg(test)]
mod tests;
