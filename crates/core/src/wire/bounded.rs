//! Lists and bytes with a limit in their type.

use super::{Reader, Wire, WireError, put_varint};

/// A list of at most `MAX` items.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct List<T, const MAX: usize>(Vec<T>);

impl<T, const MAX: usize> Default for List<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> List<T, MAX> {
    /// Takes `items`.
    ///
    /// # Errors
    /// [`WireError::TooLong`] beyond `MAX`.
    pub fn new(items: Vec<T>) -> Result<Self, WireError> {
        if items.len() > MAX {
            return Err(WireError::TooLong {
                what: "a list",
                limit: MAX,
            });
        }
        Ok(Self(items))
    }

    /// The items.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T, const MAX: usize> std::ops::Deref for List<T, MAX> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Wire, const MAX: usize> Wire for List<T, MAX> {
    fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, self.0.len() as u64);
        for item in &self.0 {
            item.encode(out);
        }
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let length = from.length("a list", MAX)?;
        // Items are read one by one: memory follows what was really sent.
        let mut items = Vec::new();
        for _ in 0..length {
            items.push(T::decode(from)?);
        }
        Ok(Self(items))
    }
}

/// Bytes, at most `MAX` of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Blob<const MAX: usize>(Vec<u8>);

impl<const MAX: usize> Blob<MAX> {
    /// Takes `bytes`.
    ///
    /// # Errors
    /// [`WireError::TooLong`] beyond `MAX`.
    pub fn new(bytes: Vec<u8>) -> Result<Self, WireError> {
        if bytes.len() > MAX {
            return Err(WireError::TooLong {
                what: "a blob",
                limit: MAX,
            });
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

impl<const MAX: usize> std::ops::Deref for Blob<MAX> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<const MAX: usize> Wire for Blob<MAX> {
    fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, self.0.len() as u64);
        out.extend_from_slice(&self.0);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let length = from.length("a blob", MAX)?;
        Ok(Self(from.take(length)?.to_vec()))
    }
}
