//! The rows in the leaves of a damaged file, wherever those lie.
//!
//! redb is not asked to read such a file: a damaged reference makes it take memory for a page of 4 GiB,
//! and where it meets damage again while it unwinds it ends the program. A leaf of its file format
//! (version 3, `docs/design.md` of redb) can be read by itself; numbers have their little end first:
//!
//! ```text
//! leaf: 1, 0, count (2), end of each key (4), end of each value (4), keys, values
//! ```
//!
//! It begins a page; ends are counted from there. Leaves that are not in use any more, and bytes that
//! look like one, are found too: whoever asks must know a row by its hash.

/// A page, in bytes. A leaf that is longer begins one.
const PAGE_BYTES: usize = 4_096;
/// What a leaf begins with.
const LEAF: u8 = 1;
/// Bytes before the ends.
const HEAD_BYTES: usize = 4;
/// An end, in bytes.
const END_BYTES: usize = 4;
/// The most rows that a page has room for.
const ROWS_OF_A_PAGE: usize = (PAGE_BYTES - HEAD_BYTES) / (2 * END_BYTES);

/// Every key and value that may be a row, those of one key in no order.
pub(super) fn rows(file: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    (0..file.len())
        .step_by(PAGE_BYTES)
        .filter_map(|at| file.get(at..))
        .flat_map(of_leaf)
}

/// The rows of the leaf that begins here; those whose ends are damaged are left out.
fn of_leaf(leaf: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let count = match leaf {
        [LEAF, _, low, high, ..] => usize::from(u16::from_le_bytes([*low, *high])),
        _ => 0,
    };
    let count = if count > ROWS_OF_A_PAGE { 0 } else { count };
    let end = move |n: usize| {
        let bytes = leaf.get(HEAD_BYTES + n * END_BYTES..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    };
    // The ends of all keys, then those of all values, are one row of ends, each beginning at the one before.
    let begin = move |n: usize| {
        n.checked_sub(1)
            .map_or(Some(HEAD_BYTES + 2 * count * END_BYTES), end)
    };
    let piece = move |n: usize| leaf.get(begin(n)?..end(n)?);
    (0..count).filter_map(move |n| Some((piece(n)?, piece(count + n)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(pairs: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut out = vec![LEAF, 0, u8::try_from(pairs.len()).unwrap(), 0];
        let mut end = HEAD_BYTES + 2 * END_BYTES * pairs.len();
        for piece in pairs
            .iter()
            .map(|pair| pair.0)
            .chain(pairs.iter().map(|pair| pair.1))
        {
            end += piece.len();
            out.extend(u32::try_from(end).unwrap().to_le_bytes());
        }
        out.extend(pairs.iter().flat_map(|pair| pair.0));
        out.extend(pairs.iter().flat_map(|pair| pair.1));
        out
    }

    #[test]
    fn leaves_are_found_at_the_beginning_of_pages_and_long_values_go_over_them() {
        let long = vec![7; 10_000];
        let mut file = leaf(&[(b"a", b"one"), (b"bb", &long)]);
        file.resize(4 * PAGE_BYTES, 0);
        file.extend(leaf(&[(b"", b""), (b"c", b"three")]));
        let found: Vec<_> = rows(&file).collect();
        assert_eq!(
            found,
            [
                (&b"a"[..], &b"one"[..]),
                (b"bb", &long),
                (b"", b""),
                (b"c", b"three")
            ]
        );
    }

    #[test]
    fn a_damaged_end_takes_the_rows_at_it_and_no_others() {
        let mut file = leaf(&[(b"a", b"one"), (b"b", b"two"), (b"c", b"three")]);
        let of_b = HEAD_BYTES + 4 * END_BYTES;
        file[of_b + 3] = 0xff;
        assert_eq!(rows(&file).collect::<Vec<_>>(), [(&b"a"[..], &b"one"[..])]);
        for length in 0..file.len() {
            assert!(rows(&file[..length]).count() <= 1);
        }
        file[3] = 0xff;
        assert_eq!(rows(&file).count(), 0, "more rows than a page holds");
    }
}
