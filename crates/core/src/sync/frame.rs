//! Frames: what a device and a server say to each other, each with a stable number.

mod asking;
mod closed;
mod page;
mod piece;
mod slow;
mod standing;
mod verdict;
mod whole;

pub use asking::{AskRows, Hello, Holdings, Listed, Listing, RangeSum, Want, Why};
pub use closed::{Carried, CarriedState, Closed};
pub use page::{
    Author, Changes, Entry, FILED_FEEDS_MAX, Filed, Item, Other, Own, Page, Part, Slice,
};
pub use piece::{Arrived, Piece};
pub use slow::{HeldPart, Slow};
pub use standing::{AskLease, Lease, Stop, Stopped, Wait};
pub use verdict::{AdmittedAt, Fork, Kept, KeptWhy, Later, Need, Stands, Verdict, Verdicts};
pub use whole::{News, Replayed, Saved, Whole};

use crate::documents::Head;
use crate::feeds::FeedId;
use crate::limits::{
    CURSOR_BYTES_MAX, FLIGHT_BYTES_MAX, FRAME_BYTES_MAX, MISSING_BATCHES_MAX, SUBSCRIPTIONS_MAX,
};
use crate::sync::challenge::Challenge;
use crate::time::Time;
use crate::wire::{Blob, List, Reader, Wire, WireError, put_varint};
use crate::{wire_enum, wire_struct};

/// The protocol's version: the first byte of every flight and of every response.
pub const PROTOCOL_VERSION: u8 = 2;

/// A position in the ledger as the device keeps it: opaque, readable by the server alone.
pub type Opaque = Blob<CURSOR_BYTES_MAX>;

/// From a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceFrame {
    /// A batch, packed.
    Batch(Blob<FLIGHT_BYTES_MAX>),
    /// Documents to be sent whole.
    Want(Want),
    /// The holdings of the device, by feed and range: digests or cursors did not fit.
    Holdings(Holdings),
    /// The server's half of the lease, which the device has not.
    AskLease(AskLease),
    /// A batch sealed to the town: of this device after its lease ended, or of another one that
    /// this one carries.
    Closed(Closed),
    /// The verdicts of the server on a batch before it was restored from a backup and lost it: sent
    /// with that batch.
    Stood(Verdicts),
    /// The line is slow: the answer is to be in small pages.
    Slow(Slow),
    /// A piece of frames that are too long for this line.
    Piece(Piece),
    /// Of what has long been over, rows are enough.
    AskRows(AskRows),
}
impl DeviceFrame {
    /// Whether an encoded frame is a batch, open or closed, or a piece of one, by its number alone.
    pub fn is_batch(frame: &[u8]) -> bool {
        matches!(frame.first(), Some(2 | 6)) || Self::is_piece(frame)
    }

    /// Whether an encoded frame is a piece, by its number alone.
    pub fn is_piece(frame: &[u8]) -> bool {
        matches!(frame.first(), Some(9))
    }
}
wire_enum!(DeviceFrame {
    2 => Batch, 3 => Want, 4 => Holdings, 5 => AskLease, 6 => Closed, 7 => Stood, 8 => Slow,
    9 => Piece, 10 => AskRows,
});

/// From the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerFrame {
    /// Nothing was read: sign again, over this.
    Challenge(Challenge),
    /// The verdicts on a batch.
    Verdicts(Verdicts),
    /// Another batch has this number.
    Fork(Fork),
    /// The feeds that the device is sent from now on. It holds from the next page on, which brings
    /// the last of what they hold: what is in none of them is then to be evicted.
    Scope(Scope),
    /// Changes.
    Page(Page),
    /// The documents that the server holds in a range that differs.
    Listing(Listing),
    /// The end of the response.
    Welcome(Welcome),
    /// The server's half of the lease.
    Lease(Lease),
    /// The outcome of a batch that was carried for another device.
    Carried(Carried),
    /// The device is not to go on.
    Stopped(Stopped),
    /// The device has handed in as much as it may for now.
    Wait(Wait),
    /// How much has come of what is sent in pieces.
    Arrived(Arrived),
}
wire_enum!(ServerFrame {
    16 => Challenge, 17 => Verdicts, 18 => Fork, 19 => Scope, 20 => Page, 21 => Listing, 22 => Welcome,
    23 => Lease, 24 => Carried, 25 => Stopped, 26 => Wait,
    27 => Arrived,
});

/// The first four bytes of a document's head.
pub type Check = [u8; 4];

/// The check of a head.
pub fn check_of(head: &Head) -> Check {
    crate::crypto::first(head)
}

/// The device's feeds. Stored in one transaction with the page that follows, so that its cursor
/// and its documents never disagree about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// All of them.
    pub feeds: List<FeedId, SUBSCRIPTIONS_MAX>,
}
wire_struct!(Scope { feeds });

/// The end of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// The server's incarnation; a lower one than before is an alarm.
    pub incarnation: u32,
    /// The last batch held of this device.
    pub held: u64,
    /// Batches before it that never came.
    pub missing: List<u64, MISSING_BATCHES_MAX>,
    /// For the next hello.
    pub challenge: Challenge,
    /// Whether the device now has everything; if not, it is to ask again.
    pub complete: bool,
    /// Whether its cursor says nothing here: it is to say what it holds.
    pub compare: bool,
    /// The sum of the device's feeds, at the same sequence as the last page.
    pub digest: [u8; 16],
    /// This device's last batch that the last verified backup covers.
    pub covered: u64,
    /// The server's clock.
    pub clock: Time,
}
wire_struct!(Welcome {
    incarnation,
    held,
    missing,
    challenge,
    complete,
    compare,
    digest,
    covered,
    clock
});

/// Appends a frame with its length.
pub fn put_frame(out: &mut Vec<u8>, frame: &impl Wire) {
    let bytes = frame.to_bytes();
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(&bytes);
}

/// The next frame's bytes; `None` at the end.
///
/// # Errors
/// A frame longer than [`FRAME_BYTES_MAX`], or one that is cut off.
pub fn next_frame<'a>(from: &mut Reader<'a>) -> Result<Option<&'a [u8]>, WireError> {
    if from.remaining() == 0 {
        return Ok(None);
    }
    let length = from.length("a frame", FRAME_BYTES_MAX)?;
    from.take(length).map(Some)
}
