//! A household: a door, a contact it chose, by which number to ask, a count. Nothing else is kept.

use crate::command::fields::Edit;
use crate::id::UnitId;
use crate::limits::{NAME_BYTES_MAX, PHONE_BYTES_MAX};
use crate::step::{Lack, count, flag, text, unit};
use crate::text::Text;

crate::steps! {
    /// A household's change.
    HouseholdCommand {
        /// Creates the household.
        0x09 => Create(CreateHousehold) = "create_household",
        /// Sets `door`, `contact`, `phone`, `may_text` or `count`.
        0x11 => Edit(Edit) = "edit",
        /// Puts it under another alley.
        0x19 => Move(MoveHousehold) = "move_household",
    }
}

crate::step! {
    /// A new household.
    CreateHousehold {
        /// The alley it is in.
        alley: UnitId = unit(),
        /// Its door: number and name of the house.
        door: Text<NAME_BYTES_MAX> = text().needed(Lack::Text, "a door"),
        /// Whom the household named as its contact.
        contact: Text<NAME_BYTES_MAX> = text(),
        /// How many people live in it.
        count: u16 = count(),
    }
    trailing {
        /// The telephone number by which to ask.
        phone: Text<PHONE_BYTES_MAX> = text(),
        /// Whoever has that number agreed to messages.
        may_text: bool = flag(),
    }
}

crate::step! {
    /// Another alley.
    MoveHousehold {
        /// The alley.
        alley: UnitId = unit(),
    }
}
