//! Which steps could be taken now, and why the others cannot be.

use alleyway_client::views::offer::{Offer, OfferedField};

use clap::Subcommand as _;

use super::Shown;
use super::args::StepArgs;
use super::context::Context;
use super::exit::Failure;
use super::table::{Table, one_line};
use super::texts::say;

/// `steps [CASE]`
pub(super) fn steps(context: &Context, case: Option<&str>) -> Result<Shown, Failure> {
    let device = context.open()?;
    let offers = context.done(device.offers(case))?;
    let mut table = Table::plain();
    // For a program there are all; a person is told of those that this one takes.
    let typed = by_step(&offers).into_iter();
    let typed = typed.filter(|rows| rows.iter().all(|row| StepArgs::has_subcommand(row.step)));
    for rows in typed {
        table.row(cells(context, &rows));
    }
    let mut lines = table.lines();
    lines.push(context.say(say::hint::STEPS));
    Shown::new(&offers, lines)
}

/// The rows of each step, in the order of the table of policy.
fn by_step(offers: &[Offer]) -> Vec<Vec<&Offer>> {
    let mut steps: Vec<Vec<&Offer>> = Vec::new();
    for offer in offers {
        let known = |rows: &&mut Vec<&Offer>| rows.iter().any(|row| row.step == offer.step);
        match steps.iter_mut().find(known) {
            Some(rows) => rows.push(offer),
            None => steps.push(vec![offer]),
        }
    }
    steps
}

/// A step in one line: it can be taken if one of its rows can be, else each reason is told once.
fn cells(context: &Context, rows: &[&Offer]) -> Vec<String> {
    let open: Vec<&Offer> = rows
        .iter()
        .copied()
        .filter(|row| row.code.is_none())
        .collect();
    let Some(first) = rows.first() else {
        return Vec::new();
    };
    let mut reasons: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.reason.as_deref())
        .collect();
    reasons.dedup();
    let (mark, said) = match open.first() {
        Some(row) => {
            let fields = row.fields.iter().map(|field| shown(field, &open));
            let comma = context.say(say::common::COMMA);
            (" ", fields.collect::<Vec<_>>().join(&comma))
        }
        None => ("×", reasons.join(&context.say(say::common::SEMICOLON))),
    };
    vec![
        mark.to_owned(),
        first.step.to_owned(),
        first.label.clone(),
        one_line(&said),
    ]
}

/// A field, marked if every row that is open needs it.
fn shown(field: &OfferedField, open: &[&Offer]) -> String {
    let is_needed = |row: &&Offer| {
        let mut fields = row.fields.iter();
        fields.any(|other| other.name == field.name && other.needed)
    };
    let mark = if open.iter().all(is_needed) { "*" } else { "" };
    format!("{}{mark}", field.label)
}
