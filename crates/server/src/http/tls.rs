//! TLS: the certificate that is shown, and how it is changed without a restart.
//!
//! TLS 1.2 and 1.3 by rustls over ring; HTTP/1.1 only. A connection takes what is current when its
//! handshake begins. One that has ended, or does not hold yet, is not taken.

mod chain;
mod ending;
mod files;
mod reload;
mod validity;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use alleyway_catalogue::Lang;
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

use chain::End;
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
        /// The system's reason.
        error: std::io::Error,
    },
    /// A file holds something else.
    Missing {
        /// The file.
        path: PathBuf,
        /// The content that it should have.
        what: &'static str,
    },
    /// The two do not go together, or the key is of an unknown kind.
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// The fault.
        error: rustls::Error,
    },
    /// The key is of another certificate.
    OtherKey {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// The fault.
        error: rustls::Error,
    },
    /// The key is of a later certificate of the file: the server's own is to be the first.
    WrongOrder {
        /// The certificate's file.
        certificate: PathBuf,
    },
    /// The key is encrypted with a passphrase that nobody types at a start.
    EncryptedKey(PathBuf),
    /// A file begins with a byte order mark, or holds two bytes for each letter.
    ByteOrderMark(PathBuf),
    /// A certificate in between is missing: no device could follow the chain.
    CutOff {
        /// The certificate's file.
        certificate: PathBuf,
    },
    /// No device could follow the chain, for another reason.
    NotFollowed {
        /// The certificate's file.
        certificate: PathBuf,
        /// The reason.
        reason: String,
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
    pub(crate) fn said(&self, _: Lang) -> Said {
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
            Self::OtherKey {
                certificate,
                key,
                error,
            } => (
                said::TLS_OTHER_KEY,
                vec![
                    named("certificate", certificate),
                    named("key", key),
                    because(error),
                ],
            ),
            Self::WrongOrder { certificate } => (said::TLS_WRONG_ORDER, vec![at(certificate)]),
            Self::EncryptedKey(path) => (said::TLS_ENCRYPTED_KEY, vec![at(path)]),
            Self::ByteOrderMark(path) => (said::TLS_BYTE_ORDER_MARK, vec![at(path)]),
            Self::CutOff { certificate } => (said::TLS_CUT_OFF, vec![at(certificate)]),
            Self::NotFollowed {
                certificate,
                reason,
            } => (
                said::TLS_NOT_FOLLOWED,
                vec![at(certificate), because(reason)],
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

/// The certificate that the server shows, and its key.
#[derive(Clone)]
pub struct Tls {
    files: TlsFiles,
    current: Arc<CurrentChain>,
    config: Arc<ServerConfig>,
    /// The files' contents when they were first read.
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
        let current = Arc::new(CurrentChain(RwLock::new(files::certified(
            files,
            &content,
            Clock::System.now(),
            None,
        )?)));
        current.tell_of_end();
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
    fn change(&self, to: ShownChain) {
        *self
            .current
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner) = to;
    }

    /// Where the chain that is shown ends.
    fn end(&self) -> End {
        self.current
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .end
            .clone()
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

/// A certificate with its key, until when it holds, and where its chain ends.
struct ShownChain {
    certified: Arc<CertifiedKey>,
    until: Time,
    end: End,
}

/// The certificate of the moment.
struct CurrentChain(RwLock<ShownChain>);

impl fmt::Debug for CurrentChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CurrentChain(…)")
    }
}

impl CurrentChain {
    /// Says so if only the phones can know who vouches for the chain.
    fn tell_of_end(&self) {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if matches!(shown.end, End::Elsewhere(_)) {
            tracing::warn!(
                "whoever vouches for the certificate is not in its file and is no public authority: only devices that were given that authority (ALLEYWAY_CA) can connect. If a certificate in between is missing, put the whole chain into the file"
            );
        }
    }
}

impl ResolvesServerCert for CurrentChain {
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
