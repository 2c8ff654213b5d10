//! All that the author of a tray's item wrote and set, so that somebody can judge it before taking
//! it.

use alleyway_core::command::Body;
use alleyway_core::documents::{DocumentKind, is_phone};
use alleyway_core::step::{FilledBy, Takes};
use alleyway_core::text::phone;

/// The fields that were written and set, by name, in their order. A unit, a household and a case are
/// ids ([`alleyway_core::id::DocumentId::key`]), a day is the count of days of
/// [`alleyway_core::time::Date`]. A tray is a list: of a telephone number it has what lists show.
pub(super) fn said(body: &Body) -> Vec<(&'static str, String)> {
    let fields = body.step().map(|step| step.fields).unwrap_or_default();
    fields
        .iter()
        .filter(|field| field.spec.filled_by != FilledBy::Machine)
        .filter_map(|field| {
            let value = body.get(field.name)?;
            // An empty value is what clears a field; elsewhere nothing was written.
            let is_said = !value.is_empty() || field.spec.takes == Takes::FieldValue;
            let value = if is_number(body, field.name) {
                phone::masked(&value)
            } else {
                value
            };
            is_said.then_some((field.name, value))
        })
        .collect()
}

/// Whether a field of the step is a telephone number: a report's own, or the value of an edit of it.
fn is_number(body: &Body, name: &str) -> bool {
    let edited = body.edit().filter(|_| name == "value");
    let field = edited.map_or(name, |edit| edit.field.as_str());
    DocumentKind::of(body).is_some_and(|kind| is_phone(kind, field))
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

#[cfg(test)]
mod tests {
    use super::{in_a_line, said};
    use alleyway_core::command::Body;
    use alleyway_core::documents::DocumentKind;

    fn step(word: &str, fields: &[(&str, &str)]) -> Body {
        let mut body = DocumentKind::Case.blank(word).unwrap();
        for (field, value) in fields {
            body.set(field, value).unwrap();
        }
        body
    }

    #[test]
    fn a_tray_shows_too_little_of_a_telephone_number_to_dial_it() {
        let number = "13812341234";
        let report = step("report", &[("title", "路坏了"), ("phone", number)]);
        let edit = step("edit", &[("field", "phone"), ("value", number)]);
        let other = step("edit", &[("field", "contact"), ("value", number)]);
        let shown = |body: &Body, name: &str| {
            let said = said(body);
            said.into_iter()
                .find(|(known, _)| *known == name)
                .unwrap()
                .1
        };
        assert_eq!(shown(&report, "phone"), "138****1234");
        assert_eq!(shown(&edit, "value"), "138****1234");
        assert_eq!(in_a_line(&said(&edit)), "phone: 138****1234");
        assert_eq!(shown(&other, "value"), number, "in people's own words");
    }
}
