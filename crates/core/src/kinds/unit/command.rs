//! Units of the tree and the posts in them.

use crate::id::{CommandId, DeviceId, MemberId, UnitId};
use crate::limits::{CODE_BYTES_MAX, LISTS_HASH_DIGITS, NAME_BYTES_MAX};
use crate::step::{Lack, appointment, asked, choice, device, member, opaque, text, time, unit};
use crate::text::Text;
use crate::time::Time;
use crate::word_enum;

crate::steps! {
    /// A unit's change.
    UnitCommand {
        /// Creates the unit.
        0x09 => Create(CreateUnit) = "create_unit",
        /// Gives it another name.
        0x11 => Rename(RenameUnit) = "rename_unit",
        /// Puts it under another parent.
        0x19 => Move(MoveUnit) = "move_unit",
        /// Gives somebody a post in it; the appointment's id is the command's.
        0x21 => Appoint(Appoint) = "appoint",
        /// Changes an appointment's name or dates.
        0x29 => Amend(Amend) = "amend_appointment",
        /// The first of two persons clears an appointment for the unit's confidential feed.
        0x31 => Clear(Clear) = "clear",
        /// The second person confirms it; from now on it is in force.
        0x39 => ConfirmClearance(ConfirmClearance) = "confirm_clearance",
        /// A clearance ends.
        0x41 => EndClearance(EndClearance) = "end_clearance",
        /// The server notes a device that somebody who is cleared has enrolled.
        0x49 => NoteDevice(NoteDevice) = "note_device",
        /// A second person confirms such a device; from now on it is sent the confidential feed.
        0x51 => ConfirmDevice(ConfirmDevice) = "confirm_device",
        /// An administrator ends a post; one person suffices.
        0x59 => EndPost(EndPost) = "end_post",
        /// An administrator stops a device; one person suffices.
        0x61 => StopDevice(StopDevice) = "stop_device",
        /// An administrator asks that somebody be given a post in the unit; the appointment's id is
        /// this command's.
        0x69 => AskAppointment(Appoint) = "ask_appointment",
        /// An administrator asks that somebody with a post in the unit be invited to enrol a device.
        0x71 => AskInvitation(AskInvitation) = "ask_invitation",
        /// An administrator asks that a frozen device go on.
        0x79 => AskThaw(AskThaw) = "ask_thaw",
        /// A second administrator confirms what one asked for; from now on it is in force.
        0x81 => ConfirmAsked(ConfirmAsked) = "confirm_asked",
        /// An asking is withdrawn, or an invitation that is not to be used; one person suffices.
        0x89 => WithdrawAsked(WithdrawAsked) = "withdraw_asked",
        /// An administrator asks that lists, which the server keeps for it, be imported.
        0x91 => AskImport(AskImport) = "ask_import",
        /// The lists that were asked about are imported: only the server says so.
        0x99 => Imported(Imported) = "imported",
        /// They are not, and why: only the server says so.
        0xa1 => ImportFailed(ImportFailed) = "import_failed",
    }
}

crate::step! {
    /// A node of the tree.
    CreateUnit {
        /// The key that the town's lists use for it.
        key: Text<CODE_BYTES_MAX> = text(),
        /// Its name.
        name: Text<NAME_BYTES_MAX> = text().needed(Lack::Text, "a name"),
        /// The kind of the unit.
        kind: UnitKind = choice("unit", UnitKind::WORDS),
        /// The unit that it belongs to; none for the root.
        parent: Option<UnitId> = unit(),
    }
}

crate::step! {
    /// Another name.
    RenameUnit {
        /// The name.
        name: Text<NAME_BYTES_MAX> = text().needed(Lack::Text, "a name"),
    }
}

crate::step! {
    /// Another parent.
    MoveUnit {
        /// The parent.
        parent: UnitId = unit(),
    }
}

crate::step! {
    /// A post, from a time and perhaps until one.
    Appoint {
        /// Who.
        member: MemberId = member(),
        /// The key that the town's lists use for the person.
        key: Text<CODE_BYTES_MAX> = text(),
        /// The person's name.
        name: Text<NAME_BYTES_MAX> = text().needed(Lack::Text, "a name"),
        /// The post.
        post: Post = choice("post", Post::WORDS),
        /// From when.
        from: Time = time(),
        /// Until when; open if none.
        until: Option<Time> = time(),
    }
}

crate::step! {
    /// An appointment's new name and dates.
    Amend {
        /// The appointment.
        appointment: CommandId = appointment(),
        /// The person's name.
        name: Text<NAME_BYTES_MAX> = text().needed(Lack::Text, "a name"),
        /// From when.
        from: Time = time(),
        /// Until when.
        until: Option<Time> = time(),
    }
}

crate::step! {
    /// The first person's word for a clearance.
    #[derive(Copy)]
    Clear {
        /// The appointment, in this unit.
        appointment: CommandId = appointment(),
    }
}

crate::step! {
    /// The second person's.
    #[derive(Copy)]
    ConfirmClearance {
        /// The appointment.
        appointment: CommandId = appointment(),
        /// The command of the first person that is confirmed.
        clear: CommandId = opaque(),
    }
}

crate::step! {
    /// The end of a clearance; one person suffices.
    #[derive(Copy)]
    EndClearance {
        /// The appointment.
        appointment: CommandId = appointment(),
    }
}

crate::step! {
    /// A device of somebody who is cleared.
    #[derive(Copy)]
    NoteDevice {
        /// The device.
        device: DeviceId = device(),
        /// Whose it is.
        member: MemberId = member(),
    }
}

crate::step! {
    /// A second person's word for a device.
    #[derive(Copy)]
    ConfirmDevice {
        /// The device.
        device: DeviceId = device(),
    }
}

crate::step! {
    /// The end of a post that is in force, or to come. It never gives a post more time.
    #[derive(Copy)]
    EndPost {
        /// The appointment, in this unit.
        appointment: CommandId = appointment(),
        /// Until when; at once if none.
        until: Option<Time> = time(),
    }
}

crate::step! {
    /// A device is not to go on: it hands in what it has, which goes into a tray.
    StopDevice {
        /// The device.
        device: DeviceId = device(),
        /// Whose it is: somebody who has, had or will have a post in this unit.
        member: MemberId = member(),
        /// Why: it is revoked, or it was lost and what is on it is wiped too.
        why: StopWord = choice("stop", StopWord::WORDS),
    }
}

crate::step! {
    /// The first of two persons' word for an invitation.
    #[derive(Copy)]
    AskInvitation {
        /// The appointment of the member who is to be invited, in this unit.
        appointment: CommandId = appointment(),
        /// The member's device that the new one is to take the place of.
        replaces: Option<DeviceId> = device(),
    }
}

crate::step! {
    /// The first of two persons' word for a frozen device.
    #[derive(Copy)]
    AskThaw {
        /// The device.
        device: DeviceId = device(),
        /// Whose it is: somebody who has, had or will have a post in this unit.
        member: MemberId = member(),
    }
}

crate::step! {
    /// The second person's word.
    #[derive(Copy)]
    ConfirmAsked {
        /// The command of the first person that is confirmed.
        asked: CommandId = asked(),
    }
}

crate::step! {
    /// The end of what was asked for.
    #[derive(Copy)]
    WithdrawAsked {
        /// The command that asked.
        asked: CommandId = asked(),
    }
}

crate::step! {
    /// The first of two persons' word for lists that are to be imported. In the town's own unit.
    AskImport {
        /// Their hash, in hexadecimal digits ([`crate::sync::lists`]).
        hash: Text<LISTS_HASH_DIGITS> = opaque(),
        /// Their length, in bytes.
        bytes: u32 = opaque(),
        /// The rows that would change something, as the server said when they were handed to it.
        changes: u32 = opaque(),
    }
}

crate::step! {
    /// The lists are imported, in one transaction with this step.
    #[derive(Copy)]
    Imported {
        /// The command that asked.
        asked: CommandId = opaque(),
    }
}

crate::step! {
    /// The lists are not imported, and are no more.
    ImportFailed {
        /// The command that asked.
        asked: CommandId = opaque(),
        /// Why.
        why: ImportFault = opaque(),
    }
}

word_enum!(
    /// Why lists that were asked about are not imported.
    ImportFault {
        /// The server does not have them: nobody handed them to it, or it was restored since.
        Gone = "gone",
        /// Nobody confirmed them in time.
        TooOld = "too_old",
        /// They would change another number of rows than was asked for: the town is another now.
        Differs = "differs",
        /// They cannot be imported into the town as it is now: a row is bad, or not admitted.
        Unfit = "unfit",
        /// One of the two who wanted it is no administrator any more.
        PostEnded = "post_ended",
        /// They would give a post to one of the two who asked and confirmed.
        ForOneself = "for_oneself",
    }
);

word_enum!(
    /// Why a device is stopped.
    StopWord {
        /// It is not to be used any more.
        Revoked = "revoked",
        /// It was lost.
        Lost = "lost",
    }
);

word_enum!(
    /// The kind of a unit.
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
        /// 人民调解委员会
        Committee = "committee",
        /// 监督受理窗口
        Desk = "desk",
    }
);

word_enum!(
    /// The post that somebody has in a unit.
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
        /// 调委会主任
        CommitteeHead = "committee_head",
        /// 监督受理员
        DeskOfficer = "desk_officer",
        /// 督查员
        Auditor = "auditor",
        /// 管理员
        Administrator = "administrator",
    }
);

impl Post {
    /// Whether there is such a post in a unit of this kind.
    pub fn fits(&self, kind: &UnitKind) -> bool {
        use UnitKind::{
            Alley, Branch, Centre, Committee, Community, Department, Desk, Town, Village,
        };
        match self {
            Self::AlleyChief => matches!(kind, Alley),
            Self::BranchSecretary => matches!(kind, Branch),
            Self::DepartmentHandler => matches!(kind, Department),
            Self::CentreClerk | Self::CanteenClerk => matches!(kind, Centre),
            Self::Mediator => matches!(
                kind,
                Village | Community | Branch | Centre | Town | Committee
            ),
            Self::CommitteeHead => matches!(kind, Committee),
            Self::DeskOfficer => matches!(kind, Desk),
            Self::TownDispatcher | Self::Auditor | Self::Administrator => matches!(kind, Town),
            Self::Unknown(_) => false,
        }
    }
}
