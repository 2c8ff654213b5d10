//! The steps that change a town's book.

use crate::command::fields::Edit;
use crate::id::{CommandId, UnitId};
use crate::step::{Lack, date, proposal, unit};
use crate::time::Date;

crate::steps! {
    /// A change of a town's book.
    BookCommand {
        /// Creates the town's book: every section is as it ships.
        0x09 => Open(OpenBook) = "open_book",
        /// 提出: proposes a section, written out whole.
        0x11 => Propose(Edit) = "propose_rules",
        /// 生效: a second person puts a proposed section into force, from a day.
        0x19 => Adopt(AdoptRules) = "adopt_rules",
    }
}

crate::step! {
    /// A new book.
    OpenBook {
        /// The town whose book it is.
        town: UnitId = unit(),
    }
}

crate::step! {
    /// A proposed section is in force from a day.
    AdoptRules {
        /// The command that proposed the section.
        proposal: CommandId = proposal(),
        /// The first day on which it holds: tomorrow or later. What was done before keeps the
        /// version of its day.
        from: Date = date().needed(Lack::Day, "from which day"),
    }
}
