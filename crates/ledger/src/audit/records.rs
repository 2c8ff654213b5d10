//! The records of the audit: an event of some kind, chained to the one before.

mod contents;

use alleyway_core::crypto::Hash;
use alleyway_core::id::{DeviceId, MemberId, UnitId};
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire, WireError};
use alleyway_core::wire_enum;

pub(super) use contents::DOCUMENTS_MAX;
pub use contents::{
    BudgetAudited, By, CommandedAudited, DeviceAudited, DeviceConfirmed, EnrolledAudited,
    ExportedAudited, ForkedAudited, InvitedAudited, LaterAudited, PostAudited, QuarantineEnded,
    ReadAudited, RestoredAudited, StoppedAudited, VerdictsAudited,
};

/// An event that is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audited {
    /// A batch's commands were given verdicts.
    Verdicts(VerdictsAudited),
    /// A member was invited to enrol a device.
    Invited(InvitedAudited),
    /// A device was taken in.
    Enrolled(EnrolledAudited),
    /// A device is not to go on.
    Stopped(StoppedAudited),
    /// A stopped device goes on.
    Reinstated(DeviceAudited),
    /// A device has another name; which one is not written down.
    Renamed(DeviceAudited),
    /// A device handed in a second, different batch of one number.
    Forked(ForkedAudited),
    /// A page was sent to a supervisor.
    Read(ReadAudited),
    /// An administrator has confirmed the devices after the security journal was lost.
    QuarantineEnded(QuarantineEnded),
    /// The records about somebody or something were written out.
    Exported(ExportedAudited),
    /// Somebody was given a post.
    Appointed(PostAudited),
    /// An appointment was given an end.
    PostEnded(PostAudited),
    /// An appointment without an end was changed: its name, its beginning, or that it goes on.
    PostAmended(PostAudited),
    /// The first of two persons cleared an appointment for the unit's confidential feed.
    Cleared(PostAudited),
    /// The second person confirmed it: it is in force.
    ClearanceConfirmed(PostAudited),
    /// A clearance was ended.
    ClearanceEnded(PostAudited),
    /// A device is sent the confidential feed from now on.
    DeviceConfirmed(DeviceConfirmed),
    /// The server was restored from a backup.
    Restored(RestoredAudited),
    /// A device has handed in as much as it may for now.
    BudgetUsedUp(BudgetAudited),
    /// An administrator's command did what the next record says.
    Commanded(CommandedAudited),
    /// An invitation is not to be used any more.
    InvitationWithdrawn(InvitedAudited),
    /// A kind of a later version: kept as it is, and part of the chain.
    Later(LaterAudited),
}
wire_enum!(Audited {
    1 => Verdicts,
    2 => Invited,
    3 => Enrolled,
    4 => Stopped,
    5 => Reinstated,
    6 => Renamed,
    7 => Forked,
    8 => Read,
    9 => QuarantineEnded,
    10 => Exported,
    11 => Appointed,
    12 => PostEnded,
    13 => PostAmended,
    14 => Cleared,
    15 => ClearanceConfirmed,
    16 => ClearanceEnded,
    17 => DeviceConfirmed,
    18 => Restored,
    19 => BudgetUsedUp,
    20 => Commanded,
    21 => InvitationWithdrawn,
    else Later(LaterAudited),
});

impl Audited {
    /// Every word of [`Audited::kind`].
    pub const KINDS: [&'static str; 22] = [
        "verdicts",
        "invited",
        "enrolled",
        "stopped",
        "reinstated",
        "renamed",
        "forked",
        "read",
        "quarantine_ended",
        "exported",
        "appointed",
        "post_ended",
        "post_amended",
        "cleared",
        "clearance_confirmed",
        "clearance_ended",
        "device_confirmed",
        "restored",
        "budget_used_up",
        "commanded",
        "invitation_withdrawn",
        "unknown",
    ];

    /// The word for it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Verdicts(_) => "verdicts",
            Self::Invited(_) => "invited",
            Self::Enrolled(_) => "enrolled",
            Self::Stopped(_) => "stopped",
            Self::Reinstated(_) => "reinstated",
            Self::Renamed(_) => "renamed",
            Self::Forked(_) => "forked",
            Self::Read(_) => "read",
            Self::QuarantineEnded(_) => "quarantine_ended",
            Self::Exported(_) => "exported",
            Self::Appointed(_) => "appointed",
            Self::PostEnded(_) => "post_ended",
            Self::PostAmended(_) => "post_amended",
            Self::Cleared(_) => "cleared",
            Self::ClearanceConfirmed(_) => "clearance_confirmed",
            Self::ClearanceEnded(_) => "clearance_ended",
            Self::DeviceConfirmed(_) => "device_confirmed",
            Self::Restored(_) => "restored",
            Self::BudgetUsedUp(_) => "budget_used_up",
            Self::Commanded(_) => "commanded",
            Self::InvitationWithdrawn(_) => "invitation_withdrawn",
            Self::Later(_) => "unknown",
        }
    }

    /// The device it is about.
    pub fn device(&self) -> Option<DeviceId> {
        match self {
            Self::Verdicts(of) => Some(of.device),
            Self::Invited(of) | Self::InvitationWithdrawn(of) => of.replaces,
            Self::Enrolled(of) => Some(of.device),
            Self::Stopped(of) => Some(of.device),
            Self::BudgetUsedUp(of) => Some(of.device),
            Self::Reinstated(of) | Self::Renamed(of) => Some(of.device),
            Self::Forked(of) => Some(of.device),
            Self::Read(of) => Some(of.device),
            Self::DeviceConfirmed(of) => Some(of.device),
            _ => None,
        }
    }

    /// The member it is about.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Self::Invited(of) | Self::InvitationWithdrawn(of) => Some(of.member),
            Self::Enrolled(of) => Some(of.member),
            Self::Read(of) => Some(of.member),
            Self::DeviceConfirmed(of) => Some(of.member),
            _ => self.post().map(|of| of.member),
        }
    }

    /// The appointment it is about.
    pub fn post(&self) -> Option<&PostAudited> {
        match self {
            Self::Appointed(of)
            | Self::PostEnded(of)
            | Self::PostAmended(of)
            | Self::Cleared(of)
            | Self::ClearanceConfirmed(of)
            | Self::ClearanceEnded(of) => Some(of),
            _ => None,
        }
    }

    /// The unit it is about.
    pub fn unit(&self) -> Option<UnitId> {
        match self {
            Self::DeviceConfirmed(of) => Some(of.unit),
            Self::Commanded(of) => Some(of.unit),
            _ => self.post().map(|of| of.unit),
        }
    }

    /// Who gave the post, the clearance or the confirmation.
    pub fn by(&self) -> Option<By> {
        match self {
            Self::DeviceConfirmed(of) => Some(of.by),
            Self::Commanded(of) => Some(of.by),
            _ => self.post().map(|of| of.by),
        }
    }
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// When.
    pub at: Time,
    /// The event.
    pub what: Audited,
    /// The chain hash here.
    pub chain: Hash,
}

impl Wire for AuditRecord {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.entry());
        self.chain.encode(out);
    }

    /// The record takes what is left, so a content that cannot be read has an end all the same.
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let at = Time::decode(from)?;
        let length = from
            .remaining()
            .checked_sub(size_of::<Hash>())
            .ok_or(WireError::Truncated)?;
        let what = Audited::from_bytes(from.take(length)?)?;
        Ok(Self {
            at,
            what,
            chain: Hash::decode(from)?,
        })
    }
}

impl AuditRecord {
    /// The bytes that its chain hash covers.
    pub(super) fn entry(&self) -> Vec<u8> {
        let mut entry = self.at.to_bytes();
        self.what.encode(&mut entry);
        entry
    }
}
