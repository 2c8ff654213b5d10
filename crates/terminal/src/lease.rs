//! The lease: for how long the device may be read, and what there is to see once it may not.

use alleyway_client::dates::show_time;
use alleyway_client::views::case::Index;
use alleyway_client::views::list::Indexed;
use alleyway_client::views::member::Whoami;
use alleyway_replica::Reading;

use super::Shown;
use super::context::Context;
use super::exit::Failure;
use super::look::last_contact;
use super::stopping;
use super::table::Table;
use super::texts::{Message, say, words};

/// Until when the device may be read, for people.
pub(super) fn until(context: &Context, me: &Whoami) -> String {
    match me.reading {
        Some(Reading::Until(ends) | Reading::EndsSoon(ends)) => show_time(ends),
        Some(Reading::Ended) => context.say(say::lease::OVER),
        None => String::new(),
    }
}

/// `cases` and `households`, when only the index is left.
pub(super) fn index(
    context: &Context,
    me: &Whoami,
    rows: &[Indexed],
    head: &Message,
    nothing: &Message,
) -> Result<Shown, Failure> {
    let heads = [head, say::case::MARKS];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for row in rows {
        let counted = |count: usize, text| {
            (count > 0).then(|| context.fill(text, &[("count", &count.to_string())]))
        };
        let marks = [
            counted(row.pending, say::case::PENDING_MARK),
            counted(row.refused, say::case::REFUSED_MARK),
        ];
        let marks: Vec<String> = marks.into_iter().flatten().collect();
        table.row(vec![name(row).to_owned(), marks.join(" ")]);
    }
    let mut lines = if rows.is_empty() {
        vec![stopping::empty(context, me, nothing)]
    } else {
        table.lines()
    };
    lines.push(last_contact(context, me));
    Shown::new(&rows, lines)
}

fn name(row: &Indexed) -> &str {
    let name = row.number.as_deref().or(row.door.as_deref());
    name.unwrap_or_default()
}

/// `show`, when only the index is left: the number, and what was recorded on this device.
pub(super) fn show(context: &Context, me: &Whoami, index: &Index) -> Result<Shown, Failure> {
    let mut table = Table::plain();
    let number = name(&index.row).to_owned();
    table.row(vec![context.say(say::case::NUMBER), number]);
    let mut lines = table.lines();
    let mut steps = Table::plain();
    for row in &index.own {
        let state = if row.refusal.is_some() {
            say::case::REFUSED_STATE
        } else {
            say::case::UNCONFIRMED
        };
        steps.row(vec![
            context.word(words::KIND, &row.kind),
            show_time(row.at),
            context.say(state),
        ]);
    }
    lines.extend(steps.lines());
    lines.push(context.say(say::lease::UNREADABLE));
    lines.push(last_contact(context, me));
    Shown::new(index, lines)
}
