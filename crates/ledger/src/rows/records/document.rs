//! The values of documents: where each stands, its versions, and its places in feed logs.

use std::collections::BTreeSet;

use alleyway_core::command::Command;
use alleyway_core::crypto::PublicKey;
use alleyway_core::documents::{DocumentKind, Head, Receipt};
use alleyway_core::feeds::{FeedId, is_confidential};
use alleyway_core::id::{DocumentId, MemberId};
use alleyway_core::limits::{DOCUMENT_RESERVED_BYTES, DOCUMENT_STORED_BYTES_MAX};
use alleyway_core::policy::Authority;
use alleyway_core::sync::frame::Author;
use alleyway_core::sync::history::Past;
use alleyway_core::wire::{Blob, List, Reader, Wire, WireError};
use alleyway_core::wire_struct;

/// Feeds that one document can be, or have been, in.
const DOCUMENT_FEEDS_MAX: usize = 4_096;
/// Versions in one row, in bytes; a longer one has a row of its own.
pub(crate) const TAIL_ROW_BYTES_MAX: usize = 8 * 1024;
/// One change, in bytes.
pub(crate) const CHANGE_BYTES_MAX: usize = 1024 * 1024;

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

    /// The feeds that the document is in.
    pub(crate) fn feeds(&self) -> BTreeSet<FeedId> {
        self.placed.iter().map(|place| place.feed).collect()
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

/// The versions of a document that lie in one row, in order: what one transaction wrote of it, as far as
/// it is short. A row of one version is as a release wrote it that had a row for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TailRow {
    pub(crate) versions: Vec<TailRecord>,
}

impl Wire for TailRow {
    fn encode(&self, out: &mut Vec<u8>) {
        for version in &self.versions {
            version.encode(out);
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let mut versions = vec![TailRecord::decode(from)?];
        while from.remaining() > 0 {
            versions.push(TailRecord::decode(from)?);
        }
        Ok(Self { versions })
    }
}

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
