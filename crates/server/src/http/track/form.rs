//! `application/x-www-form-urlencoded`, as browsers send it (WHATWG URL, section 5).

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
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
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
