//! `audit`, `quarantine`

mod record;

use alleyway_catalogue::Lang;

use super::admin::{ask, pick, print_json, unexpected};
use super::exit::{DAMAGE_FOUND, Exit};
use super::people::device_told;
use crate::admin::{
    AuditRequest, AuditVerified, Outcome, QuarantineRequest, QuarantineShown, Request,
};
use crate::config::Config;

pub(super) fn audit(
    config: &Config,
    mut request: AuditRequest,
    json: bool,
    language: Lang,
) -> Result<(), Exit> {
    if let AuditRequest::List { export, .. } = &mut request {
        *export = json;
    }
    match ask(config, Request::Audit(request), json, language)? {
        Outcome::Audit(rows) if json => print_json(&rows),
        Outcome::Audit(rows) => {
            for row in &rows {
                println!("{}", record::told(row, language));
            }
            Ok(())
        }
        Outcome::AuditVerified(verified) => {
            if json {
                print_json(&verified)?;
            } else {
                print!("{}", verified_told(&verified, language));
            }
            if verified.sound {
                Ok(())
            } else {
                Err(Exit::new(DAMAGE_FOUND, ""))
            }
        }
        _ => Err(unexpected()),
    }
}

fn verified_told(verified: &AuditVerified, language: Lang) -> String {
    let AuditVerified {
        sound,
        records,
        head,
        problems,
        problem_count,
    } = verified;
    let mut out = match language {
        Lang::Zh => format!("审计记录 {records} 条\n"),
        Lang::En => format!("{records} records\n"),
    };
    for problem in problems {
        out.push_str("  ");
        out.push_str(problem);
        out.push('\n');
    }
    let judged = match (language, sound) {
        (Lang::Zh, true) => format!("完好。请把末尾记在别处，日后用 --expect 核对：\n  {head}\n"),
        (Lang::En, true) => {
            format!("sound. Note its end elsewhere, to compare with --expect later:\n  {head}\n")
        }
        (Lang::Zh, false) => format!("发现 {problem_count} 处问题：记录损坏或被改动\n"),
        (Lang::En, false) => {
            format!("{problem_count} problems: records are damaged, or were changed\n")
        }
    };
    out + &judged
}

pub(super) fn quarantine(
    config: &Config,
    request: QuarantineRequest,
    json: bool,
    language: Lang,
) -> Result<(), Exit> {
    if let QuarantineRequest::Confirm { devices, all, none } = &request
        && devices.is_empty()
        && !all
        && !none
    {
        let text = pick(
            language,
            "请给出 --device 编号（可多次）、--all 或 --none；先用 quarantine show 查看。",
            "name the devices that go on with --device, or say --all or --none; see `quarantine show` first",
        );
        return Err(Exit::new(super::exit::USAGE, text));
    }
    let Outcome::Quarantine(shown) = ask(config, Request::Quarantine(request), json, language)?
    else {
        return Err(unexpected());
    };
    if json {
        return print_json(&shown);
    }
    print!("{}", quarantine_told(&shown, language));
    Ok(())
}

fn quarantine_told(shown: &QuarantineShown, language: Lang) -> String {
    if let Some((kept, revoked, withdrawn)) = shown.confirmed {
        return match language {
            Lang::Zh => format!(
                "隔离结束：{kept} 台设备继续使用，{revoked} 台停用，{withdrawn} 份未用的邀请作废\n"
            ),
            Lang::En => format!(
                "the quarantine has ended: {kept} devices go on, {revoked} are revoked, {withdrawn} unused invitations are withdrawn\n"
            ),
        };
    }
    let Some(why) = &shown.why else {
        return pick(language, "不在隔离中\n", "not in quarantine\n").to_owned();
    };
    let mut out = match language {
        Lang::Zh => format!(
            "隔离中：安全日志缺失、不全或不符（{why}），恢复以后停用过的设备可能又能使用。\n请逐台核对，再运行 quarantine confirm --device 编号 …（或 --all）：\n"
        ),
        Lang::En => format!(
            "in quarantine: the security journal is missing, shorter or another one ({why}), so devices that were revoked since may be among these.\nCompare each, then run: quarantine confirm --device CODE … (or --all)\n"
        ),
    };
    for device in &shown.devices {
        out += &device_told(device, language);
    }
    out
}
