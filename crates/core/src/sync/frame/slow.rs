//! A slow line, and what of a long document went over it already.

use crate::id::DocumentId;
use crate::limits::HELD_PARTS_MAX;
use crate::wire::List;
use crate::wire_struct;

/// The line is slow. Without this frame pages and parts have the sizes of a fast one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slow {
    /// The bytes that a page is to take up at most; the server keeps it between
    /// [`crate::limits::SLOW_PAGE_BYTES_MIN`] and [`crate::limits::PAGE_BYTES_MAX`].
    pub page_bytes: u32,
    /// The beginnings of documents that the flight wants whole, which the device has already.
    pub held: List<HeldPart, HELD_PARTS_MAX>,
}
wire_struct!(Slow { page_bytes, held });

/// The beginning of a whole document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldPart {
    /// The document.
    pub document: DocumentId,
    /// The version it is whole at.
    pub version: u64,
    /// The number of its form: the first byte of the encoded [`super::Whole`].
    pub form: u8,
    /// How much of it the device has, in bytes from its beginning.
    pub bytes: u32,
}
wire_struct!(HeldPart {
    document,
    version,
    form,
    bytes
});
