//! Counters for operators. Nothing in them tells what a case is about.

use std::collections::BTreeMap;

use alleyway_core::refusal::RefusalCode;

/// Counters since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerStats {
    /// Commands admitted.
    pub admitted: u64,
    /// Commands refused, by code.
    pub refused: BTreeMap<RefusalCode, u64>,
    /// Commands that wait for their base.
    pub needed: u64,
    /// Commands that were told to come later, for something was full.
    pub later: u64,
    /// Devices that had used up what they may hand in, once a day each.
    pub budgets_used_up: u64,
    /// Batches with a number that another one has.
    pub forks: u64,
    /// Those that were not the same again.
    pub forked_chains: u64,
    /// Devices that were stopped, by why.
    pub stopped: BTreeMap<&'static str, u64>,
    /// Whether nobody is answered until an administrator has confirmed the devices.
    pub quarantine: bool,
    /// The audit's last record now.
    pub audited: u64,
    /// Flights that were answered with a challenge.
    pub challenges: u64,
    /// Syncs whose device had to say what it holds because its digest was another.
    pub comparisons: u64,
    /// Those whose device had to because its cursor was not of this ledger: after a restore.
    pub lost_cursors: u64,
    /// Documents sent whole because a command gave another hash on its device (`admitted_as`).
    pub admitted_as: u64,
    /// Pages sent.
    pub pages: u64,
    /// Documents in memory now.
    pub loaded_documents: u64,
    /// Documents that were loaded while a request had its turn.
    pub loaded_at_turn: u64,
    /// The long ones among them: all others waited for each.
    pub long_loaded_at_turn: u64,
    /// Imports that a second administrator confirmed: each is to be carried out.
    pub imports_confirmed: u64,
    /// Steps that the server took by time alone.
    pub steps_by_time: u64,
    /// Whether the server's clock has leapt, and an administrator is to say that it is right.
    pub clock_not_believed: bool,
    /// The ledger's last sequence now.
    pub sequence: u64,
}

impl LedgerStats {
    pub(crate) fn count(counter: &mut u64, by: u64) {
        *counter = counter.saturating_add(by);
    }

    pub(crate) fn refuse(&mut self, code: &RefusalCode) {
        // A code of a later version cannot come from here; the map stays as small as the list.
        Self::count(self.refused.entry(code.clone()).or_default(), 1);
    }
}
