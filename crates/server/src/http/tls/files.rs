//! A certificate and its key out of their files.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

use zeroize::Zeroizing;

use super::TlsError;
use crate::config::TlsFiles;

/// No certificate with those that vouch for it is longer, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024;
/// Certificates in one chain.
const CHAIN_MAX: usize = 16;

/// What the two files hold.
pub(super) struct Content {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Content {
    /// Tells whether something changed.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        let each = [blake3::hash(&self.certificate), blake3::hash(&self.key)];
        blake3::hash(each.map(<[u8; 32]>::from).as_flattened()).into()
    }
}

/// Reads both files.
pub(super) fn read(files: &TlsFiles) -> Result<Content, TlsError> {
    Ok(Content { certificate: read_one(&files.certificate)?, key: Zeroizing::new(read_one(&files.key)?) })
}

fn read_one(path: &Path) -> Result<Vec<u8>, TlsError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut bytes))
        .map_err(|error| TlsError::Unreadable { path: path.to_owned(), error })?;
    Ok(bytes)
}

/// The certificate with its key, if they belong together.
pub(super) fn certified(files: &TlsFiles, content: &Content) -> Result<Arc<CertifiedKey>, TlsError> {
    let missing = |path: &Path, what| TlsError::Missing { path: path.to_owned(), what };
    let chain = CertificateDer::pem_slice_iter(&content.certificate)
        .take(CHAIN_MAX)
        .collect::<Result<Vec<_>, _>>()
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| missing(&files.certificate, "certificate"))?;
    let key = PrivateKeyDer::from_pem_slice(&content.key).map_err(|_| missing(&files.key, "private key"))?;
    let certified = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| {
        TlsError::Unusable { certificate: files.certificate.clone(), key: files.key.clone(), error }
    })?;
    Ok(Arc::new(certified))
}
