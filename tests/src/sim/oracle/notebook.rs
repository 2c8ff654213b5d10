//! What was typed on a phone and said to be saved, and what was dealt with since.

use std::collections::BTreeSet;

use alleyway_core::id::CommandId;
use alleyway_core::replica::{Became, Replica};

use super::Oracle;
use crate::sim::violation::{Checked, IDEMPOTENT, NOTHING_LOST, ensure};

/// A phone's notebook. It is copied and restored together with the phone's store.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notebook {
    pub(crate) typed: BTreeSet<CommandId>,
    pub(crate) dealt: BTreeSet<CommandId>,
}

impl Notebook {
    /// A phone is only wiped when everything typed on it has its verdict.
    pub(crate) fn check_wiped(&self, oracle: &Oracle) -> Checked {
        for id in &self.typed {
            let has_verdict = oracle.admitted.contains_key(id) || oracle.was_kept(*id) || oracle.was_refused(*id);
            ensure(has_verdict || self.dealt.contains(id), NOTHING_LOST, || {
                format!("{id} was wiped away, and has no verdict")
            })?;
        }
        Ok(())
    }

    /// Nothing typed is lost, and nothing is there that was not typed.
    pub(crate) fn check(&self, oracle: &Oracle, phone: &Replica) -> Checked {
        let pending: BTreeSet<CommandId> = phone.pending().into_iter().map(|row| row.command).collect();
        let refused: BTreeSet<CommandId> = phone.refused().into_iter().map(|row| row.command).collect();
        let receipts = phone.receipts();
        let kept: BTreeSet<CommandId> = receipts
            .iter()
            .flat_map(|receipt| &receipt.handed_in)
            .filter(|row| matches!(row.became, Became::Kept(_)))
            .map(|row| row.command)
            .collect();
        for id in &self.typed {
            let somewhere = pending.contains(id)
                || refused.contains(id)
                || (kept.contains(id) && oracle.was_kept(*id))
                || self.dealt.contains(id)
                || oracle.admitted.contains_key(id);
            ensure(somewhere, NOTHING_LOST, || format!("{id} is neither pending, refused, admitted nor in a tray"))?;
        }
        for id in pending.iter().chain(&refused) {
            ensure(self.typed.contains(id), NOTHING_LOST, || {
                format!("{id} was never typed here, or lost and came back")
            })?;
            ensure(!self.dealt.contains(id), NOTHING_LOST, || format!("{id} was dealt with, and came back"))?;
        }
        for id in &refused {
            ensure(!oracle.admitted.contains_key(id), IDEMPOTENT, || {
                format!("{id} is admitted, and shown as refused")
            })?;
        }
        Ok(())
    }
}
