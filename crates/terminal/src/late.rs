//! Cases that are late, as the server tells it.

use alleyway_client::views::archive::{LateCases, LateQuery};
use alleyway_device::transport::Halt;

use super::Shown;
use super::context::Context;
use super::exit::Failure;
use super::look::TITLE_CELLS;
use super::table::{Table, shorten};
use super::texts::{say, words};

/// `late`
pub(super) fn late(context: &Context, query: &LateQuery) -> Result<Shown, Failure> {
    let device = context.open()?;
    let late = context.done(device.late(query, &Halt::new()))?;
    let mut lines = Vec::new();
    if late.cases.is_empty() && late.next.is_none() {
        lines.push(context.say(say::archive::NOTHING_LATE));
    }
    if !late.cases.is_empty() {
        lines.extend(table(context, &late));
    }
    if let Some(next) = &late.next {
        lines.push(context.fill(say::archive::MORE, &[("next", next)]));
    }
    Shown::new(&late, lines)
}

fn table(context: &Context, late: &LateCases) -> Vec<String> {
    let heads = [
        say::case::DUE,
        say::archive::CLOCK,
        say::case::NUMBER,
        say::case::TITLE,
        say::case::STATUS,
        say::case::HOLDER,
        say::archive::SENT_TO,
        say::case::MARKS,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for late in &late.cases {
        let mark = if late.case.confidential {
            context.say(say::case::CONFIDENTIAL_MARK)
        } else {
            String::new()
        };
        table.row(vec![
            late.due.clone(),
            context.word(words::CLOCK, &late.clock),
            late.case.number.clone(),
            shorten(&late.case.title, TITLE_CELLS),
            context.word(words::STAGE, &late.case.status),
            late.case.holder.clone(),
            late.sent_to.clone().unwrap_or_default(),
            mark,
        ]);
    }
    table.lines()
}
