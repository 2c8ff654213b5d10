//! The files of TLS, and who may be reached without.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::{ConfigError, Layers, keys};

/// The certificate that a server shows, and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, then those that vouch for it (PEM).
    pub certificate: PathBuf,
    /// The certificate's private key (PEM).
    pub key: PathBuf,
}

impl TlsFiles {
    pub(super) fn resolve(layers: &Layers) -> Result<Option<Self>, ConfigError> {
        match (
            keys::TLS_CERTIFICATE.file(layers)?,
            keys::TLS_KEY.file(layers)?,
        ) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => Ok(Some(Self { certificate, key })),
            (None, Some(_)) => Err(ConfigError::HalfTls {
                missing: keys::TLS_CERTIFICATE.name,
            }),
            (Some(_), None) => Err(ConfigError::HalfTls {
                missing: keys::TLS_KEY.name,
            }),
        }
    }
}

/// Plain HTTP stays on this machine, unless it is said to be meant.
pub(super) fn check_reach(
    layers: &Layers,
    listen: SocketAddr,
    tls: bool,
) -> Result<(), ConfigError> {
    let plain_is_meant = keys::ALLOW_PLAIN_HTTP.yes_or_no(layers)?;
    if tls || plain_is_meant || listen.ip().to_canonical().is_loopback() {
        return Ok(());
    }
    let (_, source_of) = layers.value(keys::LISTEN);
    Err(ConfigError::PlainBeyondLoopback { listen, source_of })
}
