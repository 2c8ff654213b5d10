//! A household, as lists show it.

use crate::documents::{Document, DocumentKind};
use crate::id::UnitId;
use crate::kinds::ListRow;
use crate::kinds::case::clocks::ReadBy;
use crate::limits::{NAME_BYTES_MAX, PHONE_BYTES_MAX};
use crate::text::{Text, phone};
use crate::time::Date;
use crate::wire_struct;

/// A household in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdRow {
    /// The alley it is in.
    pub alley: UnitId,
    /// Its door; of several live values the last.
    pub door: Text<NAME_BYTES_MAX>,
    /// Whom it named as its contact; of several live values the last.
    pub contact: Text<NAME_BYTES_MAX>,
    /// Its telephone number, masked as lists show it; of several live values the last.
    pub phone: Text<PHONE_BYTES_MAX>,
    /// How many people live in it; of several live values the last.
    pub count: u16,
}
wire_struct!(HouseholdRow {
    alley,
    door,
    contact,
    phone,
    count
});

impl ListRow for HouseholdRow {
    const KIND: DocumentKind = DocumentKind::Household;
    const FORM: u8 = 2;

    fn of(document: &Document, _: ReadBy<'_>) -> Option<Self> {
        Self::alone(document)
    }

    fn alone(document: &Document) -> Option<Self> {
        let household = document.household()?;
        Some(Self {
            alley: household.alley,
            door: Text::cut(&household.door),
            contact: Text::cut(&household.contact),
            phone: Text::cut(&phone::masked(&household.phone)),
            count: household.count,
        })
    }

    fn holds(&self, _: Date) -> bool {
        true
    }
}
