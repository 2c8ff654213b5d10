//! What is remembered from one batch to the next, in memory only.

use super::budget::Budgets;
use super::deferred::ReportsDeferred;
use super::lying::TraysRemembered;

/// What judging batches remembers. Nothing that lasts depends on it: it begins empty at each start.
#[derive(Debug, Default)]
pub(crate) struct HandInMemory {
    /// What devices may hand in, and what they had left when the flight at hand began.
    pub(crate) budgets: Budgets,
    /// Reports that are to come again.
    pub(super) reports: ReportsDeferred,
    /// The open items of trays.
    pub(super) trays: TraysRemembered,
}
