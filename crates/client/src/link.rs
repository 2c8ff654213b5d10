//! Enrolment links: what a QR code holds.

use alleyway_core::number::TrackingCode;
use alleyway_core::text::fold;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::fault::{Fault, Problem};

/// How a link begins.
const LINK: &str = "alleyway:enrol?";

/// A server's address and an invitation's code, as they were typed or scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The server's address.
    pub url: String,
    /// The one-time code.
    pub code: TrackingCode,
}

impl Invitation {
    /// An address and a code, typed.
    ///
    /// # Errors
    /// [`Problem::BadCode`].
    pub fn typed(url: &str, code: &str) -> Result<Self, Fault> {
        let code = TrackingCode::typed(code).ok_or_else(|| Fault::plain(Problem::BadCode))?;
        let url = fold::plain(url);
        Ok(Self { url, code })
    }

    /// The link of a QR code.
    ///
    /// # Errors
    /// [`Problem::BadLink`], [`Problem::BadCode`].
    pub fn link(link: &str) -> Result<Self, Fault> {
        let link = fold::plain(link);
        let (url, code) = parts(&link).ok_or_else(|| Fault::plain(Problem::BadLink))?;
        Self::typed(&url, &code)
    }
}

/// Bytes of an address that a link holds escaped: those that would end or alter it.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'%')
    .add(b'&')
    .add(b'#')
    .add(b'?')
    .add(b'+');

/// The link with an address and a code, for a QR code.
pub(crate) fn link_of(url: &str, code: &str) -> String {
    let url = utf8_percent_encode(url, ESCAPED);
    format!("{LINK}url={url}&code={code}")
}

/// Address and code of a link.
fn parts(link: &str) -> Option<(String, String)> {
    let mut found = (None, None);
    for part in link.strip_prefix(LINK)?.split('&') {
        match part.split_once('=')? {
            ("url", url) => found.0 = Some(unescaped(url)?),
            ("code", code) => found.1 = Some(unescaped(code)?),
            // Of a later version.
            _ => {}
        }
    }
    found.0.zip(found.1)
}

/// Undoes `%41`; none where a percent sign begins no escape, or where the bytes are no text.
fn unescaped(text: &str) -> Option<String> {
    let begins_escape = |rest: &str| {
        let digits = rest.as_bytes().first_chunk::<2>();
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.split('%').skip(1).all(begins_escape) {
        return None;
    }
    let text = percent_decode_str(text).decode_utf8().ok()?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_is_made_is_read_as_it_was_meant() {
        let code = TrackingCode::from_random([7; 15]);
        for url in ["https://a.cn:1/b", "https://a/%&+#?"] {
            let link = link_of(url, &code.to_string());
            let read = Invitation::link(&link).unwrap();
            assert_eq!((read.url.as_str(), read.code), (url, code), "{link}");
        }
    }

    #[test]
    fn a_link_holds_an_address_and_a_code_in_any_order() {
        let code = TrackingCode::from_random([7; 15]);
        let url = "https%3A%2F%2Ftown.example%3A8470";
        for link in [
            format!("alleyway:enrol?url={url}&code={code}"),
            format!("alleyway:enrol?code={code}&later=1&url={url}"),
        ] {
            let invitation = Invitation::link(&link).unwrap();
            assert_eq!(invitation.url, "https://town.example:8470");
            assert_eq!(invitation.code, code);
        }
    }

    #[test]
    fn what_is_no_link_is_told_from_a_wrong_code() {
        for (link, problem) in [
            ("https://town.example", Problem::BadLink),
            ("alleyway:enrol?url=https%3", Problem::BadLink),
            ("alleyway:enrol?url=https%3x&code=1234", Problem::BadLink),
            ("alleyway:enrol?url=https%+3&code=1234", Problem::BadLink),
            ("alleyway:enrol?url=%ff&code=1234", Problem::BadLink),
            ("alleyway:enrol?url=x&code", Problem::BadLink),
            ("alleyway:enrol?url=x&code=1234", Problem::BadCode),
        ] {
            let fault = Invitation::link(link).unwrap_err();
            assert_eq!(fault.problem, problem, "{link}");
        }
    }
}
