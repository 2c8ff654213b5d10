//! What an administrator is told when a post was not given, ended or cleared.

use alleyway_catalogue::{Lang, refusal, words};
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::refusal::RefusalCode;
use alleyway_ledger::{AdminError, AppointError};

use super::super::Failure;

/// Nobody has the key or id.
pub(in crate::admin) fn unknown(who: &str) -> Failure {
    Failure::new(
        "unknown_member",
        format!("没有人员“{who}”；用 member list 查看。"),
        format!("There is no member `{who}`; `member list` says who there is."),
    )
}

/// Neither an appointment nor a member and a unit were named.
pub(super) fn which() -> Failure {
    let which = "Name an appointment, or --member and --unit.";
    Failure::new(
        "which_appointment",
        "请给出任职编号，或 --member 和 --unit。",
        which,
    )
}

/// The member and the unit are those of several appointments.
pub(super) fn several() -> Failure {
    Failure::new(
        "which_appointment",
        "该成员在此单位有多个职务，请给出任职编号（member show）。",
        "The member has several posts in the unit; name the appointment (`member show`).",
    )
}

/// An appointment that was not made or ended.
pub(super) fn failure(error: &AppointError) -> Failure {
    let code = error.code();
    let (zh, en) = match error {
        AppointError::UnknownUnit => (
            "没有这个单位；请核对 units.csv 中的 key。",
            "No unit has this key; compare units.csv.",
        ),
        AppointError::UnknownAppointment => (
            "没有这样的在任职务；用 member show 查看。",
            "There is no such appointment in force; `member show` says which there are.",
        ),
        AppointError::EndsFirst => (
            "任职的结束须在开始之后。请改 --from、--until 或 --at。",
            "An appointment ends after it begins. Change --from, --until or --at.",
        ),
        AppointError::BadKey => (
            "--key 不能为空，也不能含控制字符。请给出 members.csv 中的 key，或一个新的 key。",
            "The key is empty, or has control characters. Give the --key of members.csv, or a new one.",
        ),
        AppointError::BadName => (
            "--name 不能为空，也不能含控制字符。请给出本人姓名。",
            "The name is empty, or has control characters. Give the person's --name.",
        ),
        AppointError::PostUnfit { kind } => return post_unfit(code, kind),
        AppointError::AlreadyAppointed { appointment } => {
            return Failure::new(
                code,
                format!(
                    "该成员在此单位此时已任此职（{appointment}）。请另选起止时间，或先用 member end 终止。"
                ),
                format!(
                    "The member has this post in the unit at that time already ({appointment}). Choose other times, or end that one first: `member end`."
                ),
            );
        }
        AppointError::NameDiffers { known } => {
            return Failure::new(
                code,
                format!(
                    "这个 key 的人员叫“{known}”。同一人请不写 --name；另一人请用另一个 key；改名请改 members.csv 后 import。"
                ),
                format!(
                    "This key is that of {known}. Leave --name out for the same person, give another person another key, and change a name in members.csv (`import`)."
                ),
            );
        }
        AppointError::NotAdmitted(error) => return not_admitted(code, error),
    };
    Failure::new(code, zh, en)
}

/// A clearance that was not asked for.
pub(super) fn clear_failure(error: &AppointError) -> Failure {
    let AppointError::NotAdmitted(AdminError {
        refusal: Some(refusal),
        ..
    }) = error
    else {
        return failure(error);
    };
    let (zh, en) = match refusal.code {
        RefusalCode::WrongState => (
            "一项任职的保密授权只申请一次：这一项已申请或已授权。待确认的，请另一人在其设备上运行 alleyway confidential confirm；用 alleyway confidential 查看。",
            "A clearance is asked for once: for this appointment it was, or it is cleared. If it waits, somebody else confirms it on their device: `alleyway confidential confirm`; `alleyway confidential` shows how it stands.",
        ),
        RefusalCode::BadValue => (
            "督查员和管理员的任职不能获得保密授权。请改选承办事项的任职（member show）。",
            "Auditors and administrators are not cleared for confidential cases. Choose an appointment that handles cases (`member show`).",
        ),
        _ => return failure(error),
    };
    Failure::new(error.code(), zh, en)
}

fn post_unfit(code: &str, kind: &UnitKind) -> Failure {
    let called = |lang| words::UNIT.word(lang, kind.word());
    Failure::new(
        code,
        format!(
            "这个单位是“{}”，没有这一岗位。请另选 --unit 或 --post（岗位表见 docs/import.md）。",
            called(Lang::Zh)
        ),
        format!(
            "The unit is a {}, which has no such post. Choose another --unit or --post (docs/import.md has the table).",
            called(Lang::En)
        ),
    )
}

fn not_admitted(code: &str, error: &AdminError) -> Failure {
    let rule = |lang| match &error.refusal {
        Some(refused) => refusal(lang, refused.code.word(), None, None),
        None => String::new(),
    };
    Failure::new(
        code,
        format!("账本没有接受，未作任何更改。{}", rule(Lang::Zh)),
        format!(
            "The ledger did not admit it; nothing was changed. {}",
            rule(Lang::En)
        )
        .trim_end(),
    )
}
