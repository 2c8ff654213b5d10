//! Frames out of a stream of bytes.

use alleyway_core::limits::FRAME_BYTES_MAX;
use alleyway_core::sync::frame::PROTOCOL_VERSION;
use alleyway_core::wire::{Reader, WireError};
use thiserror::Error;

/// A length is a LEB128 integer; one of a legal frame has at most three bytes.
const LENGTH_BYTES_MAX: usize = 3;

/// Why a stream was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The server speaks another version.
    #[error("the server answers in version {0}, this program knows version {PROTOCOL_VERSION}")]
    Version(u8),
    /// A frame longer than any frame can be.
    #[error("a frame of the answer is longer than {FRAME_BYTES_MAX} bytes")]
    TooLong,
    /// A length that no encoder writes.
    #[error("a frame's length is not valid")]
    Length,
    /// The stream ended inside a frame.
    #[error("the answer ends inside a frame")]
    Truncated,
}

/// Cuts a stream into frames: a version byte, then frames, each behind its length. Memory: one
/// frame and what was pushed last; a length is checked before anything more is kept for it.
#[derive(Debug, Default)]
pub struct FrameReader {
    has_begun: bool,
    buffer: Vec<u8>,
    /// How much of the buffer was handed out.
    at: usize,
}

impl FrameReader {
    /// At the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame that is whole; none if more bytes are needed for it.
    ///
    /// # Errors
    /// See [`FrameError`]; the stream is then not to be read on.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, FrameError> {
        if !self.has_begun {
            match self.buffer.first() {
                None => return Ok(None),
                Some(&PROTOCOL_VERSION) => (self.has_begun, self.at) = (true, 1),
                Some(&other) => return Err(FrameError::Version(other)),
            }
        }
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let Some((start, end)) = bounds(rest)? else {
            return Ok(None);
        };
        self.at += end;
        Ok(rest.get(start..end))
    }

    /// Ends the stream.
    ///
    /// # Errors
    /// [`FrameError::Truncated`] if it was not between two frames.
    pub fn finish(&self) -> Result<(), FrameError> {
        if self.has_begun && self.at == self.buffer.len() {
            Ok(())
        } else {
            Err(FrameError::Truncated)
        }
    }
}

/// Where the first frame of `bytes` starts and ends, if it is all there.
fn bounds(bytes: &[u8]) -> Result<Option<(usize, usize)>, FrameError> {
    let mut reader = Reader::new(bytes);
    let length = match reader.varint() {
        Ok(length) => length,
        Err(WireError::Truncated) if bytes.len() < LENGTH_BYTES_MAX => return Ok(None),
        Err(WireError::Truncated) => return Err(FrameError::TooLong),
        Err(_) => return Err(FrameError::Length),
    };
    let length = usize::try_from(length)
        .ok()
        .filter(|length| *length <= FRAME_BYTES_MAX)
        .ok_or(FrameError::TooLong)?;
    let start = bytes.len() - reader.remaining();
    Ok((reader.remaining() >= length).then_some((start, start + length)))
}

#[cfg(test)]
mod tests {
    use alleyway_core::wire::put_varint;

    use super::*;

    fn stream(frames: &[&[u8]]) -> Vec<u8> {
        let mut out = vec![PROTOCOL_VERSION];
        for frame in frames {
            put_varint(&mut out, frame.len() as u64);
            out.extend_from_slice(frame);
        }
        out
    }

    fn read(bytes: &[u8], pieces: usize) -> Result<Vec<Vec<u8>>, FrameError> {
        let mut reader = FrameReader::new();
        let mut frames = Vec::new();
        for piece in bytes.chunks(pieces) {
            reader.push(piece);
            while let Some(frame) = reader.next_frame()? {
                frames.push(frame.to_vec());
            }
        }
        reader.finish()?;
        Ok(frames)
    }

    #[test]
    fn frames_are_the_same_in_any_pieces() {
        let long = vec![9; FRAME_BYTES_MAX];
        let frames: [&[u8]; 4] = [b"hello", b"", &long, b"end"];
        for pieces in [1, 3, 5_000, usize::MAX] {
            assert_eq!(read(&stream(&frames), pieces).unwrap(), frames);
        }
    }

    #[test]
    fn an_oversized_frame_is_refused_by_its_length_alone() {
        let mut bytes = vec![PROTOCOL_VERSION];
        put_varint(&mut bytes, FRAME_BYTES_MAX as u64 + 1);
        assert_eq!(read(&bytes, usize::MAX), Err(FrameError::TooLong));
        let mut bytes = vec![PROTOCOL_VERSION];
        put_varint(&mut bytes, u64::MAX);
        assert_eq!(read(&bytes, 1), Err(FrameError::TooLong));
    }

    #[test]
    fn another_version_and_a_cut_stream_are_refused() {
        assert_eq!(read(&[1, 0], usize::MAX), Err(FrameError::Version(1)));
        assert_eq!(
            read(&stream(&[b"hello"])[..4], usize::MAX),
            Err(FrameError::Truncated)
        );
        assert_eq!(read(&[], usize::MAX), Err(FrameError::Truncated));
        assert_eq!(
            read(&[PROTOCOL_VERSION, 0x80, 0x00], usize::MAX),
            Err(FrameError::Length)
        );
    }
}
