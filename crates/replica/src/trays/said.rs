//! All that the author of a tray's item wrote and set, so that somebody can judge it before taking
//! it.

use alleyway_core::command::Body;
use alleyway_core::step::{FilledBy, Takes};

/// The fields that were written and set, by name, in their order. A unit, a household and a case are
/// ids ([`alleyway_core::id::DocumentId::key`]), a day is the count of days of
/// [`alleyway_core::time::Date`].
pub(super) fn said(body: &Body) -> Vec<(&'static str, String)> {
    let fields = body.step().map(|step| step.fields).unwrap_or_default();
    fields
        .iter()
        .filter(|field| field.spec.filled_by != FilledBy::Machine)
        .filter_map(|field| {
            let value = body.get(field.name)?;
            // An empty value is what clears a field; elsewhere nothing was written.
            let is_said = !value.is_empty() || field.spec.takes == Takes::FieldValue;
            is_said.then_some((field.name, value))
        })
        .collect()
}

/// The text of a line: the title of a report, what was written in a step.
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
