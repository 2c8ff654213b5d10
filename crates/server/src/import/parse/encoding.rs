//! Bytes to text: UTF-8, and what spreadsheets save instead, GB18030 (GBK) and UTF-16.
//!
//! What can be told for certain is read, and said; what reads well in two ways is refused, for one
//! of them would be other names.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use crate::import::fault::Fault;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a file's bytes.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// Its text in UTF-8; of a file in UTF-8 also rows that are none, as they are.
    pub(super) bytes: Cow<'a, [u8]>,
    /// The encoding, where it is not UTF-8.
    pub(super) read_as: Option<&'static str>,
}

/// Reads a file's bytes.
///
/// # Errors
/// [`Fault::UnclearEncoding`], and the line of the first character that reads in two ways.
pub(super) fn decoded(bytes: &[u8]) -> Result<Decoded<'_>, (u64, Fault)> {
    if let Some(bytes) = bytes.strip_prefix(BYTE_ORDER_MARK) {
        return Ok(as_it_is(bytes));
    }
    if let Some(text) = utf_16(bytes) {
        return Ok(read_as(text, "UTF-16"));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return match unclear(text) {
            Some(line) => Err((line, Fault::UnclearEncoding)),
            None => Ok(as_it_is(bytes)),
        };
    }
    Ok(match gb18030(bytes) {
        Some(text) => read_as(text, "GB18030"),
        None => as_it_is(bytes),
    })
}

fn as_it_is(bytes: &[u8]) -> Decoded<'_> {
    Decoded {
        bytes: Cow::Borrowed(bytes),
        read_as: None,
    }
}

fn read_as(text: String, encoding: &'static str) -> Decoded<'static> {
    Decoded {
        bytes: Cow::Owned(text.into_bytes()),
        read_as: Some(encoding),
    }
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(Cow::into_owned)
}

/// UTF-16, by its mark or by the zeros of its header, which is of ASCII.
fn utf_16(bytes: &[u8]) -> Option<String> {
    let (encoding, bytes) = match bytes {
        [0xff, 0xfe, rest @ ..] => (UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => (UTF_16BE, rest),
        [first, 0, ..] if *first != 0 => (UTF_16LE, bytes),
        [0, second, ..] if *second != 0 => (UTF_16BE, bytes),
        _ => return None,
    };
    let text = whole(encoding, bytes)?;
    text.lines().next()?.is_ascii().then_some(text)
}

/// GB18030, if no line is UTF-8 beyond ASCII and its two-byte characters: then single rows are bad,
/// not the file of another encoding.
fn gb18030(bytes: &[u8]) -> Option<String> {
    let mut lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    let is_utf_8 = |line: &[u8]| {
        let text = std::str::from_utf8(line);
        text.is_ok_and(|text| text.chars().any(|c| c.len_utf8() > 2))
    };
    if lines.any(is_utf_8) {
        return None;
    }
    whole(GB18030, bytes)
}

/// The line of the first character beyond ASCII, if all such characters have two bytes in UTF-8 and
/// make ideographs in GBK. A file in UTF-8 with one ideograph is clear.
fn unclear(text: &str) -> Option<u64> {
    let is_wide = |c: char| c.len_utf8() > 2;
    let first = text.find(|c: char| !c.is_ascii())?;
    if text.chars().any(is_wide) || !whole(GB18030, text.as_bytes())?.chars().any(is_wide) {
        return None;
    }
    let before = text.get(..first)?.matches('\n').count();
    Some(u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "alley,door,contact,count\ntiancheng,甜橙巷3号,𬒈家,4\n";

    fn read(bytes: &[u8]) -> (String, Option<&'static str>) {
        let decoded = decoded(bytes).unwrap();
        let text = String::from_utf8(decoded.bytes.into_owned()).unwrap();
        (text, decoded.read_as)
    }

    #[test]
    fn what_spreadsheets_save_is_read() {
        let wide =
            |of: fn(u16) -> [u8; 2]| -> Vec<u8> { TEXT.encode_utf16().flat_map(of).collect() };
        let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for (bytes, encoding) in [
            (TEXT.as_bytes().to_vec(), None),
            (marked(BYTE_ORDER_MARK, TEXT.as_bytes()), None),
            (GB18030.encode(TEXT).0.into_owned(), Some("GB18030")),
            (marked(b"\xff\xfe", &little), Some("UTF-16")),
            (marked(b"\xfe\xff", &big), Some("UTF-16")),
            (little, Some("UTF-16")),
            (big, Some("UTF-16")),
        ] {
            assert_eq!(read(&bytes), (TEXT.to_owned(), encoding));
        }
    }

    #[test]
    fn what_reads_well_in_two_ways_is_refused() {
        // 小楼 in GBK, С¥ in UTF-8.
        let bytes = b"alley,door,contact,count\ntiancheng,\xd0\xa1\xc2\xa5,,3\n";
        assert_eq!(decoded(bytes).unwrap_err(), (2, Fault::UnclearEncoding));
        assert_eq!(read(&[BYTE_ORDER_MARK, bytes].concat()).1, None);
    }

    #[test]
    fn a_bad_row_makes_no_other_encoding_of_good_ones() {
        let bytes = [TEXT.as_bytes(), b"tiancheng,\xcc\xf0\xb3\xc8,,3\n"].concat();
        let decoded = decoded(&bytes).unwrap();
        assert_eq!((&*decoded.bytes, decoded.read_as), (&*bytes, None));
    }
}
