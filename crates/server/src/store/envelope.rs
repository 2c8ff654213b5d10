//! How a value is wrapped: against damage, or against being read.
//!
//! | first byte | then |
//! | --- | --- |
//! | 1, plain | 8 bytes of BLAKE3 over the row's key and the value; the value |
//! | 2, sealed | the slot (8 bytes, little endian), the nonce (24), XChaCha20-Poly1305 over the value with the row's key as associated data |
//! | 4, packed | as 2, of the value as it is [packed](super::packing); the associated data begins with this byte |
//! | 3, in parts | how many parts follow this one (4 bytes, little endian); the start of another envelope, which the parts go on with |
//!
//! All kinds bind the value to its key, so a value that turns up under another key is damage too.
//! Nonces are random: 24 bytes make a repetition under one key out of the question, and a counter
//! would have to survive a restored backup.

use alleyway_core::crypto::{first, hash};
use alleyway_core::store::StoreError;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use super::engine::{EngineError, Entry};
use super::entries::{VALUE_BYTES_MAX, part_key, printable, row_key};
use super::keys::SlotKey;
use super::packing;

const PLAIN: u8 = 1;
const SEALED: u8 = 2;
const IN_PARTS: u8 = 3;
const PACKED: u8 = 4;
const PARTS_HEAD_BYTES: usize = 5;

/// Why an envelope did not open.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unopened {
    /// It is not what was written.
    Damaged,
    /// Its slot's key was destroyed.
    Destroyed,
    /// The slot's key could not be read.
    Failed(StoreError),
}

impl From<StoreError> for Unopened {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl From<EngineError> for Unopened {
    fn from(error: EngineError) -> Self {
        Self::Failed(error.into())
    }
}

impl Unopened {
    /// The port's error for the row `key`.
    pub(super) fn of(self, key: &[u8]) -> StoreError {
        match self {
            Self::Damaged => StoreError::Damaged(printable(key)),
            Self::Destroyed => {
                StoreError::Damaged(format!("{} (its key was destroyed)", printable(key)))
            }
            Self::Failed(error) => error,
        }
    }
}

/// The envelope of a value that anyone with the folder may read.
pub(super) fn plain(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(9 + value.len());
    out.push(PLAIN);
    out.extend_from_slice(&checksum(key, value));
    out.extend_from_slice(value);
    out
}

/// The envelope of a value sealed under a slot's key.
///
/// # Errors
/// [`StoreError::Failed`] if there is no randomness or the cipher refuses.
pub(super) fn sealed(
    key: &[u8],
    value: &[u8],
    slot: u64,
    slot_key: &SlotKey,
) -> Result<Vec<u8>, StoreError> {
    let mut nonce = [0_u8; 24];
    getrandom::fill(&mut nonce)
        .map_err(|error| StoreError::Failed(format!("no randomness: {error}")))?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*slot_key));
    let packed = packing::pack(value);
    let kind = if packed.is_some() { PACKED } else { SEALED };
    let payload = Payload {
        msg: packed.as_deref().unwrap_or(value),
        aad: &bound_to(kind, key)?,
    };
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| StoreError::Failed("the cipher refused a value".to_owned()))?;
    let mut out = Vec::with_capacity(33 + sealed.len());
    out.push(kind);
    out.extend_from_slice(&slot.to_le_bytes());
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    Ok(out)
}

/// Opens an envelope whose parts are already joined.
pub(super) fn open(
    key: &[u8],
    envelope: &[u8],
    slot_key: impl FnOnce(u64) -> Result<Option<SlotKey>, StoreError>,
) -> Result<Vec<u8>, Unopened> {
    match envelope.split_first() {
        Some((&PLAIN, rest)) => {
            let (sum, value) = rest.split_first_chunk::<8>().ok_or(Unopened::Damaged)?;
            if *sum != checksum(key, value) {
                return Err(Unopened::Damaged);
            }
            Ok(value.to_vec())
        }
        Some((&kind @ (SEALED | PACKED), rest)) => {
            let (slot, rest) = rest.split_first_chunk::<8>().ok_or(Unopened::Damaged)?;
            let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or(Unopened::Damaged)?;
            let slot_key = slot_key(u64::from_le_bytes(*slot))?.ok_or(Unopened::Destroyed)?;
            let payload = Payload {
                msg: sealed,
                aad: &bound_to(kind, key)?,
            };
            let opened = XChaCha20Poly1305::new(&Key::from(slot_key))
                .decrypt(&XNonce::from(*nonce), payload)
                .map_err(|_| Unopened::Damaged)?;
            if kind == PACKED {
                packing::unpack(&opened).ok_or(Unopened::Damaged)
            } else {
                Ok(opened)
            }
        }
        _ => Err(Unopened::Damaged),
    }
}

/// The bytes that a seal is bound to: the row's key, and that the value is packed. No row's key begins with that
/// byte.
fn bound_to(kind: u8, key: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut bound = row_key(key)?;
    if kind == PACKED {
        bound.insert(0, PACKED);
    }
    Ok(bound)
}

fn checksum(key: &[u8], value: &[u8]) -> [u8; 8] {
    first(&hash("alleyway store plain 1", &[key, value]))
}

/// The entries that hold an envelope: the row, and its parts if it is long.
///
/// # Errors
/// [`StoreError::Failed`] if the key is too long, or the value for any number of parts.
pub(super) fn split(key: &[u8], envelope: Vec<u8>) -> Result<Vec<Entry>, StoreError> {
    let row = row_key(key)?;
    if envelope.len() <= VALUE_BYTES_MAX {
        return Ok(vec![(row, envelope)]);
    }
    let (start, rest) = envelope.split_at(VALUE_BYTES_MAX - PARTS_HEAD_BYTES);
    let count = u32::try_from(rest.len().div_ceil(VALUE_BYTES_MAX))
        .map_err(|_| StoreError::Failed("a value is too long".to_owned()))?;
    let mut head = Vec::with_capacity(VALUE_BYTES_MAX);
    head.push(IN_PARTS);
    head.extend_from_slice(&count.to_le_bytes());
    head.extend_from_slice(start);
    let parts = (1_u32..).zip(rest.chunks(VALUE_BYTES_MAX));
    Ok(std::iter::once((row, head))
        .chain(parts.map(|(index, part)| (part_key(key, index), part.to_vec())))
        .collect())
}

/// The slot that a whole envelope is sealed under.
pub(super) fn slot_of(envelope: &[u8]) -> Option<u64> {
    let (&kind, rest) = envelope.split_first()?;
    matches!(kind, SEALED | PACKED)
        .then(|| {
            rest.first_chunk::<8>()
                .map(|slot| u64::from_le_bytes(*slot))
        })
        .flatten()
}

/// How many parts follow a row, and the start of its envelope.
pub(super) fn parts(row: &[u8]) -> Option<(u32, &[u8])> {
    match row.split_first_chunk::<PARTS_HEAD_BYTES>() {
        Some(([IN_PARTS, count @ ..], start)) => Some((u32::from_le_bytes(*count), start)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SlotKey = [7; 32];

    const WITH_KEY: fn(u64) -> Result<Option<SlotKey>, StoreError> = |_| Ok(Some(KEY));

    #[test]
    fn any_flipped_bit_is_damage() {
        for envelope in [
            plain(b"key", b"value"),
            sealed(b"key", b"value", 3, &KEY).unwrap(),
            sealed(b"key", &[b'v'; 1_000], 3, &KEY).unwrap(),
        ] {
            let value = open(b"key", &envelope, WITH_KEY).unwrap();
            assert!(value == b"value" || value == [b'v'; 1_000]);
            for bit in 0..envelope.len() * 8 {
                let mut flipped = envelope.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                // A sealed value's slot is proved by the slot's key, which is one and the same here.
                if envelope[0] != PLAIN && (1..9).contains(&(bit / 8)) {
                    continue;
                }
                assert_eq!(
                    open(b"key", &flipped, WITH_KEY),
                    Err(Unopened::Damaged),
                    "bit {bit}"
                );
            }
        }
    }

    /// The first byte is in no seal: one kind must not be read as the other.
    #[test]
    fn a_packed_value_is_shorter_and_is_not_read_as_one_that_is_not() {
        let value = "甜橙巷的路灯不亮".repeat(40).into_bytes();
        let envelope = sealed(b"key", &value, 3, &KEY).unwrap();
        assert_eq!(envelope[0], PACKED);
        assert!(envelope.len() < value.len() / 2);
        assert_eq!(slot_of(&envelope), Some(3));
        let mut other = envelope.clone();
        other[0] = SEALED;
        assert_eq!(open(b"key", &other, WITH_KEY), Err(Unopened::Damaged));
        let mut other = sealed(b"key", b"value", 3, &KEY).unwrap();
        other[0] = PACKED;
        assert_eq!(open(b"key", &other, WITH_KEY), Err(Unopened::Damaged));
    }

    #[test]
    fn a_value_under_another_key_is_damage() {
        for envelope in [
            plain(b"key", b"value"),
            sealed(b"key", b"value", 3, &KEY).unwrap(),
        ] {
            assert_eq!(open(b"other", &envelope, WITH_KEY), Err(Unopened::Damaged));
        }
    }

    #[test]
    fn a_sealed_value_asks_for_its_slot_and_shows_nothing_without_the_key() {
        let envelope = sealed(b"key", b"a long enough value", 300, &KEY).unwrap();
        assert!(!envelope.windows(6).any(|window| window == b"enough"));
        let destroyed = open(b"key", &envelope, |slot| {
            assert_eq!(slot, 300);
            Ok(None)
        });
        assert_eq!(destroyed, Err(Unopened::Destroyed));
    }

    #[test]
    fn no_entry_is_longer_than_sled_takes_well() {
        for length in [
            0,
            1,
            VALUE_BYTES_MAX - 9,
            VALUE_BYTES_MAX - 8,
            VALUE_BYTES_MAX,
            3 * VALUE_BYTES_MAX,
        ] {
            let entries = split(b"key", plain(b"key", &vec![5; length])).unwrap();
            assert!(
                entries
                    .iter()
                    .all(|(_, value)| value.len() <= VALUE_BYTES_MAX)
            );
            let count = parts(&entries[0].1).map_or(0, |(count, _)| count as usize);
            assert_eq!(entries.len(), 1 + count);
        }
    }
}
