//! The security journal: whose devices there are, which codes were shown, used or withdrawn, which devices
//! are stopped, and which posts and clearances have ended.
//!
//! It lies outside the ledger's backup ([`alleyway_core::store::Store::journal`]), so that a restored
//! ledger does not forget a revocation. The ledger's state counts its entries and chains them.
//! Entries beyond what a restored ledger counts are carried out again when it is opened
//! (`devices/replay.rs`).

use crate::rows::Tx;
use alleyway_core::id::{CommandId, DeviceId, MemberId, UnitId};
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire;
use alleyway_core::{wire_enum, wire_struct};

/// The domain that its entries are chained under.
pub(crate) const DOMAIN: &str = "alleyway security journal 1";

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JournalRecord {
    /// A device was taken in.
    Enrolled(EnrolledNote),
    /// An invitation's code was used.
    CodeUsed(CodeUsedNote),
    /// A device is not to go on.
    Stopped(StoppedNote),
    /// A device that was stopped goes on.
    Reinstated(ReinstatedNote),
    /// The ledger was restored from a backup.
    Restored(RestoredNote),
    /// The end or the clearance of an appointment is another.
    Post(PostNote),
    /// An invitation is not to be used any more.
    Withdrawn(WithdrawnNote),
    /// An invitation's code was shown to the device that asked for it.
    Shown(ShownNote),
}
wire_enum!(JournalRecord { 1 => Enrolled, 2 => CodeUsed, 3 => Stopped, 4 => Reinstated, 5 => Restored, 6 => Post, 7 => Withdrawn, 8 => Shown });

/// A device was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnrolledNote {
    pub(crate) certificate: Certificate,
    pub(crate) name: Text<NAME_BYTES_MAX>,
    pub(crate) at: Time,
}
wire_struct!(EnrolledNote {
    certificate,
    name,
    at
});

/// An invitation's code was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodeUsedNote {
    pub(crate) index: [u8; 16],
    pub(crate) member: MemberId,
    pub(crate) device: DeviceId,
    pub(crate) replaces: Option<DeviceId>,
    pub(crate) at: Time,
}
wire_struct!(CodeUsedNote {
    index,
    member,
    device,
    replaces,
    at
});

/// A device is not to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoppedNote {
    pub(crate) device: DeviceId,
    pub(crate) why: Stop,
    pub(crate) at: Time,
}
wire_struct!(StoppedNote { device, why, at });

/// A device that was stopped goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReinstatedNote {
    pub(crate) device: DeviceId,
    pub(crate) at: Time,
}
wire_struct!(ReinstatedNote { device, at });

/// The ledger was restored from a backup, as this incarnation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RestoredNote {
    pub(crate) incarnation: u32,
    pub(crate) at: Time,
}
wire_struct!(RestoredNote { incarnation, at });

/// The end and the clearance of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PostNote {
    pub(crate) unit: UnitId,
    pub(crate) appointment: CommandId,
    /// Until when; none if it goes on.
    pub(crate) until: Option<Time>,
    /// Whether two persons have cleared it for the unit's confidential feed.
    pub(crate) is_cleared: bool,
    pub(crate) at: Time,
}
wire_struct!(PostNote {
    unit,
    appointment,
    until,
    is_cleared,
    at
});

/// An invitation is not to be used any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WithdrawnNote {
    pub(crate) index: [u8; 16],
    pub(crate) member: MemberId,
    pub(crate) at: Time,
}
wire_struct!(WithdrawnNote { index, member, at });

/// An invitation's code was shown. Which one follows from the two commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShownNote {
    pub(crate) asked: CommandId,
    pub(crate) granted: CommandId,
    pub(crate) at: Time,
}
wire_struct!(ShownNote { asked, granted, at });

impl JournalRecord {
    /// The device that was taken in.
    pub(crate) fn enrolled(&self) -> Option<DeviceId> {
        match self {
            Self::Enrolled(note) => Some(DeviceId::of(&note.certificate.device)),
            _ => None,
        }
    }
}

/// Writes an entry, in the transaction in the making.
pub(crate) fn note(tx: &mut Tx<'_>, record: &JournalRecord) {
    tx.extend_journal(DOMAIN, record.to_bytes());
}
