//! Trays: what those proposed whose post had ended, and what is to be reviewed.

mod said;

use alleyway_replica::{FindError, MendError, TakeError, TrayRow};

use super::args::TrayStep;
use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::lookup::{ambiguous, unit_name};
use super::steps::{record_failure, saved};
use super::table::Table;
use super::texts::{say, words};
use super::{Shown, json, parse, people, stopping};

/// Which of a tray's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of those whose post had ended.
    Proposals,
    /// Of devices that are not to go on.
    Review,
}

/// `proposals`, `review`
pub(super) fn trays(
    context: &Context,
    kind: Kind,
    what: Option<&TrayStep>,
) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    if what.is_some() {
        stopping::check(context, &device.replica)?;
    }
    if device.replica.is_locked() && device.replica.stopped().is_none() {
        return Err(context.locked());
    }
    match what {
        None => list(context, &device, kind),
        Some(TrayStep::Take { item }) => take(context, &mut device, kind, item),
        Some(TrayStep::Dismiss { item }) => dismiss(context, &mut device, kind, item),
    }
}

fn rows(device: &Device, kind: Kind) -> Vec<TrayRow> {
    match kind {
        Kind::Proposals => device.replica.proposals(),
        Kind::Review => device.replica.review(),
    }
}

fn list(context: &Context, device: &Device, kind: Kind) -> Result<Shown, Failure> {
    let rows = rows(device, kind);
    let values: Vec<json::TrayItem> = rows.iter().map(|row| item(context, device, row)).collect();
    let (nothing, how) = match kind {
        Kind::Proposals => (say::tray::NO_PROPOSALS, say::hint::PROPOSALS),
        Kind::Review => (say::tray::NO_REVIEW, say::hint::REVIEW),
    };
    if rows.is_empty() {
        stopping::told(context, device);
        return Shown::new(&values, vec![stopping::empty(context, device, nothing)]);
    }
    let heads = [
        say::tray::ITEM,
        say::outbox::CASE,
        say::outbox::KIND,
        say::tray::AUTHOR,
        say::outbox::AT,
        say::tray::WHY_KEPT,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for (row, value) in rows.iter().zip(&values) {
        table.row(vec![
            value.item.clone(),
            value
                .number
                .clone()
                .unwrap_or_else(|| context.say(say::case::NOT_CASE)),
            context.word(words::KIND, &value.kind),
            value.author.clone(),
            parse::show_time(row.at),
            context.word(words::KEPT, &value.why),
        ]);
    }
    let mut table = table.lines().into_iter();
    let mut lines: Vec<String> = table.next().into_iter().collect();
    for (row, line) in rows.iter().zip(table) {
        lines.push(line);
        lines.extend(said::lines(context, device, row));
    }
    lines.push(context.say(how));
    Shown::new(&values, lines)
}

fn item(context: &Context, device: &Device, row: &TrayRow) -> json::TrayItem {
    let author = people::name(context, device, row.document, row.author);
    json::TrayItem {
        item: row.item.to_string(),
        why: row.why.to_string(),
        unit: unit_name(device.replica.organisation(), row.unit),
        document: row.document.to_string(),
        number: row.number.map(|number| number.to_string()),
        kind: row.kind.to_owned(),
        text: row.text.clone(),
        said: said::values(context, device, row),
        author: author.unwrap_or_else(|| row.author.to_string()),
        at: parse::show_time_utc(row.at),
        received_at: parse::show_time_utc(row.received),
    }
}

fn take(context: &Context, device: &mut Device, kind: Kind, text: &str) -> Result<Shown, Failure> {
    let row = find(context, device, kind, text)?;
    let outcome = device
        .replica
        .take(row.item, context.now(), context.random()?);
    let (writes, recorded) = outcome.map_err(|error| failure(context, device, &row, &error))?;
    context.commit(&mut device.store, &writes)?;
    saved(context, device, row.kind, &recorded)
}

fn dismiss(
    context: &Context,
    device: &mut Device,
    kind: Kind,
    text: &str,
) -> Result<Shown, Failure> {
    let row = find(context, device, kind, text)?;
    let outcome = device
        .replica
        .dismiss(row.item, context.now(), context.random()?);
    let writes = outcome.map_err(|error| failure(context, device, &row, &error))?;
    context.commit(&mut device.store, &writes)?;
    let number = row.number.map(|number| number.to_string());
    let named = number.clone().unwrap_or_else(|| row.item.to_string());
    let line = context.fill(
        say::tray::DISMISSED,
        &[
            ("kind", &context.word(words::KIND, row.kind)),
            ("number", &named),
        ],
    );
    let value = json::Recorded {
        command: row.item.to_string(),
        document: row.document.to_string(),
        number,
        state: "dismissed",
    };
    Shown::new(&value, vec![line])
}

/// The open item that `text` means: an id, or an unambiguous prefix.
fn find(context: &Context, device: &Device, kind: Kind, text: &str) -> Result<TrayRow, Failure> {
    let not_there = || {
        context.failure(
            Exit::NotFound,
            "not_found",
            say::tray::NOT_FOUND,
            &[("text", text)],
        )
    };
    let item = device
        .replica
        .find_item(text)
        .map_err(|error| match error {
            FindError::NotFound(_) => not_there(),
            FindError::Ambiguous { candidates, .. } => {
                ambiguous(context, text, candidates.into_iter().map(|item| vec![item]))
            }
        })?;
    rows(device, kind)
        .into_iter()
        .find(|row| row.item == item)
        .ok_or_else(not_there)
}

fn failure(context: &Context, device: &Device, row: &TrayRow, error: &TakeError) -> Failure {
    match error {
        TakeError::NotThere => context.failure(
            Exit::NotFound,
            "not_found",
            say::tray::NOT_FOUND,
            &[("text", &row.item.to_string())],
        ),
        TakeError::TakeFirst(first) => {
            let first = first.to_string();
            context.failure(
                Exit::NotAllowed,
                "take_first",
                say::tray::TAKE_FIRST,
                &[("item", &first)],
            )
        }
        TakeError::Unknown => {
            context.failure(Exit::NotAllowed, "unknown_command", say::tray::UNKNOWN, &[])
        }
        TakeError::Mend(MendError::Record(error)) => {
            record_failure(context, device, row.document, error)
        }
        TakeError::Mend(error) => context.unexpected(error),
    }
}
