//! Parts of a long document: kept, sealed, until the last one makes the document.

use super::Held;
use crate::rows;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::{DOCUMENT_BYTES_MAX, PART_BYTES_MAX};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Part, Why};

/// The outcome of a part that came.
#[derive(Debug, Default)]
pub(crate) struct Arriving {
    /// The writes that keep it.
    pub(crate) writes: Vec<Write>,
    /// The whole document, if this was the last part.
    pub(crate) whole: Option<Vec<u8>>,
}

impl Held {
    /// Keeps a part. Those of another version go.
    pub(crate) fn keep_part(&mut self, part: &Part) -> Arriving {
        let mut arriving = Arriving::default();
        if part.index >= part.count || part.count as usize > DOCUMENT_BYTES_MAX / PART_BYTES_MAX {
            return arriving;
        }
        let (id, version) = (part.document, part.version);
        arriving.writes = self.drop_parts(id, |other| other != version);
        if part.count == 1 {
            arriving.whole = Some(part.bytes.to_vec());
            return arriving;
        }
        let Some(key) = &self.key else {
            arriving.writes.push(self.want(id, Why::Missing));
            return arriving;
        };
        let row = |index: u32| rows::key(rows::PARTS, &(id, (version, index)));
        let sealed = key.seal(&row(part.index), &part.bytes);
        self.parts.insert((id, version, part.index), sealed.clone());
        arriving.writes.push(Write {
            key: row(part.index),
            value: Some(sealed),
            slot: None,
        });
        let all: Option<Vec<&Vec<u8>>> = (0..part.count)
            .map(|index| self.parts.get(&(id, version, index)))
            .collect();
        let Some(all) = all else { return arriving };
        let opened: Option<Vec<Vec<u8>>> = (0..)
            .zip(all)
            .map(|(index, sealed)| key.open(&row(index), sealed))
            .collect();
        arriving.whole = opened.map(|parts| parts.concat());
        if arriving.whole.is_none() {
            arriving.writes.push(self.want(id, Why::Missing));
        }
        arriving.writes.extend(self.drop_parts(id, |_| true));
        arriving
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
            .map(|(id, version, index)| {
                self.parts.remove(&(id, version, index));
                rows::remove(rows::key(rows::PARTS, &(id, (version, index))))
            })
            .collect()
    }
}
