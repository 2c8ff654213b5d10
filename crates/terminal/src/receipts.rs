//! Receipts: what left this device, and what became of what was handed in then.

use alleyway_client::dates::show_time;
use alleyway_client::views::receipt::{HandedIn, Receipt};

use super::Shown;
use super::context::Context;
use super::exit::Failure;
use super::table::Table;
use super::texts::{say, words};

/// `receipts`
pub(super) fn receipts(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let rows = context.done(device.receipts())?;
    if rows.is_empty() {
        return Shown::new(&rows, vec![context.say(say::receipt::NOTHING)]);
    }
    let lines = rows.iter().flat_map(|row| lines(context, row)).collect();
    Shown::new(&rows, lines)
}

fn lines(context: &Context, row: &Receipt) -> Vec<String> {
    let at = show_time(row.at);
    let mut lines = vec![match &row.why {
        Some(why) => {
            let cases = if row.cases.is_empty() {
                context.say(say::common::NONE)
            } else {
                row.cases.join(" ")
            };
            let why = context.word(words::EVICTION, why);
            let documents = row.documents.to_string();
            let values = [
                ("at", at.as_str()),
                ("why", &why),
                ("documents", &documents),
                ("cases", &cases),
            ];
            context.fill(say::receipt::EVICTED, &values)
        }
        None => context.fill(say::receipt::HANDED_IN, &[("at", &at)]),
    }];
    let mut table = Table::plain();
    for row in &row.handed_in {
        table.row(cells(context, row));
    }
    lines.extend(table.lines());
    if row.unnamed > 0 {
        let count = row.unnamed.to_string();
        lines.push(context.fill(say::receipt::UNNAMED, &[("count", &count)]));
    }
    lines
}

fn cells(context: &Context, row: &HandedIn) -> Vec<String> {
    let number = row.number.map(|number| number.to_string());
    let code = row.code.as_deref().unwrap_or_default();
    vec![
        String::new(),
        row.command.to_string(),
        number.unwrap_or_else(|| context.say(say::case::NOT_CASE)),
        context.word(words::KIND, &row.kind),
        show_time(row.at),
        context.word(words::FATE, row.became),
        if row.kept {
            context.word(words::KEPT, code)
        } else {
            code.to_owned()
        },
    ]
}
