//! Bounded texts.

use crate::wire::{Reader, Wire, WireError, put_varint};

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
            return Err(WireError::TooLong { what: "a text", limit: MAX });
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(WireError::Invalid("a control character in a text"));
        }
        Ok(Self(text.to_owned()))
    }

    /// As much of `text` as fits, without control characters. For texts that are never typed.
    pub fn cut(text: &str) -> Self {
        let mut kept = String::new();
        for c in text.chars().filter(|c| !c.is_control()) {
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
        let text = std::str::from_utf8(from.take(length)?).map_err(|_| WireError::Invalid("UTF-8"))?;
        Self::new(text)
    }
}
