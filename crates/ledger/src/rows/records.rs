//! The values that the store holds.

mod book;
mod by_time;
mod device;
mod document;
mod figures;
mod listed;

use alleyway_core::crypto::Hash;
use alleyway_core::documents::Head;
use alleyway_core::id::{CommandId, DeviceId, DocumentId};
use alleyway_core::limits::RESIDENT_STEPS_PER_DAY_MAX;
use alleyway_core::time::Time;
use alleyway_core::wire::List;
use alleyway_core::wire_struct;

pub(crate) use book::{BookRecord, RulesRecord};
pub(crate) use by_time::{ByTimeRecord, Place};
pub(crate) use device::{
    AskedInvitation, AskedThaw, BATCHES_PACKED, BatchRecord, DeviceRecord, Invitation, KeptLists,
    OpenRecord, PackedBatches, ScopeRecord, SecondWord, Tally,
};
pub(crate) use document::{
    CHANGE_BYTES_MAX, FeedEntry, FeedSum, HeadRecord, Placed, TAIL_ROW_BYTES_MAX, TailRecord,
    TailRow,
};
pub(crate) use figures::{FIGURES_RULES, FiguresRow, PartRecord, PrintRecord};
pub(crate) use listed::LISTED_FORM;

/// The ledger's own state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) incarnation: u32,
    pub(crate) sequence: u64,
    pub(crate) chain: Hash,
    pub(crate) next_slot: u64,
    pub(crate) next_device_code: u32,
    /// The server is a device too: it counts its commands.
    pub(crate) counter: u64,
    /// The tip of the security journal.
    pub(crate) journal: ChainTip,
    /// The tip of the audit.
    pub(crate) audit: ChainTip,
}
wire_struct!(State {
    incarnation,
    sequence,
    chain,
    next_slot,
    next_device_code,
    counter,
    journal,
    audit
});

/// The end of a chain of records: their number, and the hash of the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ChainTip {
    pub(crate) count: u64,
    pub(crate) chain: Hash,
}
wire_struct!(ChainTip { count, chain });

/// Ledger entries in one row.
pub(crate) const BLOCK_ENTRIES: usize = 16;
/// One admitted change, chained to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LedgerEntry {
    pub(crate) document: DocumentId,
    pub(crate) generation: u32,
    pub(crate) version: u64,
    pub(crate) head: Head,
    pub(crate) command: CommandId,
    pub(crate) device: DeviceId,
    pub(crate) received: Time,
}
wire_struct!(LedgerEntry {
    document,
    generation,
    version,
    head,
    command,
    device,
    received
});

impl LedgerEntry {
    /// The chain hash of this entry at `sequence`, standing on `previous`.
    pub(crate) fn chain_on(&self, previous: &Hash, sequence: u64) -> Hash {
        alleyway_core::crypto::hash(
            "alleyway chain 1",
            &[
                previous,
                &sequence.to_be_bytes(),
                &self.document.0,
                &self.generation.to_be_bytes(),
                &self.version.to_be_bytes(),
                &self.head,
                &self.command.0,
                &self.device.0,
                &self.received.0.to_be_bytes(),
            ],
        )
    }
}

/// Entries that follow one another, and the chain hash before them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct EntryBlock {
    pub(crate) before: Hash,
    pub(crate) entries: List<LedgerEntry, BLOCK_ENTRIES>,
}
wire_struct!(EntryBlock { before, entries });

/// The newest steps of a case's resident: what each was sent as, and the command it became. As many
/// as one day takes, so that a step of today that is sent again is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ResidentRecord {
    pub(crate) steps: List<([u8; 16], CommandId), RESIDENT_STEPS_PER_DAY_MAX>,
}
wire_struct!(ResidentRecord { steps });

/// The newest incarnation that began with a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RestoredRecord {
    pub(crate) incarnation: u32,
    pub(crate) at: Time,
}
wire_struct!(RestoredRecord { incarnation, at });
