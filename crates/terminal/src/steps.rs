//! The steps of a case: typed, judged by what the device knows, kept, shown as unconfirmed.

use std::collections::BTreeMap;

use alleyway_client::drafts::Step;
use alleyway_client::views::outbox::{Recorded, Shows};

use super::Shown;
use super::args::Command;
use super::context::Context;
use super::exit::Failure;
use super::texts::{say, words};

/// Fields of which a line may say `-`: they are read from the input.
const FROM_INPUT: [&str; 2] = ["text", "value"];

/// Any of the commands that a person records.
pub(super) fn step(context: &Context, command: &Command) -> Result<Shown, Failure> {
    let device = context.open()?;
    let step = typed(context, command)?;
    saved(context, &context.done(device.record(&step))?)
}

/// A recorded command as it is shown.
pub(super) fn saved(context: &Context, recorded: &Recorded) -> Result<Shown, Failure> {
    let kind = context.word(words::KIND, &recorded.kind);
    let text = match recorded.shows {
        Shows::Unread => say::step::SAVED_UNREAD,
        Shows::Later => say::step::SAVED_LATER,
        Shows::Now => say::step::SAVED,
    };
    let values = [("kind", kind.as_str()), ("number", &recorded.name)];
    let mut lines = vec![context.fill(text, &values), context.say(say::hint::SEND)];
    if let Some(tracking) = recorded.tracking {
        let code = tracking.to_string();
        lines.push(context.fill(say::step::TRACKING_SAID, &[("code", &code)]));
    }
    Shown::new(recorded, lines)
}

/// A typed line as a step.
fn typed(context: &Context, command: &Command) -> Result<Step, Failure> {
    let (word, case, fields) = parts(command).ok_or_else(|| context.unexpected(&"not a step"))?;
    let mut step = Step {
        word: word.to_owned(),
        case: case.map(str::to_owned),
        fields: BTreeMap::new(),
    };
    for (name, text) in fields {
        let Some(text) = text else { continue };
        let text = if is_from_input(word, name) {
            context.input_or(&format!("--{name}"), text)?
        } else {
            text.to_owned()
        };
        step.fields.insert(name.to_owned(), text);
    }
    Ok(step)
}

fn is_from_input(word: &str, name: &str) -> bool {
    FROM_INPUT.contains(&name) || (name == "reason" && matches!(word, "return" | "reopen"))
}

/// A field and what was typed for it.
type Typed<'a> = (&'static str, Option<&'a str>);

/// A step's word, what the line calls its case, and its fields.
fn parts(command: &Command) -> Option<(&'static str, Option<&str>, Vec<Typed<'_>>)> {
    let (word, case, fields): (_, &str, Vec<Typed<'_>>) = match command {
        Command::Report(args) => {
            let confidential = args.confidential.then_some("true");
            let fields = vec![
                ("household", args.household.as_deref()),
                ("category", Some(args.category.as_str())),
                ("title", Some(args.title.as_str())),
                ("text", args.text.as_deref()),
                ("point", args.place.as_deref()),
                ("confidential", confidential),
            ];
            return Some(("report", None, fields));
        }
        Command::Note(args) => ("note", &args.case, vec![("text", args.text.as_deref())]),
        Command::Visit(args) => ("visit", &args.case, vec![("text", args.text.as_deref())]),
        Command::Resolve(args) => ("resolve", &args.case, vec![("text", args.text.as_deref())]),
        Command::Withdraw(args) => ("withdraw", &args.case, vec![("text", args.text.as_deref())]),
        Command::Resume(args) => ("resume", &args.case, vec![("text", args.text.as_deref())]),
        Command::Supervise(args) => (
            "supervise",
            &args.case,
            vec![("text", args.text.as_deref())],
        ),
        Command::Accept(args) => ("accept", &args.case, Vec::new()),
        Command::Start(args) => ("start", &args.case, Vec::new()),
        Command::Receive(args) => ("receive", &args.case, Vec::new()),
        Command::Return(args) => ("return", &args.case, vec![("reason", Some(&args.reason))]),
        Command::Wait(args) => ("wait", &args.case, vec![("reason", Some(&args.reason))]),
        Command::Reopen(args) => ("reopen", &args.case, vec![("reason", Some(&args.reason))]),
        Command::Edit(args) => ("edit", &args.case, field_and_value(args)),
        Command::Pick(args) => ("pick", &args.case, field_and_value(args)),
        Command::Keep(args) => ("keep", &args.case, vec![("field", Some(&args.field))]),
        Command::Reject(args) => {
            let fields = vec![("reason", Some(&*args.reason)), ("text", Some(&args.text))];
            ("reject", &args.case, fields)
        }
        Command::Close(args) => {
            let fields = vec![("code", Some(&*args.code)), ("text", args.text.as_deref())];
            ("close", &args.case, fields)
        }
        Command::Escalate(args) => {
            let fields = vec![
                ("reason", Some(&*args.reason)),
                ("tried", Some(&args.tried)),
            ];
            ("escalate", &args.case, fields)
        }
        Command::Dispatch(args) => {
            let fields = vec![("to", Some(&*args.to)), ("by", Some(&args.by))];
            ("dispatch", &args.case, fields)
        }
        Command::Extend(args) => {
            let fields = vec![("by", Some(&*args.by)), ("reason", Some(&args.reason))];
            ("extend", &args.case, fields)
        }
        Command::Rule(args) => {
            let fields = vec![("to", Some(&*args.to)), ("reason", Some(&args.reason))];
            ("rule", &args.case, fields)
        }
        Command::Verify(args) => ("verify", &args.case, vec![("result", Some(&args.result))]),
        Command::Merge(args) => ("merge", &args.case, vec![("into", Some(&args.into))]),
        _ => return None,
    };
    Some((word, Some(case), fields))
}

fn field_and_value(args: &super::args::FieldArgs) -> Vec<Typed<'_>> {
    vec![("field", Some(&args.field)), ("value", Some(&args.value))]
}
