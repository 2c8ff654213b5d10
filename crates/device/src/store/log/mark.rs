//! The mark: up to which sequence commits were acknowledged.
//!
//! It is written when a commit is durable, and not synced: it may be behind, and is never ahead. A
//! log that ends before it has lost what was acknowledged. It is one sector; one that is damaged
//! tells nothing.

use alleyway_core::crypto::hash16;

const SUM_BYTES: usize = 16;

/// Writes a mark.
pub(super) fn encode(sequence: u64) -> Vec<u8> {
    let bytes = sequence.to_be_bytes();
    [bytes.as_slice(), &sum(bytes)].concat()
}

/// Reads a mark; 0 if it tells nothing.
pub(super) fn decode(mark: &[u8]) -> u64 {
    let sequence = mark.split_first_chunk::<8>().filter(|(bytes, rest)| {
        rest.first_chunk::<SUM_BYTES>()
            .is_some_and(|found| *found == sum(**bytes))
    });
    sequence.map_or(0, |(bytes, _)| u64::from_be_bytes(*bytes))
}

fn sum(sequence: [u8; 8]) -> [u8; SUM_BYTES] {
    hash16("alleyway device log mark", &[&sequence])
}
