//! The conflict card: a field that several people set. One value is picked, or all are kept; either
//! is an edit, so two made at once show a card again.

use super::Replica;
use super::typing::{Draft, RecordError};
use alleyway_core::documents::{field_names, takes_text};
use alleyway_core::id::DocumentId;
use alleyway_core::refusal::RefusalCode;

/// Between values that are kept side by side.
const BETWEEN: &str = "；";

impl Replica {
    /// The pick: one of the field's live values, which then replaces them all.
    ///
    /// # Errors
    /// [`RefusalCode::UnknownField`]; [`RefusalCode::BadValue`] if no live value is `value`.
    pub fn pick(&self, target: DocumentId, field: &str, value: &str) -> Result<Draft, RecordError> {
        if self.is_locked() {
            return Err(RecordError::Locked);
        }
        let working = self.to_type_on(target)?;
        let kind = working.kind().ok_or(RefusalCode::UnknownDocument)?;
        if !field_names(kind).contains(&field) {
            return Err(RefusalCode::UnknownField.into());
        }
        if !working.live(field).iter().any(|live| live.value == value) {
            return Err(RefusalCode::BadValue.into());
        }
        self.edit(target, field, value)
    }

    /// Whether all values of the document's field can be kept: a text in people's own words.
    pub fn may_keep_both(&self, target: DocumentId, field: &str) -> bool {
        let kind = self.working(target).and_then(|working| working.kind());
        kind.is_some_and(|kind| takes_text(kind, field))
    }

    /// Keeps all of the field's live values, each once, one behind the other in the order in which
    /// they were admitted. Makes sense where the field is a text: there are no two categories.
    ///
    /// # Errors
    /// [`RefusalCode::UnknownField`]; [`RefusalCode::NotText`] if it is none; [`RefusalCode::NoConflict`] if there are not several
    /// values; [`RecordError::Unfit`] if together they are too long: one is then to be picked, or a
    /// shorter text to be written by an edit.
    pub fn keep_both(&self, target: DocumentId, field: &str) -> Result<Draft, RecordError> {
        if self.is_locked() {
            return Err(RecordError::Locked);
        }
        let working = self.to_type_on(target)?;
        let kind = working.kind().ok_or(RefusalCode::UnknownDocument)?;
        if !field_names(kind).contains(&field) {
            return Err(RefusalCode::UnknownField.into());
        }
        if !takes_text(kind, field) {
            return Err(RefusalCode::NotText.into());
        }
        let mut values: Vec<String> = Vec::new();
        for live in working.live(field) {
            if !live.value.is_empty() && !values.contains(&live.value) {
                values.push(live.value);
            }
        }
        if values.len() < 2 {
            return Err(RefusalCode::NoConflict.into());
        }
        self.edit(target, field, &values.join(BETWEEN))
    }
}
