//! Frames that are too long for a line at once: they go in pieces, flight by flight.

use crate::crypto::{first, hash};
use crate::limits::FLIGHT_BYTES_MAX;
use crate::wire::Blob;
use crate::wire_struct;

/// A piece of frames, encoded as they stand in a flight. The flight that brings the last piece is read
/// as if the frames stood in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Names all of it.
    pub of: [u8; 16],
    /// The length of all of it, in bytes.
    pub total: u32,
    /// The place of the piece, in bytes from the beginning.
    pub offset: u32,
    /// The piece.
    pub bytes: Blob<FLIGHT_BYTES_MAX>,
}
wire_struct!(Piece {
    of,
    total,
    offset,
    bytes
});

impl Piece {
    /// The name of encoded frames.
    pub fn name(frames: &[u8]) -> [u8; 16] {
        first(&hash("alleyway piece 1", &[frames]))
    }
}

/// How much the server has of what a device sends in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// Names all of it.
    pub of: [u8; 16],
    /// The bytes that are there, from the beginning: the next piece is to begin here.
    pub bytes: u32,
}
wire_struct!(Arrived { of, bytes });
