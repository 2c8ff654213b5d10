//! What a step needs: the last column of the table.

use crate::command::CaseCommand;
use crate::command::case::{Finding, Report};
use crate::command::fields::Edit;
use crate::documents::{DocumentKind, parse_field};
use crate::refusal::RefusalCode;
use crate::time::{Date, Time};

/// The closure code of a case that was fixed; every other code means that it cannot be.
pub(super) const FIXED: &str = "fixed";

/// Whether the body of a step has what the step needs.
pub(super) fn step(body: &CaseCommand, now: Time) -> Result<(), RefusalCode> {
    match body {
        CaseCommand::Report(body) => report(body),
        CaseCommand::Reject(body) => reason(&body.reason).and_then(|()| text(&body.text)),
        CaseCommand::Note(body) => text(&body.text),
        CaseCommand::Visit(body) => text(&body.text),
        CaseCommand::Edit(body) => edit(DocumentKind::Case, body),
        CaseCommand::Escalate(body) => reason(&body.reason).and_then(|()| text(&body.tried)),
        CaseCommand::Return(body) => reason(&body.reason),
        CaseCommand::Rule(body) => reason(&body.reason),
        CaseCommand::Dispatch(body) => not_past(body.by, now),
        CaseCommand::Wait(body) => reason(&body.reason),
        CaseCommand::Extend(body) => reason(&body.reason).and_then(|()| not_past(body.by, now)),
        CaseCommand::Supervise(body) => text(&body.text),
        CaseCommand::Resolve(body) => text(&body.text),
        CaseCommand::Verify(body) => match body.result {
            Finding::Fixed | Finding::Partly | Finding::Not => Ok(()),
            Finding::Unknown(_) => Err(RefusalCode::BadValue),
        },
        CaseCommand::Close(body) if body.code.as_str() == FIXED => Ok(()),
        CaseCommand::Close(body) => reason(&body.code).and_then(|()| text(&body.text)),
        CaseCommand::Reopen(body) => reason(&body.reason),
        CaseCommand::Accept(_)
        | CaseCommand::Start(_)
        | CaseCommand::Receive(_)
        | CaseCommand::Resume(_)
        | CaseCommand::Withdraw(_)
        | CaseCommand::Merge(_) => Ok(()),
    }
}

/// A category, and a place or a text.
fn report(body: &Report) -> Result<(), RefusalCode> {
    let has_place = !is_blank(&body.place) || body.point.is_some();
    if is_blank(&body.category) || (is_blank(&body.text) && !has_place) {
        return Err(RefusalCode::NeedsCategory);
    }
    if body.point.is_some_and(|point| !point.is_valid()) {
        return Err(RefusalCode::BadValue);
    }
    Ok(())
}

/// A known field, and a value that it takes.
pub(super) fn edit(kind: DocumentKind, edit: &Edit) -> Result<(), RefusalCode> {
    parse_field(kind, &edit.field, &edit.value).map(|_| ())
}

/// A text that says something.
pub(super) fn text(text: &str) -> Result<(), RefusalCode> {
    if is_blank(text) { Err(RefusalCode::NeedsText) } else { Ok(()) }
}

fn reason(text: &str) -> Result<(), RefusalCode> {
    if is_blank(text) { Err(RefusalCode::NeedsReason) } else { Ok(()) }
}

fn not_past(date: Date, now: Time) -> Result<(), RefusalCode> {
    if date.is_over(now) { Err(RefusalCode::DateInPast) } else { Ok(()) }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
