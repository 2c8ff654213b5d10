//! Trays: what those proposed whose post had ended, and what is to be reviewed.

use alleyway_client::dates::show_time;
use alleyway_client::views::tray::{Tray, TrayItem};
use alleyway_device::Device;
use alleyway_replica::DismissBy;

use super::args::{AllOf, TrayStep};
use super::context::Context;
use super::exit::Failure;
use super::steps::saved;
use super::table::{Table, one_line};
use super::texts::{say, words};
use super::{Shown, stopping};

/// Before each line of what an item says.
const INDENT: &str = "    ";

/// `proposals`, `review`
pub(super) fn trays(
    context: &Context,
    tray: Tray,
    what: Option<&TrayStep>,
) -> Result<Shown, Failure> {
    let device = context.open()?;
    match what {
        None => list(context, &device, tray),
        Some(TrayStep::Take { item }) => saved(context, &context.done(device.take(tray, item))?),
        Some(TrayStep::Dismiss { item, all_of: None }) => dismiss(context, &device, tray, item),
        Some(TrayStep::Dismiss {
            item,
            all_of: Some(of),
        }) => dismiss_all(context, &device, tray, item, *of),
    }
}

fn list(context: &Context, device: &Device, tray: Tray) -> Result<Shown, Failure> {
    let rows = context.done(device.tray(tray))?;
    let (nothing, how) = match tray {
        Tray::Proposals => (say::tray::NO_PROPOSALS, say::hint::PROPOSALS),
        Tray::Review => (say::tray::NO_REVIEW, say::hint::REVIEW),
    };
    if rows.is_empty() {
        let me = context.done(device.whoami())?;
        stopping::told(context, &me);
        return Shown::new(&rows, vec![stopping::empty(context, &me, nothing)]);
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
    for row in &rows {
        let number = row.number.map(|number| number.to_string());
        table.row(vec![
            row.item.to_string(),
            number.unwrap_or_else(|| context.say(say::case::NOT_CASE)),
            context.word(words::KIND, &row.kind),
            row.author.clone(),
            show_time(row.at),
            context.word(words::KEPT, &row.why),
        ]);
    }
    let mut table = table.lines().into_iter();
    let mut lines: Vec<String> = table.next().into_iter().collect();
    for (row, line) in rows.iter().zip(table) {
        lines.push(line);
        lines.extend(said(context, row));
    }
    lines.push(context.say(how));
    Shown::new(&rows, lines)
}

/// All that an item says: a line for each field, and for each line of a longer text.
fn said(context: &Context, row: &TrayItem) -> Vec<String> {
    let colon = context.say(say::common::COLON);
    let mut lines = Vec::new();
    for (label, text) in &row.shown {
        let mut of_text = text.lines().map(one_line);
        let first = of_text.next().unwrap_or_default();
        lines.push(format!("{INDENT}{label}{colon}{first}"));
        lines.extend(of_text.map(|line| format!("{INDENT}{INDENT}{line}")));
    }
    lines
}

fn dismiss(context: &Context, device: &Device, tray: Tray, item: &str) -> Result<Shown, Failure> {
    let dismissed = context.done(device.dismiss(tray, item))?;
    let kind = context.word(words::KIND, &dismissed.kind);
    let values = [("kind", kind.as_str()), ("number", &dismissed.name)];
    let line = context.fill(say::tray::DISMISSED, &values);
    Shown::new(&dismissed, vec![line])
}

fn dismiss_all(
    context: &Context,
    device: &Device,
    tray: Tray,
    item: &str,
    of: AllOf,
) -> Result<Shown, Failure> {
    let by = match of {
        AllOf::Author => DismissBy::Author,
        AllOf::Device => DismissBy::Device,
    };
    let dismissed = context.done(device.dismiss_all(tray, item, by))?;
    let count = dismissed.count.to_string();
    let values = [("count", count.as_str()), ("author", &dismissed.author)];
    let text = match of {
        AllOf::Author => say::tray::DISMISSED_OF_AUTHOR,
        AllOf::Device => say::tray::DISMISSED_OF_DEVICE,
    };
    let line = context.fill(text, &values);
    Shown::new(&dismissed, vec![line])
}
