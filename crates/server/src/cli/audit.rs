//! `audit`, `quarantine`

mod record;

use alleyway_catalogue::Lang;
use clap::Subcommand;

use super::admin::{ask, pick, print_json, unexpected};
use super::exit::{DAMAGE_FOUND, Exit};
use super::people::device_told;
use crate::admin::{
    AuditRequest, AuditVerified, Outcome, QuarantineRequest, QuarantineShown, Request,
};
use crate::config::Config;

/// `audit …`
#[derive(Debug, Clone, Subcommand)]
pub(super) enum AuditCommand {
    /// The newest records, in order. With --json they leave the server's hands: that is written down.
    List {
        /// So many.
        #[arg(long, value_name = "N", default_value_t = 100)]
        last: usize,
        /// Only those with a lower number: to look further back.
        #[arg(long, value_name = "NUMBER")]
        before: Option<u64>,
        /// Only those from this time on.
        #[arg(long, value_name = "RFC3339")]
        since: Option<String>,
        /// Only those of this kind: verdicts, invited, enrolled, stopped, appointed, cleared, read, …
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// Only those about the device with this code, or about what was done with it.
        #[arg(long, value_name = "CODE")]
        device: Option<u32>,
    },
    /// Follows the chain of all records, and says its end: note it where nobody here can change it.
    Verify {
        /// What an earlier `audit verify` said: the record is still the one that it was.
        #[arg(long, value_name = "NUMBER:HASH")]
        expect: Option<String>,
    },
}

/// `quarantine …`
#[derive(Debug, Clone, Subcommand)]
pub(super) enum QuarantineCommand {
    /// Whether there is one, and which devices are to be confirmed.
    Show,
    /// Ends it: the devices named go on, the others are revoked, unused invitations are withdrawn.
    Confirm {
        /// The code of a device that goes on; as often as needed.
        #[arg(long, value_name = "CODE", conflicts_with = "all")]
        device: Vec<u32>,
        /// Every device that is not stopped goes on.
        #[arg(long)]
        all: bool,
        /// No device goes on.
        #[arg(long, conflicts_with_all = ["all", "device"])]
        none: bool,
    },
}

pub(super) fn audit(
    config: &Config,
    command: AuditCommand,
    json: bool,
    language: Lang,
) -> Result<(), Exit> {
    let request = match command {
        AuditCommand::List {
            last,
            before,
            since,
            kind,
            device,
        } => AuditRequest::List {
            last,
            before,
            since,
            kind,
            device,
            export: json,
        },
        AuditCommand::Verify { expect } => AuditRequest::Verify { expect },
    };
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
    command: QuarantineCommand,
    json: bool,
    language: Lang,
) -> Result<(), Exit> {
    let request = match command {
        QuarantineCommand::Show => QuarantineRequest::Show {},
        QuarantineCommand::Confirm { device, all, none } if all || none || !device.is_empty() => {
            QuarantineRequest::Confirm {
                devices: device,
                all,
            }
        }
        QuarantineCommand::Confirm { .. } => {
            let text = pick(
                language,
                "请给出 --device 编号（可多次）、--all 或 --none；先用 quarantine show 查看。",
                "name the devices that go on with --device, or say --all or --none; see `quarantine show` first",
            );
            return Err(Exit::new(super::exit::USAGE, text));
        }
    };
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
