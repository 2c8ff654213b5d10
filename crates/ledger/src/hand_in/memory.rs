//! The memory of judging, from one batch to the next: nothing of it is stored.

use super::budget::Budgets;
use super::deferred::ReportsDeferred;
use super::lying::TraysRemembered;

/// The memory of judging batches. Nothing that lasts depends on it: it begins empty at each start.
#[derive(Debug, Default)]
pub(crate) struct HandInMemory {
    /// The budgets of devices, and those that were left when the flight at hand began.
    pub(crate) budgets: Budgets,
    /// Reports that are to come again.
    pub(super) reports: ReportsDeferred,
    /// The open items of trays.
    pub(super) trays: TraysRemembered,
}
