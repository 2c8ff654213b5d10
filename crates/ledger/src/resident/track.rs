//! The resident's page: steps and dates, no names; what the resident wrote; what the resident can do.

use super::rules;
use crate::rows::Tx;
use crate::tracked::{self, ResidentStepKind, TrackedRecord, TrackedStep};
use alleyway_core::kinds::case::CaseStage;
use alleyway_core::limits::RESIDENT_STEPS_PER_DAY_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::StoreError;
use alleyway_core::time::{Date, Time};

/// The case that a tracking code leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tracking {
    /// The code is a good one, but its case has not arrived: the chief has had no signal yet.
    NotArrived,
    /// The case.
    Found(Tracked),
}

/// A case, as its resident sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    /// The case's number.
    pub number: String,
    /// Its state.
    pub stage: CaseStage,
    /// The due date.
    pub due: Option<Date>,
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
    let Some(case) = rules::tracked_case(tx, code)? else {
        return Ok(Tracking::NotArrived);
    };
    let kept = tracked::kept(tx.view(), case)?;
    let is_kept = kept.is_some();
    let record = match kept {
        Some(record) => Some(record),
        None => tracked::of_document(tx, case)?,
    };
    Ok(record.map_or(Tracking::NotArrived, |record| {
        Tracking::Found(shown(record, now, is_kept))
    }))
}

/// Keeps the record of the page with this code, if the case has none yet.
pub(crate) fn keep_page(tx: &mut Tx<'_>, code: TrackingCode) -> Result<(), StoreError> {
    match rules::tracked_case(tx, code)? {
        Some(case) => tracked::keep(tx, case),
        None => Ok(()),
    }
}

fn shown(record: TrackedRecord, now: Time, is_kept: bool) -> Tracked {
    let day_is_full = record.own_since(now.plus_days(-1)) >= RESIDENT_STEPS_PER_DAY_MAX;
    let may = if day_is_full {
        Vec::new()
    } else {
        record.may_at(now)
    };
    let steps: Vec<TrackStep> = record
        .steps
        .into_vec()
        .into_iter()
        .map(TrackStep::from)
        .collect();
    Tracked {
        number: record.number.to_string(),
        stage: record.stage,
        due: record.due,
        // A case begins with its report.
        earlier: steps.first().is_none_or(|step| step.kind != "report"),
        steps,
        may,
        day_is_full,
        is_kept,
    }
}

impl From<TrackedStep> for TrackStep {
    fn from(step: TrackedStep) -> Self {
        Self {
            kind: step.kind.to_string(),
            received: step.received,
            own: step.own,
            text: step.text.to_string(),
            result: step.result.map(|result| result.to_string()),
            by: step.by,
        }
    }
}
