//! Bounded texts; what becomes of what people type ([`typed`]), how it is compared ([`mod@fold`]), and
//! telephone numbers ([`phone`]).

pub mod fold;
pub mod phone;
pub mod seen;
pub mod typed;

use crate::wire::{Reader, Wire, WireError, put_varint};

/// Characters that no text has: controls but line feed and tab, and those that turn the direction
/// of writing around, so that a text cannot be made to read as another (Unicode TR 36).
fn is_forbidden(c: char) -> bool {
    let turns =
        matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    turns || (c.is_control() && c != '\n' && c != '\t')
}

/// A UTF-8 text of at most `MAX` bytes, without control characters but line feed and tab.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Takes a text.
    ///
    /// # Errors
    /// [`WireError::TooLong`] beyond `MAX` bytes, [`WireError::Invalid`] for control characters.
    pub fn new(text: &str) -> Result<Self, WireError> {
        if text.len() > MAX {
            return Err(WireError::TooLong {
                what: "a text",
                limit: MAX,
            });
        }
        if text.chars().any(is_forbidden) {
            return Err(WireError::Invalid("a control character in a text"));
        }
        Ok(Self(text.to_owned()))
    }

    /// As much of `text` as fits, without control characters. For texts that are never typed.
    pub fn cut(text: &str) -> Self {
        let mut kept = String::new();
        for c in text
            .chars()
            .filter(|c| !c.is_control() && !is_forbidden(*c))
        {
            if kept.len() + c.len_utf8() > MAX {
                break;
            }
            kept.push(c);
        }
        Self(kept)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> std::ops::Deref for Text<MAX> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> std::fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> Wire for Text<MAX> {
    fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, self.0.len() as u64);
        out.extend_from_slice(self.0.as_bytes());
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let length = from.length("a text", MAX)?;
        let text =
            std::str::from_utf8(from.take(length)?).map_err(|_| WireError::Invalid("UTF-8"))?;
        Self::new(text)
    }
}
