//! From when until when a certificate holds, read out of its DER (RFC 5280, section 4.1).

use alleyway_core::time::Time;
use jiff::civil::DateTime;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// The version's explicit tag.
const VERSION: u8 = 0xa0;

/// When a certificate holds; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) from: Time,
    pub(super) until: Time,
}

impl Validity {
    /// Reads a certificate's; none if it is malformed.
    pub(super) fn read(certificate: &[u8]) -> Option<Self> {
        let mut outer = Elements(certificate);
        let mut signed = Elements(Elements(outer.tagged(SEQUENCE)?).tagged(SEQUENCE)?);
        if signed.0.first() == Some(&VERSION) {
            signed.tagged(VERSION)?;
        }
        signed.tagged(INTEGER)?;
        // The algorithm and the issuer.
        signed.tagged(SEQUENCE)?;
        signed.tagged(SEQUENCE)?;
        let mut validity = Elements(signed.tagged(SEQUENCE)?);
        Some(Self {
            from: validity.next()?.time()?,
            until: validity.next()?.time()?,
        })
    }
}

/// An element of DER.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

/// The rest of a sequence's content.
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    fn next(&mut self) -> Option<Element<'a>> {
        let (&[tag, length], rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = match length {
            0..=0x7f => (usize::from(length), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
                (
                    bytes
                        .iter()
                        .fold(0, |length, byte| length << 8 | usize::from(*byte)),
                    rest,
                )
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(Element { tag, content })
    }

    fn tagged(&mut self, expected: u8) -> Option<&'a [u8]> {
        self.next()
            .filter(|element| element.tag == expected)
            .map(|element| element.content)
    }
}

impl Element<'_> {
    /// Reads `YYMMDDHHMMSSZ`, of 1950 to 2049, or `YYYYMMDDHHMMSSZ`.
    fn time(&self) -> Option<Time> {
        let digits = self
            .content
            .strip_suffix(b"Z")
            .filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
        let mut pairs = digits.chunks_exact(2).map(|pair| {
            pair.iter()
                .fold(0_i8, |n, digit| n * 10 + (digit - b'0').cast_signed())
        });
        let year = match (self.tag, digits.len()) {
            (UTC_TIME, 12) => match i16::from(pairs.next()?) {
                year @ 0..50 => 2000 + year,
                year => 1900 + year,
            },
            (GENERALIZED_TIME, 14) => i16::from(pairs.next()?) * 100 + i16::from(pairs.next()?),
            _ => return None,
        };
        let mut next = || pairs.next();
        let told = DateTime::new(year, next()?, next()?, next()?, next()?, next()?, 0).ok()?;
        let since = told.duration_since(DateTime::new(1970, 1, 1, 0, 0, 0, 0).ok()?);
        i64::try_from(since.as_millis()).ok().map(Time)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio_rustls::rustls::pki_types::CertificateDer;
    use tokio_rustls::rustls::pki_types::pem::PemObject as _;

    use super::*;
    use crate::clock::rfc3339;

    fn time(tag: u8, content: &[u8]) -> Option<Time> {
        Element { tag, content }.time()
    }

    fn certificate(name: &str) -> CertificateDer<'static> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/certificates");
        CertificateDer::from_pem_file(folder.join(name)).unwrap()
    }

    #[test]
    fn both_ends_are_read_in_both_forms() {
        let expired = Validity::read(&certificate("expired.pem")).unwrap();
        assert_eq!(rfc3339(expired.from), "2020-01-01T00:00:00Z");
        assert_eq!(rfc3339(expired.until), "2020-02-01T00:00:00Z");
        let first = Validity::read(&certificate("first.pem")).unwrap();
        assert_eq!(
            Some(first.until),
            time(GENERALIZED_TIME, b"21250101000000Z")
        );
        assert!(first.from < first.until && first.from == expired.from);
    }

    #[test]
    fn times_are_those_of_the_standard() {
        assert_eq!(time(UTC_TIME, b"700101000001Z"), Some(Time(1_000)));
        assert_eq!(
            time(UTC_TIME, b"491231235959Z"),
            time(GENERALIZED_TIME, b"20491231235959Z")
        );
        assert_eq!(
            time(UTC_TIME, b"500101000000Z"),
            time(GENERALIZED_TIME, b"19500101000000Z")
        );
        // No end at all.
        assert!(time(GENERALIZED_TIME, b"99991231235959Z").unwrap() > Time(200_000_000_000_000));
        for (tag, bad) in [
            (UTC_TIME, &b"700101000001"[..]),
            (UTC_TIME, b"701301000001Z"),
            (UTC_TIME, b"20200101000001Z"),
            (UTC_TIME, b"7001010000+1Z"),
            (GENERALIZED_TIME, b"200101000001Z"),
            (INTEGER, b"700101000001Z"),
        ] {
            assert_eq!(time(tag, bad), None, "{}", String::from_utf8_lossy(bad));
        }
    }

    #[test]
    fn what_is_cut_off_or_altered_is_refused_and_never_panics() {
        let whole = certificate("first.pem");
        for length in 0..whole.len() {
            assert_eq!(Validity::read(&whole[..length]), None, "{length}");
        }
        for at in 0..whole.len().min(200) {
            for byte in [0, 0x7f, 0x80, 0x84, 0xff] {
                let mut altered = whole.to_vec();
                altered[at] = byte;
                let _ = Validity::read(&altered);
            }
        }
        assert_eq!(Validity::read(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
