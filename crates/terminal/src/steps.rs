//! The steps of a case: typed, judged by what the device knows, kept, shown as unconfirmed.

mod body;
mod report;

pub(crate) use body::{date, level_above};
pub(crate) use report::point;

use alleyway_core::command::Body;
use alleyway_core::id::DocumentId;
use alleyway_replica::{Draft, RecordError, Recorded};

use super::args::Command;
use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::texts::{say, words};
use super::{Shown, json, lookup, refusals, stopping};

/// Any of the commands that a person records.
pub(super) fn step(context: &Context, command: &Command) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    stopping::check(context, &device.replica)?;
    let (target, body, tracking) = match command {
        Command::Report(args) => {
            let (body, tracking) = report::report(context, &device, args)?;
            (None, body, Some(tracking))
        }
        other => {
            let case = body::case_of(other).ok_or_else(|| context.unexpected(&"not a step"))?;
            let case = lookup::case(context, &device.replica, case)?;
            (Some(case), body::body(context, &device, case, other)?, None)
        }
    };
    let recorded = record(context, &mut device, target, body.clone())?;
    let mut shown = saved(context, &device, body.kind(), &recorded)?;
    if let Some(tracking) = tracking {
        shown
            .lines
            .push(context.fill(say::step::TRACKING_SAID, &[("code", &tracking.to_string())]));
    }
    Ok(shown)
}

/// Records a command; it is on disk when this returns.
pub(super) fn record(
    context: &Context,
    device: &mut Device,
    target: Option<DocumentId>,
    body: Body,
) -> Result<Recorded, Failure> {
    let draft = Draft { target, body };
    let outcome = device
        .replica
        .record(draft, context.now(), context.random()?);
    let (writes, recorded) = outcome.map_err(|error| {
        record_failure(
            context,
            device,
            target.unwrap_or(DocumentId([0; 16])),
            &error,
        )
    })?;
    context.commit(&mut device.store, &writes)?;
    Ok(recorded)
}

/// A recorded command as it is shown.
pub(super) fn saved(
    context: &Context,
    device: &Device,
    kind: &str,
    recorded: &Recorded,
) -> Result<Shown, Failure> {
    let number = recorded.number.map(|number| number.to_string());
    let kind = context.word(words::KIND, kind);
    let named = number
        .clone()
        .unwrap_or_else(|| name(device, recorded.document));
    let text = if device.replica.is_locked() {
        say::step::SAVED_UNREAD
    } else if device.replica.waits_for_admission(recorded.command) {
        say::step::SAVED_LATER
    } else {
        say::step::SAVED
    };
    let lines = vec![
        context.fill(text, &[("kind", &kind), ("number", &named)]),
        context.say(say::hint::SEND),
    ];
    let value = json::Recorded {
        command: recorded.command.to_string(),
        document: recorded.document.to_string(),
        number,
        state: "pending",
    };
    Shown::new(&value, lines)
}

/// What people call a document that is no case: a unit's name, a household's door.
fn name(device: &Device, document: DocumentId) -> String {
    if device.replica.is_locked() {
        return document.to_string();
    }
    let households = || {
        device
            .replica
            .households()
            .into_iter()
            .find(|row| row.document == document)
    };
    let unit = device
        .replica
        .organisation()
        .unit(document)
        .map(|row| row.name.to_string());
    unit.or_else(|| households().map(|row| row.door))
        .unwrap_or_else(|| document.to_string())
}

/// Why nothing was recorded.
pub(super) fn record_failure(
    context: &Context,
    device: &Device,
    document: DocumentId,
    error: &RecordError,
) -> Failure {
    match error {
        RecordError::Locked => context.locked(),
        RecordError::Stopped(_) => context.failure(
            Exit::Stopped,
            "device_stopped",
            say::stopped::NOTHING_RECORDED,
            &[],
        ),
        RecordError::NotEnrolled => context.failure(
            Exit::NotEnrolled,
            "not_enrolled",
            say::enrol::NOT_ENROLLED,
            &[],
        ),
        RecordError::Refused(refusal) => {
            let reason = refusals::reason(context, device, document, refusal);
            let code = refusal.code.to_string();
            context.failure(
                Exit::NotAllowed,
                &code,
                say::step::NOT_ALLOWED,
                &[("reason", &reason)],
            )
        }
        RecordError::Unfit(error) => {
            let reason = error.to_string();
            context.failure(
                Exit::Usage,
                "bad_value",
                say::usage::NOT_UNDERSTOOD,
                &[("reason", &reason)],
            )
        }
    }
}
