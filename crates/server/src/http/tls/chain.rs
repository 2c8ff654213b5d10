//! The check that clients can use a chain: everything that they check is checked here.
//!
//! A chain is good if a client that trusts Mozilla's list can follow it, or if it leads to a
//! certificate that vouches for itself (the town's own authority, or a certificate that phones were
//! given). Many towns leave their own authority out of the file, as they may, for the phones have it.
//! Such a chain cannot be told from one that was cut off by looking at it alone, so then:
//!
//! * a public authority writes into what it signs where its own certificate can be had: a chain that
//!   ends so was cut off;
//! * at a reload the chain must end at the issuer at which the one before ended;
//! * at a start it is taken, and the log says at whom it ends.

use std::time::Duration;

use alleyway_core::time::Time;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

/// The object identifier `id-ad-caIssuers` in DER: where the certificate of whoever vouches can be
/// had.
const CA_ISSUERS: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];

/// Who vouches for the last certificate of a chain, as phones would find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// An authority of Mozilla's list.
    Public,
    /// The last one itself.
    Own,
    /// An issuer that is not in the file, by its name in DER.
    Elsewhere(Vec<u8>),
}

/// Why no client could use a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unusable {
    /// A certificate in between is missing.
    CutOff,
    /// The certificates do not vouch for each other, or not for a server.
    Refused(String),
}

/// Finds the end of a chain whose first certificate is the server's own. `before` is the end of the
/// one that is shown now, if there is one.
pub(super) fn end_of(
    chain: &[CertificateDer<'_>],
    now: Time,
    before: Option<&End>,
) -> Result<End, Unusable> {
    let unreadable = || Unusable::Refused("it cannot be read".to_owned());
    let (own, others) = chain.split_first().ok_or_else(unreadable)?;
    if verifies(own, others, None, now).is_ok() {
        return Ok(End::Public);
    }
    let last = last_of(own, others).ok_or_else(unreadable)?;
    verifies(own, others, Some(last), now).map_err(|error| match error {
        webpki::Error::UnknownIssuer => Unusable::CutOff,
        error => Unusable::Refused(error.to_string()),
    })?;
    let certificate = EndEntityCert::try_from(last).map_err(|_| unreadable())?;
    if certificate.issuer() == certificate.subject() {
        return Ok(End::Own);
    }
    let end = End::Elsewhere(certificate.issuer().to_vec());
    let is_public = last
        .windows(CA_ISSUERS.len())
        .any(|window| window == CA_ISSUERS);
    if is_public || before.is_some_and(|before| *before != end) {
        return Err(Unusable::CutOff);
    }
    Ok(end)
}

/// The last certificate on the way from one to whoever vouches for it, by name.
fn last_of<'a>(
    own: &'a CertificateDer<'a>,
    others: &'a [CertificateDer<'a>],
) -> Option<&'a CertificateDer<'a>> {
    let mut last = own;
    for _ in 0..=others.len() {
        let certificate = EndEntityCert::try_from(last).ok()?;
        let vouches = |other: &&CertificateDer<'_>| {
            *other != last
                && EndEntityCert::try_from(*other)
                    .is_ok_and(|other| other.subject() == certificate.issuer())
        };
        match others.iter().find(vouches) {
            Some(next) if certificate.issuer() != certificate.subject() => last = next,
            _ => break,
        }
    }
    Some(last)
}

/// Whether a client takes the chain that trusts `anchor`, or Mozilla's list if there is none.
fn verifies(
    own: &CertificateDer<'_>,
    others: &[CertificateDer<'_>],
    anchor: Option<&CertificateDer<'_>>,
    now: Time,
) -> Result<(), webpki::Error> {
    let certificate = EndEntityCert::try_from(own)?;
    let given;
    let anchors = match anchor {
        None => webpki_roots::TLS_SERVER_ROOTS,
        // Whoever trusts the issuer of the own certificate is shown nothing else.
        Some(anchor) if anchor == own && certificate.issuer() != certificate.subject() => {
            return Ok(());
        }
        Some(anchor) => {
            given = [anchor_from_trusted_cert(anchor)?];
            &given
        }
    };
    let since = Duration::from_secs(u64::try_from(now.seconds()).unwrap_or_default());
    certificate
        .verify_for_usage(
            ring::default_provider()
                .signature_verification_algorithms
                .all,
            anchors,
            others,
            UnixTime::since_unix_epoch(since),
            KeyUsage::server_auth(),
            None,
            None,
        )
        .map(drop)
}
