//! A household: a door, a contact it chose, a count. Nothing else is kept.

use crate::command::fields::Edit;
use crate::id::UnitId;
use crate::limits::NAME_BYTES_MAX;
use crate::text::Text;
use crate::{wire_enum, wire_struct};

/// A household's change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HouseholdCommand {
    /// Creates the household.
    Create(CreateHousehold),
    /// Sets `door`, `contact` or `count`.
    Edit(Edit),
    /// Puts it under another alley.
    Move(MoveHousehold),
}
wire_enum!(HouseholdCommand { 0x09 => Create, 0x11 => Edit, 0x19 => Move });

impl HouseholdCommand {
    /// The word for the change.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Create(_) => "create_household",
            Self::Edit(_) => "edit",
            Self::Move(_) => "move_household",
        }
    }
}

/// A new household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateHousehold {
    /// The alley it is in.
    pub alley: UnitId,
    /// Its door: number and name of the house.
    pub door: Text<NAME_BYTES_MAX>,
    /// Whom the household named as its contact.
    pub contact: Text<NAME_BYTES_MAX>,
    /// How many people live in it.
    pub count: u16,
}
wire_struct!(CreateHousehold {
    alley,
    door,
    contact,
    count
});

/// Another alley.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveHousehold {
    /// The alley.
    pub alley: UnitId,
}
wire_struct!(MoveHousehold { alley });
