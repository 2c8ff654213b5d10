//! Whom the device believes to be the server.
//!
//! TLS 1.2 and 1.3 by rustls over ring. Trusted are the authorities of Mozilla's list, and those of
//! a file for towns with one of their own. Plain HTTP is for this machine; elsewhere only if it is
//! asked for.

mod chain;

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error, RootCertStore};

use super::error::{CertificateFault, TransportError};
use super::url::ServerUrl;
use chain::{StopsShort, Verifier};

/// The variable that names a PEM file with a town's own authority.
pub const AUTHORITY: &str = "ALLEYWAY_CA";
/// The variable that, set to `1`, allows plain HTTP beyond this machine.
pub const ALLOW_HTTP: &str = "ALLEYWAY_ALLOW_HTTP";

/// A file of authorities, in bytes.
const AUTHORITY_BYTES_MAX: u64 = 1024 * 1024;

/// The authorities that are believed beyond the usual ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Authorities of the town's own.
    pub authorities: Option<Authorities>,
    /// Whether plain HTTP may leave this machine.
    pub plain_http: bool,
}

/// Certificates of a town's own authorities, in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorities {
    /// In a file.
    File(PathBuf),
    /// As an app brings them along.
    Pem(Vec<u8>),
}

impl Authorities {
    fn pem(&self) -> Result<Cow<'_, [u8]>, io::Error> {
        match self {
            Self::Pem(bytes) => Ok(bytes.into()),
            Self::File(path) => {
                let mut bytes = Vec::new();
                File::open(path)?
                    .take(AUTHORITY_BYTES_MAX)
                    .read_to_end(&mut bytes)?;
                Ok(bytes.into())
            }
        }
    }

    /// The name that people know them by.
    fn name(&self) -> String {
        match self {
            Self::Pem(_) => "PEM".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

impl Trust {
    /// As the environment says.
    pub fn from_environment() -> Self {
        Self {
            authorities: std::env::var_os(AUTHORITY)
                .filter(|path| !path.is_empty())
                .map(|path| Authorities::File(path.into())),
            plain_http: std::env::var_os(ALLOW_HTTP).is_some_and(|value| value == "1"),
        }
    }

    /// The beginning of a connection to `url`: TLS, or nothing where plain HTTP is allowed.
    ///
    /// # Errors
    /// [`TransportError::PlainHttp`], [`TransportError::Authority`].
    pub(super) fn tls(&self, url: &ServerUrl) -> Result<Option<Tls>, TransportError> {
        if url.is_secure() {
            return Tls::new(self).map(Some);
        }
        if url.is_exposed() && !self.plain_http {
            return Err(TransportError::PlainHttp {
                to: url.authority(),
            });
        }
        Ok(None)
    }

    fn roots(&self) -> Result<RootCertStore, TransportError> {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let Some(authorities) = &self.authorities else {
            return Ok(roots);
        };
        let unusable = |reason: String| TransportError::Authority {
            path: authorities.name(),
            reason,
        };
        let bytes = authorities
            .pem()
            .map_err(|error| unusable(error.to_string()))?;
        let mut found = false;
        for certificate in CertificateDer::pem_slice_iter(&bytes) {
            let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
            roots
                .add(certificate)
                .map_err(|error| unusable(error.to_string()))?;
            found = true;
        }
        if found {
            Ok(roots)
        } else {
            Err(unusable("no certificate in PEM".to_owned()))
        }
    }
}

/// The configuration of handshakes; sessions are resumed.
#[derive(Clone)]
pub(super) struct Tls(Arc<ClientConfig>);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls(…)")
    }
}

impl Tls {
    fn new(trust: &Trust) -> Result<Self, TransportError> {
        let provider = Arc::new(ring::default_provider());
        let failed = |reason: String| TransportError::Failed(reason);
        let roots = Arc::new(trust.roots()?);
        let inner = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
            .build()
            .map_err(|error| failed(error.to_string()))?;
        let verifier = Verifier {
            inner,
            has_own: trust.authorities.is_some(),
        };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    /// Makes sure that the other end is the server of `url`.
    ///
    /// # Errors
    /// [`TransportError::Untrusted`], [`TransportError::NoTls`].
    pub(super) async fn shake<S>(
        &self,
        url: &ServerUrl,
        stream: S,
    ) -> Result<TlsStream<S>, TransportError>
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let name =
            ServerName::try_from(url.host().to_owned()).map_err(|error| TransportError::NoTls {
                to: url.authority(),
                reason: error.to_string(),
            })?;
        let connector = TlsConnector::from(self.0.clone());
        connector
            .connect(name, stream)
            .await
            .map_err(|error| failed(url, &error))
    }
}

fn failed(url: &ServerUrl, error: &io::Error) -> TransportError {
    let (to, reason) = (url.authority(), error.to_string());
    match error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>())
    {
        Some(Error::InvalidCertificate(fault)) => TransportError::Untrusted {
            to,
            fault: kind(fault),
            reason,
        },
        Some(_) => TransportError::NoTls { to, reason },
        // The line, not the server.
        None => TransportError::Broken(reason),
    }
}

fn kind(error: &CertificateError) -> CertificateFault {
    match error {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => CertificateFault::Time,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::Name
        }
        CertificateError::Other(why) if why.0.is::<StopsShort>() => CertificateFault::Chain,
        _ => CertificateFault::Authority,
    }
}
