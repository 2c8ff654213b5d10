//! The resident's page: steps and dates, the office that holds the case and no person's name; what the resident wrote; what the resident can do.

use crate::codes::{self, Lead};
use crate::rows::Tx;
use crate::tracked::{self, ResidentStepKind, TrackedRecord, TrackedStep};
use alleyway_core::id::{DocumentId, MemberId};
use alleyway_core::kinds::book::Contact;
use alleyway_core::kinds::case::CaseStage;
use alleyway_core::limits::{MERGES_FOLLOWED_MAX, RESIDENT_STEPS_PER_DAY_MAX};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::StoreError;
use alleyway_core::time::{Date, Time};

/// The case that a tracking code leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tracking {
    /// The code is a good one, but its case has not arrived: the chief has had no signal yet.
    NotArrived,
    /// The code has ended: another one was given out, or its report does not stand.
    Ended,
    /// The case.
    Found(Tracked),
}

/// A case, as its resident sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a page shows is a set of independent facts"
)]
pub struct Tracked {
    /// The case's number.
    pub number: String,
    /// Its state.
    pub stage: CaseStage,
    /// The day that the resident was promised.
    pub due: Option<Date>,
    /// The name of the unit that holds it, while it is open: an office, never a person.
    pub office: Option<String>,
    /// Whom the public can call, as the town's book has it today: offices, never people.
    pub contacts: Vec<Contact>,
    /// Whether that day may move: the days off of its year are not published yet.
    pub is_provisional: bool,
    /// Its steps, in order; of many the newest.
    pub steps: Vec<TrackStep>,
    /// Whether there are earlier ones.
    pub earlier: bool,
    /// The steps that the resident can take now.
    pub may: Vec<ResidentStepKind>,
    /// Whether the resident has done as much as one day takes; `may` is then empty.
    pub day_is_full: bool,
    /// Whether it was read from a record of its own; else that is still to be kept
    /// ([`crate::Ledger::keep_tracked`]).
    pub is_kept: bool,
}

/// A step, as the resident sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackStep {
    /// The word for the step.
    pub kind: String,
    /// When the server received it.
    pub received: Time,
    /// Whether the resident did it.
    pub own: bool,
    /// The text written for the resident, or by the resident.
    pub text: String,
    /// The finding of a verification.
    pub result: Option<String>,
    /// The due date that the step set.
    pub by: Option<Date>,
}

/// The page that the resident with this code sees at `now`. It is read from the case's record; of a
/// case that has none yet, the document is loaded, and the page says so.
pub(crate) fn track(
    tx: &mut Tx<'_>,
    code: TrackingCode,
    now: Time,
) -> Result<Tracking, StoreError> {
    let case = match codes::lead(tx, code)? {
        Lead::Case { case, .. } => case,
        Lead::Ended => return Ok(Tracking::Ended),
        Lead::NotArrived => return Ok(Tracking::NotArrived),
    };
    let resident = MemberId::resident_of(tx.setup().town, case);
    let Some((mut record, mut is_kept)) = read(tx, case)? else {
        return Ok(Tracking::NotArrived);
    };
    // Merged, it goes on in another case: the steps of that one since then, and what is possible there.
    for _ in 0..MERGES_FOLLOWED_MAX {
        let (Some(into), Some(since)) = (record.into, record.merged_at()) else {
            break;
        };
        let Some((next, next_is_kept)) = read(tx, into)? else {
            break;
        };
        record = record.gone_on(next, since, resident);
        is_kept &= next_is_kept;
    }
    let office = record
        .holder
        .and_then(|holder| tx.organisation().unit(holder))
        .map(|unit| unit.name.to_string());
    let tracked = shown(record, resident, now, is_kept);
    let rules = tx.organisation().rulebook().at(Date::of(now));
    Ok(Tracking::Found(Tracked {
        office,
        contacts: rules.contacts(),
        ..tracked
    }))
}

/// The record of a case, and whether that was kept; else its document is loaded.
fn read(tx: &mut Tx<'_>, case: DocumentId) -> Result<Option<(TrackedRecord, bool)>, StoreError> {
    if let Some(record) = tracked::kept(tx.view(), case)? {
        return Ok(Some((record, true)));
    }
    Ok(tracked::of_document(tx, case)?.map(|record| (record, false)))
}

/// The long documents that what is asked with this code needs, and that are not in memory: for a step
/// its case and those in which that goes on, for the page only those that have no record yet.
pub(crate) fn needed(
    tx: &Tx<'_>,
    code: TrackingCode,
    for_step: bool,
) -> Result<Vec<DocumentId>, StoreError> {
    let mut needed = Vec::new();
    let mut next = match codes::lead(tx, code)? {
        Lead::Case { case, .. } => Some(case),
        Lead::Ended | Lead::NotArrived => None,
    };
    for _ in 0..=MERGES_FOLLOWED_MAX {
        let Some(case) = next.take() else {
            break;
        };
        let record = tracked::kept(tx.view(), case)?;
        if (for_step || record.is_none()) && tx.long_and_cold(case)?.is_some() {
            needed.push(case);
        }
        // Where it goes on is in its record; if that is to be made yet, the case is loaded for it.
        next = record.and_then(|record| record.into);
    }
    Ok(needed)
}

/// Keeps the records of the page with this code, of those cases that have none yet.
pub(crate) fn keep_page(tx: &mut Tx<'_>, code: TrackingCode) -> Result<(), StoreError> {
    match codes::lead(tx, code)? {
        Lead::Case { case, .. } => keep_all(tx, case),
        Lead::Ended | Lead::NotArrived => Ok(()),
    }
}

fn keep_all(tx: &mut Tx<'_>, mut case: DocumentId) -> Result<(), StoreError> {
    for _ in 0..=MERGES_FOLLOWED_MAX {
        tracked::keep(tx, case)?;
        match tracked::kept(tx.view(), case)?.and_then(|record| record.into) {
            Some(into) => case = into,
            None => break,
        }
    }
    Ok(())
}

fn shown(record: TrackedRecord, resident: MemberId, now: Time, is_kept: bool) -> Tracked {
    let day_is_full = record.taken_since(now.plus_days(-1), resident) >= RESIDENT_STEPS_PER_DAY_MAX;
    let may = if day_is_full {
        Vec::new()
    } else {
        record.may_at(now)
    };
    let steps: Vec<TrackStep> = record
        .steps
        .into_vec()
        .into_iter()
        .map(|step| TrackStep::of(step, resident))
        .collect();
    Tracked {
        number: record.number.to_string(),
        stage: record.stage,
        due: record.due,
        office: None,
        contacts: Vec::new(),
        is_provisional: record.is_provisional,
        // A case begins with its report.
        earlier: steps.first().is_none_or(|step| step.kind != "report"),
        steps,
        may,
        day_is_full,
        is_kept,
    }
}

impl TrackStep {
    fn of(step: TrackedStep, resident: MemberId) -> Self {
        Self {
            kind: step.kind.to_string(),
            received: step.received,
            own: step.author == resident,
            text: step.text.to_string(),
            result: step.result.map(|result| result.to_string()),
            by: step.by,
        }
    }
}
