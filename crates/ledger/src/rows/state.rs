//! The ledger's own numbers: incarnation, log, counters, and how far its two chains of notes reach.

use super::Tx;
use super::keys;
use super::records::{ChainTip, RestoredRecord};
use alleyway_core::crypto::{Hash, hash};
use alleyway_core::time::Time;

impl ChainTip {
    /// The reach once `entry` is written behind it.
    pub(crate) fn with(self, domain: &str, entry: &[u8]) -> Self {
        Self {
            count: self.count.saturating_add(1),
            chain: hash(domain, &[&self.chain, entry]),
        }
    }
}

impl Tx<'_> {
    /// The incarnation: it grows with each restore.
    pub(crate) fn incarnation(&self) -> u32 {
        self.memory.state.incarnation
    }

    /// The incarnation is at least this one; never lowers it.
    pub(crate) fn raise_incarnation(&mut self, incarnation: u32) {
        let state = &mut self.memory.state;
        state.incarnation = state.incarnation.max(incarnation);
    }

    /// Notes which incarnation began with a restore, and when.
    pub(crate) fn put_restored(&mut self, restored: RestoredRecord) {
        self.put(keys::RESTORED.to_vec(), &restored);
        self.memory.restored = Some(restored);
    }

    /// When the newest incarnation began, if it did with a restore.
    pub(crate) fn restored_at(&self) -> Option<Time> {
        self.memory.restored.map(|restored| restored.at)
    }

    /// The log's last sequence.
    pub(crate) fn sequence(&self) -> u64 {
        self.memory.state.sequence
    }

    /// The chain hash at the log's end.
    pub(crate) fn chain(&self) -> Hash {
        self.memory.state.chain
    }

    /// The key slot of a new document.
    pub(crate) fn next_slot(&mut self) -> u64 {
        let slot = self.memory.state.next_slot;
        self.memory.state.next_slot += 1;
        slot
    }

    /// The code of a new device.
    pub(crate) fn next_device_code(&mut self) -> u32 {
        let code = self.memory.state.next_device_code;
        self.memory.state.next_device_code += 1;
        code
    }

    /// A code that is given is not given again.
    pub(crate) fn note_device_code(&mut self, code: u32) {
        let state = &mut self.memory.state;
        state.next_device_code = state.next_device_code.max(code.saturating_add(1));
    }

    /// Leaves out so many codes.
    pub(crate) fn skip_device_codes(&mut self, codes: u32) {
        let state = &mut self.memory.state;
        state.next_device_code = state.next_device_code.saturating_add(codes);
    }

    /// The number of commands that the server's own device has typed.
    pub(crate) fn counter(&self) -> u64 {
        self.memory.state.counter
    }

    /// The number of the server's next command.
    pub(crate) fn next_counter(&mut self) -> u64 {
        self.memory.state.counter += 1;
        self.memory.state.counter
    }

    /// Chains a record to the audit. Returns its tip.
    pub(crate) fn extend_audit(&mut self, domain: &str, entry: &[u8]) -> ChainTip {
        let state = &mut self.memory.state;
        state.audit = state.audit.with(domain, entry);
        state.audit
    }

    /// The tip of the security journal, as far as the ledger knows.
    pub(crate) fn journal(&self) -> ChainTip {
        self.memory.state.journal
    }

    /// Notes that the ledger knows the journal up to here.
    pub(crate) fn reach_journal(&mut self, reach: ChainTip) {
        self.memory.state.journal = reach;
    }

    /// Writes an entry to the security journal.
    pub(crate) fn extend_journal(&mut self, domain: &str, entry: Vec<u8>) {
        let state = &mut self.memory.state;
        state.journal = state.journal.with(domain, &entry);
        self.memory.journal.entries.push(entry);
    }

    /// Lets the security journal begin anew.
    pub(crate) fn begin_journal_anew(&mut self) {
        self.memory.state.journal = ChainTip::default();
        self.memory.journal.entries.clear();
        self.memory.journal.anew = true;
    }
}
