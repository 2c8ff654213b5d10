//! zstd, bounded: one frame each way.
//!
//! A request's frame may ask for a window of at most 1 MiB and unpack to at most what its route
//! takes; both are checked before the memory is taken. A response is one frame with one window, so
//! that later pages profit from earlier ones, flushed after each page.

use std::io;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zstd::stream::raw::{
    CParameter, DParameter, Decoder, Encoder, InBuffer, Operation as _, OutBuffer,
};

use super::error::HttpError;

/// The largest window of a request, as a power of two: 1 MiB.
const REQUEST_WINDOW_LOG_MAX: u32 = 20;
/// The window of a response, as a power of two: eight pages.
const RESPONSE_WINDOW_LOG: u32 = 18;
/// Level 9 makes the 300 cases of a fresh device an eighth smaller than level 3 (600 kB: 123 against
/// 142 kB, in 20 against 10 ms); level 19 would save as much again and take half a second.
const LEVEL: i32 = 9;
/// The tables of level 9 would take 3 MiB for each response. With these, as powers of two, they take
/// less than 1 MiB, and the same cases are 1 % longer.
const HASH_LOG: u32 = 17;
const CHAIN_LOG: u32 = 16;
/// Answers of several pages that are packed so at once: the memory is held until the device has all of
/// its answer, and a hundred devices that hand in much at once would hold 160 MB.
const LARGE_MAX: usize = 8;
/// Beyond these an answer takes a third of a MiB, and is some 5 % longer: level 3, and one window of
/// two pages.
const SMALL_LEVEL: i32 = 3;
const SMALL_WINDOW_LOG: u32 = 16;
const SMALL_TABLE_LOG: u32 = 13;
/// The bytes that are packed and unpacked at a time.
const STEP_BYTES: usize = 16 * 1024;

/// Unpacks a request of one frame.
///
/// # Errors
/// [`HttpError::TooLarge`] beyond `bytes_max`; [`HttpError::BadCompression`] for anything but one
/// whole frame with a window of at most 1 MiB.
pub(super) fn unpack(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, HttpError> {
    unpack_frame(packed, bytes_max)
        .map_err(|_| HttpError::BadCompression)?
        .ok_or(HttpError::TooLarge)
}

fn unpack_frame(packed: &[u8], bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut decoder = Decoder::new()?;
    decoder.set_parameter(DParameter::WindowLogMax(REQUEST_WINDOW_LOG_MAX))?;
    let mut input = InBuffer::around(packed);
    let mut out = Vec::new();
    let mut step = vec![0; STEP_BYTES];
    loop {
        let before = input.pos();
        let mut output = OutBuffer::around(step.as_mut_slice());
        let hint = decoder.run(&mut input, &mut output)?;
        let written = output.as_slice().len();
        if out.len() + written > bytes_max {
            return Ok(None);
        }
        out.extend_from_slice(output.as_slice());
        let whole = input.pos() == packed.len();
        match hint {
            0 if whole => return Ok(Some(out)),
            0 => return Err(io::Error::other("bytes after the frame")),
            _ if written == 0 && input.pos() == before => {
                return Err(io::Error::other("the frame is cut off"));
            }
            _ => {}
        }
    }
}

/// The memory that answers are packed with: bounded, however many are sent at once.
#[derive(Debug, Clone)]
pub(super) struct Packers(Arc<Semaphore>);

impl Default for Packers {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_MAX)))
    }
}

impl Packers {
    /// A new frame. If all of the response is known, its size makes the frame's memory fit it.
    pub(super) fn packer(&self, size: Option<usize>) -> io::Result<Packer> {
        if size.is_some() {
            return Packer::new(size);
        }
        match self.0.clone().try_acquire_owned() {
            Ok(place) => Ok(Packer {
                _place: Some(place),
                ..Packer::new(None)?
            }),
            Err(_) => Packer::small(),
        }
    }
}

/// Packs a response, page by page, as one frame.
pub(super) struct Packer {
    encoder: Encoder<'static>,
    /// Among those that take much memory, until it is dropped.
    _place: Option<OwnedSemaphorePermit>,
}

impl Packer {
    /// A new frame. If all of the response is known, its size makes the frame's memory fit it.
    pub(super) fn new(size: Option<usize>) -> io::Result<Self> {
        let mut encoder = Encoder::new(LEVEL)?;
        encoder.set_parameter(CParameter::WindowLog(RESPONSE_WINDOW_LOG))?;
        encoder.set_parameter(CParameter::HashLog(HASH_LOG))?;
        encoder.set_parameter(CParameter::ChainLog(CHAIN_LOG))?;
        if let Some(size) = size {
            encoder.set_pledged_src_size(Some(size as u64))?;
        }
        Ok(Self {
            encoder,
            _place: None,
        })
    }

    /// The same with little memory.
    fn small() -> io::Result<Self> {
        let mut encoder = Encoder::new(SMALL_LEVEL)?;
        encoder.set_parameter(CParameter::WindowLog(SMALL_WINDOW_LOG))?;
        encoder.set_parameter(CParameter::HashLog(SMALL_TABLE_LOG))?;
        encoder.set_parameter(CParameter::ChainLog(SMALL_TABLE_LOG))?;
        Ok(Self {
            encoder,
            _place: None,
        })
    }

    /// Packs `plain` so that all of it can be unpacked from what has been sent; the last of a
    /// response ends the frame.
    pub(super) fn pack(&mut self, plain: &[u8], last: bool) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut step = vec![0; STEP_BYTES];
        let mut input = InBuffer::around(plain);
        while input.pos() < plain.len() {
            let mut output = OutBuffer::around(step.as_mut_slice());
            self.encoder.run(&mut input, &mut output)?;
            out.extend_from_slice(output.as_slice());
        }
        loop {
            let mut output = OutBuffer::around(step.as_mut_slice());
            let left = if last {
                self.encoder.finish(&mut output, true)?
            } else {
                self.encoder.flush(&mut output)?
            };
            out.extend_from_slice(output.as_slice());
            if left == 0 {
                return Ok(out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(plain: &[u8]) -> Vec<u8> {
        Packer::new(Some(plain.len()))
            .unwrap()
            .pack(plain, true)
            .unwrap()
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        for length in [0, 1, 100, 65_536] {
            let plain: Vec<u8> = (0..length).map(|i: u32| (i % 251) as u8).collect();
            assert_eq!(unpack(&packed(&plain), 65_536).unwrap(), plain);
        }
    }

    #[test]
    fn a_bomb_is_refused_while_it_is_unpacked() {
        let bomb =
            zstd::stream::encode_all(io::repeat(0).take_bytes(64 * 1024 * 1024).as_slice(), 1)
                .unwrap();
        assert!(bomb.len() < 16_384);
        assert_eq!(unpack(&bomb, 65_536), Err(HttpError::TooLarge));
        assert_eq!(
            unpack(&packed(&vec![0; 65_537]), 65_536),
            Err(HttpError::TooLarge)
        );
    }

    #[test]
    fn a_large_window_is_refused_before_memory_is_taken() {
        let mut encoder = Encoder::new(19).unwrap();
        encoder.set_parameter(CParameter::WindowLog(27)).unwrap();
        let mut packer = Packer {
            encoder,
            _place: None,
        };
        // Without a pledged size the frame's head names the whole window.
        let frame = [
            packer.pack(b"small", false).unwrap(),
            packer.pack(b"", true).unwrap(),
        ]
        .concat();
        assert_eq!(unpack(&frame, 65_536), Err(HttpError::BadCompression));
    }

    #[test]
    fn cut_off_doubled_and_foreign_bytes_are_refused() {
        let frame = packed(b"a flight of no great length");
        for end in 0..frame.len() {
            assert_eq!(
                unpack(&frame[..end], 65_536),
                Err(HttpError::BadCompression),
                "{end}"
            );
        }
        assert_eq!(
            unpack(&[frame.clone(), frame].concat(), 65_536),
            Err(HttpError::BadCompression)
        );
        assert_eq!(
            unpack(b"GET / HTTP/1.1", 65_536),
            Err(HttpError::BadCompression)
        );
    }

    #[test]
    fn each_page_can_be_unpacked_as_soon_as_it_is_there() {
        let mut packer = Packer::new(None).unwrap();
        let mut decoder = Decoder::new().unwrap();
        for (page, last) in [
            (b"first page".as_slice(), false),
            (b"second page", false),
            (b"", true),
        ] {
            let chunk = packer.pack(page, last).unwrap();
            let mut out = vec![0; 100];
            let mut output = OutBuffer::around(out.as_mut_slice());
            decoder
                .run(&mut InBuffer::around(&chunk), &mut output)
                .unwrap();
            assert_eq!(output.as_slice(), page);
        }
    }

    #[test]
    fn few_answers_take_much_memory_and_all_of_them_are_unpacked() {
        let packers = Packers::default();
        let places = || packers.0.available_permits();
        let page = "甜橙巷的路灯不亮，请修。".repeat(2_000).into_bytes();
        let mut under_way: Vec<Packer> = (0..LARGE_MAX + 3)
            .map(|_| packers.packer(None).unwrap())
            .collect();
        assert_eq!(places(), 0);
        for packer in &mut under_way {
            let packed = [
                packer.pack(&page, false).unwrap(),
                packer.pack(&page, true).unwrap(),
            ];
            assert_eq!(
                unpack(&packed.concat(), 2 * page.len()).unwrap(),
                page.repeat(2)
            );
        }
        // One whose size is known takes what it needs, and no place.
        under_way.pop();
        assert_eq!(places(), 0, "one of those with little memory went");
        under_way.clear();
        assert_eq!(places(), LARGE_MAX);
        let of_known_size = packers.packer(Some(page.len())).unwrap();
        assert_eq!(places(), LARGE_MAX);
        let large = packers.packer(None).unwrap();
        assert_eq!(places(), LARGE_MAX - 1);
        drop((of_known_size, large));
        assert_eq!(places(), LARGE_MAX);
    }

    trait TakeBytes: io::Read + Sized {
        fn take_bytes(self, count: u64) -> Vec<u8> {
            let mut out = Vec::new();
            io::Read::read_to_end(&mut io::Read::take(self, count), &mut out).unwrap();
            out
        }
    }
    impl<T: io::Read> TakeBytes for T {}
}
