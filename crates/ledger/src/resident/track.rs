//! The resident's page: steps and dates, no names; what the resident wrote; what the resident can do.

use crate::rows::keys;
use crate::{Ledger, ResidentStepKind};
use alleyway_core::documents::{Document, LogEntry};
use alleyway_core::id::{DocumentId, MemberId};
use alleyway_core::kinds::case::CaseStage;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::time::{Date, Time};

/// What a tracking code leads to.
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
    /// What the resident can do now.
    pub may: Vec<ResidentStepKind>,
    /// Whether the resident has done as much as one day takes; `may` is then empty.
    pub day_is_full: bool,
}

/// A step, as the resident sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackStep {
    /// What was done.
    pub kind: String,
    /// When the server received it.
    pub received: Time,
    /// Whether the resident did it.
    pub own: bool,
    /// What was written for the resident, or by the resident.
    pub text: String,
    /// What a verification found.
    pub result: Option<String>,
    /// The due date that the step set.
    pub by: Option<Date>,
}

/// Steps that one answer shows.
const STEPS_SHOWN_MAX: usize = 100;
/// Entries of a log that are looked through for one: whoever has the code may ask at any time, and
/// everybody else waits meanwhile.
pub(crate) const ENTRIES_LOOKED_AT_MAX: usize = 1_000;

/// Steps that a resident sees. What is noted among the offices stays there.
const SHOWN: [&str; 18] = [
    "report", "accept", "reject", "start", "escalate", "receive", "return", "rule", "dispatch",
    "wait", "resume", "extend", "resolve", "verify", "close", "reopen", "withdraw", "merge",
];
/// Steps whose text is written for the resident.
const FOR_THE_RESIDENT: [&str; 2] = ["reject", "close"];

impl Ledger {
    /// What the resident with this code sees at `now`.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn track(
        &mut self,
        records: &dyn Records,
        code: TrackingCode,
        now: Time,
    ) -> Result<Tracking, StoreError> {
        let Some(id) = self.tracked_case(records, code)? else {
            return Ok(Tracking::NotArrived);
        };
        let Some(document) = self.documents.take(records, &self.pending, id)? else {
            return Ok(Tracking::NotArrived);
        };
        let tracked = self.tracked(&document, now);
        self.documents.put(document);
        Ok(tracked.map_or(Tracking::NotArrived, Tracking::Found))
    }

    /// The case that a code leads to, once it has arrived.
    pub(crate) fn tracked_case(
        &self,
        records: &dyn Records,
        code: TrackingCode,
    ) -> Result<Option<DocumentId>, StoreError> {
        self.pending.get(records, &keys::tracking(code.index()))
    }

    fn tracked(&self, document: &Document, now: Time) -> Option<Tracked> {
        let case = document.case()?;
        let resident = MemberId::resident_of(self.setup.town, document.id());
        let day_is_full = self.resident_day_is_full(document, now);
        let may = if day_is_full {
            Vec::new()
        } else {
            self.resident_may(document, now)
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
