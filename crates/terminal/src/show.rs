//! One case: where it stands, its fields, its steps, its conflicts.

mod log;

use std::collections::BTreeMap;

use alleyway_core::documents::{LiveValue, shown_value};
use alleyway_core::id::{DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::CaseState;
use alleyway_replica::CaseDetail;

use super::context::{Context, Device};
use super::exit::Failure;
use super::look::last_contact;
use super::lookup::unit_name;
use super::table::Table;
use super::texts::{Message, say, words};
use super::{Shown, json, lease, lookup, parse, people};

/// `show CASE`
pub(super) fn show(context: &Context, case: &str) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    let document = lookup::case(context, &device.replica, case)?;
    if device.replica.is_locked() {
        return lease::show(context, &device, document);
    }
    let detail = detail(context, &mut device, document)?;
    let value = value(context, &device, &detail);
    let mut lines = head_lines(context, &device, &detail);
    lines.push(String::new());
    lines.push(context.say(say::case::STEPS));
    lines.extend(log::lines(context, &device, &detail));
    lines.extend(
        value
            .conflicts
            .iter()
            .flat_map(|conflict| card(context, &device, &detail, &conflict.field)),
    );
    lines.push(String::new());
    lines.push(last_contact(context, &device));
    let shown = Shown::new(&value, lines)?;
    let writes = device.replica.look_at(detail.row.document);
    // A full disk costs the mark "changed", not the reading.
    let _ = context.commit(&mut device.store, &writes);
    Ok(shown)
}

/// `conflicts CASE`
pub(super) fn conflicts(context: &Context, case: &str) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    let document = lookup::case(context, &device.replica, case)?;
    if device.replica.is_locked() {
        return Err(context.locked());
    }
    let detail = detail(context, &mut device, document)?;
    let values = conflict_values(context, &device, &detail);
    let lines = if values.is_empty() {
        vec![context.say(say::conflict::NONE)]
    } else {
        values
            .iter()
            .flat_map(|conflict| card(context, &device, &detail, &conflict.field))
            .collect()
    };
    Shown::new(&values, lines)
}

fn detail(
    context: &Context,
    device: &mut Device,
    document: DocumentId,
) -> Result<CaseDetail, Failure> {
    let detail = device.replica.case(document);
    context.keep_unreadable(device)?;
    detail.ok_or_else(|| context.unexpected(&"the case cannot be read"))
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
        confidential: state.confidential,
        fields: fields(device, detail),
        log: detail
            .log
            .iter()
            .map(|row| log::entry(context, device, detail, row))
            .collect(),
        conflicts: conflict_values(context, device, detail),
        heads: detail.head.iter().map(hex).collect(),
        version: detail.version,
    }
}

/// The shown value of every field, and what else belongs to the case: whom it came from, by when
/// it is due, what the resident follows it with.
fn fields(device: &Device, detail: &CaseDetail) -> BTreeMap<String, String> {
    let state = &detail.row.state;
    let mut fields: BTreeMap<String, String> = detail
        .fields
        .iter()
        .map(|(name, values)| (name.clone(), for_programs(name, shown_value(values))))
        .collect();
    fields.retain(|_, value| !value.is_empty());
    fields.insert(
        "owner".to_owned(),
        unit_name(device.replica.organisation(), state.owner),
    );
    if let Some(due) = state.due_now() {
        fields.insert("due".to_owned(), parse::show_date(due));
    }
    if let Some(tracking) = state.tracking {
        fields.insert("tracking".to_owned(), tracking.to_string());
    }
    fields
}

/// A field's value; an id is written as everywhere.
fn for_programs(field: &str, value: &str) -> String {
    let id = (field == "household")
        .then(|| DocumentId::parse(value))
        .flatten();
    id.map_or_else(|| value.to_owned(), |id| id.to_string())
}

fn member_name(context: &Context, device: &Device, case: DocumentId, member: MemberId) -> String {
    people::name(context, device, case, member).unwrap_or_else(|| member.to_string())
}

fn hex(head: &alleyway_core::documents::Head) -> String {
    use std::fmt::Write as _;
    head.iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Fields with different values. Two equal values are no conflict.
fn conflict_values(context: &Context, device: &Device, detail: &CaseDetail) -> Vec<json::Conflict> {
    let differ = |values: &&Vec<LiveValue>| {
        values
            .iter()
            .any(|value| Some(&value.value) != values.first().map(|v| &v.value))
    };
    detail
        .fields
        .iter()
        .filter(|(_, values)| differ(values))
        .map(|(field, values)| json::Conflict {
            field: field.clone(),
            values: values
                .iter()
                .map(|live| json::Standing {
                    value: for_programs(field, &live.value),
                    author: member_name(context, device, detail.row.document, live.author),
                    at: parse::show_time_utc(live.at),
                })
                .collect(),
        })
        .collect()
}

/// The conflict card: the values, who set them, when.
fn card(context: &Context, device: &Device, detail: &CaseDetail, field: &str) -> Vec<String> {
    let values = detail.fields.get(field).map_or(&[][..], Vec::as_slice);
    let (name, count) = (context.word(words::FIELD, field), values.len().to_string());
    let mut table = Table::plain();
    for live in values {
        let set = detail
            .log
            .iter()
            .map(|row| &row.entry)
            .find(|entry| entry.command == live.command);
        let at = parse::show_time(set.map_or(live.at, log::happened));
        let value = field_value(context, device, field, &live.value);
        let author = member_name(context, device, detail.row.document, live.author);
        table.row(vec!["│".to_owned(), value, author, at]);
    }
    let case = detail.row.number.to_string();
    let mut lines = vec![
        String::new(),
        context.fill(say::conflict::CARD, &[("field", &name), ("count", &count)]),
    ];
    lines.extend(table.lines());
    let named = [("case", case.as_str()), ("field", field)];
    lines.push(context.fill(say::hint::PICK, &named));
    if device.replica.may_keep_both(detail.row.document, field) {
        lines.push(context.fill(say::hint::KEEP, &named));
    }
    lines
}

/// A field's value as people read it: a category's name, a household's door.
pub(super) fn field_value(context: &Context, device: &Device, field: &str, value: &str) -> String {
    match field {
        "category" => context.word(words::CATEGORY, value),
        "household" => door(device, value).unwrap_or_else(|| value.to_owned()),
        _ => value.to_owned(),
    }
}

/// The door of a household that this device knows.
fn door(device: &Device, household: &str) -> Option<String> {
    device
        .replica
        .households()
        .into_iter()
        .find(|row| row.document.key() == household)
        .map(|row| row.door)
}

/// With a capital, like the other heads; Chinese has none.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn head_lines(context: &Context, device: &Device, detail: &CaseDetail) -> Vec<String> {
    let unit = |unit: UnitId| unit_name(device.replica.organisation(), unit);
    let state: &CaseState = &detail.row.state;
    let mut table = Table::plain();
    let mut row = |head: &Message, value: String| table.row(vec![context.say(head), value]);
    row(say::case::NUMBER, state.number.to_string());
    row(say::case::TITLE, detail.row.title.clone());
    let supervised = state
        .supervised
        .then(|| context.say(say::case::SUPERVISED_MARK));
    let confidential = state
        .confidential
        .then(|| context.say(say::case::CONFIDENTIAL_MARK));
    let stage = context.word(words::STAGE, state.stage.word());
    row(
        say::case::STATUS,
        [Some(stage), confidential, supervised]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    );
    row(say::case::HOLDER, unit(state.holder));
    row(say::case::OWNER, unit(state.owner));
    if let Some(referral) = &state.referral {
        let (kind, from, to) = (
            context.word(words::KIND, referral.kind.word()),
            unit(referral.from),
            unit(referral.to),
        );
        row(
            say::case::REFERRAL,
            context.fill(
                say::case::REFERRAL_TO,
                &[("kind", &kind), ("from", &from), ("to", &to)],
            ),
        );
    }
    if let Some(due) = state.due_now() {
        let late = due.is_over(device.replica.server_time(context.now())) && state.stage.is_open();
        let late = if late {
            context.say(say::case::LATE)
        } else {
            String::new()
        };
        row(
            say::case::DUE,
            format!("{} {late}", parse::show_date(due))
                .trim_end()
                .to_owned(),
        );
    }
    if let Some(tracking) = state.tracking {
        row(say::case::TRACKING, tracking.to_string());
    }
    for (name, values) in detail.fields.iter().filter(|(name, _)| *name != "title") {
        let value = shown_value(values);
        // Whoever does not know the household has no use for its id.
        let hidden = value.is_empty() || (name == "household" && door(device, value).is_none());
        if !hidden {
            table.row(vec![
                capital(&context.word(words::FIELD, name)),
                field_value(context, device, name, value),
            ]);
        }
    }
    table.lines()
}
