//! `application/x-www-form-urlencoded`, as browsers send it (WHATWG URL, section 5).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The pairs of a form, in order; none if it is not UTF-8 or its escapes are broken.
pub(super) fn pairs(body: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok()?;
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(name)?, decoded(value)?))
        })
        .collect()
}

fn decoded(text: &str) -> Option<String> {
    let blanks = text.replace('+', " ");
    // The library passes a broken escape through; here nothing is guessed at.
    let is_whole = blanks.split('%').skip(1).all(|escape| {
        let digits = escape.as_bytes().first_chunk::<2>();
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    let bytes = percent_decode_str(&blanks);
    is_whole.then(|| bytes.decode_utf8().ok().map(Cow::into_owned))?
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn escapes_and_blanks_are_read() {
        let found = pairs("do=word&text=%E8%B7%AF+%2B%0d%0A&&empty".as_bytes()).unwrap();
        let expected = [("do", "word"), ("text", "路 +\r\n"), ("empty", "")];
        assert_eq!(
            found,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn what_is_broken_is_not_guessed_at() {
        for broken in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=%E8%B7"] {
            assert_eq!(pairs(broken.as_bytes()), None, "{broken}");
        }
        assert_eq!(pairs(&[b'a', b'=', 0xff]), None);
    }
}
