//! Whom the public can call: shown on the pages that everybody reads.

use serde_json::Value;

use super::reading::{Reading, Table};
use crate::limits::{BOOK_CONTACTS_MAX, NAME_BYTES_MAX};
use crate::text::Text;

/// An office, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The office's name: never a person's.
    pub name: Text<NAME_BYTES_MAX>,
    /// Its telephone.
    pub phone: Text<NAME_BYTES_MAX>,
    /// When somebody answers, in words; may be empty.
    pub hours: Text<NAME_BYTES_MAX>,
}

pub(super) fn read(reading: &mut Reading, value: &Value) -> Vec<Contact> {
    reading.rows(value, BOOK_CONTACTS_MAX, contact)
}

fn contact(reading: &mut Reading, row: &mut Table<'_>) -> Option<Contact> {
    let (name, phone) = (row.text(reading, "name"), row.text(reading, "phone"));
    let hours = row.text_or_blank(reading, "hours");
    Some(Contact {
        name: name?,
        phone: phone?,
        hours,
    })
}
