//! Chunks: a run of the tree's entries, named by its BLAKE3.
//!
//! A chunk is the line `alleyway chunk 1`, then for each entry the length of its key (2 bytes) and of
//! its value (4), both big endian, the key and the value. Where one ends depends on the hash of its
//! last key, so that a change moves no boundary but those beside it: what did not change is the same
//! chunk in the next backup.

use alleyway_core::crypto::{first, hash};
use serde::{Deserialize, Serialize};

use crate::store::engine::Entry;

const HEAD: &[u8] = b"alleyway chunk 1\n";
/// A chunk ends at the next key whose hash says so, once it has so many bytes.
const CHUNK_BYTES_MIN: usize = 16 * 1024;
/// A chunk has no more bytes than this.
pub(super) const CHUNK_BYTES_MAX: usize = 1024 * 1024;
/// Of so many keys one ends a chunk.
const KEYS_PER_BOUNDARY: u32 = 64;

/// A chunk, as a manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChunkName {
    /// Its BLAKE3, which is its name.
    pub(super) blake3: String,
    /// Its bytes.
    pub(super) bytes: u64,
    /// Its entries.
    pub(super) entries: u64,
    /// Its first key in the tree, in hexadecimal.
    pub(super) first: String,
}

/// A chunk that is to be written.
pub(super) struct Chunk {
    pub(super) name: ChunkName,
    pub(super) bytes: Vec<u8>,
}

/// Cuts entries, given in the order of their keys, into chunks.
#[derive(Default)]
pub(super) struct Cutter {
    bytes: Vec<u8>,
    entries: u64,
    first: Vec<u8>,
}

impl Cutter {
    /// Takes the next entry; the chunk that came to its end before or with it.
    pub(super) fn push(&mut self, key: &[u8], value: &[u8]) -> Option<Chunk> {
        let size = 6 + key.len() + value.len();
        let full = self.bytes.len() + size > CHUNK_BYTES_MAX;
        let before = if full { self.finish() } else { None };
        if self.bytes.is_empty() {
            self.bytes.extend_from_slice(HEAD);
            self.first = key.to_vec();
        }
        self.bytes
            .extend(u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes());
        self.bytes
            .extend(u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
        self.entries += 1;
        // Never two at once: a chunk that was just begun is far from its shortest.
        if before.is_none() && self.bytes.len() >= CHUNK_BYTES_MIN && is_boundary(key) {
            self.finish()
        } else {
            before
        }
    }

    /// The rest, if there is one.
    pub(super) fn finish(&mut self) -> Option<Chunk> {
        if self.bytes.is_empty() {
            return None;
        }
        let Self {
            bytes,
            entries,
            first,
        } = std::mem::take(self);
        let blake3 = hex::encode(blake3::hash(&bytes).as_bytes());
        let name = ChunkName {
            blake3,
            bytes: bytes.len() as u64,
            entries,
            first: hex::encode(&first),
        };
        Some(Chunk { name, bytes })
    }
}

fn is_boundary(key: &[u8]) -> bool {
    u32::from_le_bytes(first(&hash("alleyway chunk boundary 1", &[key])))
        .is_multiple_of(KEYS_PER_BOUNDARY)
}

/// Whether these bytes are the chunk of that name.
pub(super) fn is_named(bytes: &[u8], name: &ChunkName) -> bool {
    bytes.len() as u64 == name.bytes && hex::encode(blake3::hash(bytes).as_bytes()) == name.blake3
}

/// The entries of a chunk; none if it is not one.
pub(super) fn parse(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut rest = bytes.strip_prefix(HEAD)?;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (key_length, behind) = rest.split_first_chunk::<2>()?;
        let (value_length, behind) = behind.split_first_chunk::<4>()?;
        let (key, behind) =
            behind.split_at_checked(usize::from(u16::from_be_bytes(*key_length)))?;
        let value_length = usize::try_from(u32::from_be_bytes(*value_length)).ok()?;
        let (value, behind) = behind.split_at_checked(value_length)?;
        entries.push((key.to_vec(), value.to_vec()));
        rest = behind;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn entries(count: u32) -> Vec<Entry> {
        let value = |at: u32| hash("value", &[&at.to_be_bytes()]).repeat(10);
        (0..count)
            .map(|at| (at.to_be_bytes().to_vec(), value(at)))
            .collect()
    }

    fn cut(entries: &[Entry]) -> Vec<Chunk> {
        let mut cutter = Cutter::default();
        let mut chunks: Vec<Chunk> = entries
            .iter()
            .filter_map(|(key, value)| cutter.push(key, value))
            .collect();
        chunks.extend(cutter.finish());
        chunks
    }

    #[test]
    fn chunks_hold_every_entry_once_within_their_bounds() {
        let entries = entries(20_000);
        let chunks = cut(&entries);
        assert!(chunks.len() > 20, "{}", chunks.len());
        let (_, inner) = chunks.split_last().unwrap();
        assert!(
            inner
                .iter()
                .all(|chunk| (CHUNK_BYTES_MIN..=CHUNK_BYTES_MAX).contains(&chunk.bytes.len()))
        );
        let read: Vec<Entry> = chunks
            .iter()
            .flat_map(|chunk| parse(&chunk.bytes).unwrap())
            .collect();
        assert_eq!(read, entries);
        assert!(
            chunks
                .iter()
                .all(|chunk| is_named(&chunk.bytes, &chunk.name))
        );
        assert_eq!(chunks[0].name.first, "00000000");
    }

    #[test]
    fn one_entry_more_and_one_changed_leave_most_chunks_as_they_were() {
        let mut entries = entries(20_000);
        let before: BTreeSet<String> = cut(&entries)
            .into_iter()
            .map(|chunk| chunk.name.blake3)
            .collect();
        entries.insert(4_000, (vec![0, 0, 15, 159, 1], vec![1; 300]));
        entries[15_000].1 = vec![9; 10];
        let after = cut(&entries);
        let new = after
            .iter()
            .filter(|chunk| !before.contains(&chunk.name.blake3))
            .count();
        assert!((1..=4).contains(&new), "{new} of {}", after.len());
    }

    #[test]
    fn keys_without_a_boundary_end_at_the_longest_chunk() {
        let mut cutter = Cutter::default();
        let key = (0..1_000_u32)
            .map(u32::to_be_bytes)
            .find(|key| !is_boundary(key))
            .unwrap();
        let chunk = (0..1_000)
            .find_map(|_| cutter.push(&key, &[7; 4_096]))
            .unwrap();
        assert!(
            chunk.bytes.len() > CHUNK_BYTES_MAX - 5_000 && chunk.bytes.len() <= CHUNK_BYTES_MAX
        );
    }

    #[test]
    fn bytes_cut_anywhere_are_no_chunk_of_that_name() {
        let chunk = cut(&entries(50)).remove(0);
        for length in [0, 5, 17, 18, 30, chunk.bytes.len() - 1] {
            let cut = &chunk.bytes[..length];
            assert!(!is_named(cut, &chunk.name), "{length}");
            assert!(
                parse(cut).is_none_or(|entries| (entries.len() as u64) < chunk.name.entries),
                "{length}"
            );
        }
    }
}
