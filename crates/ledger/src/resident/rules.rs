//! The rules that residents' steps are judged by.

use super::steps::ResidentStepKind;
use crate::rows::{Tx, keys};
use alleyway_core::command::Body;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::limits::RESIDENT_STEPS_PER_DAY_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::policy::{self, Authority, Question, Standing};
use alleyway_core::refusal::Refusal;
use alleyway_core::store::StoreError;
use alleyway_core::time::Time;

/// Entries of a log that are looked through for one request: whoever has the code may ask at any
/// time, and everybody else waits meanwhile.
pub(super) const ENTRIES_LOOKED_AT_MAX: usize = 1_000;

/// The case that a code leads to, once it has arrived.
pub(super) fn tracked_case(
    tx: &Tx<'_>,
    code: TrackingCode,
) -> Result<Option<DocumentId>, StoreError> {
    tx.get(&keys::tracking(code.index()))
}

/// The steps that the rules allow the resident now.
pub(super) fn allowed(tx: &Tx<'_>, document: &Document, now: Time) -> Vec<ResidentStepKind> {
    let allowed =
        |kind: &ResidentStepKind| judge(tx, document, &kind.example().body(), now).is_ok();
    ResidentStepKind::ALL
        .iter()
        .copied()
        .filter(allowed)
        .collect()
}

pub(super) fn judge(
    tx: &Tx<'_>,
    document: &Document,
    body: &Body,
    now: Time,
) -> Result<(), Refusal> {
    policy::judge(&Question {
        organisation: tx.organisation(),
        author: Authority::Resident,
        now,
        standing: Standing::InForce,
        // Only a command that creates is told apart by its id.
        command: CommandId([0; 16]),
        document: Some(document),
        body,
    })
}

/// Whether the resident's steps of the last 24 hours are as many as may be. The case's log
/// tells; its newest entries are enough.
pub(super) fn day_is_full(tx: &Tx<'_>, document: &Document, now: Time) -> bool {
    let resident = MemberId::resident_of(tx.setup().town, document.id());
    let since = now.plus_days(-1);
    let newest = document
        .commands()
        .iter()
        .rev()
        .zip(document.receipts().iter().rev());
    let own = newest
        .take(ENTRIES_LOOKED_AT_MAX)
        .take_while(|(_, receipt)| receipt.received > since)
        .filter(|(command, _)| document.author_of(**command) == Some(resident));
    own.take(RESIDENT_STEPS_PER_DAY_MAX).count() == RESIDENT_STEPS_PER_DAY_MAX
}
