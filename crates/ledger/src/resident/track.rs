//! The resident's page: steps and dates, no names; what the resident wrote; what the resident can do.

use super::rules::{self, ENTRIES_LOOKED_AT_MAX};
use super::steps::ResidentStepKind;
use crate::rows::Tx;
use alleyway_core::documents::{Document, LogEntry};
use alleyway_core::id::MemberId;
use alleyway_core::kinds::case::CaseStage;
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

/// Steps that one answer shows.
const STEPS_SHOWN_MAX: usize = 100;

/// Steps that a resident sees. What is noted among the offices stays there.
const SHOWN: [&str; 18] = [
    "report", "accept", "reject", "start", "escalate", "receive", "return", "rule", "dispatch",
    "wait", "resume", "extend", "resolve", "verify", "close", "reopen", "withdraw", "merge",
];
/// Steps whose text is written for the resident.
const FOR_THE_RESIDENT: [&str; 2] = ["reject", "close"];

/// The page that the resident with this code sees at `now`.
pub(crate) fn track(
    tx: &mut Tx<'_>,
    code: TrackingCode,
    now: Time,
) -> Result<Tracking, StoreError> {
    let Some(id) = rules::tracked_case(tx, code)? else {
        return Ok(Tracking::NotArrived);
    };
    let Some(document) = tx.take_document(id)? else {
        return Ok(Tracking::NotArrived);
    };
    let tracked = tracked(tx, &document, now);
    tx.put_document(document);
    Ok(tracked.map_or(Tracking::NotArrived, Tracking::Found))
}

fn tracked(tx: &Tx<'_>, document: &Document, now: Time) -> Option<Tracked> {
    let case = document.case()?;
    let resident = MemberId::resident_of(tx.setup().town, document.id());
    let day_is_full = rules::day_is_full(tx, document, now);
    let may = if day_is_full {
        Vec::new()
    } else {
        rules::allowed(tx, document, now)
    };
    let newest = document.commands().iter().rev().take(ENTRIES_LOOKED_AT_MAX);
    let newest = newest.filter_map(|command| shown(document.log_entry(*command)?, resident));
    let mut steps: Vec<TrackStep> = newest.take(STEPS_SHOWN_MAX).collect();
    steps.reverse();
    Some(Tracked {
        number: case.number.to_string(),
        stage: case.stage,
        due: case.due,
        // A case begins with its report.
        earlier: steps.first().is_none_or(|step| step.kind != "report"),
        steps,
        may,
        day_is_full,
    })
}

/// A step as the resident sees it; none if it is not for the resident. What the resident wrote is
/// shown on this page, to whom has the code.
fn shown(mut entry: LogEntry, resident: MemberId) -> Option<TrackStep> {
    let own = entry.author == resident;
    if !own && !SHOWN.contains(&entry.kind.as_str()) {
        return None;
    }
    let written = match entry.details.remove("reason") {
        Some(reason) if own => reason,
        _ if own || FOR_THE_RESIDENT.contains(&entry.kind.as_str()) => entry.text,
        _ => String::new(),
    };
    Some(TrackStep {
        received: entry
            .received
            .map(|receipt| receipt.received)
            .unwrap_or_default(),
        own,
        text: written,
        result: entry.details.remove("result"),
        by: entry
            .details
            .get("due")
            .and_then(|day| day.parse().ok())
            .map(Date),
        kind: entry.kind,
    })
}
