//! Editing a field, the same for cases and households.

use crate::id::CommandId;
use crate::limits::{CODE_BYTES_MAX, REPLACES_MAX, TEXT_BYTES_MAX};
use crate::text::Text;
use crate::wire::List;
use crate::wire_struct;

/// Sets a field. What it replaces are ids of values, never positions, so the field's live values
/// do not depend on the order in which edits arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The field's name.
    pub field: Text<CODE_BYTES_MAX>,
    /// The new value; empty clears the field.
    pub value: Text<TEXT_BYTES_MAX>,
    /// Every value of the field its author saw, own pending ones and what those replace included.
    pub replaces: List<CommandId, REPLACES_MAX>,
}
wire_struct!(Edit {
    field,
    value,
    replaces
});
