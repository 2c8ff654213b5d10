//! Receipts: what left this device, and what became of what was handed in then.

use alleyway_replica::{Became, HandedIn, ReceiptRow};

use super::context::Context;
use super::exit::Failure;
use super::table::Table;
use super::texts::{say, words};
use super::{Shown, json, parse};

/// `receipts`
pub(super) fn receipts(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let rows = device.replica.receipts();
    let values: Vec<json::Receipt> = rows.iter().map(value).collect();
    if rows.is_empty() {
        return Shown::new(&values, vec![context.say(say::receipt::NOTHING)]);
    }
    let lines = rows.iter().flat_map(|row| lines(context, row)).collect();
    Shown::new(&values, lines)
}

fn value(row: &ReceiptRow) -> json::Receipt {
    json::Receipt {
        number: row.number,
        at: parse::show_time_utc(row.at),
        why: row.why.as_ref().map(ToString::to_string),
        documents: row.documents,
        cases: row.cases.iter().map(ToString::to_string).collect(),
        handed_in: row.handed_in.iter().map(handed_in).collect(),
        unnamed: row.unnamed,
    }
}

fn handed_in(row: &HandedIn) -> json::HandedIn {
    json::HandedIn {
        command: row.command.to_string(),
        number: row.number.map(|number| number.to_string()),
        kind: row.kind.to_string(),
        at: parse::show_time_utc(row.at),
        became: row.became.word(),
        code: match &row.became {
            Became::Kept(kept) => Some(kept.why.to_string()),
            Became::Refused(refused) => Some(refused.code.to_string()),
            Became::Admitted(_) | Became::AfterPost(_) => None,
        },
    }
}

fn lines(context: &Context, row: &ReceiptRow) -> Vec<String> {
    let at = parse::show_time(row.at);
    let mut lines = vec![match &row.why {
        Some(why) => {
            let cases: Vec<String> = row.cases.iter().map(ToString::to_string).collect();
            let cases = if cases.is_empty() {
                context.say(say::common::NONE)
            } else {
                cases.join(" ")
            };
            let why = context.word(words::EVICTION, why.word());
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
        let why = match &row.became {
            Became::Kept(kept) => context.word(words::KEPT, kept.why.word()),
            Became::Refused(refused) => refused.code.to_string(),
            Became::Admitted(_) | Became::AfterPost(_) => String::new(),
        };
        table.row(vec![
            String::new(),
            row.command.to_string(),
            row.number.map_or_else(
                || context.say(say::case::NOT_CASE),
                |number| number.to_string(),
            ),
            context.word(words::KIND, &row.kind),
            parse::show_time(row.at),
            context.word(words::FATE, row.became.word()),
            why,
        ]);
    }
    lines.extend(table.lines());
    if row.unnamed > 0 {
        lines.push(context.fill(
            say::receipt::UNNAMED,
            &[("count", &row.unnamed.to_string())],
        ));
    }
    lines
}
