//! What was typed on a phone and said to be saved, and what was dealt with since.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::id::CommandId;
use alleyway_core::time::Time;
use alleyway_replica::{Became, OutboxRow, Replica};

use super::Oracle;
use crate::sim::violation::{CLOCK, Checked, DURABLE, IDEMPOTENT, NOTHING_LOST, ensure};

/// A phone's notebook. It is copied and restored together with the phone's store.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notebook {
    pub(crate) typed: BTreeSet<CommandId>,
    pub(crate) dealt: BTreeSet<CommandId>,
    /// What the phone showed as confirmed, and when the server had received it.
    confirmed: BTreeMap<CommandId, Option<Time>>,
}

impl Notebook {
    /// A phone is only wiped when everything typed on it has its verdict.
    pub(crate) fn check_wiped(&self, oracle: &Oracle) -> Checked {
        for id in &self.typed {
            let has_verdict =
                oracle.admitted.contains_key(id) || oracle.was_kept(*id) || oracle.was_refused(*id);
            ensure(
                has_verdict || oracle.had_verdict_before(*id) || self.dealt.contains(id),
                NOTHING_LOST,
                || format!("{id} was wiped away, and has no verdict"),
            )?;
        }
        Ok(())
    }

    /// Nothing typed is lost, and nothing is there that was not typed.
    pub(crate) fn check(&mut self, oracle: &Oracle, phone: &Replica) -> Checked {
        let pending: BTreeSet<CommandId> =
            phone.pending().into_iter().map(|row| row.command).collect();
        let rows = phone.refused();
        let refused: BTreeSet<CommandId> = rows.iter().map(|row| row.command).collect();
        let receipts = phone.receipts();
        let kept: BTreeSet<CommandId> = receipts
            .iter()
            .flat_map(|receipt| &receipt.handed_in)
            .filter(|row| matches!(row.became, Became::Kept(_)))
            .map(|row| row.command)
            .collect();
        for id in &self.typed {
            if pending.contains(id) || refused.contains(id) || self.dealt.contains(id) {
                continue;
            }
            let is_in_a_tray = kept.contains(id) && oracle.was_kept(*id);
            // A restored server may yet have to be told.
            let stood = oracle.admitted.contains_key(id) || oracle.stood_or_was_kept_before(*id);
            ensure(is_in_a_tray || stood, NOTHING_LOST, || {
                format!("{id} is neither pending, refused, admitted nor in a tray")
            })?;
            if oracle.admitted.contains_key(id) {
                self.confirmed.entry(*id).or_insert(oracle.received(*id));
            }
        }
        for id in pending.iter().chain(&refused) {
            ensure(self.typed.contains(id), NOTHING_LOST, || {
                format!("{id} was never typed here, or lost and came back")
            })?;
            ensure(!self.dealt.contains(id), NOTHING_LOST, || {
                format!("{id} was dealt with, and came back")
            })?;
        }
        for OutboxRow { command: id, .. } in &rows {
            ensure(
                oracle.is_of_nobody(*id) || !self.confirmed.contains_key(id),
                DURABLE,
                || format!("{id} was confirmed, and is now refused"),
            )?;
            // A courier can have brought it to a restored server on which it fits, and the phone not know.
            let is_news = oracle.was_refused_before(*id);
            ensure(
                is_news || !oracle.admitted.contains_key(id),
                IDEMPOTENT,
                || format!("{id} is admitted, and shown as refused"),
            )?;
        }
        Ok(())
    }

    /// When all is quiet, and nothing pending: everything has its place on the server as it is now, and
    /// what was confirmed has the time that it had then.
    pub(crate) fn check_settled(&self, oracle: &Oracle, phone: &Replica) -> Checked {
        let refused: BTreeSet<CommandId> =
            phone.refused().into_iter().map(|row| row.command).collect();
        for id in &self.typed {
            let somewhere = refused.contains(id)
                || self.dealt.contains(id)
                || oracle.was_kept(*id)
                || oracle.admitted.contains_key(id);
            ensure(somewhere, DURABLE, || {
                format!("{id} was confirmed, and the restored server does not have it")
            })?;
            ensure(
                !refused.contains(id) || !oracle.admitted.contains_key(id),
                IDEMPOTENT,
                || format!("{id} is admitted, and still shown as refused"),
            )?;
        }
        for (id, received) in &self.confirmed {
            let now = oracle.received(*id);
            let same = now == *received || oracle.has_other_times(*id);
            ensure(!oracle.admitted.contains_key(id) || same, CLOCK, || {
                format!("{id} was received at {received:?}, and now at {now:?}")
            })?;
        }
        Ok(())
    }
}
