//! A certificate whose chain stops short is told from one that nobody trusted vouches for.
//!
//! To rustls both have an unknown issuer. They ask for different things: the first is a slip in the
//! server's files, for which its administrator puts the whole chain in; the second is another
//! authority, or somebody in the server's place.

use std::sync::Arc;

use thiserror::Error;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme,
};
use webpki::EndEntityCert;

/// The object identifier `id-ad-caIssuers` in DER: where the certificate of whoever vouches can be
/// had. Public authorities write it into what they sign, but not into their own roots.
const CA_ISSUERS: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];

/// The chain stops before an authority.
#[derive(Debug, Error)]
#[error("its chain stops short: the certificate that vouches for the last one is not shown")]
pub(super) struct StopsShort;

/// rustls's own verifier; of a certificate that it refuses for an unknown issuer it says whether the
/// chain stops short.
#[derive(Debug)]
pub(super) struct Verifier {
    /// Decides.
    pub(super) inner: Arc<WebPkiServerVerifier>,
    /// Whether this device was given authorities of its town's own.
    pub(super) has_own: bool,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        shown: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.inner.verify_server_cert(own, shown, name, ocsp, now);
        let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        match verified {
            Err(error) if error == unknown && stops_short(own, shown, self.has_own) => {
                let why = OtherError(Arc::new(StopsShort));
                Err(Error::InvalidCertificate(CertificateError::Other(why)))
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Whether the chain leads from the server's own certificate to one whose issuer is not shown, where
/// an issuer in between is to be expected: a public authority's, or any where the town has one of its
/// own, which this device was given.
fn stops_short(own: &CertificateDer<'_>, shown: &[CertificateDer<'_>], has_own: bool) -> bool {
    let mut last = own;
    for _ in 0..=shown.len() {
        let Ok(certificate) = EndEntityCert::try_from(last) else {
            return false;
        };
        if certificate.issuer() == certificate.subject() {
            return false;
        }
        let vouches = |other: &&CertificateDer<'_>| {
            *other != last
                && EndEntityCert::try_from(*other)
                    .is_ok_and(|other| other.subject() == certificate.issuer())
        };
        match shown.iter().find(vouches) {
            Some(next) => last = next,
            None => return has_own || contains(last, CA_ISSUERS),
        }
    }
    false
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
