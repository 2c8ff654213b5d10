//! TLS: the certificate that is shown, and how it is changed without a restart.
//!
//! TLS 1.2 and 1.3 by rustls over ring; HTTP/1.1 only. A connection takes what is current when its
//! handshake begins. One that has ended, or does not hold yet, is not taken.

mod ending;
mod files;
mod reload;
mod validity;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use alleyway_catalogue::server::start as said;
use alleyway_core::time::Time;
use thiserror::Error;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};

use crate::clock::Clock;
use crate::config::TlsFiles;
use crate::said::{Said, at, because, named, told};

pub use reload::{POLL_PERIOD, keep_current};

/// The one protocol spoken inside of TLS.
const PROTOCOL: &[u8] = b"http/1.1";

/// Why a certificate was not taken.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A file holds something else.
    Missing {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
    },
    /// The two do not go together, or the key is of an unknown kind.
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong.
        error: rustls::Error,
    },
    /// No device would take it any more.
    Ended {
        /// The certificate's file.
        certificate: PathBuf,
        /// When.
        until: String,
    },
    /// No device would take it yet.
    NotYet {
        /// The certificate's file.
        certificate: PathBuf,
        /// From when.
        from: String,
    },
    /// Not to be expected: the provider has no usable suites.
    Setup(rustls::Error),
}

impl TlsError {
    /// The text, and the values of its places.
    pub(crate) fn said(&self) -> Said {
        match self {
            Self::Unreadable { path, error } => {
                (said::TLS_UNREADABLE, vec![at(path), because(error)])
            }
            Self::Missing { path, what } => (
                said::TLS_MISSING,
                vec![at(path), ("what", (*what).to_owned())],
            ),
            Self::Unusable {
                certificate,
                key,
                error,
            } => (
                said::TLS_UNUSABLE,
                vec![
                    named("certificate", certificate),
                    named("key", key),
                    because(error),
                ],
            ),
            Self::Ended { certificate, until } => (
                said::TLS_ENDED,
                vec![named("certificate", certificate), ("until", until.clone())],
            ),
            Self::NotYet { certificate, from } => (
                said::TLS_NOT_YET,
                vec![named("certificate", certificate), ("from", from.clone())],
            ),
            Self::Setup(error) => (said::TLS_SETUP, vec![because(error)]),
        }
    }
}

told!(TlsError);

/// What the server shows itself with.
#[derive(Clone)]
pub struct Tls {
    files: TlsFiles,
    current: Arc<Current>,
    config: Arc<ServerConfig>,
    /// What the files held when they were first read.
    opened: [u8; 32],
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads the files for the first time.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn open(files: &TlsFiles) -> Result<Self, TlsError> {
        let content = files::read(files)?;
        let current = Arc::new(Current(RwLock::new(files::certified(
            files,
            &content,
            Clock::System.now(),
        )?)));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Setup)?
            .with_no_client_auth()
            .with_cert_resolver(current.clone());
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        Ok(Self {
            files: files.clone(),
            current,
            config: Arc::new(config),
            opened: content.fingerprint(),
        })
    }

    /// Takes connections in.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.clone())
    }

    /// Shows another certificate from now on.
    fn change(&self, to: Shown) {
        *self
            .current
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner) = to;
    }

    /// When the certificate that is shown ends.
    pub(super) fn until(&self) -> Time {
        self.current
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .until
    }
}

/// A certificate with its key, and its end.
struct Shown {
    certified: Arc<CertifiedKey>,
    until: Time,
}

/// The certificate of the moment.
struct Current(RwLock<Shown>);

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Current(…)")
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(
            self.0
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .certified
                .clone(),
        )
    }
}
