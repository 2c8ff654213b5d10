//! Units of the tree and the posts in them.

use crate::id::{CommandId, MemberId, UnitId};
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
}
wire_enum!(UnitCommand { 0x09 => Create, 0x11 => Rename, 0x19 => Move, 0x21 => Appoint, 0x29 => Amend });

impl UnitCommand {
    /// The word for the change.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Create(_) => "create_unit",
            Self::Rename(_) => "rename_unit",
            Self::Move(_) => "move_unit",
            Self::Appoint(_) => "appoint",
            Self::Amend(_) => "amend_appointment",
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
wire_struct!(CreateUnit { key, name, kind, parent });

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
wire_struct!(Appoint { member, key, name, post, from, until });

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
wire_struct!(Amend { appointment, name, from, until });

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
