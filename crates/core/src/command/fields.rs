//! Editing a field, the same for cases and households.

use crate::id::CommandId;
use crate::limits::{CODE_BYTES_MAX, NAME_BYTES_MAX, REPLACES_MAX, TEXT_BYTES_MAX};
use crate::step::{field_name, field_value, opaque, text};
use crate::text::Text;
use crate::wire::List;

crate::step! {
    /// Sets a field. What it replaces are ids of values, never positions, so the field's live
    /// values do not depend on the order in which edits arrive.
    Edit {
        /// The field's name.
        field: Text<CODE_BYTES_MAX> = field_name(),
        /// The new value; empty clears the field.
        value: Text<TEXT_BYTES_MAX> = field_value(),
        /// Every value of the field its author saw, own pending ones and what those replace
        /// included.
        replaces: List<CommandId, REPLACES_MAX> = opaque(),
    }
    trailing {
        /// If the value names a household: its door as it was when this was typed.
        door: Option<Text<NAME_BYTES_MAX>> = text().by_policy(),
    }
}

impl Edit {
    /// Whether both set one field to one value, whatever they replace.
    pub fn sets_the_same(&self, other: &Self) -> bool {
        self.field == other.field && self.value == other.value
    }
}
