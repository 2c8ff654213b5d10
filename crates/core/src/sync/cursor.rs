//! Cursors: where a device stands. The device keeps them sealed and cannot read them.

use crate::crypto::{open_token, seal_token};
use crate::feeds::FeedId;
use crate::id::{DeviceId, DocumentId};
use crate::sync::frame::Opaque;
use crate::wire::Wire;
use crate::wire_struct;

/// Where a device stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The server's incarnation.
    pub incarnation: u32,
    /// All changes of the scope's feeds up to here are on the device.
    pub sequence: u64,
    /// Documents whose newest change lies behind `sequence` and not behind this were sent up to
    /// that change. A feed's log names only a document's newest change: of one that lies further on,
    /// the device has what it had at `sequence`, however far the walk has come.
    pub walked: u64,
    /// The beginning of the chain hash there: a ledger with another past is another ledger.
    pub chain: [u8; 8],
    /// Which set of feeds the device has been sent; 0 is the empty set.
    pub scope: u32,
    /// Feeds it gained, being sent.
    pub backfill: Option<Backfill>,
    /// A long document, being sent in parts.
    pub part: Option<PartPosition>,
}
wire_struct!(Cursor {
    incarnation,
    sequence,
    walked,
    chain,
    scope,
    backfill,
    part
});

/// How far gained feeds have been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backfill {
    /// The scope that is being reached.
    pub target: u32,
    /// The feed being sent; those before it are done.
    pub feed: FeedId,
    /// The place in the feed's log up to which it is done.
    pub sequence: u64,
    /// Whether all feeds have been gone along once, for what is not over, and what is over is being
    /// sent.
    pub over: bool,
    /// The ledger's sequence when feeds began to be sent: documents that left them since then may
    /// be on the device.
    pub began: u64,
}
wire_struct!(Backfill {
    target,
    feed,
    sequence,
    over,
    began
});

/// How far a long document has been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartPosition {
    /// The document.
    pub document: DocumentId,
    /// The version being sent.
    pub version: u64,
    /// The next part; or, as [`PartPosition::place`] has it, where the next slice begins.
    pub next: u32,
}
wire_struct!(PartPosition {
    document,
    version,
    next
});

/// Added to `next`, so that it counts the bytes of the whole document.
const IN_BYTES: u32 = 1 << 30;
/// Added to `next`, so that it counts the bytes of what is new in it.
const IN_NEWS: u32 = 1 << 31;

/// Where a long document goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// With this part.
    Part(u32),
    /// At this byte, in slices.
    Byte(u32),
    /// At this byte of what is new in it, in slices.
    News(u32),
}

impl Place {
    /// As a cursor holds it.
    pub fn next(self) -> u32 {
        match self {
            Self::Part(index) => index,
            Self::Byte(at) => IN_BYTES | at,
            Self::News(at) => IN_NEWS | at,
        }
    }
}

impl PartPosition {
    /// Where the document goes on.
    pub fn place(&self) -> Place {
        match self.next {
            at if at & IN_NEWS != 0 => Place::News(at & !IN_NEWS),
            at if at & IN_BYTES != 0 => Place::Byte(at & !IN_BYTES),
            index => Place::Part(index),
        }
    }
}

impl Cursor {
    /// Seals the cursor for its device.
    pub fn seal(&self, key: &[u8; 32], device: DeviceId) -> Opaque {
        Opaque::new(seal_token(key, &device.0, &self.to_bytes())).unwrap_or_default()
    }

    /// Opens a device's cursor; `None` if it is not one of ours for this device.
    pub fn open(key: &[u8; 32], device: DeviceId, sealed: &Opaque) -> Option<Self> {
        Self::from_bytes(&open_token(key, &device.0, sealed)?).ok()
    }
}
