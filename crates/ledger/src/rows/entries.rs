//! The log: what was admitted, entry after entry, packed into blocks.
//!
//! A row holds the [`BLOCK_ENTRIES`] entries whose sequences begin with one number, and the chain
//! hash before them; the hashes behind each are computed. The newest block is in memory and is
//! written once for all commands that commit together.

use super::Tx;
use super::keys;
use super::pending::{Pending, View};
use super::records::{BLOCK_ENTRIES, EntryBlock, LedgerEntry, State};
use alleyway_core::crypto::{Hash, first};
use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// Entries of one block.
const PER_BLOCK: u64 = BLOCK_ENTRIES as u64;

/// The number of the block that a sequence is in. Block 0 lacks its first entry: sequences begin at 1.
pub(crate) fn block_of(sequence: u64) -> u64 {
    sequence / PER_BLOCK
}

/// The first sequence of a block.
pub(crate) fn first_of(block: u64) -> u64 {
    block.saturating_mul(PER_BLOCK).max(1)
}

impl EntryBlock {
    /// The chain hash at `sequence`, if this block, the one of that number, reaches it.
    fn chain_at(&self, number: u64, sequence: u64) -> Option<Hash> {
        let mut chain = self.before;
        for (at, entry) in (first_of(number)..).zip(self.entries.iter()) {
            chain = entry.chain_on(&chain, at);
            if at == sequence {
                return Some(chain);
            }
        }
        None
    }
}

/// The chain hash at a sequence, as it is stored; none beyond the end.
///
/// # Errors
/// Whatever the store says.
pub(crate) fn stored_chain_at(view: View<'_>, sequence: u64) -> Result<Option<Hash>, StoreError> {
    if sequence == 0 {
        return Ok(Some([0; 32]));
    }
    let number = block_of(sequence);
    let block: Option<EntryBlock> = view.get(&keys::entries(number))?;
    Ok(block.and_then(|block| block.chain_at(number, sequence)))
}

/// When the last entry was received, as it is stored; none of an empty log.
///
/// # Errors
/// Whatever the store says.
pub(crate) fn last_received(view: View<'_>) -> Result<Option<Time>, StoreError> {
    let state: Option<State> = view.get(keys::STATE)?;
    let block = block_of(state.map_or(0, |state| state.sequence));
    let block: Option<EntryBlock> = view.get(&keys::entries(block))?;
    let last = block.and_then(|block| block.entries.last().copied());
    Ok(last.map(|entry| entry.received))
}

/// The block that the next entry goes to.
#[derive(Debug, Clone)]
pub(crate) struct Newest {
    number: u64,
    before: Hash,
    entries: Vec<LedgerEntry>,
    changed: bool,
}

impl Newest {
    /// Reads the block in which the log ends.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it does not end where the ledger's state says.
    pub(crate) fn open(view: View<'_>, state: &State) -> Result<Self, StoreError> {
        let number = block_of(state.sequence);
        let mut newest = Self {
            number,
            before: [0; 32],
            entries: Vec::new(),
            changed: false,
        };
        if state.sequence == 0 {
            return Ok(newest);
        }
        let key = keys::entries(number);
        let block: EntryBlock = view.get(&key)?.ok_or_else(|| StoreError::damaged(&key))?;
        let ends_there = first_of(number) + block.entries.len() as u64 == state.sequence + 1;
        if !ends_there || block.chain_at(number, state.sequence) != Some(state.chain) {
            return Err(StoreError::damaged(&key));
        }
        (newest.before, newest.entries) = (block.before, block.entries.into_vec());
        Ok(newest)
    }

    /// Puts an entry behind the last one, whose chain hash is `chain`. A full block is written.
    fn push(&mut self, pending: &mut Pending, sequence: u64, chain: &Hash, entry: LedgerEntry) {
        if block_of(sequence) != self.number {
            self.write(pending);
            *self = Self {
                number: block_of(sequence),
                before: *chain,
                entries: Vec::new(),
                changed: false,
            };
        }
        self.entries.push(entry);
        self.changed = true;
    }

    /// Writes the block, if anything came to it.
    pub(crate) fn write(&mut self, pending: &mut Pending) {
        if std::mem::take(&mut self.changed) {
            // A new block begins before one is too long.
            let entries = List::new(self.entries.clone()).unwrap_or_default();
            pending.put(
                keys::entries(self.number),
                &EntryBlock {
                    before: self.before,
                    entries,
                },
            );
        }
    }

    fn chain_at(&self, sequence: u64) -> Option<Hash> {
        let count = usize::try_from(sequence.checked_sub(first_of(self.number))?).ok()?;
        let entries = self.entries.get(..=count)?;
        let chained = (first_of(self.number)..).zip(entries);
        Some(chained.fold(self.before, |chain, (at, entry)| entry.chain_on(&chain, at)))
    }
}

impl Tx<'_> {
    /// Chains an entry to the last one. Returns its sequence.
    pub(crate) fn push_entry(&mut self, entry: LedgerEntry) -> u64 {
        let memory = &mut *self.memory;
        let state = &mut memory.state;
        let sequence = state.sequence + 1;
        let before = state.chain;
        memory
            .newest
            .push(&mut memory.pending, sequence, &before, entry);
        state.chain = entry.chain_on(&before, sequence);
        state.sequence = sequence;
        sequence
    }

    /// The beginning of the chain hash at a sequence; none beyond the end.
    pub(crate) fn chain_at(&self, sequence: u64) -> Result<Option<[u8; 8]>, StoreError> {
        let newest = &self.memory.newest;
        let chain = if sequence == self.sequence() {
            Some(self.chain())
        } else if sequence >= first_of(newest.number) {
            newest.chain_at(sequence)
        } else {
            stored_chain_at(self.view(), sequence)?
        };
        Ok(chain.map(|chain| first(&chain)))
    }
}

#[cfg(test)]
mod tests;
