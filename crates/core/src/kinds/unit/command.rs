//! Units of the tree and the posts in them.

use crate::id::{CommandId, DeviceId, MemberId, UnitId};
use crate::limits::{CODE_BYTES_MAX, NAME_BYTES_MAX};
use crate::text::Text;
use crate::time::Time;
use crate::{wire_enum, wire_struct, word_enum};

/// A unit's change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitCommand {
    /// Creates the unit.
    Create(CreateUnit),
    /// Gives it another name.
    Rename(RenameUnit),
    /// Puts it under another parent.
    Move(MoveUnit),
    /// Gives somebody a post in it; the appointment's id is the command's.
    Appoint(Appoint),
    /// Changes an appointment's name or dates.
    Amend(Amend),
    /// The first of two persons clears an appointment for the unit's confidential feed.
    Clear(Clear),
    /// The second person confirms it; from now on it is in force.
    ConfirmClearance(ConfirmClearance),
    /// A clearance ends.
    EndClearance(EndClearance),
    /// The server notes a device that somebody who is cleared has enrolled.
    NoteDevice(NoteDevice),
    /// A second person confirms such a device; from now on it is sent the confidential feed.
    ConfirmDevice(ConfirmDevice),
}
wire_enum!(UnitCommand {
    0x09 => Create, 0x11 => Rename, 0x19 => Move, 0x21 => Appoint, 0x29 => Amend, 0x31 => Clear,
    0x39 => ConfirmClearance, 0x41 => EndClearance, 0x49 => NoteDevice, 0x51 => ConfirmDevice,
});

impl UnitCommand {
    /// The word for the change.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Create(_) => "create_unit",
            Self::Rename(_) => "rename_unit",
            Self::Move(_) => "move_unit",
            Self::Appoint(_) => "appoint",
            Self::Amend(_) => "amend_appointment",
            Self::Clear(_) => "clear",
            Self::ConfirmClearance(_) => "confirm_clearance",
            Self::EndClearance(_) => "end_clearance",
            Self::NoteDevice(_) => "note_device",
            Self::ConfirmDevice(_) => "confirm_device",
        }
    }
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateUnit {
    /// The key that the town's lists use for it.
    pub key: Text<CODE_BYTES_MAX>,
    /// Its name.
    pub name: Text<NAME_BYTES_MAX>,
    /// What it is.
    pub kind: UnitKind,
    /// What it belongs to; none for the root.
    pub parent: Option<UnitId>,
}
wire_struct!(CreateUnit {
    key,
    name,
    kind,
    parent
});

/// Another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameUnit {
    /// The name.
    pub name: Text<NAME_BYTES_MAX>,
}
wire_struct!(RenameUnit { name });

/// Another parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveUnit {
    /// The parent.
    pub parent: UnitId,
}
wire_struct!(MoveUnit { parent });

/// A post, from a time and perhaps until one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appoint {
    /// Who.
    pub member: MemberId,
    /// The key that the town's lists use for the person.
    pub key: Text<CODE_BYTES_MAX>,
    /// The person's name.
    pub name: Text<NAME_BYTES_MAX>,
    /// What as.
    pub post: Post,
    /// From when.
    pub from: Time,
    /// Until when; open if none.
    pub until: Option<Time>,
}
wire_struct!(Appoint {
    member,
    key,
    name,
    post,
    from,
    until
});

/// An appointment's new name and dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amend {
    /// The appointment.
    pub appointment: CommandId,
    /// The person's name.
    pub name: Text<NAME_BYTES_MAX>,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Option<Time>,
}
wire_struct!(Amend {
    appointment,
    name,
    from,
    until
});

/// The first person's word for a clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clear {
    /// The appointment, in this unit.
    pub appointment: CommandId,
}
wire_struct!(Clear { appointment });

/// The second person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfirmClearance {
    /// The appointment.
    pub appointment: CommandId,
    /// The command of the first person that is confirmed.
    pub clear: CommandId,
}
wire_struct!(ConfirmClearance { appointment, clear });

/// The end of a clearance; one person suffices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndClearance {
    /// The appointment.
    pub appointment: CommandId,
}
wire_struct!(EndClearance { appointment });

/// A device of somebody who is cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteDevice {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub member: MemberId,
}
wire_struct!(NoteDevice { device, member });

/// A second person's word for a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfirmDevice {
    /// The device.
    pub device: DeviceId,
}
wire_struct!(ConfirmDevice { device });

word_enum!(
    /// What a unit is.
    UnitKind {
        /// 县
        County = "county",
        /// 镇
        Town = "town",
        /// 村
        Village = "village",
        /// 社区
        Community = "community",
        /// 巷
        Alley = "alley",
        /// 支部
        Branch = "branch",
        /// 部门
        Department = "department",
        /// 服务中心
        Centre = "centre",
    }
);

word_enum!(
    /// What somebody does in a unit.
    Post {
        /// 巷长
        AlleyChief = "alley_chief",
        /// 支部书记
        BranchSecretary = "branch_secretary",
        /// 镇调度员
        TownDispatcher = "town_dispatcher",
        /// 经办人
        DepartmentHandler = "department_handler",
        /// 服务中心工作人员
        CentreClerk = "centre_clerk",
        /// 食堂工作人员
        CanteenClerk = "canteen_clerk",
        /// 调解员
        Mediator = "mediator",
        /// 督查员
        Auditor = "auditor",
        /// 管理员
        Administrator = "administrator",
    }
);

impl Post {
    /// Whether there is such a post in a unit of this kind.
    pub fn fits(&self, kind: &UnitKind) -> bool {
        use UnitKind::{Alley, Branch, Centre, Community, County, Department, Town, Village};
        match self {
            Self::AlleyChief => matches!(kind, Alley),
            Self::BranchSecretary => matches!(kind, Branch),
            Self::TownDispatcher => matches!(kind, Town),
            Self::DepartmentHandler => matches!(kind, Department),
            Self::CentreClerk | Self::CanteenClerk => matches!(kind, Centre),
            Self::Mediator => matches!(kind, Village | Community | Branch | Centre | Town),
            Self::Auditor | Self::Administrator => matches!(kind, Town | County),
            Self::Unknown(_) => false,
        }
    }
}
