//! How rows lie in an engine, in a backup's chunks, and wherever else entries are: the same for every
//! engine.
//!
//! The keys of entries fall into three spaces by their first byte: rows (0), parts of long rows (1)
//! and the [`TAIL`] (255). A row's own key follows its byte unchanged, so rows sort as the port says
//! and no scan of rows ever meets a part.
//!
//! Entries are short because of sled: it writes nodes, not values, and a node of more than 128 KiB
//! goes to a file of its own that sled never syncs. A leaf holds up to some twenty entries and an
//! index up to 256 keys: with [`VALUE_BYTES_MAX`] and [`KEY_BYTES_MAX`] neither gets there.

use alleyway_core::store::StoreError;

/// The longest value that an engine is given, in bytes.
pub const VALUE_BYTES_MAX: usize = 4096;
/// The longest key of a row, in bytes.
pub(super) const KEY_BYTES_MAX: usize = 256;
/// The longest key that an engine is given, in bytes: that of a part of the row with the longest key.
pub const ENTRY_KEY_BYTES_MAX: usize = 263;
/// The key of the tail, which names how far the ledger reaches.
pub(super) const TAIL: &[u8] = b"\xfftail";

const ROW: u8 = 0;
const PART: u8 = 1;

/// The meaning of an entry's key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EntryKey<'a> {
    /// A row, by the port's key.
    Row(&'a [u8]),
    /// A part of a row.
    Part { row: &'a [u8], index: u32 },
    /// The tail.
    Tail,
    /// Nothing that this store writes.
    Foreign,
}

/// The entry's key of a row.
///
/// # Errors
/// [`StoreError::Failed`] beyond [`KEY_BYTES_MAX`].
pub(super) fn row_key(key: &[u8]) -> Result<Vec<u8>, StoreError> {
    if key.len() > KEY_BYTES_MAX {
        return Err(StoreError::Failed(format!(
            "a key of {} bytes is longer than {KEY_BYTES_MAX}",
            key.len()
        )));
    }
    Ok(bound(key))
}

/// Where a scan of rows starts or ends; a bound may be longer than any key.
pub(super) fn bound(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + key.len());
    out.push(ROW);
    out.extend_from_slice(key);
    out
}

/// The entry's key of a row's part. Parts count from 1: part 0 lies in the row itself.
///
/// The length in front of the row's key keeps the parts of `a` apart from those of `ab`.
pub(super) fn part_key(row: &[u8], index: u32) -> Vec<u8> {
    let length = u16::try_from(row.len()).unwrap_or(u16::MAX);
    let mut out = Vec::with_capacity(7 + row.len());
    out.push(PART);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(row);
    out.extend_from_slice(&index.to_be_bytes());
    out
}

/// Reads the key of an entry.
pub(super) fn parse(key: &[u8]) -> EntryKey<'_> {
    match key.split_first() {
        Some((&ROW, row)) if row.len() <= KEY_BYTES_MAX => EntryKey::Row(row),
        Some((&PART, rest)) => parse_part(rest).unwrap_or(EntryKey::Foreign),
        _ if key == TAIL => EntryKey::Tail,
        _ => EntryKey::Foreign,
    }
}

fn parse_part(rest: &[u8]) -> Option<EntryKey<'_>> {
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (row, index) = rest.split_last_chunk::<4>()?;
    (row.len() == usize::from(u16::from_be_bytes(*length))).then_some(EntryKey::Part {
        row,
        index: u32::from_be_bytes(*index),
    })
}

/// A key as it is named in errors.
pub(super) fn printable(key: &[u8]) -> String {
    hex::encode(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_were_written() {
        for row in [&b""[..], b"a", b"\xfftail", &[0xff; KEY_BYTES_MAX]] {
            assert_eq!(parse(&row_key(row).unwrap()), EntryKey::Row(row));
            assert_eq!(
                parse(&part_key(row, 258)),
                EntryKey::Part { row, index: 258 }
            );
        }
        assert_eq!(part_key(&[0; KEY_BYTES_MAX], 1).len(), ENTRY_KEY_BYTES_MAX);
        assert_eq!(parse(TAIL), EntryKey::Tail);
        assert_eq!(parse(b"\x02"), EntryKey::Foreign);
        assert_eq!(parse(b"\x01\x00\x05abc"), EntryKey::Foreign);
    }

    #[test]
    fn the_parts_of_a_key_are_apart_from_those_of_a_longer_key() {
        let parts = part_key(b"a", 0)..=part_key(b"a", u32::MAX);
        for other in [&b"a\0"[..], b"a\0\0\0\x01", b"", b"\xff"] {
            assert!(!parts.contains(&part_key(other, 1)));
        }
    }
}
