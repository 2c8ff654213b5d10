//! Rows: what lists show of a document, kept beside it so that no list needs the document.
//!
//! A row follows from its document and, where it says what is due, from the town's rules. It is
//! written whenever the document is confirmed, and made anew of the document where it is missing,
//! cannot be read, has another form, or rests on other rules.

use super::DocumentKind;
use super::case::clocks::ReadBy;
use crate::documents::Document;
use crate::limits::ROW_BYTES_MAX;
use crate::time::Date;
use crate::wire::{Blob, Wire};

/// A row as it is kept: the number of its form, then its fields.
pub type RowBytes = Blob<ROW_BYTES_MAX>;

/// How lists show documents of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// No list shows them.
    Never,
    /// Their rows rest on the documents alone.
    Alone,
    /// Their rows rest on the town's book and on the national calendar too.
    ByRules,
}

/// The row of a document of one kind, as lists show it: ids, not names, which change without the
/// document.
pub trait ListRow: Wire {
    /// The kind.
    const KIND: DocumentKind;

    /// The number of the row's form. A row with other fields than before has another one; rows of
    /// any other form are made anew.
    const FORM: u8;

    /// Makes the row of a document, by the rules that are known; none if it is of another kind, or
    /// empty.
    fn of(document: &Document, by: ReadBy<'_>) -> Option<Self>;

    /// The same as far as it goes by the document alone: without whatever rests on rules.
    fn alone(document: &Document) -> Option<Self>;

    /// The row as it is kept, by the rules that are known, or without any.
    fn made(document: &Document, by: Option<ReadBy<'_>>) -> Option<RowBytes> {
        let row = match by {
            Some(by) => Self::of(document, by),
            None => Self::alone(document),
        };
        row?.kept()
    }

    /// Whether the document, by the same book, makes the same row where the rules of days up to this
    /// one are known.
    fn holds(&self, known_until: Date) -> bool;

    /// The row as it is kept; none beyond [`ROW_BYTES_MAX`], which no row of a document is.
    fn kept(&self) -> Option<RowBytes> {
        let mut bytes = vec![Self::FORM];
        self.encode(&mut bytes);
        RowBytes::new(bytes).ok()
    }

    /// Reads a row as it is kept; none if it has another form.
    fn read(kept: &[u8]) -> Option<Self> {
        let (form, fields) = kept.split_first()?;
        (*form == Self::FORM)
            .then(|| Self::from_bytes(fields).ok())
            .flatten()
    }
}

#[cfg(test)]
mod tests;
