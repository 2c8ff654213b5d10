//! How much a resident does in a case in a day.

use alleyway_core::documents::Document;
use alleyway_core::id::MemberId;
use alleyway_core::limits::RESIDENT_STEPS_PER_DAY_MAX;
use alleyway_core::time::Time;

/// Entries of a log that are looked through for one step: everybody else waits meanwhile.
const ENTRIES_LOOKED_AT_MAX: usize = 1_000;

/// A resident's steps of the last 24 hours in a case; of many as many as may be. The case's log tells;
/// its newest entries are enough.
pub(super) fn taken_in_a_day(document: &Document, resident: MemberId, now: Time) -> usize {
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
    own.take(RESIDENT_STEPS_PER_DAY_MAX).count()
}
