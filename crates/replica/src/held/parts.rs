//! Parts and slices of a long document: kept, sealed, until the last one makes the document.

use super::Held;
use crate::rows;
use alleyway_core::crypto::RestingKey;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::{DOCUMENT_BYTES_MAX, HELD_PARTS_MAX, PART_BYTES_MAX};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{HeldPart, Part, Slice, Why};

/// The outcome of a part that came.
#[derive(Debug, Default)]
pub(crate) struct Arriving {
    /// The writes that keep it.
    pub(crate) writes: Vec<Write>,
    /// The whole document, if this was the last part.
    pub(crate) whole: Option<Vec<u8>>,
}

/// A part or a slice of a document at one version, and its place.
struct Stretch<'a> {
    document: DocumentId,
    version: u64,
    /// Its place, in bytes from the beginning.
    offset: u32,
    bytes: &'a [u8],
    /// There is nothing else.
    is_all: bool,
}

impl Held {
    /// Keeps a part. Those of another version go.
    pub(crate) fn keep_part(&mut self, part: &Part) -> Arriving {
        if part.index >= part.count || part.count as usize > DOCUMENT_BYTES_MAX / PART_BYTES_MAX {
            return Arriving::default();
        }
        let place = |index: u32| u32::try_from(index as usize * PART_BYTES_MAX).ok();
        let (Some(offset), Some(last)) = (place(part.index), place(part.count - 1)) else {
            return Arriving::default();
        };
        let stretch = Stretch {
            document: part.document,
            version: part.version,
            offset,
            bytes: &part.bytes,
            is_all: part.count == 1,
        };
        // The last one says how long it is.
        self.keep(&stretch, |held| {
            let last = held.parts.get(&(part.document, part.version, last));
            last.map(|sealed| place(part.count - 1).unwrap_or(0) as usize + plain_bytes(sealed))
        })
    }

    /// Keeps a slice. Those of another version go.
    pub(crate) fn keep_slice(&mut self, slice: &Slice) -> Arriving {
        let total = slice.total as usize;
        let end = (slice.offset as usize).checked_add(slice.bytes.len());
        if total > DOCUMENT_BYTES_MAX || end.is_none_or(|end| end > total) || slice.bytes.is_empty()
        {
            return Arriving::default();
        }
        let stretch = Stretch {
            document: slice.document,
            version: slice.version,
            offset: slice.offset,
            bytes: &slice.bytes,
            is_all: slice.bytes.len() == total,
        };
        self.keep(&stretch, |_| Some(total))
    }

    /// Keeps a stretch. `total` says how long the whole is, as far as that is known then.
    fn keep(&mut self, stretch: &Stretch<'_>, total: impl Fn(&Self) -> Option<usize>) -> Arriving {
        let mut arriving = Arriving::default();
        let (id, version) = (stretch.document, stretch.version);
        arriving.writes = self.drop_parts(id, |other| other != version);
        if stretch.is_all {
            arriving.whole = Some(stretch.bytes.to_vec());
            return arriving;
        }
        let Some(key) = self.key.clone() else {
            arriving.writes.push(self.want(id, Why::Missing));
            return arriving;
        };
        let row = row(id, version, stretch.offset);
        let sealed = key.seal(&row, stretch.bytes);
        self.parts
            .insert((id, version, stretch.offset), sealed.clone());
        if total(self).is_none_or(|total| self.contiguous(id, version) < total) {
            arriving.writes.push(Write {
                key: row,
                value: Some(sealed),
                slot: None,
            });
            return arriving;
        }
        arriving.whole = self.joined(&key, id, version);
        if arriving.whole.is_none() {
            arriving.writes.push(self.want(id, Why::Missing));
        }
        arriving.writes.extend(self.drop_parts(id, |_| true));
        arriving
    }

    /// The stretches of a document at a version that follow each other from its beginning.
    fn chain(&self, id: DocumentId, version: u64) -> impl Iterator<Item = (u32, &Vec<u8>)> {
        let mut at = Some(0_u32);
        std::iter::from_fn(move || {
            let offset = at?;
            let sealed = self.parts.get(&(id, version, offset))?;
            let length = u32::try_from(plain_bytes(sealed)).ok();
            at = length
                .filter(|length| *length > 0)
                .and_then(|length| offset.checked_add(length));
            Some((offset, sealed))
        })
    }

    /// How much of a document is here from its beginning, in bytes.
    fn contiguous(&self, id: DocumentId, version: u64) -> usize {
        self.chain(id, version)
            .map(|(_, sealed)| plain_bytes(sealed))
            .sum()
    }

    fn joined(&self, key: &RestingKey, id: DocumentId, version: u64) -> Option<Vec<u8>> {
        let opened: Option<Vec<Vec<u8>>> = self
            .chain(id, version)
            .map(|(offset, sealed)| key.open(&row(id, version, offset), sealed))
            .collect();
        Some(opened?.concat())
    }

    /// The beginnings of wanted documents that are here.
    pub(crate) fn begun(&self) -> Vec<HeldPart> {
        let Some(key) = &self.key else {
            return Vec::new();
        };
        let wanted = self.wanted.keys().filter_map(|id| {
            let of = self.parts.range((*id, 0, 0)..=(*id, u64::MAX, u32::MAX));
            let ((_, version, offset), sealed) = of.into_iter().next()?;
            if *offset > 0 {
                return None;
            }
            Some(HeldPart {
                document: *id,
                version: *version,
                form: *key.open(&row(*id, *version, 0), sealed)?.first()?,
                bytes: u32::try_from(self.contiguous(*id, *version)).ok()?,
            })
        });
        wanted.take(HELD_PARTS_MAX).collect()
    }

    /// Whether something of a document has come.
    pub(crate) fn has_begun(&self, id: DocumentId) -> bool {
        let of = (id, 0, 0)..=(id, u64::MAX, u32::MAX);
        self.parts.range(of).next().is_some()
    }

    /// Drops the parts of a document of which `drop` says so of the version.
    pub(crate) fn drop_parts(
        &mut self,
        document: DocumentId,
        drop: impl Fn(u64) -> bool,
    ) -> Vec<Write> {
        let gone: Vec<_> = self
            .parts
            .keys()
            .filter(|(id, version, _)| *id == document && drop(*version))
            .copied()
            .collect();
        gone.into_iter()
            .map(|(id, version, offset)| {
                self.parts.remove(&(id, version, offset));
                rows::remove(row(id, version, offset))
            })
            .collect()
    }
}

fn row(id: DocumentId, version: u64, offset: u32) -> Vec<u8> {
    rows::key(rows::PARTS, &(id, (version, offset)))
}

/// The length of what was sealed, in bytes.
fn plain_bytes(sealed: &[u8]) -> usize {
    sealed.len().saturating_sub(RestingKey::ADDED_BYTES)
}
