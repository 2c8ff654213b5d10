//! The errors on the way to the server.

use serde::Deserialize;
use thiserror::Error;

use super::inflate::InflateError;

/// Why a request brought no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransportError {
    /// No connection: no signal, or no server there.
    #[error("no connection to {to}: {reason}")]
    NoConnection {
        /// Host and port.
        to: String,
        /// The system's reason.
        reason: String,
    },
    /// The server shows a certificate that does not prove who it is.
    #[error("the certificate of {to} is not to be trusted: {reason}")]
    Untrusted {
        /// Host and port.
        to: String,
        /// Its fault.
        fault: CertificateFault,
        /// The same, exactly.
        reason: String,
    },
    /// The other end does not speak TLS, or none that is good enough.
    #[error("no encrypted connection to {to}: {reason}")]
    NoTls {
        /// Host and port.
        to: String,
        /// The fault.
        reason: String,
    },
    /// Plain HTTP to another machine: whoever is between would read everything.
    #[error("http:// to {to} is not encrypted")]
    PlainHttp {
        /// Host and port.
        to: String,
    },
    /// The file of the town's own authority cannot be used.
    #[error("{path}: {reason}")]
    Authority {
        /// The file.
        path: String,
        /// Its fault.
        reason: String,
    },
    /// The server or the line fell silent.
    #[error("no answer in time")]
    TimedOut,
    /// The connection ended in the middle.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The answer is not HTTP: the other end may want an encrypted connection.
    #[error("the answer is not HTTP: {0}")]
    NotHttp(String),
    /// Somebody else answered: a Wi-Fi's log-in page, a redirect, a proxy whose server is away. The
    /// town's server said nothing.
    #[error("{to} is not answered by the town's server: {reason}")]
    NotTheServer {
        /// Host and port.
        to: String,
        /// The answer that came instead.
        reason: String,
    },
    /// The server answered with an error.
    #[error("the server answered: {0}")]
    Refused(ServerError),
    /// The answer's compression.
    #[error(transparent)]
    Inflate(#[from] InflateError),
    /// Whoever asked for it does not wait any longer.
    #[error("it was halted")]
    Halted,
    /// The answer is longer than any answer can be.
    #[error("the answer is longer than {limit} bytes")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The system does not let the program connect at all.
    #[error("{0}")]
    Failed(String),
}

impl TransportError {
    /// Whether what was sent or received was too much for the line, as far as can be told: it broke,
    /// fell silent, or the server waited too long for it.
    pub fn is_of_line(&self) -> bool {
        match self {
            Self::TimedOut | Self::Broken(_) | Self::Inflate(InflateError::Truncated) => true,
            Self::Refused(error) => ["too_slow", "incomplete"].contains(&error.code.as_str()),
            _ => false,
        }
    }
}

/// The fault of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFault {
    /// It has expired or is not valid yet, by this device's clock.
    Time,
    /// It is for another name.
    Name,
    /// No authority that this device trusts vouches for it, or it is malformed.
    Authority,
    /// The server shows a part of the chain only: who vouches for its last certificate is not shown.
    Chain,
}

/// An error as the server states it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{status} {code}")]
pub struct ServerError {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// The text in Chinese; may be empty.
    pub text_zh: String,
    /// The text in English; may be empty.
    pub text_en: String,
    /// How many seconds the server asks to wait.
    pub retry_after: Option<u32>,
}

/// The body of an error.
#[derive(Deserialize)]
struct Stated {
    code: String,
    text_zh: String,
    text_en: String,
}

impl ServerError {
    /// Reads an error's body; none if it is not one of the server's own, as a proxy's page is not.
    pub(super) fn read(status: u16, retry_after: Option<u32>, body: &[u8]) -> Option<Self> {
        let stated = serde_json::from_slice::<Stated>(body).ok()?;
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let is_code = !stated.code.is_empty() && stated.code.chars().all(word);
        is_code.then(|| Self {
            status,
            code: printable(&stated.code),
            text_zh: printable(&stated.text_zh),
            text_en: printable(&stated.text_en),
            retry_after,
        })
    }
}

/// Without control characters: what a server says must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_stated_as_the_server_states_it_is_somebody_elses() {
        for body in [
            &b"<html>Bad Gateway</html>"[..],
            b"",
            b"{}",
            br#"{"code":"login","url":"http://portal.example"}"#,
            br#"{"code":407,"text_zh":"","text_en":""}"#,
            br#"{"code":"Log in","text_zh":"","text_en":""}"#,
            br#"{"code":"","text_zh":"","text_en":""}"#,
        ] {
            assert_eq!(ServerError::read(502, None, body), None);
        }
    }

    #[test]
    fn a_text_of_the_server_cannot_steer_the_terminal() {
        let error = ServerError::read(
            403,
            Some(3),
            br#"{"code":"revoked","text_zh":"","text_en":"\u001b[2Jgone"}"#,
        )
        .unwrap();
        assert_eq!(
            (
                error.code.as_str(),
                error.text_en.as_str(),
                error.text_zh.as_str()
            ),
            ("revoked", "[2Jgone", "")
        );
    }
}
