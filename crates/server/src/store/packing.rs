//! Values are packed before they are sealed: what is sealed does not compress any more, and a version
//! of a document says what was typed twice, in its command and in the change that it made.

use std::cell::RefCell;

use alleyway_core::limits::DOCUMENT_BYTES_MAX;
use zstd::bulk::{Compressor, Decompressor};

/// The fastest level: a version of a document becomes a third shorter, and hardly more by any other.
const LEVEL: i32 = 1;
/// Shorter values gain nothing, in bytes.
const VALUE_BYTES_MIN: usize = 160;
/// A value that is packed: longer ones, if there are any, are sealed as they are.
const UNPACKED_BYTES_MAX: usize = DOCUMENT_BYTES_MAX + 64 * 1024;
/// The length of the value, before its frame.
const LENGTH_BYTES: usize = 4;

thread_local! {
    /// To make one takes longer than to pack a value with it.
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// A value, packed: its length and one zstd frame; none if it gains nothing, or if it is longer than
/// what [`unpack`] takes.
pub(super) fn pack(value: &[u8]) -> Option<Vec<u8>> {
    if !(VALUE_BYTES_MIN..=UNPACKED_BYTES_MAX).contains(&value.len()) {
        return None;
    }
    let length = u32::try_from(value.len()).ok()?;
    let frame = PACKER.with_borrow_mut(|packer| {
        if packer.is_none() {
            *packer = Compressor::new(LEVEL).ok();
        }
        packer.as_mut()?.compress(value).ok()
    })?;
    let packed = [&length.to_le_bytes(), frame.as_slice()].concat();
    (packed.len() < value.len()).then_some(packed)
}

/// A value as it was; none if these are not the bytes that [`pack`] made.
pub(super) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let (length, frame) = packed.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    if length > UNPACKED_BYTES_MAX {
        return None;
    }
    let value = UNPACKER.with_borrow_mut(|unpacker| {
        if unpacker.is_none() {
            *unpacker = Decompressor::new().ok();
        }
        unpacker.as_mut()?.decompress(frame, length).ok()
    })?;
    (value.len() == length).then_some(value)
}

/// Bytes that no packing makes shorter.
#[cfg(test)]
pub(super) fn noise(length: usize) -> Vec<u8> {
    let blocks = (0_u64..).map(|at| alleyway_core::crypto::hash("noise", &[&at.to_le_bytes()]));
    blocks.flatten().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked() {
        for length in [VALUE_BYTES_MIN, 4_096, 300_000] {
            let value: Vec<u8> = (0..length)
                .map(|at| u8::try_from(at % 9).unwrap())
                .collect();
            let packed = pack(&value).unwrap();
            assert!(packed.len() < value.len() / 3 * 2, "{}", packed.len());
            assert_eq!(unpack(&packed).unwrap(), value);
        }
    }

    #[test]
    fn what_gains_nothing_stays_as_it_is() {
        assert_eq!(pack(&[7; VALUE_BYTES_MIN - 1]), None);
        assert_eq!(pack(&noise(1_280)), None);
    }

    #[test]
    fn what_is_longer_than_is_ever_unpacked_is_not_packed() {
        assert_eq!(pack(&vec![7; UNPACKED_BYTES_MAX + 1]), None);
        let longest = vec![7; UNPACKED_BYTES_MAX];
        assert_eq!(unpack(&pack(&longest).unwrap()), Some(longest));
    }

    #[test]
    fn another_length_or_another_frame_is_none() {
        let packed = pack(&[7; 1_000]).unwrap();
        for (at, _) in packed.iter().enumerate() {
            assert_eq!(unpack(&packed[..at]), None, "cut at {at}");
        }
        let longest = u32::try_from(UNPACKED_BYTES_MAX).unwrap();
        for length in [0, 999, 1_001, longest, longest + 1, u32::MAX] {
            let mut other = packed.clone();
            other[..4].copy_from_slice(&length.to_le_bytes());
            assert_eq!(unpack(&other), None, "{length}");
        }
    }
}
