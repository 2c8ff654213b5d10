//! Enrolment: a one-time code and the device's new keys against an identity.

use crate::crypto::{PublicKey, SealingKey, SecretKey, Signature, hash};
use crate::id::{MemberId, TownId};
use crate::limits::NAME_BYTES_MAX;
use crate::number::TrackingCode;
use crate::sync::certificate::Certificate;
use crate::sync::challenge::Challenge;
use crate::sync::frame::Lease;
use crate::text::Text;
use crate::time::Time;
use crate::wire::Wire;
use crate::wire_struct;
use thiserror::Error;

/// An invitation's one-time code: as unguessable as a tracking code, and read the same way.
pub type InvitationCode = TrackingCode;

const DOMAIN: &str = "alleyway enrol 1";

/// A device asks to be taken in. Idempotent per code and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrol {
    /// The invitation.
    pub code: InvitationCode,
    /// The device's key to sign with.
    pub signing: PublicKey,
    /// The device's key to seal to (X25519).
    pub sealing: [u8; 32],
    /// The name that its owner gives it.
    pub name: Text<NAME_BYTES_MAX>,
    /// The phone's clock.
    pub clock: Time,
    /// Proves that the device has the key.
    pub signature: Signature,
}
wire_struct!(Enrol {
    code,
    signing,
    sealing,
    name,
    clock,
    signature
});

impl Enrol {
    /// The request of a device with these keys.
    pub fn new(
        code: InvitationCode,
        secret: &SecretKey,
        sealing: [u8; 32],
        name: Text<NAME_BYTES_MAX>,
        clock: Time,
    ) -> Self {
        let signing = secret.public();
        let mut enrol = Self {
            code,
            signing,
            sealing,
            name,
            clock,
            signature: Signature([0; 64]),
        };
        enrol.signature = secret.sign(DOMAIN, &enrol.message());
        enrol
    }

    /// Checks that the signature is that of the key.
    ///
    /// # Errors
    /// [`EnrolError::BadSignature`].
    pub fn verify(self) -> Result<VerifiedEnrol, EnrolError> {
        if self
            .signing
            .verifies(DOMAIN, &self.message(), &self.signature)
        {
            Ok(VerifiedEnrol(self))
        } else {
            Err(EnrolError::BadSignature)
        }
    }

    fn message(&self) -> [u8; 32] {
        let (code, clock) = (self.code.to_bytes(), self.clock.to_bytes());
        hash(
            DOMAIN,
            &[
                &code,
                &self.signing.0,
                &self.sealing,
                self.name.as_bytes(),
                &clock,
            ],
        )
    }
}

/// A request whose device has the key it names.
#[derive(Debug, Clone)]
pub struct VerifiedEnrol(Enrol);

impl std::ops::Deref for VerifiedEnrol {
    type Target = Enrol;
    fn deref(&self) -> &Enrol {
        &self.0
    }
}

/// The device's identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The town.
    pub town: TownId,
    /// The town's name.
    pub town_name: Text<NAME_BYTES_MAX>,
    /// The server's key, under which verdicts are signed.
    pub server: PublicKey,
    /// Whose device it is.
    pub member: MemberId,
    /// The member's name.
    pub name: Text<NAME_BYTES_MAX>,
    /// The device's code, of which case numbers are made; never given twice.
    pub device_code: u32,
    /// The server's word for it, to show to other devices.
    pub certificate: Certificate,
    /// The town's key, to which batches are sealed that nobody on the way is to read.
    pub town_sealing: SealingKey,
    /// The server's half of the lease.
    pub lease: Lease,
    /// For the first hello.
    pub challenge: Challenge,
    /// The server's clock.
    pub clock: Time,
    /// The work that the server has of the device whose place this one takes, if it takes one's.
    pub moved: Option<MovedFrom>,
}
wire_struct!(Enrolled {
    town,
    town_name,
    server,
    member,
    name,
    device_code,
    certificate,
    town_sealing,
    lease,
    challenge,
    clock,
    moved
});

/// The work that the server has of a device whose place another one took. Everything else on it is
/// lost with it, unless it still syncs: then that goes to the review tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovedFrom {
    /// The old device's code.
    pub device_code: u32,
    /// The last batch held of it; 0 if it handed in nothing.
    pub held: u64,
    /// Batches before it that have not come.
    pub missing: u64,
    /// When the last one was received.
    pub last_received: Option<Time>,
    /// Its commands that stand.
    pub admitted: u64,
    /// Its commands that were refused.
    pub refused: u64,
    /// Its commands that lie in a tray.
    pub kept: u64,
}
wire_struct!(MovedFrom {
    device_code,
    held,
    missing,
    last_received,
    admitted,
    refused,
    kept
});

/// Why a device was not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EnrolError {
    /// No invitation has this code.
    #[error("no invitation has this code")]
    CodeUnknown,
    /// Another device used the code.
    #[error("the code was used by another device")]
    CodeUsed,
    /// The invitation is too old.
    #[error("the code has expired")]
    CodeExpired,
    /// The device is another member's already.
    #[error("this device is enrolled for another member")]
    DeviceTaken,
    /// The device was revoked, reported lost or frozen.
    #[error("this device was stopped")]
    DeviceStopped,
    /// The request is not signed by its own key.
    #[error("the request's signature is wrong")]
    BadSignature,
}

impl EnrolError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::CodeUnknown => "code_unknown",
            Self::CodeUsed => "code_used",
            Self::CodeExpired => "code_expired",
            Self::DeviceTaken => "device_taken",
            Self::DeviceStopped => "device_stopped",
            Self::BadSignature => "bad_signature",
        }
    }
}
