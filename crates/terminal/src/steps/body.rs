//! A typed line as a command's body.

use alleyway_core::command::Body;
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::verifier_of;
use alleyway_core::kinds::case::{
    Accept, Close, Dispatch, Escalate, Extend, Finding, Merge, Note, Receive, Reject, Reopen,
    Resolve, Resume, Return, Rule, Start, Supervise, Verify, Visit, Wait, Withdraw,
};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::text::Text;
use alleyway_core::time::Date;
use alleyway_replica::{Draft, RecordError};

use super::record_failure;
use crate::args::{Command, TextArgs};
use crate::context::{Context, Device};
use crate::exit::{Exit, Failure};
use crate::show::field_value;
use crate::table::one_line;
use crate::texts::{say, words};
use crate::{lookup, parse};

/// What the line calls its case.
pub(super) fn case_of(command: &Command) -> Option<&str> {
    Some(match command {
        Command::Note(args)
        | Command::Visit(args)
        | Command::Resolve(args)
        | Command::Withdraw(args)
        | Command::Resume(args)
        | Command::Supervise(args) => &args.case,
        Command::Accept(args) | Command::Start(args) | Command::Receive(args) => &args.case,
        Command::Return(args) | Command::Wait(args) | Command::Reopen(args) => &args.case,
        Command::Edit(args) | Command::Pick(args) => &args.case,
        Command::Keep(args) => &args.case,
        Command::Reject(args) => &args.case,
        Command::Close(args) => &args.case,
        Command::Escalate(args) => &args.case,
        Command::Dispatch(args) => &args.case,
        Command::Extend(args) => &args.case,
        Command::Rule(args) => &args.case,
        Command::Verify(args) => &args.case,
        Command::Merge(args) => &args.case,
        _ => return None,
    })
}

/// The body of a step on `case`.
pub(super) fn body(
    context: &Context,
    device: &Device,
    case: DocumentId,
    command: &Command,
) -> Result<Body, Failure> {
    let replica = &device.replica;
    let by_name = matches!(
        command,
        Command::Escalate(_) | Command::Dispatch(_) | Command::Rule(_)
    );
    if by_name && replica.is_locked() {
        // Units are called by names, which cannot be read now.
        return Err(context.locked());
    }
    let fields = |outcome: Result<Draft, RecordError>| {
        outcome
            .map(|draft| draft.body)
            .map_err(|error| record_failure(context, device, case, &error))
    };
    Ok(Body::from(match command {
        Command::Edit(args) => {
            let value = value(context, device, &args.field, &args.value)?;
            if args.field == "category" {
                warn_of_category(context, &value);
            }
            return fields(replica.edit(case, &args.field, &value));
        }
        Command::Pick(args) => {
            let value = value(context, device, &args.field, &args.value)?;
            return match replica.pick(case, &args.field, &value) {
                Err(RecordError::Refused(refusal)) if refusal.code == RefusalCode::BadValue => {
                    Err(no_such_value(context, device, case, &args.field, &value))
                }
                outcome => fields(outcome),
            };
        }
        Command::Keep(args) => return fields(replica.keep_both(case, &args.field)),
        Command::Note(args) => CaseCommand::Note(Note {
            text: needed(context, args)?,
        }),
        Command::Visit(args) => CaseCommand::Visit(Visit {
            text: needed(context, args)?,
        }),
        Command::Resolve(args) => {
            let state = replica.case(case).map(|case| case.row.state);
            let verifier = state.and_then(|state| verifier_of(replica.organisation(), &state));
            CaseCommand::Resolve(Resolve {
                text: needed(context, args)?,
                verifier,
            })
        }
        Command::Supervise(args) => CaseCommand::Supervise(Supervise {
            text: needed(context, args)?,
        }),
        Command::Withdraw(args) => CaseCommand::Withdraw(Withdraw {
            text: optional(context, args.text.as_deref())?,
        }),
        Command::Resume(args) => CaseCommand::Resume(Resume {
            text: optional(context, args.text.as_deref())?,
        }),
        Command::Accept(_) => CaseCommand::Accept(Accept {}),
        Command::Start(_) => CaseCommand::Start(Start {}),
        Command::Receive(_) => CaseCommand::Receive(Receive {}),
        Command::Return(args) => CaseCommand::Return(Return {
            reason: context.text("--reason", &args.reason)?,
            ruler: None,
        }),
        Command::Wait(args) => CaseCommand::Wait(Wait {
            reason: context.bounded("--reason", &args.reason)?,
        }),
        Command::Reopen(args) => CaseCommand::Reopen(Reopen {
            reason: context.text("--reason", &args.reason)?,
        }),
        Command::Reject(args) => CaseCommand::Reject(Reject {
            reason: context.bounded("--reason", &args.reason)?,
            text: context.text("--text", &args.text)?,
        }),
        Command::Close(args) => CaseCommand::Close(Close {
            code: context.bounded("--code", &args.code)?,
            text: optional(context, args.text.as_deref())?,
        }),
        Command::Escalate(args) => CaseCommand::Escalate(Escalate {
            to: level_above(context, device, case)?,
            reason: context.bounded("--reason", &args.reason)?,
            tried: context.bounded("--tried", &args.tried)?,
        }),
        Command::Dispatch(args) => CaseCommand::Dispatch(Dispatch {
            to: lookup::unit(context, replica.organisation(), &args.to)?,
            by: date(context, &args.by)?,
        }),
        Command::Extend(args) => CaseCommand::Extend(Extend {
            by: date(context, &args.by)?,
            reason: context.bounded("--reason", &args.reason)?,
        }),
        Command::Rule(args) => CaseCommand::Rule(Rule {
            to: lookup::unit(context, replica.organisation(), &args.to)?,
            reason: context.bounded("--reason", &args.reason)?,
        }),
        Command::Verify(args) => CaseCommand::Verify(Verify {
            result: Finding::from_word(&args.result),
            text: Text::default(),
        }),
        Command::Merge(args) => CaseCommand::Merge(Merge {
            into: lookup::case(context, replica, &args.into)?,
        }),
        _ => return Err(context.unexpected(&"not a step of a case")),
    }))
}

/// The unit one level above the case's holder.
pub(crate) fn level_above(
    context: &Context,
    device: &Device,
    case: DocumentId,
) -> Result<UnitId, Failure> {
    let holder = device.replica.case(case).map(|case| case.row.state.holder);
    holder
        .and_then(|holder| device.replica.organisation().next_level_up(holder))
        .ok_or_else(|| {
            context.failure(
                Exit::NotAllowed,
                "not_next_level",
                say::step::NO_LEVEL_ABOVE,
                &[],
            )
        })
}

/// A flag's date.
pub(crate) fn date(context: &Context, text: &str) -> Result<Date, Failure> {
    parse::date(text).ok_or_else(|| {
        context.failure(
            Exit::Usage,
            "bad_date",
            say::usage::BAD_DATE,
            &[("value", text)],
        )
    })
}

/// A town may have categories of its own; a slip of the hand should be seen all the same.
pub(super) fn warn_of_category(context: &Context, value: &str) {
    let known: Vec<&str> = words::CATEGORY.words().collect();
    if !value.trim().is_empty() && !known.contains(&value) {
        let values = [("value", value), ("known", &known.join(" "))];
        context.warn(
            "unknown_category",
            context.fill(say::step::UNKNOWN_CATEGORY, &values),
        );
    }
}

/// None of a field's values is the one that was picked: these are.
fn no_such_value(
    context: &Context,
    device: &Device,
    case: DocumentId,
    field: &str,
    value: &str,
) -> Failure {
    let show = |value: &str| {
        format!(
            "“{}”",
            one_line(&field_value(context, device, field, value))
        )
    };
    let fields = device
        .replica
        .case(case)
        .map(|case| case.fields)
        .unwrap_or_default();
    let standing: Vec<String> = fields
        .get(field)
        .into_iter()
        .flatten()
        .map(|live| show(&live.value))
        .collect();
    let standing = if standing.is_empty() {
        context.say(say::common::NONE)
    } else {
        standing.join(" ")
    };
    let values = [
        ("field", &*context.word(words::FIELD, field)),
        ("value", value),
        ("values", &standing),
    ];
    context.failure(
        Exit::NotAllowed,
        "no_such_value",
        say::conflict::NO_SUCH_VALUE,
        &values,
    )
}

/// A text that the step cannot be without.
fn needed<const MAX: usize>(context: &Context, args: &TextArgs) -> Result<Text<MAX>, Failure> {
    let text: Text<MAX> = optional(context, args.text.as_deref())?;
    if text.trim().is_empty() {
        return Err(context.failure(Exit::Usage, "needs_text", say::usage::TEXT_MISSING, &[]));
    }
    Ok(text)
}

fn optional<const MAX: usize>(context: &Context, text: Option<&str>) -> Result<Text<MAX>, Failure> {
    text.map_or_else(|| Ok(Text::default()), |text| context.text("--text", text))
}

/// A field's value, as documents hold it; `-` reads it from the input. A household is named as
/// everywhere; an id is taken also where this device does not know the household.
pub(crate) fn value(
    context: &Context,
    device: &Device,
    field: &str,
    text: &str,
) -> Result<String, Failure> {
    let value: Text<{ alleyway_core::limits::TEXT_BYTES_MAX }> = context.text("--value", text)?;
    if field != "household" || value.is_empty() {
        return Ok(value.as_str().to_owned());
    }
    let household = DocumentId::parse(&value)
        .map_or_else(|| lookup::household(context, &device.replica, &value), Ok)?;
    Ok(household.key())
}
