//! Directories: the units, names, posts and keys that members need offline. The server writes them
//! from the unit documents, which are the truth.

use crate::crypto::PublicKey;
use crate::id::{CommandId, MemberId, UnitId};
use crate::kinds::unit::{Post, UnitKind};
use crate::limits::{DIRECTORY_ROWS_MAX, NAME_BYTES_MAX};
use crate::step::{flag, opaque, unit};
use crate::text::Text;
use crate::time::Time;
use crate::wire::List;
use crate::wire_struct;

crate::steps! {
    /// A directory's change.
    DirectoryCommand {
        /// Creates the directory of a village or of the town.
        0x09 => Open(OpenDirectory) = "open_directory",
        /// Puts rows: each replaces the row of the same unit, appointment or device.
        0x11 => Update(UpdateDirectory) = "update_directory",
        /// Says that devices are stopped, or go on.
        0x19 => Retire(RetireDevices) = "retire_devices",
        /// Says which appointments are cleared for their units' confidential feeds.
        0x21 => Clearances(Clearances) = "clearances",
    }
}

crate::step! {
    /// A new directory.
    OpenDirectory {
        /// The village, community or town whose directory it is.
        of: UnitId = unit(),
    }
}

crate::step! {
    /// Rows to put.
    #[derive(Default)]
    UpdateDirectory {
        /// Units.
        units: List<UnitRow, DIRECTORY_ROWS_MAX> = opaque(),
        /// Appointments.
        posts: List<PostRow, DIRECTORY_ROWS_MAX> = opaque(),
        /// Devices.
        devices: List<DeviceRow, DIRECTORY_ROWS_MAX> = opaque(),
    }
}

crate::step! {
    /// Clearances to put.
    #[derive(Default)]
    Clearances {
        /// Appointments that the directory names, and whether each is cleared.
        rows: List<(CommandId, bool), DIRECTORY_ROWS_MAX> = opaque(),
    }
}

crate::step! {
    /// Devices that are stopped, or go on: nothing is to be sealed to a stopped one.
    #[derive(Default)]
    RetireDevices {
        /// Their keys to sign with.
        devices: List<PublicKey, DIRECTORY_ROWS_MAX> = opaque(),
        /// They were stopped, and go on.
        back: bool = flag(),
    }
}

/// A unit, as others need to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// The unit.
    pub unit: UnitId,
    /// The kind of the unit.
    pub kind: UnitKind,
    /// The unit that it belongs to.
    pub parent: Option<UnitId>,
    /// Its name.
    pub name: Text<NAME_BYTES_MAX>,
}
wire_struct!(UnitRow {
    unit,
    kind,
    parent,
    name
});

/// An appointment, as others need to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRow {
    /// The appointment.
    pub appointment: CommandId,
    /// Where.
    pub unit: UnitId,
    /// The post.
    pub post: Post,
    /// Who.
    pub member: MemberId,
    /// The person's name.
    pub name: Text<NAME_BYTES_MAX>,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Option<Time>,
}
wire_struct!(PostRow {
    appointment,
    unit,
    post,
    member,
    name,
    from,
    until
});

/// A device's public keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Whose it is.
    pub member: MemberId,
    /// Ed25519, to sign.
    pub signing: PublicKey,
    /// X25519, to seal.
    pub sealing: [u8; 32],
}
wire_struct!(DeviceRow {
    member,
    signing,
    sealing
});
