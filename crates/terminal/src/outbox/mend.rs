//! What of a refused command is to change, as the replica takes it: fields by name, ids and days
//! as it writes them.

use std::collections::BTreeMap;

use alleyway_replica::OutboxRow;

use crate::args::MendArgs;
use crate::context::{Context, Device};
use crate::exit::{Exit, Failure};
use crate::lookup;
use crate::steps::{date, level_above, point};
use crate::texts::{say, words};

/// The flags that a kind of command takes.
fn takes(kind: &str) -> &'static [&'static str] {
    match kind {
        "report" => &[
            "household",
            "category",
            "title",
            "text",
            "place",
            "confidential",
        ],
        "note" | "visit" | "resolve" | "withdraw" | "resume" | "supervise" => &["text"],
        "return" | "wait" | "reopen" => &["reason"],
        "edit" => &["field", "value"],
        "reject" => &["reason", "text"],
        "close" => &["code", "text"],
        "escalate" => &["reason", "tried"],
        "dispatch" => &["to", "by"],
        "extend" => &["by", "reason"],
        "rule" => &["to", "reason"],
        "verify" => &["result"],
        "merge" => &["into"],
        _ => &[],
    }
}

/// The fields that `args` changes in a refused command.
pub(super) fn fields(
    context: &Context,
    device: &Device,
    row: &OutboxRow,
    args: &MendArgs,
) -> Result<BTreeMap<String, String>, Failure> {
    let known = takes(&row.kind);
    if let Some(flag) = args.given().into_iter().find(|flag| !known.contains(flag)) {
        return Err(takes_not(context, row, flag));
    }
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, value: String| drop(fields.insert(name.to_owned(), value));
    for (name, value) in args.plain() {
        put(name, context.input_or(&format!("--{name}"), value)?);
    }
    if let Some(unit) = &args.to {
        put(
            "to",
            lookup::unit(context, device.replica.organisation(), unit)?.to_string(),
        );
    }
    if let Some(by) = &args.by {
        put("by", date(context, by)?.0.to_string());
    }
    if let Some(into) = &args.into {
        put(
            "into",
            lookup::case(context, &device.replica, into)?.to_string(),
        );
    }
    if let Some(household) = &args.household {
        put(
            "household",
            lookup::household(context, &device.replica, household)?.to_string(),
        );
    }
    if let Some(place) = &args.place {
        put("point", point(context, place)?.to_string());
    }
    if row.kind == "escalate" {
        // The holder may be another by now, and so the level above it.
        put(
            "to",
            level_above(context, device, row.document)?.to_string(),
        );
    }
    Ok(fields)
}

/// A flag that this kind of command does not have.
pub(super) fn takes_not(context: &Context, row: &OutboxRow, flag: &str) -> Failure {
    let kind = context.word(words::KIND, &row.kind);
    let known: Vec<String> = takes(&row.kind)
        .iter()
        .map(|flag| format!("--{flag}"))
        .collect();
    let (flag, known) = (format!("--{flag}"), known.join(" "));
    let values = [("kind", kind.as_str()), ("flag", &flag), ("known", &known)];
    context.failure(Exit::Usage, "usage", say::usage::MEND_TAKES_NOT, &values)
}
