//! How the text of a field is read, by what the field takes.

use alleyway_core::documents::DocumentKind;
use alleyway_core::kinds::case::{CaseCommand, Point};
use alleyway_core::limits::{NAME_BYTES_MAX, TITLE_BYTES_MAX};
use alleyway_core::step::{Field, Lack, Step, Steps, Takes};
use alleyway_core::text::typed::{self, UnfitText};

use crate::dates;
use crate::fault::{Fault, Problem};
use crate::screen::Screen;

impl Screen<'_> {
    /// The text of a field as [`Steps::set`] takes it: ids and days as it writes them, texts without
    /// what was typed along with them.
    pub(super) fn field(&self, field: &Field, text: &str) -> Result<String, Fault> {
        let value = |problem| Fault::new(problem, vec![("value", text.to_owned())]);
        match field.spec.takes {
            // Units are called by names, which cannot be read then.
            Takes::Unit | Takes::Units if self.replica.is_locked() => {
                Err(Fault::plain(Problem::LeaseEnded))
            }
            Takes::Unit => Ok(self.unit_named(text)?.to_string()),
            // Names may hold blanks: one a line.
            Takes::Units => {
                let lines = text.lines().filter(|line| !typed::is_nothing(line));
                let units = lines.map(|line| Ok(self.unit_named(line)?.to_string()));
                let units: Vec<String> = units.collect::<Result<_, Fault>>()?;
                Ok(units.join(" "))
            }
            Takes::Case => Ok(self.case_named(text)?.to_string()),
            Takes::Household => Ok(self.household_named(text)?.to_string()),
            Takes::Date => dates::date(text)
                .map(|date| date.0.to_string())
                .ok_or_else(|| value(Problem::BadDate)),
            Takes::Point => dates::point(text)
                .map(|point: Point| point.to_string())
                .ok_or_else(|| value(Problem::BadPlace)),
            Takes::Code(list) => self.code_named(
                list,
                &taken(field.name, LINE_BYTES.min(field.bytes_max), text)?,
            ),
            Takes::Text | Takes::FieldValue => taken(field.name, field.bytes_max, text),
            // Words that programs compare.
            _ => taken(field.name, LINE_BYTES.min(field.bytes_max), text),
        }
    }
}

/// Texts with more room than this have any number of lines: notes and reasons. Names, doors and
/// titles are lines.
const LINE_BYTES: usize = max(NAME_BYTES_MAX, TITLE_BYTES_MAX);

const fn max(one: usize, other: usize) -> usize {
    if one > other { one } else { other }
}

/// Returns a text that was typed for a field with room for so many bytes, as it is taken.
pub(super) fn taken(field: &str, limit: usize, text: &str) -> Result<String, Fault> {
    let taken = if limit > LINE_BYTES {
        typed::prose_of(text)
    } else {
        typed::line_of(text)
    };
    let taken = taken.and_then(|text| typed::bounded(&text, limit).map(str::to_owned));
    taken.map_err(|error| unfit(field, error))
}

/// Why the text of a field is not taken.
pub fn unfit(field: &str, error: UnfitText) -> Fault {
    let field = ("field", field.to_owned());
    match error {
        UnfitText::TooLong { limit } => {
            let limit = ("limit", limit.to_string());
            Fault::new(Problem::TextTooLong, vec![field, limit])
        }
        UnfitText::Control(c) => {
            let character = ("character", typed::code_point(c));
            Fault::new(Problem::ControlCharacter, vec![field, character])
        }
    }
}

/// Sets a field.
pub(super) fn set(body: &mut CaseCommand, field: &Field, value: &str) -> Result<(), Fault> {
    body.set(field.name, value)
        .map_err(|_| Fault::new(Problem::BadValue, vec![("field", field.name.to_owned())]))
}

/// Whether all that a person fills in is one text, which the step cannot be without.
pub(super) fn is_text_alone(step: &Step, lack: Lack) -> bool {
    let mut typed = step.typed();
    let first = typed.next();
    let needed = first.and_then(|field| field.spec.needed);
    typed.next().is_none() && needed.is_some_and(|needed| needed.lack == lack)
}

/// The fields that a person can fill in, of the step with this word.
pub(super) fn known(word: &str) -> Vec<&'static Field> {
    let mut steps = DocumentKind::ALL.iter().flat_map(|kind| kind.steps());
    let step = steps.find(|step| step.word == word);
    step.into_iter().flat_map(Step::typed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_core::limits::TEXT_BYTES_MAX;

    #[test]
    fn every_character_is_taken_or_refused_by_its_name_and_never_as_too_long() {
        for c in '\0'..=char::MAX {
            let named = typed::code_point(c);
            for text in [format!("{c}路"), format!("路{c}路"), format!("路{c}")] {
                for limit in [40, NAME_BYTES_MAX, TEXT_BYTES_MAX] {
                    if let Err(fault) = taken("title", limit, &text) {
                        let told = (fault.problem, fault.value("character"));
                        assert_eq!(told, (Problem::ControlCharacter, named.as_str()));
                    }
                }
            }
        }
    }

    #[test]
    fn a_title_is_a_line_and_a_note_has_many() {
        let lines = "路\r\n坏了";
        let fault = taken("title", TITLE_BYTES_MAX, lines).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "control_character field=\"title\" character=\"U+000D\""
        );
        assert_eq!(taken("text", TEXT_BYTES_MAX, lines).unwrap(), "路\n坏了");
        let fault = taken("contact", NAME_BYTES_MAX, &"路".repeat(81)).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "text_too_long field=\"contact\" limit=\"240\""
        );
    }
}
