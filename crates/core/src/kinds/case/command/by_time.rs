//! Steps that the server takes by time alone.

use super::super::clocks::Turn;
use crate::id::UnitId;
use crate::limits::CLOCKS_MAX;
use crate::step::opaque;
use crate::wire::List;

crate::step! {
    /// Clocks of the case are over, which nobody has told before.
    Late {
        /// Their last days.
        turns: List<Turn, CLOCKS_MAX> = opaque(),
        /// The unit that reads the case from then on: one level up, and one more each time. None above
        /// a town, or where nobody is cleared to read a confidential case.
        to: Option<UnitId> = opaque(),
    }
}

crate::step! {
    /// The town's calendar of the day on which this is received has moved dates that were not over: they
    /// are counted by it from then on.
    Redated {}
}

crate::step! {
    /// Nobody acts for the unit that the case was sent to: a post ended meanwhile.
    Vacant {
        /// The unit above it, which reads the case from then on and may rule who handles it.
        to: UnitId = opaque(),
    }
}
