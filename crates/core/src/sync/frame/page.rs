//! Pages: changes in the server's order.

use super::{Check, Opaque};
use crate::command::{Body, Nonce};
use crate::crypto::PublicKey;
use crate::documents::{DocumentKind, Head, Mark};
use crate::feeds::FeedId;
use crate::id::{DocumentId, MemberId};
use crate::kinds::list::RowBytes;
use crate::limits::PAGE_BYTES_MAX;
use crate::time::Time;
use crate::wire::{Blob, List, Reader, Wire, WireError};
use crate::{wire_enum, wire_struct};

/// Changes, and the cursor that stands behind them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Devices and their members, named by entries.
    pub authors: List<Author, 1_024>,
    /// From which entries count their receipts, in milliseconds.
    pub since: Time,
    /// The changes.
    pub items: List<Item, 2_048>,
    /// Where the device stands once it has stored the items.
    pub cursor: Opaque,
}
wire_struct!(Page {
    authors,
    since,
    items,
    cursor
});

/// A device and its member, and how what they did was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The member.
    pub member: MemberId,
    /// The device's key, of which ids and actors are made.
    pub device: PublicKey,
    /// Under which circumstances those of its commands were taken that name this row.
    pub mark: Mark,
}
wire_struct!(Author {
    member,
    device,
    mark
});

/// An event of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Commands, one version each.
    Changes(Changes),
    /// A part of the whole document.
    Part(Part),
    /// The document left the device's feeds, or is not to be had: unknown, out of scope and erased
    /// are one and the same.
    Forget(DocumentId),
    /// A slice of a whole document, or of what is new in one: on a slow line.
    Slice(Slice),
    /// A document's row in its place, to a device that asked for rows.
    Row(Filed),
}
wire_enum!(Item { 1 => Changes, 2 => Part, 3 => Forget, 4 => Slice, 5 => Row });

/// A document of which only its row is sent: it has long been over. It counts in sums and digests as the
/// document does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// The document.
    pub document: DocumentId,
    /// Its kind.
    pub kind: DocumentKind,
    /// Its generation.
    pub generation: u32,
    /// Its version.
    pub version: u64,
    /// Its head.
    pub head: Head,
    /// The feeds that hold it.
    pub audience: List<FeedId, FILED_FEEDS_MAX>,
    /// Its row, as it is kept.
    pub row: RowBytes,
}
wire_struct!(Filed {
    document,
    kind,
    generation,
    version,
    head,
    audience,
    row
});

/// Feeds of a document that is sent as a row: one in more feeds is sent whole.
pub const FILED_FEEDS_MAX: usize = 64;

/// Commands of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The document.
    pub document: DocumentId,
    /// Its generation.
    pub generation: u32,
    /// The version that the first entry makes.
    pub version: u64,
    /// The commands.
    pub entries: List<Entry, 1_024>,
    /// The check of the head after the last of them.
    pub check: Check,
}
wire_struct!(Changes {
    document,
    generation,
    version,
    entries,
    check
});

/// A command in a document's order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a page has few of either, and they are read once"
)]
pub enum Entry {
    /// One of the device's own: it has the body, and the verdict says which.
    Own(Own),
    /// Another device's.
    Other(Other),
}

/// The first byte of an entry: an own one, another's with an id of rule 1, another's with one of
/// rule 2.
const OWN: u8 = 0;
const COUNTED: u8 = 1;
const DRAWN: u8 = 2;

impl Wire for Entry {
    fn encode(&self, out: &mut Vec<u8>) {
        let Self::Other(other) = self else {
            return out.push(OWN);
        };
        match other.nonce {
            Nonce::Counted(counted) => {
                out.push(COUNTED);
                counted.encode(out);
            }
            Nonce::Drawn(nonce) => {
                out.push(DRAWN);
                nonce.encode(out);
            }
        }
        other.author.encode(out);
        other.at_offset.encode(out);
        other.received_offset.encode(out);
        other.clock_off_seconds.encode(out);
        other.body.encode(out);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let nonce = match from.byte()? {
            OWN => return Ok(Self::Own(Own {})),
            COUNTED => Nonce::Counted(Wire::decode(from)?),
            DRAWN => Nonce::Drawn(Wire::decode(from)?),
            _ => return Err(WireError::Invalid("entry")),
        };
        Ok(Self::Other(Other {
            nonce,
            author: Wire::decode(from)?,
            at_offset: Wire::decode(from)?,
            received_offset: Wire::decode(from)?,
            clock_off_seconds: Wire::decode(from)?,
            body: Wire::decode(from)?,
        }))
    }
}

/// Nothing more is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {}

/// Another device's command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Makes the id, with the device's key and the content.
    pub nonce: Nonce,
    /// Whose, by index into the page's authors.
    pub author: u32,
    /// When it was typed, counted from the page's `since`.
    pub at_offset: i64,
    /// When it was received, counted from the page's `since`.
    pub received_offset: i64,
    /// How far the phone's clock was off.
    pub clock_off_seconds: i32,
    /// The step.
    pub body: Body,
}

/// A part of a whole document; a short document is one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The document.
    pub document: DocumentId,
    /// The version it is whole at. Parts of another version do not go together with it.
    pub version: u64,
    /// Which part, from 0.
    pub index: u32,
    /// How many there are.
    pub count: u32,
    /// A piece of an encoded [`Whole`](super::Whole).
    pub bytes: Blob<PAGE_BYTES_MAX>,
}
wire_struct!(Part {
    document,
    version,
    index,
    count,
    bytes
});

/// A slice of a whole document, of any length: what a part is on a fast line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// The document.
    pub document: DocumentId,
    /// The version it is whole at. Slices of another version do not go together with it.
    pub version: u64,
    /// The length of all of it, in bytes.
    pub total: u32,
    /// The place of the slice, in bytes from the beginning.
    pub offset: u32,
    /// A piece of an encoded [`Whole`](super::Whole).
    pub bytes: Blob<PAGE_BYTES_MAX>,
}
wire_struct!(Slice {
    document,
    version,
    total,
    offset,
    bytes
});
