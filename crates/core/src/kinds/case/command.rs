//! The steps in a case's life (`domain.md`, the case's life).

use crate::command::fields::Edit;
use crate::id::{CommandId, DocumentId, MemberId, UnitId};
use crate::limits::{CODE_BYTES_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX, TITLE_BYTES_MAX};
use crate::number::TrackingCode;
use crate::text::Text;
use crate::time::{Date, Time};
use crate::wire::{Reader, Wire, WireError};
use crate::{wire_enum, wire_struct, word_enum};

/// A coded reason.
pub type Code = Text<CODE_BYTES_MAX>;
/// A longer text.
pub type Prose = Text<TEXT_BYTES_MAX>;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseCommand {
    /// 上报: a villager's request is recorded; creates the case.
    Report(Report),
    /// 受理
    Accept(Accept),
    /// 不予受理
    Reject(Reject),
    /// 处置
    Start(Start),
    /// 记录
    Note(Note),
    /// 走访
    Visit(Visit),
    /// 修改
    Edit(Edit),
    /// 提级
    Escalate(Escalate),
    /// 接收
    Receive(Receive),
    /// 退回
    Return(Return),
    /// 裁定
    Rule(Rule),
    /// 派单
    Dispatch(Dispatch),
    /// 挂起
    Wait(Wait),
    /// 恢复
    Resume(Resume),
    /// 延期
    Extend(Extend),
    /// 督办
    Supervise(Supervise),
    /// 办结
    Resolve(Resolve),
    /// 核查
    Verify(Verify),
    /// 结案
    Close(Close),
    /// 重办
    Reopen(Reopen),
    /// 撤回
    Withdraw(Withdraw),
    /// 并案
    Merge(Merge),
    /// A step that stood before the server was restored from a backup, and does not fit any more:
    /// only the server says so.
    Stood(Stood),
}
// The number is `kind << 3 | version`; a released number is never used again.
wire_enum!(CaseCommand {
    0x09 => Report, 0x11 => Accept, 0x19 => Reject, 0x21 => Start, 0x29 => Note, 0x31 => Visit,
    0x39 => Edit, 0x41 => Escalate, 0x49 => Receive, 0x51 => Return, 0x59 => Rule, 0x61 => Dispatch,
    0x69 => Wait, 0x71 => Resume, 0x79 => Extend, 0x81 => Supervise, 0x89 => Resolve, 0x91 => Verify,
    0x99 => Close, 0xa1 => Reopen, 0xa9 => Withdraw, 0xb1 => Merge, 0xb9 => Stood,
});

impl CaseCommand {
    /// The word for the step.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Report(_) => "report",
            Self::Accept(_) => "accept",
            Self::Reject(_) => "reject",
            Self::Start(_) => "start",
            Self::Note(_) => "note",
            Self::Visit(_) => "visit",
            Self::Edit(_) => "edit",
            Self::Escalate(_) => "escalate",
            Self::Receive(_) => "receive",
            Self::Return(_) => "return",
            Self::Rule(_) => "rule",
            Self::Dispatch(_) => "dispatch",
            Self::Wait(_) => "wait",
            Self::Resume(_) => "resume",
            Self::Extend(_) => "extend",
            Self::Supervise(_) => "supervise",
            Self::Resolve(_) => "resolve",
            Self::Verify(_) => "verify",
            Self::Close(_) => "close",
            Self::Reopen(_) => "reopen",
            Self::Withdraw(_) => "withdraw",
            Self::Merge(_) => "merge",
            Self::Stood(_) => "stood",
        }
    }

    /// Whether the step shows no effect until it is admitted (`domain.md`: "on admission").
    pub fn takes_effect_on_admission(&self) -> bool {
        matches!(self, Self::Extend(_) | Self::Close(_) | Self::Merge(_))
    }
}

/// A point on the map, in units of 10⁻⁷ degrees (WGS 84): floating point is not deterministic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Latitude, −900,000,000 to 900,000,000.
    pub latitude_e7: i32,
    /// Longitude, −1,800,000,000 to 1,800,000,000.
    pub longitude_e7: i32,
}
wire_struct!(Point {
    latitude_e7,
    longitude_e7
});

/// A villager's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The alley it comes from; for a clerk's report the village's branch.
    pub owner: UnitId,
    /// The code of the device, of which the case's number is made.
    pub device_code: u32,
    /// What the resident follows it with.
    pub tracking: TrackingCode,
    /// `road`, `water`, …; a town can add its own.
    pub category: Code,
    /// A line that names the matter.
    pub title: Text<TITLE_BYTES_MAX>,
    /// What the resident said.
    pub text: Prose,
    /// Where, in words.
    pub place: Text<NAME_BYTES_MAX>,
    /// Where, on the map.
    pub point: Option<Point>,
    /// Whom to ask, if not the household's contact.
    pub contact: Text<NAME_BYTES_MAX>,
    /// The household that asked.
    pub household: Option<DocumentId>,
    /// The service centre where a clerk took it; it follows the case from then on.
    pub taken_at: Option<UnitId>,
    /// Only those who were cleared for the confidential feeds of its units read it. The last field
    /// of the payload, and left out if it is false: a release that does not know it keeps such a
    /// report as a command of a later version, and shows it to nobody.
    pub confidential: bool,
}

impl Wire for Report {
    fn encode(&self, out: &mut Vec<u8>) {
        self.owner.encode(out);
        self.device_code.encode(out);
        self.tracking.encode(out);
        self.category.encode(out);
        self.title.encode(out);
        self.text.encode(out);
        self.place.encode(out);
        self.point.encode(out);
        self.contact.encode(out);
        self.household.encode(out);
        self.taken_at.encode(out);
        if self.confidential {
            true.encode(out);
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            owner: Wire::decode(from)?,
            device_code: Wire::decode(from)?,
            tracking: Wire::decode(from)?,
            category: Wire::decode(from)?,
            title: Wire::decode(from)?,
            text: Wire::decode(from)?,
            place: Wire::decode(from)?,
            point: Wire::decode(from)?,
            contact: Wire::decode(from)?,
            household: Wire::decode(from)?,
            taken_at: Wire::decode(from)?,
            confidential: from.remaining() > 0 && bool::decode(from)?,
        })
    }
}

/// The referral's receiver sends it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Why.
    pub reason: Prose,
    /// The town that rules if this is the second return: it is sent the case from then on. The last
    /// field of the payload, and left out if there is none.
    pub ruler: Option<UnitId>,
}

impl Wire for Return {
    fn encode(&self, out: &mut Vec<u8>) {
        self.reason.encode(out);
        if let Some(ruler) = &self.ruler {
            ruler.encode(out);
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let reason = Wire::decode(from)?;
        let ruler = if from.remaining() > 0 {
            Some(UnitId::decode(from)?)
        } else {
            None
        };
        Ok(Self { reason, ruler })
    }
}

macro_rules! steps {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $($(#[$doc])* pub $field: $type),* }
        wire_struct!($name { $($field),* });
    )*};
}

steps! {
    /// The holder takes the case on.
    Accept {}
    /// The holder will not take the case on.
    Reject {
        /// Why, as a code.
        reason: Code,
        /// Why, for the resident.
        text: Prose,
    }
    /// Work begins.
    Start {}
    /// Something worth keeping.
    Note {
        /// The note.
        text: Prose,
    }
    /// The household or the place was visited.
    Visit {
        /// What was seen and said.
        text: Prose,
    }
    /// To the next level up.
    Escalate {
        /// The unit of the next level; it holds the case once it receives it.
        to: UnitId,
        /// Why.
        reason: Prose,
        /// What was tried.
        tried: Prose,
    }
    /// The referral's receiver takes it.
    Receive {}
    /// The town dispatcher says who handles a twice returned case.
    Rule {
        /// The unit, which may not return it.
        to: UnitId,
        /// Why.
        reason: Prose,
    }
    /// Work is sent to a department or a unit below.
    Dispatch {
        /// To whom.
        to: UnitId,
        /// By when.
        by: Date,
    }
    /// The handler cannot go on for now.
    Wait {
        /// Why, as a code.
        reason: Code,
    }
    /// The handler goes on.
    Resume {
        /// What has changed.
        text: Prose,
    }
    /// A later due date.
    Extend {
        /// The new date.
        by: Date,
        /// Why.
        reason: Prose,
    }
    /// A leader orders it to be handled.
    Supervise {
        /// The order.
        text: Prose,
    }
    /// The work is done, its handler says.
    Resolve {
        /// What was done.
        text: Prose,
        /// Who is asked to verify where the owner itself resolved it: the next level up, which
        /// sees the case from then on. None leaves it to the resident.
        verifier: Option<UnitId>,
    }
    /// Somebody who did not do the work looks, with the resident.
    Verify {
        /// What was found.
        result: Finding,
        /// What the resident said.
        text: Prose,
    }
    /// The case ends.
    Close {
        /// `fixed`, or a "cannot be fixed" code.
        code: Code,
        /// For the resident.
        text: Prose,
    }
    /// It was not fixed after all, or wrongly rejected.
    Reopen {
        /// Why.
        reason: Prose,
    }
    /// The reporter takes it back.
    Withdraw {
        /// Why.
        text: Prose,
    }
    /// It is the same matter as another case.
    Merge {
        /// The other case.
        into: DocumentId,
    }
    /// A step stood before the server was restored from a backup, and does not fit any more. What
    /// was to be done lies in a review tray.
    Stood {
        /// The word for the step.
        step: Code,
        /// Whose step it was.
        member: MemberId,
        /// When the server received it.
        received: Time,
        /// Its command.
        command: CommandId,
    }
}

word_enum!(
    /// What a verification found.
    Finding {
        /// The matter is settled.
        Fixed = "fixed",
        /// Part of it is left.
        Partly = "partly",
        /// Nothing is better.
        Not = "not",
    }
);
