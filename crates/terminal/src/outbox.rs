//! Steps that the server has not answered or has refused: to see, mend, send again, or give up.

use alleyway_client::dates::show_time;
use alleyway_client::views::outbox::{Outgoing, Recorded};

use super::Shown;
use super::args::MendArgs;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::steps::{given, saved};
use super::table::{Table, shorten};
use super::texts::{Message, say, words};

/// Cells that a reason may take in a list.
const REASON_CELLS: usize = 80;

/// `pending`
pub(super) fn pending(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let rows = context.done(device.pending())?;
    let (nothing, how) = (say::outbox::NOTHING_PENDING, say::hint::PENDING);
    list(context, &rows, nothing, how)
}

/// `refused`
pub(super) fn refused(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let rows = context.done(device.refused())?;
    let (nothing, how) = (say::outbox::NOTHING_REFUSED, say::hint::REFUSED);
    list(context, &rows, nothing, how)
}

fn list(
    context: &Context,
    rows: &[Outgoing],
    nothing: &Message,
    how: &Message,
) -> Result<Shown, Failure> {
    if rows.is_empty() {
        return Shown::new(&rows, vec![context.say(nothing)]);
    }
    let heads = [
        say::outbox::COMMAND,
        say::outbox::CASE,
        say::outbox::KIND,
        say::outbox::AT,
        say::outbox::REASON,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for row in rows {
        let number = row.number.map(|number| number.to_string());
        let reason = row.reason.as_deref().unwrap_or_default();
        table.row(vec![
            row.command.to_string(),
            number.unwrap_or_else(|| context.say(say::case::NOT_CASE)),
            context.word(words::KIND, &row.kind),
            show_time(row.at),
            if row.readable {
                shorten(reason, REASON_CELLS)
            } else {
                context.say(say::lease::UNREADABLE)
            },
        ]);
    }
    let mut lines = table.lines();
    lines.push(context.say(how));
    Shown::new(&rows, lines)
}

/// `mend`
pub(super) fn mend(context: &Context, args: &MendArgs) -> Result<Shown, Failure> {
    let device = context.open()?;
    let fields = given(context, &args.given)?;
    saved(context, &context.done(device.mend(&args.command, &fields))?)
}

/// `resend`
pub(super) fn resend(context: &Context, command: &str) -> Result<Shown, Failure> {
    let device = context.open()?;
    saved(context, &context.done(device.resend(command))?)
}

/// `drop`
pub(super) fn drop_command(context: &Context, command: &str) -> Result<Shown, Failure> {
    let device = context.open()?;
    let dropped = context.done(device.drop_refused(command))?;
    let kind = context.word(words::KIND, &dropped.kind);
    let values = [("kind", kind.as_str()), ("number", &dropped.name)];
    let line = context.fill(say::outbox::DROPPED, &values);
    Shown::new(&dropped, vec![line])
}

/// `take-back COMMAND [--yes]`. A person reads everything that goes before it is asked for.
pub(super) fn take_back(context: &Context, command: &str, yes: bool) -> Result<Shown, Failure> {
    let device = context.open()?;
    let goes = context.done(device.would_take_back(command))?;
    let told = told_before(context, &goes);
    let asked = format!("{told}\n{}", context.say(say::outbox::ASK_TAKING_BACK));
    if !yes && !context.is_confirmed(&asked, "yes") {
        let text = format!("{told} {}", context.say(say::outbox::NOT_CONFIRMED));
        return Err(Failure::new(Exit::Usage, "not_confirmed", text));
    }
    let taken = context.done(device.take_back(command))?;
    let steps = taken.iter().map(|step| called(context, step));
    let lines = steps.map(|step| context.fill(say::outbox::TAKEN_BACK, &[("step", &step)]));
    Shown::new(&taken, lines.collect())
}

/// Everything that would be taken back: the step that was named, and those that stand on it.
fn told_before(context: &Context, goes: &[Recorded]) -> String {
    let mut steps = goes.iter().map(|step| called(context, step));
    let named = steps.next().unwrap_or_default();
    let mut told = context.fill(say::outbox::TAKES_BACK, &[("step", &named)]);
    let along: Vec<String> = steps.collect();
    if !along.is_empty() {
        let along = along.join(&context.say(say::common::SEMICOLON));
        told.push('\n');
        told += &context.fill(say::outbox::TAKES_ALONG, &[("steps", &along)]);
    }
    told
}

/// A step and its document, as people call them.
fn called(context: &Context, step: &Recorded) -> String {
    let kind = context.word(words::KIND, &step.kind);
    let values = [("kind", kind.as_str()), ("number", &step.name)];
    context.fill(say::outbox::STEP, &values)
}
