//! A case, as lists show it.

use super::clocks::{Dues, ReadBy};
use super::{CaseStage, CaseState};
use crate::documents::{Document, DocumentKind, is_conflict, shown_value};
use crate::id::UnitId;
use crate::kinds::ListRow;
use crate::limits::{CODE_BYTES_MAX, TITLE_BYTES_MAX};
use crate::number::CaseNumber;
use crate::text::Text;
use crate::time::{Date, Time};
use crate::wire::List;
use crate::wire_struct;

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Its number.
    pub number: CaseNumber,
    /// Its title; of several live values the last.
    pub title: Text<TITLE_BYTES_MAX>,
    /// Its category; of several live values the last.
    pub category: Text<CODE_BYTES_MAX>,
    /// Its state.
    pub stage: CaseStage,
    /// The unit responsible now; in a closed or ended case the last one.
    pub holder: UnitId,
    /// The receiver of a pending referral.
    pub sent_to: Option<UnitId>,
    /// How often it was returned since it was last received, ruled or reopened.
    pub returns: u32,
    /// Whether only those who were cleared read it.
    pub confidential: bool,
    /// How many of its fields have several values.
    pub conflicts: u32,
    /// When the step that last moved it was received.
    pub moved: Option<Time>,
    /// Its clocks, of which its light is worked out. Where they do not all fit, those that are due last
    /// are left out; no case of this version has so many.
    pub dues: Dues,
    /// The last day whose rules were known, if some rule that its dues rest on was not; a day that never
    /// comes, if a unit was not.
    pub known_until: Option<Date>,
}
wire_struct!(CaseRow {
    number,
    title,
    category,
    stage,
    holder,
    sent_to,
    returns,
    confidential,
    conflicts,
    moved,
    dues,
    known_until
});

impl CaseRow {
    /// Whether something is to be done in it.
    pub fn is_open(&self) -> bool {
        self.stage.is_open()
    }

    /// Whether it was returned twice, so that only a ruling takes it on.
    pub fn awaits_ruling(&self) -> bool {
        self.returns >= 2 && self.sent_to.is_none()
    }

    /// The row with as many of its clocks as fit.
    fn fitting(mut self) -> Self {
        while self.kept().is_none() && !self.dues.clocks.is_empty() {
            let mut clocks = std::mem::take(&mut self.dues.clocks).into_vec();
            clocks.pop();
            self.dues.clocks = List::new(clocks).unwrap_or_default();
        }
        self
    }
}

/// No day of contact: a row with it never holds.
const ANEW: Date = Date(i32::MAX);

impl ListRow for CaseRow {
    const KIND: DocumentKind = DocumentKind::Case;
    const FORM: u8 = 1;

    fn of(document: &Document, by: ReadBy<'_>) -> Option<Self> {
        let alone = Self::alone(document)?;
        let times = document.case_times(by);
        let dues = times.as_ref().map(Dues::of).unwrap_or_default();
        let known_until = lacking(document, &dues, by);
        let row = Self {
            dues,
            known_until,
            ..alone
        };
        Some(row.fitting())
    }

    fn alone(document: &Document) -> Option<Self> {
        let case: CaseState = document.case()?;
        let fields = document.fields();
        let shown = |field: &str| fields.get(field).map_or("", |values| shown_value(values));
        let conflicts = fields.values().filter(|values| is_conflict(values)).count();
        let moved = document.version_of(case.moved);
        let sent_to = case.referral.map(|referral| referral.to);
        Some(Self {
            number: case.number,
            title: Text::cut(shown("title")),
            category: Text::cut(shown("category")),
            stage: case.stage,
            holder: case.holder,
            sent_to,
            returns: case.returns,
            confidential: case.confidential,
            conflicts: u32::try_from(conflicts).unwrap_or(u32::MAX),
            moved: moved
                .and_then(|version| document.receipt(version))
                .map(|receipt| receipt.received),
            dues: Dues::default(),
            known_until: None,
        })
    }

    fn holds(&self, known_until: Date) -> bool {
        self.known_until.is_none_or(|until| until == known_until)
    }
}

/// The last day whose rules are known, if the rules of some day of the document are not: by then dates
/// may be missing. A date that is missing for want of a unit is looked for each time.
fn lacking(document: &Document, dues: &Dues, by: ReadBy<'_>) -> Option<Date> {
    let mut receipts = document.receipts().iter();
    let is_known = |day| by.known_until.is_none_or(|until| day <= until);
    if !receipts.all(|receipt| is_known(Date::of(receipt.received))) {
        return by.known_until;
    }
    let mut clocks = dues.clocks.iter();
    let lacks_unit = clocks.any(|clock| clock.due.is_none() && !clock.is_stopped);
    lacks_unit.then_some(ANEW)
}
