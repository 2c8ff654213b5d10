//! One case: where it stands, its fields, its steps, its conflicts.

use alleyway_catalogue::Message;
use alleyway_client::dates::show_time;
use alleyway_client::views::case::{Code, Conflict, Detail, Opened};
use alleyway_client::views::clocks::DaysRow;
use alleyway_client::views::log::Entry;

use super::context::Context;
use super::exit::Failure;
use super::look::last_contact;
use super::table::{Table, one_line};
use super::texts::{say, words};
use super::{Shown, lease};

/// `show CASE`
pub(super) fn show(context: &Context, case: &str) -> Result<Shown, Failure> {
    let device = context.open()?;
    let opened = context.done(device.case(case))?;
    let me = context.done(device.whoami())?;
    let detail = match &opened {
        Opened::Index(index) => return lease::show(context, &me, index),
        Opened::Detail(detail) => detail,
    };
    let mut lines = head_lines(context, detail);
    lines.push(String::new());
    lines.push(context.say(say::case::STEPS));
    lines.extend(log_lines(context, &detail.log));
    let case = detail.number.to_string();
    let cards = detail.conflicts.iter();
    lines.extend(cards.flat_map(|conflict| card(context, &Picking::of_case(&case), conflict)));
    lines.push(String::new());
    lines.push(last_contact(context, &me));
    Shown::new(detail, lines)
}

/// `conflicts CASE`
pub(super) fn conflicts(context: &Context, case: &str) -> Result<Shown, Failure> {
    let device = context.open()?;
    let found = context.done(device.conflicts(case))?;
    let lines = if found.conflicts.is_empty() {
        vec![context.say(say::conflict::NONE)]
    } else {
        let case = found.number.to_string();
        let cards = found.conflicts.iter();
        cards
            .flat_map(|conflict| card(context, &Picking::of_case(&case), conflict))
            .collect()
    };
    Shown::new(&found.conflicts, lines)
}

/// How a conflict is settled.
pub(super) struct Picking<'a> {
    /// The case's number, or the household's door.
    pub(super) on: &'a str,
    /// The line to type for one of the values.
    pub(super) pick: &'static Message,
    /// The line to type to keep all.
    pub(super) keep: &'static Message,
}

impl<'a> Picking<'a> {
    fn of_case(case: &'a str) -> Self {
        Self {
            on: case,
            pick: say::hint::PICK,
            keep: say::hint::KEEP,
        }
    }
}

/// The conflict card: the values, who set them, when.
pub(super) fn card(context: &Context, picking: &Picking<'_>, conflict: &Conflict) -> Vec<String> {
    let name = context.word(words::FIELD, &conflict.field);
    let count = conflict.values.len().to_string();
    let mut table = Table::plain();
    for standing in &conflict.values {
        table.row(vec![
            "│".to_owned(),
            standing.shown.clone(),
            standing.author.clone(),
            show_time(standing.happened),
        ]);
    }
    let values = [("field", name.as_str()), ("count", &count)];
    let mut lines = vec![String::new(), context.fill(say::conflict::CARD, &values)];
    lines.extend(table.lines());
    let named = [("on", picking.on), ("field", conflict.field.as_str())];
    lines.push(context.fill(picking.pick, &named));
    if conflict.can_keep_all {
        lines.push(context.fill(picking.keep, &named));
    }
    lines
}

/// With a capital, like the other heads; Chinese has none.
pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn head_lines(context: &Context, detail: &Detail) -> Vec<String> {
    let mut table = Table::plain();
    let mut row = |head, value: String| table.row(vec![context.say(head), value]);
    row(say::case::NUMBER, detail.number.to_string());
    row(say::case::TITLE, detail.title.clone());
    let marked = |is_so: bool, text| is_so.then(|| context.say(text));
    let status = [
        Some(context.word(words::STAGE, &detail.status)),
        marked(detail.confidential, say::case::CONFIDENTIAL_MARK),
        marked(detail.answered, say::case::ANSWERED_MARK),
    ];
    let status: Vec<String> = status.into_iter().flatten().collect();
    row(say::case::STATUS, status.join(" "));
    if let Some(room) = &detail.room {
        let values = [
            ("entries", room.entries.to_string()),
            ("entries_max", room.entries_max.to_string()),
            ("own", room.own.to_string()),
            ("own_max", room.own_max.to_string()),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        row(say::case::ROOM, context.fill(say::case::ROOM_LEFT, &values));
    }
    row(say::case::HOLDER, detail.holder.clone());
    row(say::case::OWNER, detail.owner.clone());
    let beside = detail.co_handlers.iter().map(|co| {
        if co.done {
            context.fill(say::case::PART_DONE, &[("unit", &co.unit)])
        } else {
            co.unit.clone()
        }
    });
    let beside: Vec<String> = beside.collect();
    if !beside.is_empty() {
        let comma = context.say(say::common::SEMICOLON);
        row(say::case::CO_HANDLERS, beside.join(&comma));
    }
    if let Some(referral) = &detail.referral {
        let kind = context.word(words::KIND, &referral.kind);
        let values = [
            ("kind", kind.as_str()),
            ("from", &referral.from),
            ("to", &referral.to),
        ];
        let text = context.fill(say::case::REFERRAL_TO, &values);
        row(say::case::REFERRAL, text);
    }
    if let Some(light) = &detail.light {
        let colour = context.word(words::LIGHT, &light.light);
        row(say::case::LIGHT, format!("{colour} {}", light.said));
    }
    for clock in &detail.clocks {
        let unit_and_day = format!("{} · {}", clock.unit, clock.said);
        row(say::clock::CLOCKS, unit_and_day);
    }
    if !detail.days.is_empty() {
        row(say::clock::DAYS, days(context, detail));
    }
    let code = match &detail.code {
        Code::Own(code) => code.to_string(),
        Code::GivenBy(name) => context.fill(say::case::CODE_GIVEN_BY, &[("name", name)]),
        Code::None => context.say(say::case::NO_CODE),
    };
    row(say::case::TRACKING, code);
    for code in &detail.void_codes {
        row(say::case::VOID_CODE, code.to_string());
    }
    for (name, value) in &detail.shown {
        let head = words::FIELD.get(context.lang, name);
        let head = head.map_or_else(|| context.word(words::SAID, name), str::to_owned);
        let head = capital(&head);
        table.row(vec![head, value.clone()]);
    }
    table.lines()
}

/// Whose days they were, and how many in all.
fn days(context: &Context, detail: &Detail) -> String {
    let of_unit = |row: &DaysRow| {
        let (days, waited) = (row.days.to_string(), row.waited.to_string());
        let values = [
            ("unit", row.unit.as_str()),
            ("days", &days),
            ("waited", &waited),
        ];
        if row.waited == 0 {
            context.fill(say::clock::DAYS_OF, values.get(..2).unwrap_or_default())
        } else {
            context.fill(say::clock::DAYS_WAITED, &values)
        }
    };
    let all = detail.days_in_all.to_string();
    let all = context.fill(say::clock::DAYS_IN_ALL, &[("days", &all)]);
    let rows = detail.days.iter().map(of_unit).chain([all]);
    rows.collect::<Vec<_>>()
        .join(&context.say(say::common::SEMICOLON))
}

fn log_lines(context: &Context, log: &[Entry]) -> Vec<String> {
    let mut table = Table::plain();
    for entry in log {
        let mark = match entry.state {
            "admitted" => match entry.mark {
                None => None,
                Some("by_code") => Some(say::case::BY_CODE_MARK),
                Some(_) => Some(say::case::AFTER_POST_MARK),
            },
            "refused" => Some(say::case::REFUSED_STATE),
            "carried" => Some(say::case::CARRIED_STATE),
            "waits" => Some(say::case::WAITS_STATE),
            _ => Some(say::case::UNCONFIRMED),
        };
        let wrong = entry.clock_wrong.then_some(say::case::CLOCK_WRONG_MARK);
        let marks = mark.into_iter().chain(wrong);
        let marks: Vec<String> = marks
            .map(|mark| format!("[{}]", context.say(mark)))
            .collect();
        let said = entry.said.iter().map(|said| one_line(said));
        let said: Vec<String> = said.chain(entry.reason.clone()).collect();
        let said = said.join(&context.say(say::common::SEMICOLON));
        table.row(vec![
            show_time(entry.happened),
            entry.author.clone(),
            context.word(words::KIND, &entry.kind),
            format!("{} {said}", marks.join(" ")).trim().to_owned(),
        ]);
    }
    table.lines()
}
