//! The wire codec: deterministic, versioned by its users, bounded before memory is taken.
//!
//! One value has one encoding: integers are minimal LEB128 (signed ones zigzag), lists and texts
//! carry their length first. A decoder never allocates more than the input still holds.
//!
//! ```
//! use alleyway_core::text::Text;
//! use alleyway_core::wire::{Wire, WireError};
//! use alleyway_core::wire_struct;
//!
//! #[derive(Debug, PartialEq)]
//! struct Visit {
//!     household: u64,
//!     /// At most 40 bytes.
//!     text: Text<40>,
//! }
//! wire_struct!(Visit { household, text });
//!
//! let visit = Visit { household: 300, text: Text::cut("all well") };
//! let bytes = visit.to_bytes();
//! assert_eq!(bytes, [&[0xac, 0x02, 8], b"all well".as_slice()].concat());
//! assert_eq!(Visit::from_bytes(&bytes), Ok(visit));
//!
//! // Other bytes for the same value, an end that comes early and a text beyond its bound are refused.
//! assert_eq!(Visit::from_bytes(&[0x80, 0x00, 0]), Err(WireError::Invalid("integer")));
//! assert_eq!(Visit::from_bytes(&[1, 8, b'a']), Err(WireError::Truncated));
//! assert!(matches!(Visit::from_bytes(&[1, 41]), Err(WireError::TooLong { limit: 40, .. })));
//! ```

mod bounded;
mod macros;

pub use bounded::{Blob, List};

use thiserror::Error;

/// Why bytes were not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireError {
    /// The input ended inside a value.
    #[error("the input ends inside a value")]
    Truncated,
    /// A list, a text or a frame is longer than its limit.
    #[error("{what} is longer than {limit}")]
    TooLong {
        /// The value that was too long.
        what: &'static str,
        /// The limit, in items or bytes.
        limit: usize,
    },
    /// A value that no encoder writes.
    #[error("{0} is not valid")]
    Invalid(&'static str),
    /// Bytes were left after the last value.
    #[error("bytes are left after the last value")]
    Trailing,
}

/// Bytes being read, front to back.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `bytes` from the start.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.bytes.len()
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let (head, tail) = self
            .bytes
            .split_at_checked(count)
            .ok_or(WireError::Truncated)?;
        self.bytes = tail;
        Ok(head)
    }

    /// Goes on behind `bytes`, if they are what comes next. Returns whether they are.
    pub fn skip(&mut self, bytes: &[u8]) -> bool {
        let rest = self.bytes.strip_prefix(bytes);
        self.bytes = rest.unwrap_or(self.bytes);
        rest.is_some()
    }

    /// One byte.
    pub fn byte(&mut self) -> Result<u8, WireError> {
        self.take(1)?.first().copied().ok_or(WireError::Truncated)
    }

    /// A minimal LEB128 integer.
    pub fn varint(&mut self) -> Result<u64, WireError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(WireError::Invalid("integer"));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err(WireError::Invalid("integer"));
                }
                return Ok(value);
            }
        }
        Err(WireError::Invalid("integer"))
    }

    /// A length of at most `limit`, which the rest of the input can still hold.
    pub fn length(&mut self, what: &'static str, limit: usize) -> Result<usize, WireError> {
        let length =
            usize::try_from(self.varint()?).map_err(|_| WireError::TooLong { what, limit })?;
        if length > limit {
            return Err(WireError::TooLong { what, limit });
        }
        if length > self.remaining() {
            return Err(WireError::Truncated);
        }
        Ok(length)
    }

    /// Succeeds only at the end of the input.
    pub fn finish(self) -> Result<(), WireError> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            Err(WireError::Trailing)
        }
    }
}

/// Appends `value` as minimal LEB128.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let bits = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(bits);
            return;
        }
        out.push(bits | 0x80);
    }
}

/// A value with one encoding.
pub trait Wire: Sized {
    /// Appends the value's encoding.
    fn encode(&self, out: &mut Vec<u8>);

    /// Reads a value.
    ///
    /// # Errors
    /// Whatever no [`Wire::encode`] writes.
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError>;

    /// The value's encoding.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out
    }

    /// Reads a value that is all of `bytes`.
    ///
    /// # Errors
    /// As [`Wire::decode`], and [`WireError::Trailing`].
    fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        let value = Self::decode(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }
}

macro_rules! unsigned {
    ($($int:ty),*) => {$(
        impl Wire for $int {
            fn encode(&self, out: &mut Vec<u8>) {
                put_varint(out, u64::from(*self));
            }
            fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
                Self::try_from(from.varint()?).map_err(|_| WireError::Invalid("integer"))
            }
        }
    )*};
}
unsigned!(u8, u16, u32, u64);

impl Wire for i64 {
    fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, ((self << 1) ^ (self >> 63)).cast_unsigned());
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let zigzag = from.varint()?;
        Ok((zigzag >> 1).cast_signed() ^ -((zigzag & 1).cast_signed()))
    }
}

impl Wire for i32 {
    fn encode(&self, out: &mut Vec<u8>) {
        i64::from(*self).encode(out);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Self::try_from(i64::decode(from)?).map_err(|_| WireError::Invalid("integer"))
    }
}

impl Wire for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        match from.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(WireError::Invalid("boolean")),
        }
    }
}

impl<const N: usize> Wire for [u8; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Self::try_from(from.take(N)?).map_err(|_| WireError::Truncated)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(1);
                value.encode(out);
            }
        }
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(if bool::decode(from)? {
            Some(T::decode(from)?)
        } else {
            None
        })
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
        self.1.encode(out);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok((A::decode(from)?, B::decode(from)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn integers_survive_the_wire(a: u64, b: i64) {
            prop_assert_eq!(u64::from_bytes(&a.to_bytes()), Ok(a));
            prop_assert_eq!(i64::from_bytes(&b.to_bytes()), Ok(b));
        }

        #[test]
        fn whatever_decodes_encodes_to_the_same_bytes(bytes: Vec<u8>) {
            if let Ok(value) = List::<(u32, Option<Blob<9>>), 5>::from_bytes(&bytes) {
                prop_assert_eq!(value.to_bytes(), bytes);
            }
        }
    }

    #[test]
    fn an_integer_has_one_encoding() {
        assert_eq!(
            u64::from_bytes(&[0x80, 0]),
            Err(WireError::Invalid("integer"))
        );
        assert_eq!(
            u64::from_bytes(&[0xff; 10]),
            Err(WireError::Invalid("integer"))
        );
    }

    #[test]
    fn a_length_beyond_the_limit_or_the_input_takes_no_memory() {
        let mut huge = Vec::new();
        put_varint(&mut huge, u64::MAX);
        assert!(matches!(
            Blob::<100>::from_bytes(&huge),
            Err(WireError::TooLong { .. })
        ));
        assert_eq!(Blob::<100>::from_bytes(&[50]), Err(WireError::Truncated));
    }
}
