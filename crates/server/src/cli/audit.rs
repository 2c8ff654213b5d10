//! `audit`, `quarantine`

mod record;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;

use super::admin::{ask, print_json, unexpected};
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
        _ => Err(unexpected(language)),
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
    let mut out = said::AUDIT_RECORDS.fill(language, &[("count", records)]) + "\n";
    for problem in problems {
        out.push_str("  ");
        out.push_str(problem.text(language));
        out.push('\n');
    }
    let judged = if *sound {
        said::AUDIT_SOUND.fill(language, &[("head", head)])
    } else {
        said::AUDIT_UNSOUND.fill(language, &[("count", problem_count)])
    };
    out + &judged + "\n"
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
        let text = said::QUARANTINE_WHICH.text(language);
        return Err(Exit::new(super::exit::USAGE, text));
    }
    let Outcome::Quarantine(shown) = ask(config, Request::Quarantine(request), json, language)?
    else {
        return Err(unexpected(language));
    };
    if json {
        return print_json(&shown);
    }
    print!("{}", quarantine_told(&shown, language));
    Ok(())
}

fn quarantine_told(shown: &QuarantineShown, language: Lang) -> String {
    if let Some((kept, revoked, withdrawn)) = shown.confirmed {
        let values = [
            ("kept", kept),
            ("revoked", revoked),
            ("withdrawn", withdrawn),
        ];
        return said::QUARANTINE_ENDED.fill(language, &values) + "\n";
    }
    let Some(why) = &shown.why else {
        return format!("{}\n", said::QUARANTINE_NONE.text(language));
    };
    let mut out = said::QUARANTINE.fill(language, &[("why", why)]) + "\n";
    for device in &shown.devices {
        out += &device_told(device, language);
    }
    out
}
