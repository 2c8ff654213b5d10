//! How the text of a field is read, by what the field takes.

use alleyway_core::documents::DocumentKind;
use alleyway_core::kinds::case::{CaseCommand, Point};
use alleyway_core::step::{Field, Lack, Step, Steps, Takes};

use crate::dates;
use crate::fault::{Fault, Problem};
use crate::screen::Screen;

impl Screen<'_> {
    /// The text of a field as [`Steps::set`] takes it: ids and days as it writes them.
    pub(super) fn field(&self, field: &Field, text: &str) -> Result<String, Fault> {
        if matches!(field.spec.takes, Takes::Text | Takes::Code(_)) {
            return bounded(field, text);
        }
        self.mended_field(field, text)
    }

    /// As [`Screen::field`]; the bounds of texts are for the replica to say.
    pub(super) fn mended_field(&self, field: &Field, text: &str) -> Result<String, Fault> {
        let value = |problem| Fault::new(problem, vec![("value", text.to_owned())]);
        match field.spec.takes {
            // Units are called by names, which cannot be read then.
            Takes::Unit if self.replica.is_locked() => Err(Fault::plain(Problem::LeaseEnded)),
            Takes::Unit => Ok(self.unit_named(text)?.to_string()),
            Takes::Case => Ok(self.case_named(text)?.to_string()),
            Takes::Household => Ok(self.household_named(text)?.to_string()),
            Takes::Date => dates::date(text)
                .map(|date| date.0.to_string())
                .ok_or_else(|| value(Problem::BadDate)),
            Takes::Point => dates::point(text)
                .map(|point: Point| point.to_string())
                .ok_or_else(|| value(Problem::BadPlace)),
            _ => Ok(text.to_owned()),
        }
    }
}

/// A text that the field has room for.
pub(super) fn bounded(field: &Field, text: &str) -> Result<String, Fault> {
    if text.len() > field.bytes_max {
        return Err(too_long(field.name, field.bytes_max));
    }
    Ok(text.to_owned())
}

/// A text that a field has no room for.
pub(super) fn too_long(field: &str, limit: usize) -> Fault {
    let values = vec![("field", field.to_owned()), ("limit", limit.to_string())];
    Fault::new(Problem::TextTooLong, values)
}

/// Sets a field.
pub(super) fn set(body: &mut CaseCommand, field: &Field, value: &str) -> Result<(), Fault> {
    body.set(field.name, value).map_err(|_| {
        if matches!(field.spec.takes, Takes::Text | Takes::Code(_)) {
            // It has characters that no text has: it is as a text that is too long for all.
            return too_long(field.name, field.bytes_max);
        }
        Fault::new(Problem::BadValue, vec![("field", field.name.to_owned())])
    })
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
