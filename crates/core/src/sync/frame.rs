//! Frames: what a device and a server say to each other, each with a stable number.

use crate::crypto::{PublicKey, Signature};
use crate::documents::{Document, Head, Receipt};
use crate::feeds::FeedId;
use crate::id::{DeviceId, DocumentId, MemberId};
use crate::limits::{
    BATCH_COMMANDS_MAX, CURSOR_BYTES_MAX, FLIGHT_BYTES_MAX, FRAME_BYTES_MAX,
    MISSING_BATCHES_MAX, PAGE_BYTES_MAX, SUBSCRIPTIONS_MAX, WANTED_DOCUMENTS_MAX,
};
use crate::refusal::Refusal;
use crate::sync::challenge::Challenge;
use crate::sync::history::History;
use crate::time::Time;
use crate::wire::{Blob, List, Reader, Wire, WireError, put_varint};
use crate::{command::Body, wire_enum, wire_struct};

/// The protocol's version: the first byte of every flight and of every response.
pub const PROTOCOL_VERSION: u8 = 1;

/// A position in the ledger as the device keeps it: opaque, readable by the server alone.
pub type Opaque = Blob<CURSOR_BYTES_MAX>;

/// From a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceFrame {
    /// A batch, packed.
    Batch(Blob<FLIGHT_BYTES_MAX>),
    /// Documents to be sent whole.
    Want(Want),
    /// What the device holds, by feed and range: digests or cursors did not fit.
    Holdings(Holdings),
}
wire_enum!(DeviceFrame { 2 => Batch, 3 => Want, 4 => Holdings });

/// From the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerFrame {
    /// Nothing was read: sign again, over this.
    Challenge(Challenge),
    /// What became of a batch.
    Verdicts(Verdicts),
    /// Another batch has this number.
    Fork(Fork),
    /// The feeds that the device is sent from now on. It holds from the next page on, which brings
    /// the last of what they hold: what is in none of them is then to be evicted.
    Scope(Scope),
    /// Changes.
    Page(Page),
    /// What the server holds in a range that differs.
    Listing(Listing),
    /// The end of the response.
    Welcome(Welcome),
}
wire_enum!(ServerFrame {
    16 => Challenge, 17 => Verdicts, 18 => Fork, 19 => Scope, 20 => Page, 21 => Listing, 22 => Welcome,
});

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
}
wire_struct!(Hello { device, challenge, cursor, acknowledged, budget_bytes, clock });

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

/// What a device holds.
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

/// What the server holds in one range of one feed.
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
wire_struct!(Listing { feed, range, last, documents });

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
wire_struct!(Listed { document, version, check });

/// The first four bytes of a document's head.
pub type Check = [u8; 4];

/// The check of a head.
pub fn check_of(head: &Head) -> Check {
    crate::crypto::first(head)
}

/// What became of a batch, signed by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdicts {
    /// The batch.
    pub batch: u64,
    /// The server's incarnation, to which versions belong.
    pub incarnation: u32,
    /// When it was first received, and how far the phone's clock was off.
    pub receipt: Receipt,
    /// One for each command.
    pub verdicts: List<Verdict, BATCH_COMMANDS_MAX>,
    /// The server's, over device and all of the above.
    pub signature: Signature,
}
wire_struct!(Verdicts { batch, incarnation, receipt, verdicts, signature });

impl Verdicts {
    /// The domain of the signature.
    pub const DOMAIN: &'static str = "alleyway verdicts 1";

    /// What is signed.
    pub fn message(&self, device: DeviceId) -> Vec<u8> {
        let mut out = Vec::new();
        device.encode(&mut out);
        self.batch.encode(&mut out);
        self.incarnation.encode(&mut out);
        self.receipt.encode(&mut out);
        self.verdicts.encode(&mut out);
        out
    }
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Final: it stands.
    Admitted(AdmittedAt),
    /// Final: it does not stand.
    Refused(Refusal),
    /// Not final: its base has not arrived.
    Need(Need),
    /// Not final: the server has too much to do for this device now.
    Later(Later),
}
wire_enum!(Verdict { 1 => Admitted, 2 => Refused, 3 => Need, 4 => Later });

impl Verdict {
    /// Whether the command is done with. A command without a final verdict is sent again.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Admitted(_) | Self::Refused(_))
    }
}

/// Where an admitted command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdmittedAt {
    /// The document's version it made.
    pub version: u64,
    /// The check of the head it made.
    pub check: Check,
}
wire_struct!(AdmittedAt { version, check });

/// What a command waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The document that is not there, or not as far as the author saw it.
    pub document: DocumentId,
}
wire_struct!(Need { document });

/// Nothing more is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Later {}
wire_struct!(Later {});

/// A batch with this number, but another content, is held: the phone was restored from a backup.
/// The unsent commands are to be sealed under the numbers after `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    /// The last batch held of this device.
    pub last: u64,
    /// Its hash.
    pub hash: [u8; 32],
}
wire_struct!(Fork { last, hash });

/// The device's feeds. Stored in one transaction with the page that follows, so that its cursor
/// and its documents never disagree about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// All of them.
    pub feeds: List<FeedId, SUBSCRIPTIONS_MAX>,
}
wire_struct!(Scope { feeds });

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
wire_struct!(Page { authors, since, items, cursor });

/// A device and its member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The member.
    pub member: MemberId,
    /// The device's key, of which ids and actors are made.
    pub device: PublicKey,
}
wire_struct!(Author { member, device });

/// What happened to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Commands, one version each.
    Changes(Changes),
    /// A part of the whole document.
    Part(Part),
    /// The document left the device's feeds, or is not to be had: unknown, out of scope and erased
    /// are one and the same.
    Forget(DocumentId),
}
wire_enum!(Item { 1 => Changes, 2 => Part, 3 => Forget });

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
wire_struct!(Changes { document, generation, version, entries, check });

/// A command in a document's order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a page has few of either, and they are read once")]
pub enum Entry {
    /// One of the device's own: it has the body, and the verdict says which.
    Own(Own),
    /// Another device's.
    Other(Other),
}
wire_enum!(Entry { 0 => Own, 1 => Other });

/// Nothing more is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {}
wire_struct!(Own {});

/// Another device's command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Whose, by index into the page's authors.
    pub author: u32,
    /// Makes the id, with the device's key.
    pub counter: u64,
    /// Makes the id too.
    pub nonce: [u8; 4],
    /// When it was typed, counted from the page's `since`.
    pub at_offset: i64,
    /// When it was received, counted from the page's `since`.
    pub received_offset: i64,
    /// How far the phone's clock was off.
    pub clock_off_seconds: i32,
    /// What was done.
    pub body: Body,
}
wire_struct!(Other { author, counter, nonce, at_offset, received_offset, clock_off_seconds, body });

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
    /// A piece of an encoded [`Whole`].
    pub bytes: Blob<PAGE_BYTES_MAX>,
}
wire_struct!(Part { document, version, index, count, bytes });

/// A whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whole {
    /// As the commands that made it: executed here, they must lead to the head named.
    Replayed(Replayed),
    /// As it is saved: a long life, or one whose commands gave another head on the device.
    Saved(Saved),
}
wire_enum!(Whole { 1 => Replayed, 2 => Saved });

/// A whole document as the commands that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Its generation.
    pub generation: u32,
    /// The check of the head they lead to.
    pub check: Check,
    /// All of them.
    pub history: History,
}
wire_struct!(Replayed { generation, check, history });

/// A whole document as it is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its generation.
    pub generation: u32,
    /// The receipts of its versions: on the wire each time is counted from the one before.
    pub receipts: Vec<Receipt>,
    /// The saved document.
    pub saved: Vec<u8>,
}

impl Saved {
    /// A document, as it is now.
    pub fn of(document: &Document) -> Self {
        let (generation, receipts) = (document.generation(), document.receipts().to_vec());
        Self { generation, receipts, saved: document.save() }
    }

    /// The document; `None` if the bytes are damaged.
    pub fn load(self, id: DocumentId) -> Option<Document> {
        Document::load(id, self.generation, &self.saved, self.receipts).ok()
    }
}

impl Wire for Saved {
    fn encode(&self, out: &mut Vec<u8>) {
        self.generation.encode(out);
        put_varint(out, self.receipts.len() as u64);
        let mut last = 0_i64;
        for receipt in &self.receipts {
            receipt.received.0.wrapping_sub(last).encode(out);
            receipt.clock_off_seconds.encode(out);
            last = receipt.received.0;
        }
        out.extend_from_slice(&self.saved);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let generation = Wire::decode(from)?;
        let count = from.length("receipts", usize::MAX)?;
        let mut receipts = Vec::new();
        let mut last = 0_i64;
        for _ in 0..count {
            last = last.wrapping_add(i64::decode(from)?);
            receipts.push(Receipt { received: Time(last), clock_off_seconds: Wire::decode(from)? });
        }
        let saved = from.take(from.remaining())?.to_vec();
        Ok(Self { generation, receipts, saved })
    }
}

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
wire_struct!(Welcome { incarnation, held, missing, challenge, complete, compare, digest, covered, clock });

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
