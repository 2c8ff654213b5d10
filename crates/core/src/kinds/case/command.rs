//! The steps in a case's life (`domain.md`, the case's life).

mod by_time;
mod handlers;
mod report;

pub use by_time::*;
pub use handlers::*;
pub use report::*;

use crate::command::fields::Edit;
use crate::id::{CommandId, DocumentId, MemberId, UnitId};
use crate::limits::{
    CODE_BYTES_MAX, MERGED_OWNERS_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX, TITLE_BYTES_MAX,
};
use crate::slip::Slip;
use crate::step::{Lack, case, choice, code, date, member, opaque, text, unit};
use crate::text::Text;
use crate::time::{Date, Time};
use crate::wire::List;
use crate::word_enum;

/// A coded reason.
pub type Code = Text<CODE_BYTES_MAX>;
/// A longer text.
pub type Prose = Text<TEXT_BYTES_MAX>;

crate::steps! {
    /// One step in a case's life.
    CaseCommand {
        /// 上报: a villager's request is recorded; creates the case.
        0x09 => Report(Report) = "report",
        /// 受理
        0x11 => Accept(Accept) = "accept",
        /// 不予受理
        0x19 => Reject(Reject) = "reject",
        /// 处置
        0x21 => Start(Start) = "start",
        /// 记录
        0x29 => Note(Note) = "note",
        /// 走访
        0x31 => Visit(Visit) = "visit",
        /// 修改
        0x39 => Edit(Edit) = "edit",
        /// 提级
        0x41 => Escalate(Escalate) = "escalate",
        /// 接收
        0x49 => Receive(Receive) = "receive",
        /// 退回
        0x51 => Return(Return) = "return",
        /// 裁定
        0x59 => Rule(Rule) = "rule",
        /// 派单
        0x61 => Dispatch(Dispatch) = "dispatch",
        /// 挂起
        0x69 => Wait(Wait) = "wait",
        /// 恢复
        0x71 => Resume(Resume) = "resume",
        /// 延期
        0x79 => Extend(Extend) = "extend",
        /// 督办
        0x81 => Supervise(Supervise) = "supervise",
        /// 办结
        0x89 => Resolve(Resolve) = "resolve",
        /// 核查
        0x91 => Verify(Verify) = "verify",
        /// 结案
        0x99 => Close(Close) = "close",
        /// 重办
        0xa1 => Reopen(Reopen) = "reopen",
        /// 撤回
        0xa9 => Withdraw(Withdraw) = "withdraw",
        /// 并案
        0xb1 => Merge(Merge) = "merge",
        /// A step that stood before the server was restored from a backup, and does not fit any more:
        /// only the server says so.
        0xb9 => Stood(Stood) = "stood",
        /// Another case was merged into this one: only the server says so.
        0xd1 => MergedIn(MergedIn) = "merged_in",
        /// Passes on a note on a case that had been merged into this one: only the server does so.
        0xd9 => PassedOn(PassedOn) = "passed_on",
        /// 收回
        0xe1 => Recall(Recall) = "recall",
        /// 协办完成
        0xf9 => PartDone(PartDone) = "part_done",
        /// 回避
        0x101 => Recuse(Recuse) = "recuse",
        /// 督办回复
        0xe9 => AnswerSupervision(AnswerSupervision) = "answer_supervision",
        /// 解除督办
        0xf1 => EndSupervision(EndSupervision) = "end_supervision",
        /// 补发查询码
        0xc1 => NewCode(NewCode) = "new_code",
        /// A code that a step gave out leads nowhere: only the server says so.
        0xc9 => VoidCode(VoidCode) = "void_code",
        /// 到期: a clock is over; the next level up reads the case from then on. Only the server says so.
        0x141 => Late(Late) = "late",
        /// 日历更新: a new calendar has moved dates that were not over. Only the server says so.
        0x149 => Redated(Redated) = "redated",
        /// 空岗: nobody acts for the unit that the case was sent to; the level above it may rule. Only the
        /// server says so.
        0x151 => Vacant(Vacant) = "vacant",
    }
}

crate::step! {
    /// The holder takes the case on.
    Accept {}
}

crate::step! {
    /// The holder will not take the case on.
    Reject {
        /// Why, as a code.
        reason: Code = code("reject").needed(Lack::Reason, "a coded reason"),
        /// Why, for the resident.
        text: Prose = text().for_resident().needed(Lack::Text, "a text for the resident"),
    }
}

crate::step! {
    /// Work begins.
    Start {}
}

crate::step! {
    /// Something worth keeping.
    Note {
        /// The note.
        text: Prose = text().needed(Lack::Text, "a text"),
    }
}

crate::step! {
    /// The household or the place was visited.
    Visit {
        /// The findings of the visit.
        text: Prose = text().needed(Lack::Text, "a text"),
    }
}

crate::step! {
    /// To the next level up.
    Escalate {
        /// The unit of the next level; it holds the case once it receives it.
        to: UnitId = unit().by_policy(),
        /// Why.
        reason: Prose = text().needed(Lack::Reason, "why"),
        /// The attempts so far.
        tried: Prose = text().needed(Lack::Text, "what was tried"),
    }
}

crate::step! {
    /// The referral's receiver takes it.
    Receive {}
}

crate::step! {
    /// The referral's receiver sends it back.
    Return {
        /// Why.
        reason: Prose = text().needed(Lack::Reason, "a reason"),
    }
    trailing {
        /// The town that rules if this is the second return: it is sent the case from then on.
        ruler: Option<UnitId> = unit().by_policy(),
        /// For the resident, who reads it on the tracking page.
        resident_text: Prose = text().for_resident(),
        /// The kind of reason, as a code.
        code: Code = code("return"),
    }
}

crate::step! {
    /// The town dispatcher says who handles a twice returned case.
    Rule {
        /// The unit, which may not return it.
        to: UnitId = unit(),
        /// Why.
        reason: Prose = text().needed(Lack::Reason, "a reason"),
    }
}

crate::step! {
    /// The handler cannot go on for now.
    Wait {
        /// Why, as a code.
        reason: Code = code("wait").needed(Lack::Reason, "a coded reason"),
    }
    trailing {
        /// For the resident, who reads it on the tracking page.
        resident_text: Prose = text().for_resident(),
    }
}

crate::step! {
    /// The handler goes on.
    Resume {
        /// The change.
        text: Prose = text(),
    }
}

crate::step! {
    /// A later due date.
    Extend {
        /// The new date.
        by: Date = date().needed(Lack::Day, "the new date"),
        /// Why.
        reason: Prose = text().needed(Lack::Reason, "a reason"),
    }
    trailing {
        /// For the resident, who is to be told of it (regulations on petitions, 2022, art. 34) and reads it on the tracking
        /// page. Steps of before the field have none.
        resident_text: Prose = text().for_resident().needed(Lack::Text, "a text for the resident"),
    }
}

crate::step! {
    /// The work is done, its handler says.
    Resolve {
        /// The work.
        text: Prose = text().needed(Lack::Text, "a text"),
        /// Who is asked to verify where the owner itself resolved it: the next level up, which sees
        /// the case from then on. None leaves it to the resident.
        verifier: Option<UnitId> = unit().by_policy(),
    }
    trailing {
        /// For the resident, who reads on the tracking page what was done before verifying it. Steps of
        /// before the field have none.
        resident_text: Prose = text().for_resident().needed(Lack::Text, "a text for the resident"),
    }
}

crate::step! {
    /// Somebody who did not do the work looks, with the resident.
    Verify {
        /// The finding.
        result: Finding = choice("finding", Finding::WORDS).needed(Lack::Value, "fixed, partly or not"),
        /// The words of the resident.
        text: Prose = text(),
    }
    trailing {
        /// Of a resident's verification: who gave out the code that it was typed with. The server
        /// writes it down.
        code_of: Option<MemberId> = member().by_machine(),
    }
}

crate::step! {
    /// The case ends. A closure with another code than `fixed` needs a text: its row says so.
    Close {
        /// `fixed`, or a "cannot be fixed" code.
        code: Code = code("closure"),
        /// For the resident.
        text: Prose = text().for_resident(),
    }
}

crate::step! {
    /// It was not fixed after all, or wrongly rejected.
    Reopen {
        /// Why.
        reason: Prose = text().needed(Lack::Reason, "a reason"),
    }
    trailing {
        /// Of a petition: the level above its last holder, which reviews it and holds it from then on
        /// (regulations on petitions, 2022, arts. 35 and 36). None leaves it with the last holder.
        reviewer: Option<UnitId> = unit().by_policy(),
    }
}

crate::step! {
    /// The reporter takes it back.
    Withdraw {
        /// Why.
        text: Prose = text(),
    }
}

crate::step! {
    /// It is the same matter as another case.
    Merge {
        /// The other case.
        into: DocumentId = case(),
    }
    trailing {
        /// Why the two are one, as a code.
        code: Code = code("merge"),
    }
}

crate::step! {
    /// A step stood before the server was restored from a backup, and does not fit any more. What was
    /// to be done lies in a review tray.
    Stood {
        /// The word for the step.
        step: Code = opaque(),
        /// Whose step it was.
        member: MemberId = opaque(),
        /// When the server received it.
        received: Time = opaque(),
        /// Its command.
        command: CommandId = opaque(),
    }
}

crate::step! {
    /// Another case is about the same matter and goes on in this one: what its resident said, for those
    /// who handle this one. Without contact, household, and the code that its resident follows it with.
    MergedIn {
        /// The other case.
        from: DocumentId = opaque(),
        /// Its number.
        number: Text<NAME_BYTES_MAX> = opaque(),
        /// Its title.
        title: Text<TITLE_BYTES_MAX> = opaque(),
        /// The words of its resident.
        text: Prose = opaque(),
        /// The alleys, or branches, that it came from, and those of cases that had been merged into it.
        /// This case concerns them from now on.
        owners: List<UnitId, MERGED_OWNERS_MAX> = opaque(),
    }
}

crate::step! {
    /// A note or a visit that was written down on another case, which goes on in this one.
    PassedOn {
        /// The other case.
        from: DocumentId = opaque(),
        /// Its number.
        number: Text<NAME_BYTES_MAX> = opaque(),
        /// The word for the step.
        step: Code = opaque(),
        /// Whose step it was.
        member: MemberId = opaque(),
        /// Its command.
        command: CommandId = opaque(),
        /// The text.
        text: Prose = opaque(),
    }
}

crate::step! {
    /// The resident gets another code; the one before ends.
    NewCode {
        /// The slip with the code.
        slip: Option<Slip> = opaque(),
    }
}

crate::step! {
    /// The code that a step gave out leads nowhere: its slip proves nothing, or was used before.
    VoidCode {
        /// The step.
        command: CommandId = opaque(),
    }
}

word_enum!(
    /// The finding of a verification.
    Finding {
        /// The matter is settled.
        Fixed = "fixed",
        /// Part of it is left.
        Partly = "partly",
        /// Nothing is better.
        Not = "not",
    }
);
