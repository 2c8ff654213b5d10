//! A frame: all that one commit changes.
//!
//! ```text
//! frame:  copy, middle, copy
//! copy:   head, sealed index, kept values, end (1)
//! head:   magic (8), sequence (8), length of the index (4), of the kept values (4), of the
//!         middle (4), chain before (16), check (16)
//! index:  (table (1), kind (1), length of the key (2), key,
//!         nonce (24) and length (4) of a value)*
//! middle: other values, filler
//! ```
//!
//! The index names the rows. Values that the server can send again lie in the middle, once; all
//! else stands in the copy, which is there twice. The filler moves the second copy out of the disk
//! block in which the first one ends, so that a lost block takes one of them at most. Whatever is
//! read is authentic: the check is keyed, the index is sealed for its head, and each value for its
//! row, with a nonce that only the index has. Nothing in a frame but the filler is 512 zeros long,
//! and it neither begins nor ends with a zero: a whole sector of zeros is one that never arrived.

use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::store::StoreError;

use super::rows::{Change, Name, Sealed, Table, Value};
use super::{BLOCK_BYTES, failed};
use crate::keys::{SEAL_BYTES, StoreKey};

/// A seal's nonce, in bytes.
pub(super) const NONCE_BYTES: usize = 24;
/// The length of an entry of the index without its key and nonce, in bytes.
pub(super) const ENTRY_BYTES: usize = 8;

pub(super) const MAGIC: &[u8; 8] = b"\xa7alley\r\n";
const CHECKED_BYTES: usize = 8 + 8 + 4 + 4 + 4 + CHAIN_BYTES;
const CHAIN_BYTES: usize = 16;
/// A head, in bytes.
pub(super) const HEAD_BYTES: usize = CHECKED_BYTES + CHAIN_BYTES;
const END: u8 = b'.';
const FILLER: u8 = b'-';

const PUT: u8 = b'+';
const PUT_TWICE: u8 = b'=';
const LOST: u8 = b'?';
const REMOVED: u8 = b'-';

/// First bytes of the names of rows that the server does not send again: keys, the place in the
/// sync, of which incarnation the documents are, what was typed (in the lease and behind it),
/// batches, verdicts, what was given up of them, receipts. So are all settings.
const KEPT_KINDS: &[u8] = b"ishokbvgr";

/// A hash over all frames up to one, in their order.
pub(super) type Chain = [u8; CHAIN_BYTES];

/// Where the next frame goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tip {
    /// Of the last frame.
    pub(super) sequence: u64,
    pub(super) chain: Chain,
    /// The place behind it.
    pub(super) end: u64,
}

impl Tip {
    /// Before the first frame of a file.
    pub(super) fn before(first: u64) -> Self {
        Self {
            sequence: first.saturating_sub(1),
            chain: Chain::default(),
            end: 0,
        }
    }
}

/// A frame in the making.
pub(super) struct FrameBuilder<'k> {
    key: &'k StoreKey,
    index: Vec<u8>,
    kept: Vec<u8>,
    middle: Vec<u8>,
    changes: Vec<Change>,
}

/// A frame, and what it does.
pub(super) struct Frame {
    pub(super) bytes: Vec<u8>,
    pub(super) changes: Vec<Change>,
    /// Behind it.
    pub(super) tip: Tip,
}

impl<'k> FrameBuilder<'k> {
    pub(super) fn new(key: &'k StoreKey) -> Self {
        let (index, kept, middle, changes) = Default::default();
        Self {
            key,
            index,
            kept,
            middle,
            changes,
        }
    }

    /// Puts a row.
    pub(super) fn put(&mut self, name: Name, value: &[u8]) -> Result<(), StoreError> {
        let sealed = self.key.seal(&place(&name), value).map_err(failed)?;
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(|| failed("a seal without a nonce"))?;
        let is_kept = is_kept(&name);
        let length = u32_of(sealed.len())?;
        self.entry(&name, if is_kept { PUT_TWICE } else { PUT })?;
        self.index.extend_from_slice(nonce);
        self.index.extend_from_slice(&length.to_be_bytes());
        let values = if is_kept {
            &mut self.kept
        } else {
            &mut self.middle
        };
        // Counted from where its values begin, until the frame has its place.
        let at = values.len() as u64;
        values.extend_from_slice(sealed);
        self.changes.push(Change {
            name,
            value: Some(Value::Sealed(Sealed {
                nonce: *nonce,
                length,
                at,
                again: is_kept.then_some(at),
            })),
        });
        Ok(())
    }

    /// Takes a row away.
    pub(super) fn remove(&mut self, name: Name) -> Result<(), StoreError> {
        self.entry(&name, REMOVED)?;
        self.changes.push(Change { name, value: None });
        Ok(())
    }

    /// Names a row of which the value cannot be read any more.
    pub(super) fn lose(&mut self, name: Name) -> Result<(), StoreError> {
        self.entry(&name, LOST)?;
        let value = Some(Value::Lost);
        self.changes.push(Change { name, value });
        Ok(())
    }

    fn entry(&mut self, name: &Name, kind: u8) -> Result<(), StoreError> {
        let length = u16::try_from(name.key.len()).map_err(failed)?;
        self.index.extend_from_slice(&[name.table.byte(), kind]);
        self.index.extend_from_slice(&length.to_be_bytes());
        self.index.extend_from_slice(&name.key);
        Ok(())
    }

    /// The frame that goes to `tip`.
    pub(super) fn finish(mut self, tip: &Tip) -> Result<Frame, StoreError> {
        let copy_bytes = HEAD_BYTES + self.index.len() + SEAL_BYTES + self.kept.len() + 1;
        let filler = filler(tip.end, copy_bytes, self.middle.len());
        self.middle.resize(self.middle.len() + filler, FILLER);
        let head = Head {
            sequence: tip.sequence + 1,
            index: u32_of(self.index.len() + SEAL_BYTES)?,
            kept: u32_of(self.kept.len())?,
            middle: u32_of(self.middle.len())?,
            before: tip.chain,
        };
        let encoded = head.encode(self.key);
        let sealed = self
            .key
            .seal(&index_place(&encoded), &self.index)
            .map_err(failed)?;
        let copy = [encoded.as_slice(), &sealed, &self.kept, &[END]].concat();
        let bytes = [copy.as_slice(), &self.middle, &copy].concat();
        let mut changes = self.changes;
        for change in &mut changes {
            head.settle(tip.end, change);
        }
        Ok(Frame {
            changes,
            tip: Tip {
                sequence: head.sequence,
                chain: chain(self.key, &encoded, &sealed),
                end: tip.end + bytes.len() as u64,
            },
            bytes,
        })
    }
}

/// How much filler makes the second copy begin in a block behind the last one of the first copy.
fn filler(start: u64, copy_bytes: usize, middle: usize) -> usize {
    let block = BLOCK_BYTES as u64;
    let last = start + copy_bytes as u64 - 1;
    let second = last + 1 + middle as u64;
    let behind = (last / block + 1) * block;
    usize::try_from(behind.saturating_sub(second)).unwrap_or_default()
}

/// The beginning of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) sequence: u64,
    index: u32,
    kept: u32,
    middle: u32,
    pub(super) before: Chain,
}

impl Head {
    fn encode(&self, key: &StoreKey) -> Vec<u8> {
        let mut out = [
            MAGIC.as_slice(),
            &self.sequence.to_be_bytes(),
            &self.index.to_be_bytes(),
            &self.kept.to_be_bytes(),
            &self.middle.to_be_bytes(),
            &self.before,
        ]
        .concat();
        out.extend(check(key, &out));
        out
    }

    /// The head at the beginning of `bytes`; none if it is not one under this key.
    pub(super) fn decode(bytes: &[u8], key: &StoreKey) -> Option<Self> {
        let (checked, behind) = bytes.split_at_checked(CHECKED_BYTES)?;
        let rest = checked.strip_prefix(MAGIC.as_slice())?;
        if behind.get(..CHAIN_BYTES)? != check(key, checked) {
            return None;
        }
        let (sequence, rest) = rest.split_first_chunk()?;
        let (index, rest) = rest.split_first_chunk()?;
        let (kept, rest) = rest.split_first_chunk()?;
        let (middle, rest) = rest.split_first_chunk()?;
        Some(Self {
            sequence: u64::from_be_bytes(*sequence),
            index: u32::from_be_bytes(*index),
            kept: u32::from_be_bytes(*kept),
            middle: u32::from_be_bytes(*middle),
            before: *rest.first_chunk()?,
        })
    }

    /// A copy, in bytes.
    pub(super) fn copy_bytes(&self) -> u64 {
        (HEAD_BYTES + 1) as u64 + u64::from(self.index) + u64::from(self.kept)
    }

    /// From the beginning of the frame to its second copy, in bytes.
    pub(super) fn second(&self) -> u64 {
        self.copy_bytes() + u64::from(self.middle)
    }

    /// The frame, in bytes.
    pub(super) fn frame_bytes(&self) -> u64 {
        self.second() + self.copy_bytes()
    }

    /// The changes of the frame that begins at `start`, from one of its copies; none if that is not
    /// whole up to its values.
    pub(super) fn open(
        &self,
        copy: &[u8],
        start: u64,
        key: &StoreKey,
    ) -> Option<(Vec<Change>, Tip)> {
        let (head, rest) = copy.split_at_checked(HEAD_BYTES)?;
        let sealed = rest.get(..usize::try_from(self.index).ok()?)?;
        let index = key.open(&index_place(head), sealed)?;
        let mut changes = entries(&index)?;
        for change in &mut changes {
            self.settle(start, change);
        }
        let tip = Tip {
            sequence: self.sequence,
            chain: chain(key, head, sealed),
            end: start.checked_add(self.frame_bytes())?,
        };
        Some((changes, tip))
    }

    /// Gives a value the places that it has in the file.
    fn settle(&self, start: u64, change: &mut Change) {
        if let Some(Value::Sealed(sealed)) = &mut change.value {
            let kept = start + HEAD_BYTES as u64 + u64::from(self.index);
            if sealed.again.is_some() {
                sealed.again = Some(kept + self.second() + sealed.at);
                sealed.at += kept;
            } else {
                sealed.at += start + self.copy_bytes();
            }
        }
    }
}

/// The entries of an index, whose values are not in their places yet.
fn entries(mut index: &[u8]) -> Option<Vec<Change>> {
    let (mut changes, mut kept, mut middle) = (Vec::new(), 0_u64, 0_u64);
    while let Some(([table, kind, high, low], rest)) = index.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (key, rest) = rest.split_at_checked(length)?;
        let name = Name::new(Table::of(*table)?, key);
        index = rest;
        let value = match *kind {
            REMOVED => None,
            LOST => Some(Value::Lost),
            PUT | PUT_TWICE => {
                let (nonce, rest) = rest.split_first_chunk()?;
                let (length, rest) = rest.split_first_chunk()?;
                let length = u32::from_be_bytes(*length);
                index = rest;
                let is_kept = *kind == PUT_TWICE;
                let end = if is_kept { &mut kept } else { &mut middle };
                let at = *end;
                *end += u64::from(length);
                Some(Value::Sealed(Sealed {
                    nonce: *nonce,
                    length,
                    at,
                    again: is_kept.then_some(at),
                }))
            }
            _ => return None,
        };
        changes.push(Change { name, value });
    }
    index.is_empty().then_some(changes)
}

/// Opens a value; none if it is not the one that was written.
pub(super) fn open_value(
    key: &StoreKey,
    name: &Name,
    sealed: &Sealed,
    bytes: &[u8],
) -> Option<Vec<u8>> {
    key.open(&place(name), &[sealed.nonce.as_slice(), bytes].concat())
}

fn is_kept(name: &Name) -> bool {
    let is_kept_kind = |kind| KEPT_KINDS.contains(kind);
    name.table == Table::Settings || name.key.first().is_some_and(is_kept_kind)
}

/// A value's place, bound into its seal.
fn place(name: &Name) -> Vec<u8> {
    let table = [b'v', name.table.byte()];
    [b"alleyway device log 4".as_slice(), &table, &name.key].concat()
}

/// An index's place, bound into its seal.
fn index_place(head: &[u8]) -> Vec<u8> {
    [b"alleyway device log 4".as_slice(), b"i", head].concat()
}

fn check(key: &StoreKey, checked: &[u8]) -> Chain {
    let parts = [b"alleyway device log 4 head".as_slice(), checked];
    first(&blake3_keyed(key.bytes(), &parts))
}

fn chain(key: &StoreKey, head: &[u8], index: &[u8]) -> Chain {
    let parts = [b"alleyway device log 4 chain".as_slice(), head, index];
    first(&blake3_keyed(key.bytes(), &parts))
}

fn u32_of(length: usize) -> Result<u32, StoreError> {
    u32::try_from(length).map_err(failed)
}
