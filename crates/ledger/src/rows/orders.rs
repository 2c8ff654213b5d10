//! Orders of administrators' commands about devices and invitations: their documents say that it is to
//! be, and it is done once the batch at hand has been judged.

use alleyway_core::id::{CommandId, DeviceId, MemberId, UnitId};
use alleyway_core::sync::frame::Stop;

/// Something that an admitted command of an administrator orders.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    /// The thing to be done.
    pub(crate) what: Ordered,
    /// The unit in whose document it was ordered.
    pub(crate) unit: UnitId,
    /// The command that put it into force.
    pub(crate) command: CommandId,
    /// Its author.
    pub(crate) member: MemberId,
    /// Its author's device.
    pub(crate) device: DeviceId,
}

/// Who is invited.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Invited {
    /// The appointment with which the invitation ends.
    pub(crate) appointment: CommandId,
    /// Who holds it.
    pub(crate) member: MemberId,
    /// The device that the new one is to take the place of.
    pub(crate) replaces: Option<DeviceId>,
}

/// The thing to be done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ordered {
    /// A device is not to go on.
    Stop(DeviceId, Stop),
    /// A frozen device goes on.
    Thaw(DeviceId),
    /// Somebody is invited, by the command that asked for it.
    Invite(CommandId, Invited),
    /// The invitation that this command asked for is not to be used.
    Withdraw(CommandId),
}
