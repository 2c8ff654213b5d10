//! What an item of a tray says, whole: who takes it does it in his own name.

use std::collections::BTreeMap;

use alleyway_core::id::DocumentId;
use alleyway_core::time::Date;
use alleyway_replica::TrayRow;

use crate::context::{Context, Device};
use crate::lookup::unit_name;
use crate::parse;
use crate::show::field_value;
use crate::table::one_line;
use crate::texts::{say, words};

/// Before each line of what an item says.
const INDENT: &str = "    ";

/// For programs: words of the catalogue stay words, units and cases are named.
pub(super) fn values(
    context: &Context,
    device: &Device,
    row: &TrayRow,
) -> BTreeMap<&'static str, String> {
    row.said
        .iter()
        .map(|(name, text)| (*name, named(context, device, name, text)))
        .collect()
}

/// For people: a line for each, and for each line of a longer text.
pub(super) fn lines(context: &Context, device: &Device, row: &TrayRow) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, text) in &row.said {
        let label = label(context, name);
        let text = shown(context, device, row, name, text);
        let mut of_text = text.lines().map(one_line);
        let first = of_text.next().unwrap_or_default();
        lines.push(format!(
            "{INDENT}{label}{}{first}",
            context.say(say::common::COLON)
        ));
        lines.extend(of_text.map(|line| format!("{INDENT}{INDENT}{line}")));
    }
    lines
}

fn label(context: &Context, name: &str) -> String {
    words::FIELD
        .get(context.lang, name)
        .unwrap_or_else(|| words::SAID.word(context.lang, name))
        .to_owned()
}

/// A unit by its name, a case by its number, a day as a day; other texts as they are.
fn named(context: &Context, device: &Device, name: &str, text: &str) -> String {
    let id = || DocumentId::parse(text);
    let named = match name {
        "to" | "alley" => id().map(|unit| unit_name(device.replica.organisation(), unit)),
        "into" => id()
            .and_then(|case| device.replica.case(case))
            .map(|case| case.row.number.to_string()),
        "by" => text.parse().ok().map(|days| parse::show_date(Date(days))),
        "household" => Some(field_value(context, device, name, text)),
        _ => None,
    };
    named.unwrap_or_else(|| text.to_owned())
}

/// As [`named`], with the words of the catalogue in the user's language.
fn shown(context: &Context, device: &Device, row: &TrayRow, name: &str, text: &str) -> String {
    let edited = || {
        row.said
            .iter()
            .find(|(known, _)| *known == "field")
            .map(|(_, field)| field.as_str())
    };
    match (name, row.kind) {
        ("category", _) => field_value(context, device, name, text),
        ("value", _) => field_value(context, device, edited().unwrap_or_default(), text),
        ("field", _) => context.word(words::FIELD, text),
        ("result", _) => context.word(words::FINDING, text),
        ("code", _) => context.word(words::CLOSURE, text),
        ("reason", "wait") => context.word(words::WAIT, text),
        ("reason", "reject") => context.word(words::REJECT, text),
        ("confidential", _) => context.say(say::case::CONFIDENTIAL_MARK),
        _ => named(context, device, name, text),
    }
}
