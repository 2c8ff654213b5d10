//! The values that the store holds.

use alleyway_core::command::Command;
use alleyway_core::crypto::{Hash, PublicKey, Signature};
use alleyway_core::documents::{DocumentKind, Head, Receipt};
use alleyway_core::feeds::{FeedId, is_confidential};
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId, UnitId};
use alleyway_core::limits::{
    BATCH_COMMANDS_MAX, DOCUMENT_RESERVED_BYTES, DOCUMENT_STORED_BYTES_MAX, MISSING_BATCHES_MAX,
    NAME_BYTES_MAX, RESIDENT_STEPS_PER_DAY_MAX, SUBSCRIPTIONS_MAX,
};
use alleyway_core::policy::Authority;
use alleyway_core::sync::frame::{Author, Stop};
use alleyway_core::sync::history::Past;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List};
use alleyway_core::wire_struct;

/// Feeds that one document can be, or have been, in.
pub(crate) const DOCUMENT_FEEDS_MAX: usize = 4_096;
/// One change, in bytes.
pub(crate) const CHANGE_BYTES_MAX: usize = 1024 * 1024;

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
/// Batches whose proofs are in one packed row.
pub(crate) const BATCHES_PACKED: usize = 32;

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

/// A document: where it stands, and where its places in feed logs are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeadRecord {
    pub(crate) kind: DocumentKind,
    pub(crate) generation: u32,
    pub(crate) version: u64,
    pub(crate) head: Head,
    pub(crate) slot: u64,
    /// The snapshot's version, 0 if there is none, and its size.
    pub(crate) snapshot_version: u64,
    pub(crate) snapshot_bytes: u64,
    /// The first version whose tail record is kept, and the size of those behind the snapshot.
    pub(crate) first_tail: u64,
    pub(crate) tail_bytes: u64,
    pub(crate) placed: List<Placed, DOCUMENT_FEEDS_MAX>,
    pub(crate) left: List<(FeedId, u64), DOCUMENT_FEEDS_MAX>,
}
wire_struct!(HeadRecord {
    kind,
    generation,
    version,
    head,
    slot,
    snapshot_version,
    snapshot_bytes,
    first_tail,
    tail_bytes,
    placed,
    left
});

impl HeadRecord {
    /// Whether only those who were cleared read the document.
    pub(crate) fn is_confidential(&self) -> bool {
        is_confidential(self.placed.iter().map(|place| place.feed))
    }

    /// Whether the document takes up as much of the store as it may, for whoever writes.
    pub(crate) fn is_full(&self, by: Authority) -> bool {
        let reserved = if by == Authority::Server {
            DOCUMENT_RESERVED_BYTES
        } else {
            0
        };
        self.stored_bytes() > DOCUMENT_STORED_BYTES_MAX + reserved
    }

    /// Whether a few short commands of the server still have room: half of what is reserved for
    /// them holds the largest batch.
    pub(crate) fn takes_own(&self, commands: u64) -> bool {
        self.version.saturating_add(commands) <= self.kind.room().own_max
            && self.stored_bytes() <= DOCUMENT_STORED_BYTES_MAX + DOCUMENT_RESERVED_BYTES / 2
    }

    fn stored_bytes(&self) -> u64 {
        self.snapshot_bytes.saturating_add(self.tail_bytes)
    }
}

/// A document's place in a feed's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) feed: FeedId,
    /// The newest change: the key of the place.
    pub(crate) sequence: u64,
    /// The sequence at which the document entered the feed.
    pub(crate) entered: u64,
}
wire_struct!(Placed {
    feed,
    sequence,
    entered
});

/// A place in a feed's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FeedEntry {
    pub(crate) document: DocumentId,
    /// The document left the feed here.
    pub(crate) leaves: bool,
}
wire_struct!(FeedEntry { document, leaves });

/// The sum of a feed's documents, for digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FeedSum {
    pub(crate) sum: [u8; 16],
    pub(crate) documents: u64,
}
wire_struct!(FeedSum { sum, documents });

/// One version of a document: the command and the change it made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TailRecord {
    pub(crate) sequence: u64,
    pub(crate) author: MemberId,
    pub(crate) device: PublicKey,
    pub(crate) command: Command,
    pub(crate) receipt: Receipt,
    pub(crate) change: Blob<CHANGE_BYTES_MAX>,
}
wire_struct!(TailRecord {
    sequence,
    author,
    device,
    command,
    receipt,
    change
});

impl TailRecord {
    /// The version without its change.
    pub(crate) fn past(&self) -> Past {
        Past {
            author: Author {
                member: self.author,
                device: self.device,
                mark: self.receipt.mark,
            },
            nonce: self.command.nonce,
            at: self.command.at,
            receipt: self.receipt,
            body: self.command.body.clone(),
        }
    }
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeviceRecord {
    pub(crate) key: PublicKey,
    pub(crate) sealing: [u8; 32],
    pub(crate) member: MemberId,
    pub(crate) code: u32,
    pub(crate) name: Text<NAME_BYTES_MAX>,
    /// The last batch held, its hash, and those before it that never came.
    pub(crate) last: u64,
    pub(crate) last_hash: Hash,
    pub(crate) missing: List<u64, MISSING_BATCHES_MAX>,
    /// The batch up to which the device knows all verdicts.
    pub(crate) acknowledged: u64,
    /// The last batch that a verified backup covers.
    pub(crate) covered: u64,
    /// The time at which it was enrolled.
    pub(crate) enrolled: Time,
    /// The reason for which it is not to go on, if it is not.
    pub(crate) stopped: Option<Stop>,
    /// The newest scope that a cursor of it has shown: it knows that what that lacks is over.
    pub(crate) scope_known: u32,
    /// The newest scope that it was told of: what it hands in behind the batch
    /// `scope_acknowledged_at` was typed in the light of that one, whatever it still has open.
    pub(crate) scope_acknowledged: u32,
    pub(crate) scope_acknowledged_at: u64,
    /// The units for which a second person has confirmed it: it is sent their confidential feeds.
    pub(crate) confirmed: List<UnitId, SUBSCRIPTIONS_MAX>,
    /// The last batch that forked its chain, so that the same one again is not counted again.
    pub(crate) forked: Option<Hash>,
    /// Its commands, counted by their verdicts.
    pub(crate) tally: Tally,
}
wire_struct!(DeviceRecord {
    key,
    sealing,
    member,
    code,
    name,
    last,
    last_hash,
    missing,
    acknowledged,
    covered,
    enrolled,
    stopped,
    scope_known,
    scope_acknowledged,
    scope_acknowledged_at,
    confirmed,
    forked,
    tally
});

/// Commands with a final verdict, each counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) admitted: u64,
    pub(crate) refused: u64,
    /// In a tray.
    pub(crate) kept: u64,
}
wire_struct!(Tally {
    admitted,
    refused,
    kept
});

/// The proof of a batch's authorship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BatchRecord {
    pub(crate) previous: Hash,
    pub(crate) hash: Hash,
    pub(crate) signature: Signature,
    pub(crate) leaves: List<[u8; 32], BATCH_COMMANDS_MAX>,
    pub(crate) receipt: Receipt,
    /// Only couriers have brought it: its device may never have known of it, or know no more.
    pub(crate) carried: bool,
}
wire_struct!(BatchRecord {
    previous,
    hash,
    signature,
    leaves,
    receipt,
    carried
});

/// Batches of a device, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PackedBatches {
    pub(crate) batches: List<(u64, BatchRecord), BATCHES_PACKED>,
}
wire_struct!(PackedBatches { batches });

impl DeviceRecord {
    /// The device.
    pub(crate) fn id(&self) -> DeviceId {
        DeviceId::of(&self.key)
    }

    /// A device that has handed in nothing yet.
    pub(crate) fn new(
        key: PublicKey,
        sealing: [u8; 32],
        member: MemberId,
        code: u32,
        name: &str,
        enrolled: Time,
    ) -> Self {
        Self {
            key,
            sealing,
            member,
            code,
            name: Text::cut(name),
            last: 0,
            last_hash: [0; 32],
            missing: List::default(),
            acknowledged: 0,
            covered: 0,
            enrolled,
            stopped: None,
            scope_known: 0,
            scope_acknowledged: 0,
            scope_acknowledged_at: 0,
            confirmed: List::default(),
            forked: None,
            tally: Tally::default(),
        }
    }
}

/// An invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) member: MemberId,
    pub(crate) expires: Time,
    pub(crate) used: Option<DeviceId>,
    /// The device that the new one is to take the place of.
    pub(crate) replaces: Option<DeviceId>,
}
wire_struct!(Invitation {
    member,
    expires,
    used,
    replaces
});

/// A device's feeds at some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ScopeRecord {
    pub(crate) version: u32,
    pub(crate) feeds: List<FeedId, SUBSCRIPTIONS_MAX>,
}
wire_struct!(ScopeRecord { version, feeds });

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

/// A batch that is held and of which some command waits: in which incarnation that was said; 0 if
/// format 2 held it, which did not note whether any does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenRecord {
    pub(crate) incarnation: u32,
}
wire_struct!(OpenRecord { incarnation });

impl OpenRecord {
    /// The record for a batch of format 2 whose verdicts the device has not acknowledged.
    pub(crate) const UNKNOWN: Self = Self { incarnation: 0 };
}
