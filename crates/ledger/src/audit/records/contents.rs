//! The contents of the audit's records, a type for each kind of event.

use alleyway_core::admission::Admitted;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId, UnitId};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Reader, WireError, put_varint};
use alleyway_core::wire_struct;

/// Documents named in one record; a page that shows more makes several.
pub(crate) const DOCUMENTS_MAX: usize = 128;
/// Codes of refusals counted in one record: more than there are.
const CODES_MAX: usize = 128;

/// The verdicts on a batch's commands, those that are new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictsAudited {
    /// Whose batch.
    pub device: DeviceId,
    /// Its number.
    pub batch: u64,
    /// The number that were admitted.
    pub admitted: u32,
    /// The number that lie in a tray.
    pub kept: u32,
    /// The number without a final verdict.
    pub waiting: u32,
    /// The number that were refused, by code.
    pub refused: List<(RefusalCode, u32), CODES_MAX>,
}
wire_struct!(VerdictsAudited {
    device,
    batch,
    admitted,
    kept,
    waiting,
    refused
});

/// The server was restored from a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoredAudited {
    /// The incarnation that began.
    pub incarnation: u32,
}
wire_struct!(RestoredAudited { incarnation });

/// A member was invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitedAudited {
    /// Who.
    pub member: MemberId,
    /// The device that the new one takes the place of.
    pub replaces: Option<DeviceId>,
}
wire_struct!(InvitedAudited { member, replaces });

/// A device was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnrolledAudited {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub member: MemberId,
    /// Its code.
    pub code: u32,
}
wire_struct!(EnrolledAudited {
    device,
    member,
    code
});

/// A device is not to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoppedAudited {
    /// The device.
    pub device: DeviceId,
    /// The reason.
    pub why: Stop,
}
wire_struct!(StoppedAudited { device, why });

/// Something about a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceAudited {
    /// The device.
    pub device: DeviceId,
}
wire_struct!(DeviceAudited { device });

/// A device has handed in as much as it may for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetAudited {
    /// The device.
    pub device: DeviceId,
    /// From when on more is taken.
    pub until: Time,
}
wire_struct!(BudgetAudited { device, until });

/// A device's chain forked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForkedAudited {
    /// The device.
    pub device: DeviceId,
    /// The number of the batch.
    pub batch: u64,
}
wire_struct!(ForkedAudited { device, batch });

/// A page of a sync, or of a search, was sent to a supervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadAudited {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub member: MemberId,
    /// The cases on the page.
    pub documents: List<DocumentId, DOCUMENTS_MAX>,
}
wire_struct!(ReadAudited {
    device,
    member,
    documents
});

/// Devices were confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarantineEnded {
    /// Devices that go on.
    pub kept: u64,
    /// Devices that were revoked.
    pub revoked: u64,
    /// Invitations that were withdrawn.
    pub withdrawn: u64,
}
wire_struct!(QuarantineEnded {
    kept,
    revoked,
    withdrawn
});

/// Something was written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportedAudited {
    /// The number of records of this audit.
    pub records: u64,
}
wire_struct!(ExportedAudited { records });

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// The author; the server's own member for what an administrator did at the server.
    pub member: MemberId,
    /// The author's device.
    pub device: DeviceId,
}
wire_struct!(By { member, device });

impl By {
    /// Whoever handed in an admitted command.
    pub(crate) fn of(admitted: &Admitted) -> Self {
        let origin = admitted.origin();
        Self {
            member: origin.author,
            device: DeviceId::of(&origin.device),
        }
    }
}

/// Something about an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostAudited {
    /// The unit.
    pub unit: UnitId,
    /// The appointment.
    pub appointment: CommandId,
    /// Whose it is.
    pub member: MemberId,
    /// Who did it.
    pub by: By,
}
wire_struct!(PostAudited {
    unit,
    appointment,
    member,
    by
});

/// A device was confirmed for a confidential feed, by itself or with its member's clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceConfirmed {
    /// The unit whose feed it is.
    pub unit: UnitId,
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub member: MemberId,
    /// Who did it.
    pub by: By,
}
wire_struct!(DeviceConfirmed {
    unit,
    device,
    member,
    by
});

/// An administrator's command did what the record behind this one says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandedAudited {
    /// The unit in whose document the command stands.
    pub unit: UnitId,
    /// The command.
    pub command: CommandId,
    /// Whose it is.
    pub by: By,
}
wire_struct!(CommandedAudited { unit, command, by });

/// A record's content that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterAudited {
    tag: u64,
    rest: Vec<u8>,
}

impl LaterAudited {
    pub(super) fn encode_later(&self, out: &mut Vec<u8>) {
        put_varint(out, self.tag);
        out.extend_from_slice(&self.rest);
    }

    /// Everything behind the number of a kind, to its end.
    pub(super) fn decode_later(tag: u64, from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            tag,
            rest: from.take(from.remaining())?.to_vec(),
        })
    }
}
