//! zstd, streaming, with bounded memory.

use std::io;

use hyper::body::{Buf as _, Bytes};
use thiserror::Error;
use zstd::stream::raw::{DParameter, Decoder, Operation};

/// A window of 1 MiB is the largest a device takes memory for; the server uses less.
const WINDOW_LOG_MAX: u32 = 20;
/// Bytes handed on at a time.
const STEP_BYTES: usize = 32 * 1024;
/// A flight is small and sent once: the level where zstd still takes milliseconds for it.
const LEVEL: i32 = 19;

/// Why a compressed stream was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InflateError {
    /// Not zstd, damaged, or a window larger than 1 MiB.
    #[error("the answer's compression is not valid: {0}")]
    Invalid(String),
    /// More than any answer can hold.
    #[error("the answer inflates to more than {limit} bytes")]
    TooLong {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The stream ended inside a compressed block.
    #[error("the answer ends in the middle")]
    Truncated,
}

/// Compresses a flight.
///
/// # Errors
/// Only if no memory is left.
pub fn deflate(flight: &[u8]) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(flight, LEVEL)
}

/// One compressed stream being received. Memory: the window and one step.
pub struct Inflater {
    decoder: Decoder<'static>,
    step: Vec<u8>,
    left: u64,
    limit: u64,
    /// The stream is inside a compressed block.
    within: bool,
    /// The last step was full: more may come out without more bytes.
    is_full: bool,
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflater")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

impl Inflater {
    /// A stream that inflates to `limit` bytes at most.
    ///
    /// # Errors
    /// [`InflateError::Invalid`] only if no memory is left.
    pub fn new(limit: u64) -> Result<Self, InflateError> {
        let mut decoder = Decoder::new().map_err(invalid)?;
        decoder
            .set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))
            .map_err(invalid)?;
        Ok(Self {
            decoder,
            step: vec![0; STEP_BYTES],
            left: limit,
            limit,
            within: false,
            is_full: false,
        })
    }

    /// Inflates the next step, of at most 32 KiB, out of `bytes`, and takes off them what it used.
    /// Nothing comes out only once more bytes are needed.
    ///
    /// # Errors
    /// [`InflateError::Invalid`], [`InflateError::TooLong`].
    pub fn step(&mut self, bytes: &mut Bytes) -> Result<&[u8], InflateError> {
        while !bytes.is_empty() || self.is_full {
            let status = self
                .decoder
                .run_on_buffers(bytes, &mut self.step)
                .map_err(invalid)?;
            let (read, written) = (status.bytes_read, status.bytes_written);
            if read + written == 0 && !self.is_full {
                return Err(InflateError::Invalid("no progress".to_owned()));
            }
            if read + written > 0 {
                self.within = status.remaining != 0;
            }
            bytes.advance(read);
            self.is_full = written == self.step.len();
            self.left = self
                .left
                .checked_sub(written as u64)
                .ok_or(InflateError::TooLong { limit: self.limit })?;
            if written > 0 {
                return Ok(self.step.get(..written).unwrap_or_default());
            }
        }
        Ok(&[])
    }

    /// Ends the stream.
    ///
    /// # Errors
    /// [`InflateError::Truncated`] if it was not at an end.
    pub fn finish(&self) -> Result<(), InflateError> {
        if self.within {
            Err(InflateError::Truncated)
        } else {
            Ok(())
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err takes"
)]
fn invalid(error: io::Error) -> InflateError {
    InflateError::Invalid(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inflate(compressed: &[u8], limit: u64, pieces: usize) -> Result<Vec<u8>, InflateError> {
        let mut inflater = Inflater::new(limit)?;
        let mut out = Vec::new();
        for piece in compressed.chunks(pieces) {
            let mut piece = Bytes::copy_from_slice(piece);
            loop {
                let step = inflater.step(&mut piece)?;
                if step.is_empty() {
                    break;
                }
                out.extend_from_slice(step);
            }
        }
        inflater.finish()?;
        Ok(out)
    }

    #[test]
    fn a_stream_is_the_same_in_any_pieces() {
        let text = "巷长走访记录，".repeat(20_000).into_bytes();
        let compressed = deflate(&text).unwrap();
        for pieces in [1, 7, 1_000, usize::MAX] {
            assert_eq!(inflate(&compressed, 1 << 20, pieces).unwrap(), text);
        }
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(18).unwrap();
        std::io::Write::write_all(&mut encoder, &vec![0; 64 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 10_000);
        assert_eq!(
            inflate(&bomb, 1 << 20, usize::MAX),
            Err(InflateError::TooLong { limit: 1 << 20 })
        );
    }

    #[test]
    fn a_stream_that_asks_for_a_large_window_is_refused() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(27).unwrap();
        std::io::Write::write_all(&mut encoder, &vec![7; 300_000]).unwrap();
        let compressed = encoder.finish().unwrap();
        assert!(matches!(
            inflate(&compressed, 1 << 20, usize::MAX),
            Err(InflateError::Invalid(_))
        ));
    }

    #[test]
    fn a_stream_cut_off_or_not_compressed_is_refused() {
        let compressed = deflate("十里八村".repeat(500).as_bytes()).unwrap();
        assert_eq!(
            inflate(&compressed[..compressed.len() - 2], 1 << 20, usize::MAX),
            Err(InflateError::Truncated)
        );
        assert!(matches!(
            inflate(b"<html></html>", 1 << 20, usize::MAX),
            Err(InflateError::Invalid(_))
        ));
    }
}
