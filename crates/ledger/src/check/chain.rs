//! The ledger's entries, block by block.

use super::CheckReport;
use super::problem::Problem;
use crate::rows::View;
use crate::rows::entries::{block_of, first_of};
use crate::rows::keys;
use crate::rows::records::{EntryBlock, State};
use alleyway_core::crypto::Hash;
use alleyway_core::store::{Records, StoreError};

/// Blocks followed in one step.
const BLOCKS_AT_ONCE: u64 = 32;

/// The place up to which the chain has been followed.
#[derive(Debug, Default)]
pub(super) struct Chain {
    next: u64,
    chain: Hash,
}

impl Chain {
    /// Follows some blocks, as far as the ledger reaches by now. Whether that was all.
    pub(super) fn step(
        &mut self,
        records: &dyn Records,
        report: &mut CheckReport,
    ) -> Result<bool, StoreError> {
        let Some(state) = View::of_store(records).get::<State>(keys::STATE)? else {
            report.problem(Problem::StateMissing);
            return Ok(true);
        };
        let blocks = if state.sequence == 0 {
            0
        } else {
            block_of(state.sequence) + 1
        };
        let end = blocks.min(self.next + BLOCKS_AT_ONCE);
        while self.next < end {
            self.block(records, &state, report)?;
            self.next += 1;
        }
        let is_all = self.next >= blocks;
        if is_all && self.chain != state.chain {
            report.problem(Problem::ChainEnd);
        }
        Ok(is_all)
    }

    fn block(
        &mut self,
        records: &dyn Records,
        state: &State,
        report: &mut CheckReport,
    ) -> Result<(), StoreError> {
        let (from, to) = (
            first_of(self.next),
            first_of(self.next + 1).min(state.sequence + 1),
        );
        match View::of_store(records).get::<EntryBlock>(&keys::entries(self.next)) {
            Ok(Some(block)) => {
                if block.before != self.chain {
                    report.problem(Problem::ChainBreaks { at: from });
                }
                if block.entries.len() as u64 != to - from {
                    report.problem(Problem::EntriesFew { from, to });
                }
                let follow =
                    |chain: Hash, (at, entry): (u64, &crate::rows::records::LedgerEntry)| {
                        entry.chain_on(&chain, at)
                    };
                self.chain = (from..)
                    .zip(block.entries.iter())
                    .fold(block.before, follow);
            }
            Ok(None) => report.problem(Problem::EntriesMissing { from }),
            Err(StoreError::Damaged(record)) => {
                report.problem(Problem::EntriesDamaged { from, record });
            }
            Err(other) => return Err(other),
        }
        report.entries += to - from;
        Ok(())
    }
}
