//! The way to the server: HTTP/1.1 over one connection, every byte of it counted.
//!
//! Counted are the bytes of HTTP, heads included, before TLS encrypts them: a count says what a sync
//! costs, the same with TLS and without. TLS adds a handshake of 2 to 5 kB to each connection, less
//! where a session is resumed, and 22 bytes to each record of up to 16 KiB.
//!
//! Synchronous from outside: a device does one thing at a time, and the replica is fed piece by piece
//! while the connection waits.

mod connection;
mod counted;
mod error;
mod halt;
mod http;
mod inflate;
mod tls;
mod url;

use std::time::Duration;

use alleyway_core::limits::BUDGET_BYTES_MAX;

pub use counted::Traffic;
pub use error::{CertificateFault, ServerError, TransportError};
pub use halt::Halt;
pub use http::{Answer, Client};
pub use inflate::{InflateError, Inflater, deflate};
pub use tls::{ALLOW_HTTP, AUTHORITY, Authorities, Trust};
pub use url::{ServerUrl, UrlError};

/// An answer to an enrolment, in bytes.
const ENROLLED_BYTES_MAX: usize = 4 * 1024;
/// An answer to a read, in bytes.
const READ_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The length that an answer to a flight may inflate to, in bytes: the pages asked for, and the
/// verdicts.
const ANSWER_BYTES_MAX: u64 = BUDGET_BYTES_MAX * 2;

/// A way to one server: a port.
///
/// # Contract
/// * One request is under way at a time, and nothing is sent twice but where the server cannot have
///   read it, or where a connection that was kept proved to be closed: the server takes a repeated
///   request as the same one.
/// * [`Transport::read`] hands the answer to the last flight on in order, in any pieces, and says
///   that it has ended only if it came whole. A line that breaks, a server that is silent for too
///   long, an answer longer than any can be, and one that was halted are errors.
/// * A call returns, at the latest, when its timeouts are over, and soon after its halt was tripped.
/// * How flights and answers are packed on the way is the transport's own.
pub trait Transport {
    /// Sends a request to be enrolled; returns the answer, whole.
    ///
    /// # Errors
    /// [`TransportError`]
    fn enrol(&mut self, request: Vec<u8>) -> Result<Vec<u8>, TransportError>;

    /// Sends a flight and waits until its answer begins.
    ///
    /// # Errors
    /// [`TransportError`]; what of the flight was read by the server is not known.
    fn send(&mut self, flight: &[u8]) -> Result<(), TransportError>;

    /// The next bytes of the answer to the last flight; none at its proper end.
    ///
    /// # Errors
    /// [`TransportError`]
    fn read(&mut self) -> Result<Option<Vec<u8>>, TransportError>;

    /// Gets `target`, a path with its query, with the device's proof that it asks; returns the answer,
    /// whole. Nothing of it is sent twice.
    ///
    /// # Errors
    /// [`TransportError`]
    fn get(&mut self, target: &str, proof: &str) -> Result<Vec<u8>, TransportError>;

    /// As [`Transport::get`], for an address that `body` follows to.
    ///
    /// # Errors
    /// [`TransportError`]
    fn ask_about(
        &mut self,
        target: &str,
        proof: &str,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, TransportError>;

    /// The cost so far.
    fn spent(&self) -> Spent;
}

/// The bytes that went over a line since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Bytes of flights, compressed.
    pub bytes_up: u64,
    /// Bytes of answers, compressed.
    pub bytes_down: u64,
    /// Bytes on the socket, HTTP's heads included, before encryption.
    pub tcp_up: u64,
    /// Bytes on the socket, HTTP's heads included, before encryption.
    pub tcp_down: u64,
    /// Flights sent.
    pub round_trips: u64,
}

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For its TLS handshake: some 5 kB both ways together.
    pub shake: Duration,
    /// For the first byte of an answer.
    pub answer: Duration,
    /// For the next byte of an answer.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            shake: Duration::from_mins(1),
            answer: Duration::from_mins(1),
            idle: Duration::from_secs(30),
        }
    }
}

#[cfg(test)]
mod tests;
