//! The header of a log, in a small file of its own: format, generation, and the data key, sealed.
//!
//! What is to be gone is sealed under a key that is destroyed: this file is written once for a key,
//! and zeros are written over it in place. A copy of the log that is left somewhere is of no use
//! without it.
//!
//! ```text
//! file:   block, block
//! block:  copy, then nothing up to 4,096 bytes
//! copy:   magic (16), format (4), generation (8), first sequence (8), fingerprint (16),
//!         sealed data key (72), sum (16)
//! ```
//!
//! The copy stands in two blocks, so that no single block loses the key. Numbers have their big end
//! first. Later formats keep the magic, the place of the format, and the sum over 124 bytes.

use alleyway_core::crypto::hash16;
use zeroize::Zeroizing;

use super::BLOCK_BYTES;
use crate::keys::{FINGERPRINT_BYTES, SEAL_BYTES, SealError, StoreKey};

/// The format that this version reads and writes. Formats 1 to 3 were files of a database; in format 4
/// commands had ids of rule 1, which no server takes any more.
pub const FORMAT: u32 = 5;
const MAGIC: &[u8; 16] = b"alleyway log\r\n\x1a\n";
const SEALED_BYTES: usize = SEAL_BYTES + 32;
const SUM_BYTES: usize = 16;
/// A copy without its sum, in bytes.
const BODY_BYTES: usize = 16 + 4 + 8 + 8 + FINGERPRINT_BYTES + SEALED_BYTES;

/// The statement about a log before its first commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The layout.
    pub(super) format: u32,
    /// Counts how often the log was written anew. The whole one with the higher one is the log.
    pub(super) generation: u64,
    /// The sequence of its first frame.
    pub(super) first: u64,
    /// Of the host's key under which the data key is sealed.
    fingerprint: [u8; FINGERPRINT_BYTES],
    sealed: Vec<u8>,
    /// False if only one of the two copies is what was written.
    pub(super) is_whole: bool,
}

impl Header {
    /// The header of a new log, whose data key is `data`, under the host's key.
    pub(super) fn new(
        host: &StoreKey,
        data: &StoreKey,
        generation: u64,
        first: u64,
    ) -> Result<Self, SealError> {
        let sealed = host.seal(&place(FORMAT, generation, first), data.bytes())?;
        Ok(Self {
            format: FORMAT,
            generation,
            first,
            fingerprint: host.fingerprint(),
            sealed,
            is_whole: true,
        })
    }

    /// Both blocks.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut block = self.body();
        block.extend(sum(&block));
        block.resize(BLOCK_BYTES, 0);
        block.repeat(2)
    }

    /// Reads a header; none if neither of its copies is what was written.
    pub(super) fn decode(file: &[u8]) -> Option<Self> {
        let copies = || file.chunks(BLOCK_BYTES).take(2).filter_map(Self::copy);
        let first = copies().next()?;
        let is_whole = copies().count() == 2 && copies().all(|copy| copy == first);
        Some(Self { is_whole, ..first })
    }

    /// The data key; none if the host's key is another one.
    pub(super) fn open(&self, host: &StoreKey) -> Option<StoreKey> {
        let place = place(self.format, self.generation, self.first);
        let bytes = Zeroizing::new(host.open(&place, &self.sealed)?);
        Some(StoreKey::from_bytes(bytes.first_chunk::<32>()?))
    }

    fn body(&self) -> Vec<u8> {
        [
            MAGIC.as_slice(),
            &self.format.to_be_bytes(),
            &self.generation.to_be_bytes(),
            &self.first.to_be_bytes(),
            &self.fingerprint,
            &self.sealed,
        ]
        .concat()
    }

    fn copy(block: &[u8]) -> Option<Self> {
        let (body, behind) = block.split_at_checked(BODY_BYTES)?;
        if behind.get(..SUM_BYTES)? != sum(body) {
            return None;
        }
        let rest = body.strip_prefix(MAGIC.as_slice())?;
        let (format, rest) = rest.split_first_chunk()?;
        let (generation, rest) = rest.split_first_chunk()?;
        let (first, rest) = rest.split_first_chunk()?;
        let (fingerprint, sealed) = rest.split_first_chunk()?;
        Some(Self {
            format: u32::from_be_bytes(*format),
            generation: u64::from_be_bytes(*generation),
            first: u64::from_be_bytes(*first),
            fingerprint: *fingerprint,
            sealed: sealed.to_vec(),
            is_whole: true,
        })
    }
}

fn place(format: u32, generation: u64, first: u64) -> Vec<u8> {
    [
        b"alleyway device log key".as_slice(),
        &format.to_be_bytes(),
        &generation.to_be_bytes(),
        &first.to_be_bytes(),
    ]
    .concat()
}

fn sum(body: &[u8]) -> [u8; SUM_BYTES] {
    hash16("alleyway device log header", &[body])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> StoreKey {
        StoreKey::from_bytes(&[byte; 32])
    }

    #[test]
    fn any_bit_of_a_header_may_change() {
        let whole = Header::new(&key(1), &key(2), 7, 40).unwrap();
        let bytes = whole.encode();
        assert_eq!(bytes.len(), 2 * BLOCK_BYTES);
        assert_eq!(Header::decode(&bytes).unwrap(), whole);
        assert!(whole.open(&key(1)).unwrap().bytes() == key(2).bytes());
        assert!(whole.open(&key(3)).is_none());
        for bit in 0..(BODY_BYTES + SUM_BYTES) * 8 {
            for block in 0..2 {
                let mut changed = bytes.clone();
                changed[block * BLOCK_BYTES + bit / 8] ^= 1 << (bit % 8);
                let header = Header::decode(&changed).unwrap();
                assert!(!header.is_whole && header.first == 40 && header.generation == 7);
                assert!(header.open(&key(1)).is_some());
            }
        }
    }

    #[test]
    fn a_header_lost_in_both_blocks_is_none() {
        let mut bytes = Header::new(&key(1), &key(2), 7, 40).unwrap().encode();
        bytes[20] ^= 1;
        bytes[BLOCK_BYTES] ^= 1;
        assert!(Header::decode(&bytes).is_none() && Header::decode(&[]).is_none());
    }
}
