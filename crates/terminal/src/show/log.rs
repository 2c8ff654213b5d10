//! A case's log: what each step says, and when it was.

use alleyway_core::documents::{LogEntry, Mark};
use alleyway_core::id::UnitId;
use alleyway_core::refusal::Refusal;
use alleyway_core::time::{Date, Time};
use alleyway_replica::{CaseDetail, EntryState, LogRow};

use super::{field_value, member_name};
use crate::context::{Context, Device};
use crate::lookup::unit_name;
use crate::table::{Table, one_line};
use crate::texts::{say, words};
use crate::{json, parse, refusals};

/// From here on an author's clock is corrected where people read; below, the difference is the way to the server.
const CLOCK_WRONG_SECONDS: i64 = 3_600;

pub(super) fn entry(
    context: &Context,
    device: &Device,
    detail: &CaseDetail,
    row: &LogRow,
) -> json::Entry {
    json::Entry {
        command: row.entry.command.to_string(),
        kind: row.entry.kind.clone(),
        text: written(context, device, row),
        author: member_name(context, device, detail.row.document, row.entry.author),
        at: parse::show_time_utc(row.entry.at),
        received_at: row
            .entry
            .received
            .map(|receipt| parse::show_time_utc(receipt.received)),
        state: state_word(row),
        mark: is_after_post(row).then_some("after_post"),
        code: refusal(row).map(|refusal| refusal.code.to_string()),
        reason: refusal(row)
            .map(|refusal| refusals::reason(context, device, detail.row.document, refusal)),
    }
}

pub(super) fn lines(context: &Context, device: &Device, detail: &CaseDetail) -> Vec<String> {
    let mut table = Table::plain();
    for row in &detail.log {
        let mark = match &row.state {
            EntryState::Admitted if is_after_post(row) => {
                format!("[{}]", context.say(say::case::AFTER_POST_MARK))
            }
            EntryState::Admitted => String::new(),
            EntryState::Pending => format!("[{}]", context.say(say::case::UNCONFIRMED)),
            EntryState::Refused(_) => format!("[{}]", context.say(say::case::REFUSED_STATE)),
            EntryState::Carried => format!("[{}]", context.say(say::case::CARRIED_STATE)),
            EntryState::Waits => format!("[{}]", context.say(say::case::WAITS_STATE)),
        };
        let reason = refusal(row)
            .map(|refusal| refusals::reason(context, device, detail.row.document, refusal));
        let mut text: Vec<String> = set(context, device, row);
        text.extend(
            typed(row)
                .into_iter()
                .map(|words| one_line(&coded(context, &row.entry.kind, words))),
        );
        text.extend(reason);
        table.row(vec![
            parse::show_time(happened(&row.entry)),
            member_name(context, device, detail.row.document, row.entry.author),
            context.word(words::KIND, &row.entry.kind),
            format!("{mark} {}", text.join(&context.say(say::common::SEMICOLON)))
                .trim()
                .to_owned(),
        ]);
    }
    table.lines()
}

/// Whether it was handed in after its author's post had ended.
fn is_after_post(row: &LogRow) -> bool {
    row.entry
        .received
        .is_some_and(|receipt| receipt.mark == Mark::AfterPost)
}

fn refusal(row: &LogRow) -> Option<&Refusal> {
    match &row.state {
        EntryState::Refused(refusal) => Some(refusal),
        EntryState::Pending | EntryState::Admitted | EntryState::Carried | EntryState::Waits => {
            None
        }
    }
}

fn state_word(row: &LogRow) -> &'static str {
    match row.state {
        EntryState::Pending => "pending",
        EntryState::Admitted => "admitted",
        EntryState::Refused(_) => "refused",
        EntryState::Carried => "carried",
        EntryState::Waits => "waits",
    }
}

/// What the author wrote; for a step without words, what it set.
fn written(context: &Context, device: &Device, row: &LogRow) -> String {
    let words = typed(row);
    if words.is_empty() {
        set(context, device, row).join(", ")
    } else {
        words.join("\n")
    }
}

/// The author's own words.
fn typed(row: &LogRow) -> Vec<&str> {
    let detail = |name: &str| row.entry.details.get(name).map_or("", String::as_str);
    [row.entry.text.as_str(), detail("reason"), detail("tried")]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect()
}

/// The reasons of waiting and rejecting are codes; one of the town's own is shown as it is.
fn coded(context: &Context, kind: &str, text: &str) -> String {
    match kind {
        "wait" => context.word(words::WAIT, text),
        "reject" => context.word(words::REJECT, text),
        _ => text.to_owned(),
    }
}

/// What a step set: a field, a unit, a date, a result.
fn set(context: &Context, device: &Device, row: &LogRow) -> Vec<String> {
    let detail = |name: &str| row.entry.details.get(name).map(String::as_str);
    let unit = |id: &str| {
        UnitId::parse(id).map_or_else(
            || id.to_owned(),
            |unit| unit_name(device.replica.organisation(), unit),
        )
    };
    let day = |days: &str| {
        days.parse()
            .map_or_else(|_| days.to_owned(), |days| parse::show_date(Date(days)))
    };
    let field = detail("field").map(|field| {
        let colon = context.say(say::common::COLON);
        format!(
            "{}{colon}{}",
            context.word(words::FIELD, field),
            field_value(context, device, field, detail("value").unwrap_or_default())
        )
    });
    let merged = |id: &str| {
        let number = UnitId::parse(id)
            .and_then(|case| device.replica.case(case))
            .map(|case| case.row.number.to_string());
        number.unwrap_or_else(|| id.to_owned())
    };
    [
        field,
        detail("to").map(unit),
        detail("due").map(day),
        detail("result").map(|result| context.word(words::FINDING, result)),
        detail("code").map(|code| context.word(words::CLOSURE, code)),
        detail("into").map(merged),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// When a step was done, for people. By its author's clock, unless the server found that plainly
/// wrong: a list in which a year is missing helps nobody.
pub(super) fn happened(entry: &LogEntry) -> Time {
    let Some(receipt) = entry.received else {
        return entry.at;
    };
    let off = i64::from(receipt.clock_off_seconds);
    let corrected = Time(entry.at.0.saturating_sub(off.saturating_mul(1_000)));
    match (
        off.abs() < CLOCK_WRONG_SECONDS,
        entry.at.0.saturating_sub(receipt.received.0),
    ) {
        // A clock that was set back between typing and sending: nothing is done after it is received.
        (true, ahead) if ahead < CLOCK_WRONG_SECONDS * 1_000 => entry.at,
        _ => corrected.min(receipt.received),
    }
}
