//! What the server has not answered, and what it refused: to see, mend, send again, or give up.

mod mend;

use std::collections::BTreeMap;

use alleyway_replica::{MendError, OutboxRow};

use super::args::MendArgs;
use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::steps::{record_failure, saved};
use super::table::{Table, shorten};
use super::texts::{Message, say, words};
use super::{Shown, json, lookup, parse, refusals, stopping};

/// `pending`
pub(super) fn pending(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    list(
        context,
        &device,
        &device.replica.pending(),
        say::outbox::NOTHING_PENDING,
        say::hint::PENDING,
    )
}

/// `refused`
pub(super) fn refused(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    list(
        context,
        &device,
        &device.replica.refused(),
        say::outbox::NOTHING_REFUSED,
        say::hint::REFUSED,
    )
}

fn list(
    context: &Context,
    device: &Device,
    rows: &[OutboxRow],
    nothing: &Message,
    how: &Message,
) -> Result<Shown, Failure> {
    let values: Vec<json::Outgoing> = rows
        .iter()
        .map(|row| outgoing(context, device, row))
        .collect();
    if rows.is_empty() {
        return Shown::new(&values, vec![context.say(nothing)]);
    }
    let heads = [
        say::outbox::COMMAND,
        say::outbox::CASE,
        say::outbox::KIND,
        say::outbox::AT,
        say::outbox::REASON,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    let unreadable = context.say(say::lease::UNREADABLE);
    for (row, value) in rows.iter().zip(&values) {
        table.row(vec![
            value.command.clone(),
            value
                .number
                .clone()
                .unwrap_or_else(|| context.say(say::case::NOT_CASE)),
            context.word(words::KIND, &value.kind),
            parse::show_time(row.at),
            if row.readable {
                shorten(value.reason.as_deref().unwrap_or_default(), 80)
            } else {
                unreadable.clone()
            },
        ]);
    }
    let mut lines = table.lines();
    lines.push(context.say(how));
    Shown::new(&values, lines)
}

fn outgoing(context: &Context, device: &Device, row: &OutboxRow) -> json::Outgoing {
    json::Outgoing {
        command: row.command.to_string(),
        document: row.document.to_string(),
        number: row.number.map(|number| number.to_string()),
        kind: row.kind.clone(),
        at: parse::show_time_utc(row.at),
        code: row.refusal.as_ref().map(|refusal| refusal.code.to_string()),
        reason: row
            .refusal
            .as_ref()
            .map(|refusal| refusals::reason(context, device, row.document, refusal)),
        readable: row.readable,
    }
}

/// `mend`
pub(super) fn mend(context: &Context, args: &MendArgs) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    stopping::check(context, &device.replica)?;
    let row = refused_row(context, &device, &args.command)?;
    let fields = mend::fields(context, &device, &row, args)?;
    again(context, &mut device, &row, &fields)
}

/// `resend`
pub(super) fn resend(context: &Context, command: &str) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    stopping::check(context, &device.replica)?;
    let row = refused_row(context, &device, command)?;
    again(context, &mut device, &row, &BTreeMap::new())
}

fn again(
    context: &Context,
    device: &mut Device,
    row: &OutboxRow,
    fields: &BTreeMap<String, String>,
) -> Result<Shown, Failure> {
    let outcome = device
        .replica
        .mend(row.command, fields, context.now(), context.random()?);
    let (writes, recorded) = outcome.map_err(|error| mend_failure(context, device, row, &error))?;
    context.commit(&mut device.store, &writes)?;
    saved(context, device, &row.kind, &recorded)
}

fn mend_failure(context: &Context, device: &Device, row: &OutboxRow, error: &MendError) -> Failure {
    match error {
        MendError::Locked => context.locked(),
        MendError::NotRefused => context.failure(
            Exit::NotAllowed,
            "not_refused",
            say::outbox::NOT_REFUSED,
            &[],
        ),
        MendError::UnknownField(field) => mend::takes_not(context, row, field),
        MendError::BadValue(field) => {
            let reason = context.fill(say::usage::BAD_VALUE, &[("flag", &format!("--{field}"))]);
            Failure::new(Exit::Usage, "bad_value", reason)
        }
        MendError::Record(error) => record_failure(context, device, row.document, error),
    }
}

/// `drop`
pub(super) fn drop_command(context: &Context, command: &str) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    let row = refused_row(context, &device, command)?;
    let outcome = device.replica.drop_refused(row.command);
    let writes = outcome.map_err(|error| mend_failure(context, &device, &row, &error))?;
    context.commit(&mut device.store, &writes)?;
    let number = row.number.map(|number| number.to_string());
    let kind = context.word(words::KIND, &row.kind);
    let line = context.fill(
        say::outbox::DROPPED,
        &[
            ("kind", &kind),
            (
                "number",
                &number.clone().unwrap_or_else(|| row.document.to_string()),
            ),
        ],
    );
    let value = json::Recorded {
        command: row.command.to_string(),
        document: row.document.to_string(),
        number,
        state: "dropped",
    };
    Shown::new(&value, vec![line])
}

/// The refused command that `text` means. One that is not refused is not touched.
fn refused_row(context: &Context, device: &Device, text: &str) -> Result<OutboxRow, Failure> {
    let command = lookup::command(context, &device.replica, text)?;
    device
        .replica
        .refused()
        .into_iter()
        .find(|row| row.command == command)
        .ok_or_else(|| {
            context.failure(
                Exit::NotAllowed,
                "not_refused",
                say::outbox::NOT_REFUSED,
                &[],
            )
        })
}
