//! A household, typed.

use std::collections::BTreeMap;

use crate::documents::{Document, DocumentKind, LiveValue, YES, shown_value};
use crate::id::UnitId;
use crate::kinds::View;

/// A household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdView {
    /// The alley it is in.
    pub alley: UnitId,
    /// Its door; of several live values the last.
    pub door: String,
    /// Whom it named as its contact; of several live values the last.
    pub contact: String,
    /// The telephone number by which to ask; of several live values the last; empty if there is none.
    pub phone: String,
    /// Whoever has that number agreed to messages; of several live values the last.
    pub may_text: bool,
    /// How many people live in it; of several live values the last.
    pub count: u16,
    /// All live values of its fields.
    pub fields: BTreeMap<String, Vec<LiveValue>>,
}

impl View for HouseholdView {
    const KIND: DocumentKind = DocumentKind::Household;

    fn of(document: &Document) -> Option<Self> {
        document.household()
    }
}

impl Document {
    /// The household; none if the document is not one, or empty.
    pub fn household(&self) -> Option<HouseholdView> {
        if self.kind() != Some(DocumentKind::Household) {
            return None;
        }
        let fields = self.fields();
        let shown = |field: &str| {
            fields
                .get(field)
                .map(|values| shown_value(values).to_owned())
                .unwrap_or_default()
        };
        Some(HouseholdView {
            alley: self.household_alley()?,
            door: shown("door"),
            contact: shown("contact"),
            phone: shown("phone"),
            may_text: shown("may_text") == YES,
            count: shown("count").parse().unwrap_or_default(),
            fields,
        })
    }

    /// The alley that the household is in, without the rest of it; none if the document is no
    /// household, or empty.
    pub fn household_alley(&self) -> Option<UnitId> {
        if self.kind() != Some(DocumentKind::Household) {
            return None;
        }
        self.root().id("alley", UnitId::parse)
    }
}
