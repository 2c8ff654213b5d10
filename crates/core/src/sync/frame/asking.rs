//! The questions of a device, and the documents that it is told it lacks.

use super::{Check, Opaque};
use crate::feeds::FeedId;
use crate::id::{DeviceId, DocumentId};
use crate::limits::{SUBSCRIPTIONS_MAX, WANTED_DOCUMENTS_MAX};
use crate::sync::challenge::Challenge;
use crate::time::Time;
use crate::wire::{List, Reader, Wire, WireError};
use crate::wire_struct;

/// The first frame of a flight; signed together with all that follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Who speaks.
    pub device: DeviceId,
    /// The newest challenge held.
    pub challenge: Option<Challenge>,
    /// Where the device stands; empty before its first page.
    pub cursor: Opaque,
    /// The batch up to which all final verdicts are safe on the device.
    pub acknowledged: u64,
    /// How much it wants at most, in bytes before compression.
    pub budget_bytes: u64,
    /// The phone's clock: a claim, from which its offset is measured.
    pub clock: Time,
    /// Unsent batches did not fit: the answer is to be verdicts, and no pages, so that nothing
    /// leaves the device before all that was typed on it was handed in.
    pub more: bool,
}
wire_struct!(Hello {
    device,
    challenge,
    cursor,
    acknowledged,
    budget_bytes,
    clock,
    more
});

/// Documents to be sent whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Want {
    /// Which, and why.
    pub documents: List<(DocumentId, Why), WANTED_DOCUMENTS_MAX>,
}
wire_struct!(Want { documents });

/// Why a document is asked for whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is not on the device, or damaged there.
    Missing,
    /// A command gave another hash here than on the server (`admitted_as`).
    Differs,
}

impl Wire for Why {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Missing => 0,
            Self::Differs => 1,
        });
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        match from.byte()? {
            0 => Ok(Self::Missing),
            1 => Ok(Self::Differs),
            _ => Err(WireError::Invalid("reason")),
        }
    }
}

/// The holdings of a device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Sums by feed and range; what is not named is empty.
    pub sums: List<RangeSum, { SUBSCRIPTIONS_MAX * 4 }>,
}
wire_struct!(Holdings { sums });

/// The sum of the documents of one range of one feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeSum {
    /// The feed.
    pub feed: FeedId,
    /// Which of the 64 ranges.
    pub range: u8,
    /// The sum modulo 2^128, little-endian.
    pub sum: [u8; 16],
}
wire_struct!(RangeSum { feed, range, sum });

/// The documents that the server holds in one range of one feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The feed.
    pub feed: FeedId,
    /// Which range.
    pub range: u8,
    /// Whether this is all of it; a long range comes in several frames.
    pub last: bool,
    /// The documents.
    pub documents: List<Listed, 1_000>,
}
wire_struct!(Listing {
    feed,
    range,
    last,
    documents
});

/// A document in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The document.
    pub document: DocumentId,
    /// Its version.
    pub version: u64,
    /// The first bytes of its head.
    pub check: Check,
}
wire_struct!(Listed {
    document,
    version,
    check
});

/// Nothing more is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskRows {}
wire_struct!(AskRows {});
