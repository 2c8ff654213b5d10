//! What an item of a tray says: all that its author wrote and set, so that somebody can judge it
//! before taking it.

use alleyway_core::command::Body;
use alleyway_core::command::fields::Edit;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Report;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::time::Date;

/// What was written and set, by name, in the order in which it is read. A unit, a household and a
/// case are ids ([`DocumentId::key`]), a day is the count of days of [`Date`].
pub(super) fn said(body: &Body) -> Vec<(&'static str, String)> {
    let mut said = match body {
        Body::Case(body) => of_case(body),
        Body::Household(HouseholdCommand::Create(body)) => vec![
            ("alley", body.alley.key()),
            ("door", body.door.to_string()),
            ("contact", body.contact.to_string()),
            ("count", body.count.to_string()),
        ],
        Body::Household(HouseholdCommand::Edit(body)) => edited(body),
        Body::Household(HouseholdCommand::Move(body)) => vec![("alley", body.alley.key())],
        _ => Vec::new(),
    };
    // An empty value is what clears a field; elsewhere nothing was written.
    said.retain(|(name, text)| *name == "value" || !text.is_empty());
    said
}

/// What is shown in a line: the title of a report, what was written in a step.
pub(super) fn in_a_line(said: &[(&'static str, String)]) -> String {
    let named = |name: &str| {
        said.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| text)
    };
    if let (Some(field), Some(value)) = (named("field"), named("value")) {
        return format!("{field}: {value}");
    }
    ["title", "text", "reason", "door"]
        .into_iter()
        .find_map(named)
        .cloned()
        .unwrap_or_default()
}

fn of_case(body: &CaseCommand) -> Vec<(&'static str, String)> {
    let text = |text: &str| vec![("text", text.to_owned())];
    let reason = |text: &str| ("reason", text.to_owned());
    let to = |to: DocumentId| ("to", to.key());
    let by = |by: Date| ("by", by.0.to_string());
    match body {
        CaseCommand::Report(report) => reported(report),
        // The last is never an item: only the server writes it.
        CaseCommand::Accept(_)
        | CaseCommand::Start(_)
        | CaseCommand::Receive(_)
        | CaseCommand::Stood(_) => Vec::new(),
        CaseCommand::Reject(body) => vec![reason(&body.reason), ("text", body.text.to_string())],
        CaseCommand::Note(body) => text(&body.text),
        CaseCommand::Visit(body) => text(&body.text),
        CaseCommand::Edit(body) => edited(body),
        CaseCommand::Escalate(body) => vec![
            to(body.to),
            reason(&body.reason),
            ("tried", body.tried.to_string()),
        ],
        CaseCommand::Return(body) => vec![reason(&body.reason)],
        CaseCommand::Rule(body) => vec![to(body.to), reason(&body.reason)],
        CaseCommand::Dispatch(body) => vec![to(body.to), by(body.by)],
        CaseCommand::Wait(body) => vec![reason(&body.reason)],
        CaseCommand::Resume(body) => text(&body.text),
        CaseCommand::Extend(body) => vec![by(body.by), reason(&body.reason)],
        CaseCommand::Supervise(body) => text(&body.text),
        CaseCommand::Resolve(body) => text(&body.text),
        CaseCommand::Verify(body) => vec![
            ("result", body.result.word().to_owned()),
            ("text", body.text.to_string()),
        ],
        CaseCommand::Close(body) => vec![
            ("code", body.code.to_string()),
            ("text", body.text.to_string()),
        ],
        CaseCommand::Reopen(body) => vec![reason(&body.reason)],
        CaseCommand::Withdraw(body) => text(&body.text),
        CaseCommand::Merge(body) => vec![("into", body.into.key())],
    }
}

fn reported(report: &Report) -> Vec<(&'static str, String)> {
    vec![
        ("title", report.title.to_string()),
        ("text", report.text.to_string()),
        ("category", report.category.to_string()),
        ("place", report.place.to_string()),
        (
            "point",
            report
                .point
                .map(|point| point.to_string())
                .unwrap_or_default(),
        ),
        ("contact", report.contact.to_string()),
        (
            "household",
            report.household.map(DocumentId::key).unwrap_or_default(),
        ),
        (
            "confidential",
            if report.confidential {
                "true".to_owned()
            } else {
                String::new()
            },
        ),
    ]
}

fn edited(edit: &Edit) -> Vec<(&'static str, String)> {
    vec![
        ("field", edit.field.to_string()),
        ("value", edit.value.to_string()),
    ]
}
