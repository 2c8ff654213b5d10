//! A certificate and its key out of their files.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use alleyway_core::time::Time;
use tokio_rustls::rustls;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

use zeroize::Zeroizing;

use super::chain::{self, End, Unusable};
use super::validity::Validity;
use super::{ShownChain, TlsError};
use crate::clock::rfc3339;
use crate::config::TlsFiles;

/// No certificate with those that vouch for it is longer, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024;
/// Certificates in one chain.
const CHAIN_MAX: usize = 16;

/// The contents of the two files.
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
    Ok(Content {
        certificate: read_one(&files.certificate)?,
        key: Zeroizing::new(read_one(&files.key)?),
    })
}

fn read_one(path: &Path) -> Result<Vec<u8>, TlsError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut bytes))
        .map_err(|error| TlsError::Unreadable {
            path: path.to_owned(),
            error,
        })?;
    Ok(bytes)
}

/// The certificate with its key, if they belong together, it holds now, and clients can follow its
/// chain. `before` is the end of the chain that is shown now, if one is.
pub(super) fn certified(
    files: &TlsFiles,
    content: &Content,
    now: Time,
    before: Option<&End>,
) -> Result<ShownChain, TlsError> {
    let chain = chain_of(files, content)?;
    let validity = chain.first().and_then(|own| Validity::read(own));
    let validity = validity.ok_or_else(|| missing(&files.certificate, "certificate"))?;
    let key = key_of(files, content)?;
    let certified = certified_key(files, &chain, &key)?;
    let certificate = files.certificate.clone();
    if validity.until < now {
        return Err(TlsError::Ended {
            certificate,
            until: rfc3339(validity.until),
        });
    }
    if now < validity.from {
        return Err(TlsError::NotYet {
            certificate,
            from: rfc3339(validity.from),
        });
    }
    let end = chain::end_of(&chain, now, before).map_err(|unusable| match unusable {
        Unusable::CutOff => TlsError::CutOff { certificate },
        Unusable::Refused(reason) => TlsError::NotFollowed {
            certificate,
            reason,
        },
    })?;
    Ok(ShownChain {
        certified: Arc::new(certified),
        until: validity.until,
        end,
    })
}

fn missing(path: &Path, what: &'static str) -> TlsError {
    TlsError::Missing {
        path: path.to_owned(),
        what,
    }
}

/// The certificates of the file, in its order.
fn chain_of(files: &TlsFiles, content: &Content) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    plain_text(&files.certificate, &content.certificate)?;
    CertificateDer::pem_slice_iter(&content.certificate)
        .take(CHAIN_MAX)
        .collect::<Result<Vec<_>, _>>()
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| missing(&files.certificate, "certificate"))
}

fn key_of(files: &TlsFiles, content: &Content) -> Result<PrivateKeyDer<'static>, TlsError> {
    plain_text(&files.key, &content.key)?;
    PrivateKeyDer::from_pem_slice(&content.key).map_err(|_| {
        let holds = |part: &[u8]| content.key.windows(part.len()).any(|window| window == part);
        if holds(b"BEGIN ENCRYPTED PRIVATE KEY") || holds(b"Proc-Type: 4,ENCRYPTED") {
            TlsError::EncryptedKey(files.key.clone())
        } else {
            missing(&files.key, "private key")
        }
    })
}

/// An editor's mark before the first line, or two bytes for each letter, hide that line.
fn plain_text(path: &Path, bytes: &[u8]) -> Result<(), TlsError> {
    const MARKS: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    if MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(TlsError::ByteOrderMark(path.to_owned()));
    }
    Ok(())
}

/// The first certificate with the key; where they do not belong together, which one the key is of.
fn certified_key(
    files: &TlsFiles,
    chain: &[CertificateDer<'static>],
    key: &PrivateKeyDer<'static>,
) -> Result<CertifiedKey, TlsError> {
    let provider = ring::default_provider();
    let with = |chain| CertifiedKey::from_der(chain, key.clone_key(), &provider);
    let (certificate, path) = (files.certificate.clone(), files.key.clone());
    let mismatch = match with(chain.to_vec()) {
        Err(error @ rustls::Error::InconsistentKeys(_)) => error,
        done => {
            return done.map_err(|error| TlsError::Unusable {
                certificate,
                key: path,
                error,
            });
        }
    };
    let is_later = chain
        .iter()
        .skip(1)
        .any(|other| with(vec![other.clone()]).is_ok());
    Err(if is_later {
        TlsError::WrongOrder { certificate }
    } else {
        TlsError::OtherKey {
            certificate,
            key: path,
            error: mismatch,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::parse_rfc3339;

    #[test]
    fn a_certificate_is_taken_while_it_holds_and_neither_before_nor_after() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/certificates");
        let files = TlsFiles {
            certificate: folder.join("expired.pem"),
            key: folder.join("expired.key"),
        };
        let content = read(&files).unwrap();
        let at = |time: &str| certified(&files, &content, parse_rfc3339(time).unwrap(), None);
        let taken = at("2020-01-15T00:00:00Z").unwrap();
        assert_eq!(rfc3339(taken.until), "2020-02-01T00:00:00Z");
        assert!(
            at("2020-01-01T00:00:00Z").is_ok() && at("2020-02-01T00:00:00Z").is_ok(),
            "both ends"
        );
        let early = at("2019-12-31T23:59:59Z").err().unwrap().to_string();
        assert!(
            early.contains("from 2020-01-01T00:00:00Z") && early.contains("clock"),
            "{early}"
        );
        let late = at("2020-02-01T00:00:01Z").err().unwrap().to_string();
        assert!(
            late.contains("ended at 2020-02-01T00:00:00Z") && late.contains("renewed"),
            "{late}"
        );
    }
}
