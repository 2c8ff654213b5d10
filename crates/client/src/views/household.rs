//! Households: the list, and one with all that is known of it.

use std::collections::BTreeMap;

use alleyway_core::documents::LiveValue;
use alleyway_core::id::DocumentId;
use serde::Serialize;

use super::case::Conflict;
use super::list::Listing;
use crate::fault::{Fault, Problem};
use crate::screen::Screen;

/// A household in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Household {
    /// The household.
    pub document: DocumentId,
    /// Its door.
    pub door: String,
    /// Whom it named.
    pub contact: String,
    /// Its telephone number, masked: whole in [`HouseholdDetail`] alone.
    pub phone: String,
    /// How many people live in it.
    pub count: u16,
}

/// A household, with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HouseholdDetail {
    /// The household.
    pub document: DocumentId,
    /// The alley that it is in, by name.
    pub alley: String,
    /// The shown value of every field that is not empty: `door`, `contact`, `phone`, `may_text`, `count`.
    pub fields: BTreeMap<String, String>,
    /// Fields with different values.
    pub conflicts: Vec<Conflict>,
    /// Commands of this device upon it without a verdict.
    pub pending: usize,
    /// The same fields for people, in the order in which they are shown.
    #[serde(skip)]
    pub shown: Vec<(&'static str, String)>,
}

/// The fields, in the order in which they are shown.
const FIELDS: [&str; 5] = ["door", "contact", "phone", "may_text", "count"];

impl Screen<'_> {
    /// The households on the device, by door.
    pub fn households(&self) -> Listing<Household> {
        if self.replica.is_locked() {
            return Listing::Index(self.index(false));
        }
        let rows = self.replica.households().into_iter();
        let rows = rows.map(|line| Household {
            document: line.document,
            door: line.row.door.to_string(),
            contact: line.row.contact.to_string(),
            phone: line.row.phone.to_string(),
            count: line.row.count,
        });
        Listing::Rows(rows.collect())
    }

    /// One household.
    ///
    /// # Errors
    /// [`Problem::LeaseEnded`]; [`Problem::Unexpected`] for one that cannot be read.
    pub fn household(&self, household: DocumentId) -> Result<HouseholdDetail, Fault> {
        if self.replica.is_locked() {
            return Err(Fault::plain(Problem::LeaseEnded));
        }
        let working = self.replica.working(household);
        let view = working.and_then(|document| document.household());
        let view = view.ok_or_else(|| Fault::unexpected(&"the household cannot be read"))?;
        let value = |name: &str| -> Option<&LiveValue> {
            let last = view.fields.get(name)?.last()?;
            (!last.value.is_empty()).then_some(last)
        };
        let standing = FIELDS.iter().filter_map(|name| Some((*name, value(name)?)));
        let pending = self.replica.pending().into_iter();
        Ok(HouseholdDetail {
            document: household,
            alley: self.unit(view.alley),
            fields: standing
                .clone()
                .map(|(name, live)| (name.to_owned(), live.value.clone()))
                .collect(),
            conflicts: self.conflicts_in(household, &view.fields, |live| live.at),
            pending: pending.filter(|row| row.document == household).count(),
            shown: standing
                .map(|(name, live)| (name, self.live_value(name, live)))
                .collect(),
        })
    }
}
