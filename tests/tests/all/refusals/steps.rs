//! Steps, as they are typed.

use alleyway_core::command::fields::Edit;
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{
    Accept, AnswerSupervision, CoHandlers, Dispatch, EndSupervision, Escalate, Extend, Finding,
    Merge, Note, Recall, Receive, Recuse, Reject, Reopen, Report, Resolve, Return, Rule, Start,
    Supervise, Verify,
};
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::List;

pub(super) fn note(text: &str) -> CaseCommand {
    CaseCommand::Note(Note {
        text: Text::cut(text),
    })
}

pub(super) fn accept() -> CaseCommand {
    CaseCommand::Accept(Accept {})
}

pub(super) fn start() -> CaseCommand {
    CaseCommand::Start(Start {})
}

pub(super) fn receive() -> CaseCommand {
    CaseCommand::Receive(Receive {})
}

pub(super) fn escalate(to: UnitId) -> CaseCommand {
    CaseCommand::Escalate(Escalate {
        to,
        reason: Text::cut("没有钱"),
        tried: Text::cut("填了土"),
    })
}

pub(super) fn recall() -> CaseCommand {
    CaseCommand::Recall(Recall {
        reason: Text::cut("巷里自己能修"),
    })
}

pub(super) fn recuse() -> CaseCommand {
    CaseCommand::Recuse(Recuse {
        reason: Text::cut("当事人是我的亲属"),
        above: None,
    })
}

pub(super) fn supervise() -> CaseCommand {
    CaseCommand::Supervise(Supervise {
        text: Text::cut("本周内办好"),
        unit: None,
    })
}

pub(super) fn answer_supervision() -> CaseCommand {
    CaseCommand::AnswerSupervision(AnswerSupervision {
        text: Text::cut("明天动工"),
    })
}

pub(super) fn end_supervision() -> CaseCommand {
    CaseCommand::EndSupervision(EndSupervision {
        text: Text::default(),
    })
}

pub(super) fn send_back() -> CaseCommand {
    CaseCommand::Return(Return {
        reason: Text::cut("巷里能办"),
        ruler: None,
        resident_text: Text::default(),
        code: Text::default(),
    })
}

pub(super) fn rule(to: UnitId) -> CaseCommand {
    CaseCommand::Rule(Rule {
        to,
        reason: Text::cut("由你们办"),
    })
}

pub(super) fn reject() -> CaseCommand {
    CaseCommand::Reject(Reject {
        reason: Text::cut("not_ours"),
        text: Text::cut("不归镇里管。"),
    })
}

pub(super) fn reopen() -> CaseCommand {
    CaseCommand::Reopen(Reopen {
        reason: Text::cut("又塌了"),
        reviewer: None,
    })
}

pub(super) fn resolve() -> CaseCommand {
    CaseCommand::Resolve(Resolve {
        text: Text::cut("铺好了"),
        verifier: None,
        resident_text: Text::cut("路铺好了，请您核实。"),
    })
}

pub(super) fn verify() -> CaseCommand {
    CaseCommand::Verify(Verify {
        result: Finding::Fixed,
        text: Text::cut("好走了"),
        code_of: None,
    })
}

pub(super) fn merge(into: DocumentId) -> CaseCommand {
    CaseCommand::Merge(Merge {
        into,
        code: Text::default(),
    })
}

pub(super) fn dispatch(to: UnitId, by: Date) -> CaseCommand {
    CaseCommand::Dispatch(Dispatch {
        to,
        by,
        resident_text: Text::default(),
        with: CoHandlers::default(),
    })
}

pub(super) fn extend(by: Date) -> CaseCommand {
    CaseCommand::Extend(Extend {
        by,
        reason: Text::cut("下雨"),
        resident_text: Text::cut("下雨，晚些天动工。"),
    })
}

/// An edit that has not seen any other value.
pub(super) fn edit(field: &str, value: &str) -> CaseCommand {
    CaseCommand::Edit(Edit {
        field: Text::cut(field),
        value: Text::cut(value),
        replaces: List::default(),
        door: None,
    })
}

pub(super) fn report(owner: UnitId, device_code: u32) -> Report {
    Report {
        owner,
        device_code,
        tracking: TrackingCode::from_random([9; 15]),
        category: Text::cut("road"),
        title: Text::cut("桥栏杆松了"),
        text: Text::cut("小孩常在那里玩。"),
        place: Text::cut("桥头"),
        point: None,
        contact: Text::default(),
        household: None,
        taken_at: None,
        confidential: false,
        door: None,
        slip: None,
        origin: None,
        external_system: Text::default(),
        external_number: Text::default(),
        external_due: None,
        phone: Text::default(),
        may_text: false,
        about: None,
    }
}

/// The date some days after a time.
pub(super) fn date(now: Time, days: i64) -> Date {
    Date::of(now.plus_days(days))
}
