//! The last fields of a payload, which came with a later release: what is blank there is not written.
//!
//! A payload holds them up to the last one that is not blank. So a step that uses none of them has
//! the bytes that it always had, and one value has one encoding.

use std::cell::Cell;

use super::FieldType;
use crate::text::Text;
use crate::wire::{Reader, Wire, WireError};

/// A type that a trailing field can have.
pub trait Trailing: Sized {
    /// Whether nothing is filled in.
    fn is_blank(&self) -> bool;

    /// Appends the value; a blank one too, where something follows it.
    fn encode_trailing(&self, out: &mut Vec<u8>);

    /// Reads a value that is there.
    ///
    /// # Errors
    /// [`WireError`], if it is no such value.
    fn decode_trailing(from: &mut Reader<'_>) -> Result<Self, WireError>;
}

/// The trailing fields of a payload that is written.
#[derive(Debug)]
pub struct TailOut {
    left: Cell<usize>,
}

impl TailOut {
    /// For fields of which these are blank, in order.
    pub fn of(are_blank: &[bool]) -> Self {
        let last = are_blank.iter().rposition(|is_blank| !is_blank);
        Self {
            left: Cell::new(last.map_or(0, |last| last + 1)),
        }
    }

    /// Appends the next field, unless nothing but blank ones is left.
    pub fn put(&self, value: &impl Trailing, out: &mut Vec<u8>) {
        if let Some(left) = self.left.get().checked_sub(1) {
            self.left.set(left);
            value.encode_trailing(out);
        }
    }
}

/// The trailing fields of a payload that is read.
#[derive(Debug, Default)]
pub struct TailIn {
    ends_blank: Cell<bool>,
}

impl TailIn {
    /// The next field; blank if the payload has ended.
    ///
    /// # Errors
    /// [`WireError`], if what is left is no such value.
    pub fn next<T: Trailing + FieldType>(&self, from: &mut Reader<'_>) -> Result<T, WireError> {
        if from.remaining() == 0 {
            return Ok(T::blank());
        }
        let value = T::decode_trailing(from)?;
        self.ends_blank.set(value.is_blank());
        Ok(value)
    }

    /// The last field that was there was not blank.
    ///
    /// # Errors
    /// [`WireError::Invalid`]: nobody writes such a payload.
    pub fn finish(&self) -> Result<(), WireError> {
        if self.ends_blank.get() {
            Err(WireError::Invalid("a blank last field"))
        } else {
            Ok(())
        }
    }
}

impl Trailing for bool {
    fn is_blank(&self) -> bool {
        !*self
    }

    fn encode_trailing(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn decode_trailing(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Self::decode(from)
    }
}

impl<const MAX: usize> Trailing for Text<MAX> {
    fn is_blank(&self) -> bool {
        self.as_str().is_empty()
    }

    fn encode_trailing(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn decode_trailing(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Self::decode(from)
    }
}

/// Written without a mark of its own: nothing is written as the blank value, which means nothing.
impl<T: Wire + FieldType + PartialEq> Trailing for Option<T> {
    fn is_blank(&self) -> bool {
        self.as_ref().is_none_or(|value| *value == T::blank())
    }

    fn encode_trailing(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.encode(out),
            None => T::blank().encode(out),
        }
    }

    fn decode_trailing(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let value = T::decode(from)?;
        Ok((value != T::blank()).then_some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::{TailIn, TailOut, Trailing};
    use crate::id::{DocumentId, UnitId};
    use crate::text::Text;
    use crate::wire::{Reader, WireError};

    type Tail = (bool, Option<UnitId>, Option<Text<40>>);

    fn written((marked, asked, said): &Tail) -> Vec<u8> {
        let mut out = Vec::new();
        let tail = TailOut::of(&[marked.is_blank(), asked.is_blank(), said.is_blank()]);
        tail.put(marked, &mut out);
        tail.put(asked, &mut out);
        tail.put(said, &mut out);
        out
    }

    fn read(bytes: &[u8]) -> Result<Tail, WireError> {
        let (tail, from) = (TailIn::default(), &mut Reader::new(bytes));
        let read = (tail.next(from)?, tail.next(from)?, tail.next(from)?);
        tail.finish()?;
        Ok(read)
    }

    #[test]
    fn what_is_blank_behind_the_last_filled_field_is_not_written() {
        let (none, seven) = ([0; 16], [7; 16]);
        let (asked, said) = (Some(DocumentId(seven)), Some(Text::cut("x")));
        for (fields, bytes) in [
            ((false, None, None), vec![]),
            ((true, None, None), vec![1]),
            ((false, asked, None), [&[0], &seven[..]].concat()),
            (
                (true, None, said.clone()),
                [&[1], &none[..], b"\x01x"].concat(),
            ),
            ((false, asked, said), [&[0], &seven[..], b"\x01x"].concat()),
        ] {
            assert_eq!(written(&fields), bytes);
            assert_eq!(read(&bytes), Ok(fields));
        }
    }

    #[test]
    fn a_payload_does_not_end_with_a_blank_field() {
        let none = [0; 16];
        for bytes in [
            vec![0],
            [&[1], &none[..]].concat(),
            [&[1], &none[..], &[0]].concat(),
        ] {
            let blank = WireError::Invalid("a blank last field");
            assert_eq!(read(&bytes), Err(blank), "{bytes:?}");
        }
    }
}
