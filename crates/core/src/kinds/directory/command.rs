//! Directories: the units, names, posts and keys that members need offline. The server writes them
//! from the unit documents, which are the truth.

use crate::crypto::PublicKey;
use crate::id::{CommandId, MemberId, UnitId};
use crate::kinds::unit::{Post, UnitKind};
use crate::limits::{DIRECTORY_ROWS_MAX, NAME_BYTES_MAX};
use crate::text::Text;
use crate::time::Time;
use crate::wire::List;
use crate::{wire_enum, wire_struct};

/// A directory's change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryCommand {
    /// Creates the directory of a village or of the town.
    Open(OpenDirectory),
    /// Puts rows: each replaces the row of the same unit, appointment or device.
    Update(UpdateDirectory),
    /// Says that devices are stopped, or go on.
    Retire(RetireDevices),
    /// Says which appointments are cleared for their units' confidential feeds.
    Clearances(Clearances),
}
wire_enum!(DirectoryCommand { 0x09 => Open, 0x11 => Update, 0x19 => Retire, 0x21 => Clearances });

impl DirectoryCommand {
    /// The word for the change.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Open(_) => "open_directory",
            Self::Update(_) => "update_directory",
            Self::Retire(_) => "retire_devices",
            Self::Clearances(_) => "clearances",
        }
    }
}

/// A new directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDirectory {
    /// The village, community or town whose directory it is.
    pub of: UnitId,
}
wire_struct!(OpenDirectory { of });

/// Rows to put.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateDirectory {
    /// Units.
    pub units: List<UnitRow, DIRECTORY_ROWS_MAX>,
    /// Appointments.
    pub posts: List<PostRow, DIRECTORY_ROWS_MAX>,
    /// Devices.
    pub devices: List<DeviceRow, DIRECTORY_ROWS_MAX>,
}
wire_struct!(UpdateDirectory {
    units,
    posts,
    devices
});

/// Clearances to put.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clearances {
    /// Appointments that the directory names, and whether each is cleared.
    pub rows: List<(CommandId, bool), DIRECTORY_ROWS_MAX>,
}
wire_struct!(Clearances { rows });

/// Devices that are stopped, or go on: nothing is to be sealed to a stopped one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RetireDevices {
    /// Their keys to sign with.
    pub devices: List<PublicKey, DIRECTORY_ROWS_MAX>,
    /// They were stopped, and go on.
    pub back: bool,
}
wire_struct!(RetireDevices { devices, back });

/// A unit, as others need to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// The unit.
    pub unit: UnitId,
    /// What it is.
    pub kind: UnitKind,
    /// What it belongs to.
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
    /// What as.
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
