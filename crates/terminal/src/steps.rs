//! The steps of a case: typed, judged by what the device knows, kept, shown as unconfirmed.

use std::collections::BTreeMap;

use alleyway_client::drafts::Step;
use alleyway_client::views::outbox::{Recorded, Shows};

use super::Shown;
use super::args::{Given, StepArgs, flag_of};
use super::context::Context;
use super::exit::Failure;
use super::texts::{say, words};

/// Any of the steps that a person records.
pub(super) fn step(context: &Context, args: &StepArgs) -> Result<Shown, Failure> {
    let device = context.open()?;
    let step = typed(context, args)?;
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
    lines.extend(recorded.warnings.iter().map(|warning| warning.text.clone()));
    if let Some(tracking) = recorded.tracking {
        let code = tracking.to_string();
        lines.push(context.fill(say::step::TRACKING_SAID, &[("code", &code)]));
    }
    Shown::new(recorded, lines)
}

/// A typed line as a step.
fn typed(context: &Context, args: &StepArgs) -> Result<Step, Failure> {
    let word = args.word.to_owned();
    let (case, fields) = (args.case.clone(), given(context, &args.given)?);
    Ok(Step { word, case, fields })
}

/// Returns the text that was typed for each field, or that the input holds where the line asks for
/// it.
pub(super) fn given(
    context: &Context,
    given: &[Given],
) -> Result<BTreeMap<String, String>, Failure> {
    let mut fields = BTreeMap::new();
    for given in given {
        let name = given.field.name;
        let text = if given.is_from_input() {
            context.input_or(&format!("--{}", flag_of(name)), &given.text)?
        } else {
            given.text.clone()
        };
        fields.insert(name.to_owned(), text);
    }
    Ok(fields)
}
