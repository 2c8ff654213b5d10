//! One case: where it stands, its fields, its steps, its conflicts.

use std::collections::BTreeMap;

use alleyway_core::documents::{CaseState, LiveValue, shown_value};
use alleyway_core::id::{MemberId, UnitId};
use alleyway_core::refusal::Refusal;
use alleyway_core::replica::{CaseDetail, EntryState, LogRow};
use alleyway_core::time::Date;

use super::context::{Context, Device};
use super::exit::Failure;
use super::look::last_contact;
use super::lookup::unit_name;
use super::table::{Table, one_line};
use super::texts::Say;
use super::{Shown, json, lookup, parse, refusals};

/// `show CASE`
pub(super) fn show(context: &Context, case: &str) -> Result<Shown, Failure> {
    let (mut device, detail) = open(context, case)?;
    let value = value(context, &device, &detail);
    let mut lines = head_lines(context, &device, &detail);
    lines.push(String::new());
    lines.push(context.say(Say::Steps));
    lines.extend(log_lines(context, &device, &detail));
    lines.extend(value.conflicts.iter().flat_map(|conflict| card(context, case, conflict)));
    lines.push(String::new());
    lines.push(last_contact(context, &device));
    let shown = Shown::new(&value, lines)?;
    let writes = device.replica.look_at(detail.row.document);
    context.commit(&mut device.store, &writes)?;
    Ok(shown)
}

/// `conflicts CASE`
pub(super) fn conflicts(context: &Context, case: &str) -> Result<Shown, Failure> {
    let (device, detail) = open(context, case)?;
    let values = conflict_values(&device, &detail);
    let lines = if values.is_empty() {
        vec![context.say(Say::NoConflicts)]
    } else {
        values.iter().flat_map(|conflict| card(context, case, conflict)).collect()
    };
    Shown::new(&values, lines)
}

fn open(context: &Context, case: &str) -> Result<(Device, CaseDetail), Failure> {
    let device = context.open()?;
    let document = lookup::case(context, &device.replica, case)?;
    let detail = device.replica.case(document).ok_or_else(|| context.unexpected(&"the case cannot be read"))?;
    Ok((device, detail))
}

fn value(context: &Context, device: &Device, detail: &CaseDetail) -> json::Detail {
    let unit = |unit: UnitId| unit_name(device.replica.organisation(), unit);
    let state = &detail.row.state;
    json::Detail {
        document: detail.row.document.to_string(),
        number: state.number.to_string(),
        title: detail.row.title.clone(),
        status: state.stage.word().to_owned(),
        holder: unit(state.holder),
        referral: state.referral.as_ref().map(|referral| json::Referral {
            kind: referral.kind.word().to_owned(),
            from: unit(referral.from),
            to: unit(referral.to),
        }),
        fields: fields(device, detail),
        log: detail.log.iter().map(|row| entry(context, device, detail, row)).collect(),
        conflicts: conflict_values(device, detail),
        heads: detail.head.iter().map(hex).collect(),
        version: detail.version,
    }
}

/// The shown value of every field, and what else belongs to the case: whom it came from, by when
/// it is due, what the resident follows it with.
fn fields(device: &Device, detail: &CaseDetail) -> BTreeMap<String, String> {
    let state = &detail.row.state;
    let mut fields: BTreeMap<String, String> =
        detail.fields.iter().map(|(name, values)| (name.clone(), shown_value(values).to_owned())).collect();
    fields.retain(|_, value| !value.is_empty());
    fields.insert("owner".to_owned(), unit_name(device.replica.organisation(), state.owner));
    if let Some(due) = state.due_now() {
        fields.insert("due".to_owned(), parse::show_date(due));
    }
    if let Some(tracking) = state.tracking {
        fields.insert("tracking".to_owned(), tracking.to_string());
    }
    fields
}

fn entry(context: &Context, device: &Device, detail: &CaseDetail, row: &LogRow) -> json::Entry {
    json::Entry {
        command: row.entry.command.to_string(),
        kind: row.entry.kind.clone(),
        text: written(context, device, row),
        author: member_name(device, row.entry.author),
        at: parse::show_time_utc(row.entry.at),
        received_at: row.entry.received.map(|receipt| parse::show_time_utc(receipt.received)),
        state: state_word(row),
        code: refusal(row).map(|refusal| refusal.code.to_string()),
        reason: refusal(row).map(|refusal| refusals::reason(context, device, detail.row.document, refusal)),
    }
}

fn refusal(row: &LogRow) -> Option<&Refusal> {
    match &row.state {
        EntryState::Refused(refusal) => Some(refusal),
        EntryState::Pending | EntryState::Admitted => None,
    }
}

fn state_word(row: &LogRow) -> &'static str {
    match row.state {
        EntryState::Pending => "pending",
        EntryState::Admitted => "admitted",
        EntryState::Refused(_) => "refused",
    }
}

fn member_name(device: &Device, member: MemberId) -> String {
    device.replica.organisation().name(member).map_or_else(|| member.to_string(), str::to_owned)
}

fn hex(head: &alleyway_core::documents::Head) -> String {
    use std::fmt::Write as _;
    head.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What the author wrote; for a step without words, what it set.
fn written(context: &Context, device: &Device, row: &LogRow) -> String {
    let words = words(row);
    if words.is_empty() { set(context, device, row).join(", ") } else { words.join("\n") }
}

/// The author's own words.
fn words(row: &LogRow) -> Vec<&str> {
    let detail = |name: &str| row.entry.details.get(name).map_or("", String::as_str);
    [row.entry.text.as_str(), detail("reason"), detail("tried")].into_iter().filter(|text| !text.is_empty()).collect()
}

/// What a step set: a field, a unit, a date, a result.
fn set(context: &Context, device: &Device, row: &LogRow) -> Vec<String> {
    let detail = |name: &str| row.entry.details.get(name).map(String::as_str);
    let unit = |id: &str| {
        UnitId::parse(id).map_or_else(|| id.to_owned(), |unit| unit_name(device.replica.organisation(), unit))
    };
    let day = |days: &str| days.parse().map_or_else(|_| days.to_owned(), |days| parse::show_date(Date(days)));
    let field = detail("field").map(|field| format!("{field}: {}", detail("value").unwrap_or_default()));
    let merged = |id: &str| {
        let number =
            UnitId::parse(id).and_then(|case| device.replica.case(case)).map(|case| case.row.number.to_string());
        number.unwrap_or_else(|| id.to_owned())
    };
    [
        field,
        detail("to").map(unit),
        detail("due").map(day),
        detail("result").map(|result| context.word("finding", result)),
        detail("code").map(str::to_owned),
        detail("into").map(merged),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Fields with different values. Two equal values are no conflict.
fn conflict_values(device: &Device, detail: &CaseDetail) -> Vec<json::Conflict> {
    let differ =
        |values: &&Vec<LiveValue>| values.iter().any(|value| Some(&value.value) != values.first().map(|v| &v.value));
    detail
        .fields
        .iter()
        .filter(|(_, values)| differ(values))
        .map(|(field, values)| json::Conflict {
            field: field.clone(),
            values: values
                .iter()
                .map(|live| json::Standing {
                    value: live.value.clone(),
                    author: member_name(device, live.author),
                    at: parse::show_time_utc(live.at),
                })
                .collect(),
        })
        .collect()
}

/// The conflict card: the values, who set them, when.
fn card(context: &Context, case: &str, conflict: &json::Conflict) -> Vec<String> {
    let name = context.word("field", &conflict.field);
    let count = conflict.values.len().to_string();
    let mut table = Table::plain();
    for value in &conflict.values {
        let at = parse::time(&value.at).map(parse::show_time).unwrap_or_default();
        table.row(vec!["│".to_owned(), value.value.clone(), value.author.clone(), at]);
    }
    let mut lines = vec![String::new(), context.fill(Say::ConflictCard, &[("field", &name), ("count", &count)])];
    lines.extend(table.lines());
    lines.push(context.fill(Say::ConflictHow, &[("case", case), ("field", &conflict.field)]));
    lines
}

fn head_lines(context: &Context, device: &Device, detail: &CaseDetail) -> Vec<String> {
    let unit = |unit: UnitId| unit_name(device.replica.organisation(), unit);
    let state: &CaseState = &detail.row.state;
    let mut table = Table::plain();
    let mut row = |head: Say, value: String| table.row(vec![context.say(head), value]);
    row(Say::Number, state.number.to_string());
    row(Say::Title, detail.row.title.clone());
    let supervised = state.supervised.then(|| context.say(Say::SupervisedMark));
    let stage = context.word("stage", state.stage.word());
    row(Say::Status, [Some(stage), supervised].into_iter().flatten().collect::<Vec<_>>().join(" "));
    row(Say::Holder, unit(state.holder));
    row(Say::Owner, unit(state.owner));
    if let Some(referral) = &state.referral {
        let (kind, from, to) = (context.word("referral", referral.kind.word()), unit(referral.from), unit(referral.to));
        row(Say::Referral, context.fill(Say::ReferralTo, &[("kind", &kind), ("from", &from), ("to", &to)]));
    }
    if let Some(due) = state.due_now() {
        let late = due.is_over(context.now()) && state.stage.is_open();
        let late = if late { context.say(Say::Late) } else { String::new() };
        row(Say::Due, format!("{} {late}", parse::show_date(due)).trim_end().to_owned());
    }
    if let Some(tracking) = state.tracking {
        row(Say::Tracking, tracking.to_string());
    }
    for (name, values) in detail.fields.iter().filter(|(name, _)| *name != "title") {
        let shown = shown_value(values);
        let shown = if name == "category" { context.word("category", shown) } else { shown.to_owned() };
        if !shown.is_empty() {
            table.row(vec![context.word("field", name), shown]);
        }
    }
    table.lines()
}

fn log_lines(context: &Context, device: &Device, detail: &CaseDetail) -> Vec<String> {
    let mut table = Table::plain();
    for row in &detail.log {
        let mark = match &row.state {
            EntryState::Admitted => String::new(),
            EntryState::Pending => format!("[{}]", context.say(Say::Unconfirmed)),
            EntryState::Refused(_) => format!("[{}]", context.say(Say::RefusedState)),
        };
        let reason = refusal(row).map(|refusal| refusals::reason(context, device, detail.row.document, refusal));
        let mut text: Vec<String> = set(context, device, row);
        text.extend(words(row).into_iter().map(one_line));
        text.extend(reason);
        table.row(vec![
            parse::show_time(row.entry.at),
            member_name(device, row.entry.author),
            context.word("kind", &row.entry.kind),
            format!("{mark} {}", text.join("；")).trim().to_owned(),
        ]);
    }
    table.lines()
}
