//! The resident's page: steps and dates, no names.

use super::Ledger;
use super::keys;
use crate::documents::CaseStage;
use crate::id::DocumentId;
use crate::number::TrackingCode;
use crate::store::{Records, StoreError};
use crate::time::{Date, Time};

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
    /// Its steps, in order.
    pub steps: Vec<TrackStep>,
}

/// A step, as the resident sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackStep {
    /// What was done.
    pub kind: String,
    /// When the server received it.
    pub received: Time,
    /// What was written for the resident.
    pub text: String,
    /// What a verification found.
    pub result: Option<String>,
    /// The due date that the step set.
    pub by: Option<Date>,
}

/// Steps that a resident sees. What is noted among the offices stays there.
const SHOWN: [&str; 18] = [
    "report", "accept", "reject", "start", "escalate", "receive", "return", "rule", "dispatch", "wait", "resume",
    "extend", "resolve", "verify", "close", "reopen", "withdraw", "merge",
];
/// Steps whose text is written for the resident.
const FOR_THE_RESIDENT: [&str; 2] = ["reject", "close"];

impl Ledger {
    /// What the resident with this code sees.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn track(&mut self, records: &dyn Records, code: TrackingCode) -> Result<Tracking, StoreError> {
        let Some(id) = self.pending.get::<DocumentId>(records, &keys::tracking(code.index()))? else {
            return Ok(Tracking::NotArrived);
        };
        let Some(document) = self.documents.take(records, &self.pending, id)? else { return Ok(Tracking::NotArrived) };
        let found = document.case().map(|case| Tracked {
            number: case.number.to_string(),
            stage: case.stage,
            due: case.due,
            steps: document.log().into_iter().filter_map(shown).collect(),
        });
        self.documents.put(document);
        Ok(found.map_or(Tracking::NotArrived, Tracking::Found))
    }
}

fn shown(entry: crate::documents::LogEntry) -> Option<TrackStep> {
    if !SHOWN.contains(&entry.kind.as_str()) {
        return None;
    }
    let text = if FOR_THE_RESIDENT.contains(&entry.kind.as_str()) { entry.text } else { String::new() };
    Some(TrackStep {
        received: entry.received.map(|receipt| receipt.received).unwrap_or_default(),
        text,
        result: entry.details.get("result").cloned(),
        by: entry.details.get("due").and_then(|day| day.parse().ok()).map(Date),
        kind: entry.kind,
    })
}
