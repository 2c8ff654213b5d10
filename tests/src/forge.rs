//! Devices made by hand: one that follows no rules, and one that types fast.
//!
//! [`Peer`] signs whatever it is told to, well or badly, and shows the answer's frames as they are:
//! what a hostile or broken device sends. [`Typist`] is the product's own device library without the
//! terminal program, which would take a process for every line.

mod peer;
mod typist;

use alleyway_core::crypto::{Signature, hash};
use alleyway_core::id::TownId;
use alleyway_core::sync::frame::{Hello, PROTOCOL_VERSION, ServerFrame, next_frame, put_frame};
use alleyway_core::wire::{Reader, Wire as _};
use alleyway_device::transport::{Client, ServerUrl, Timeouts, TransportError};

use crate::process::ProcessError;
pub use peer::{Peer, note, report};
pub use typist::Typist;

/// The longest answer that is looked at, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The domain of a flight's signature (`docs/protocol.md`).
const FLIGHT_DOMAIN: &str = "alleyway flight 1";

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The status.
    pub status: u16,
    /// The stable code of an error; empty if there was none.
    pub code: String,
    /// The frames of an answer to a flight.
    pub frames: Vec<ServerFrame>,
    /// The body of any other answer.
    pub body: Vec<u8>,
}

impl Heard {
    /// Status and code, to compare.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status, &self.code)
    }
}

/// A client of the server at `url`.
///
/// # Errors
/// If it is no address.
pub fn client(url: &str) -> Result<Client, ProcessError> {
    let url = ServerUrl::parse(url).map_err(answer)?;
    Client::new(url, Timeouts::default()).map_err(answer)
}

/// Posts bytes as they are. An error must be one of the server's own: a code and two texts.
///
/// # Errors
/// If there is no answer, or an error without its texts.
pub fn post(client: &mut Client, path: &str, body: Vec<u8>) -> Result<Heard, ProcessError> {
    match client
        .post(path, body)
        .and_then(|answer| answer.whole(ANSWER_BYTES_MAX))
    {
        Ok(body) => Ok(Heard {
            status: 200,
            code: String::new(),
            frames: Vec::new(),
            body,
        }),
        Err(TransportError::Refused(error))
            if !error.text_zh.is_empty() && !error.text_en.is_empty() =>
        {
            Ok(Heard {
                status: error.status,
                code: error.code,
                frames: Vec::new(),
                body: Vec::new(),
            })
        }
        Err(error) => Err(answer(error)),
    }
}

/// Posts a plain flight, packed, and reads the frames of the answer.
///
/// # Errors
/// As [`post`], and if the answer is no flight.
pub fn fly(client: &mut Client, flight: &[u8]) -> Result<Heard, ProcessError> {
    let packed = zstd::bulk::compress(flight, 3).map_err(answer)?;
    let mut heard = post(client, "/v1/sync", packed)?;
    if heard.status == 200 {
        let plain = zstd::stream::decode_all(heard.body.as_slice()).map_err(answer)?;
        heard.frames = frames(&plain)?;
    }
    Ok(heard)
}

/// Zeros that unpack to this many bytes, with a window that a server grants.
///
/// # Errors
/// If no memory is left.
pub fn bomb(bytes: u64) -> std::io::Result<Vec<u8>> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3)?;
    encoder.window_log(18)?;
    std::io::copy(
        &mut std::io::Read::take(std::io::repeat(0), bytes),
        &mut encoder,
    )?;
    encoder.finish()
}

/// The frames of an unpacked answer.
///
/// # Errors
/// If one cannot be read.
pub fn frames(plain: &[u8]) -> Result<Vec<ServerFrame>, ProcessError> {
    let mut from = Reader::new(plain);
    let version = from.byte().map_err(answer)?;
    if version != PROTOCOL_VERSION {
        return Err(ProcessError::Answer(format!("version {version}")));
    }
    let mut frames = Vec::new();
    while let Some(frame) = next_frame(&mut from).map_err(answer)? {
        frames.push(ServerFrame::from_bytes(frame).map_err(answer)?);
    }
    Ok(frames)
}

/// What a flight's signature covers: written down from `docs/protocol.md`, not taken from the core,
/// so that frames which no encoder writes can be signed too.
pub fn flight_message(town: TownId, hello: &Hello, rest: &[u8]) -> [u8; 32] {
    hash(FLIGHT_DOMAIN, &[&town.0, &hello.to_bytes(), rest])
}

/// A flight of this version, hello, signature and whatever follows.
pub fn flight_bytes(version: u8, hello: &Hello, signature: Signature, rest: &[u8]) -> Vec<u8> {
    let mut out = vec![version];
    put_frame(&mut out, &(hello.clone(), signature));
    out.extend_from_slice(rest);
    out
}

fn answer(error: impl std::fmt::Display) -> ProcessError {
    ProcessError::Answer(error.to_string())
}
