//! How far the server's steps by time are.

use crate::rows::{View, keys};
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::case::clocks::Turn;
use alleyway_core::store::StoreError;
use alleyway_core::time::{Date, Month, Time};
use alleyway_core::wire_struct;

/// How far the server's steps by time are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ByTimeRecord {
    /// The newest time that the server's clock was believed to show.
    pub(crate) believed: Time,
    /// Up to which document (inclusive) the index of turns is made; none once it is.
    pub(crate) indexed: Option<DocumentId>,
    /// The command that put the calendar into force by which all dates are; none for the one that
    /// ships.
    pub(crate) calendar: Option<CommandId>,
    /// Up to which document (inclusive) dates have been moved to the calendar of this command.
    pub(crate) moved: Option<(CommandId, DocumentId)>,
    /// The last year of the national calendar that the program had which made the index: what it had to
    /// leave open has a day by the calendar of a later one.
    pub(crate) national_until: u16,
    /// The last month whose figures were printed when it was over; none before the first.
    pub(crate) printed: Option<Month>,
}
wire_struct!(ByTimeRecord {
    believed,
    indexed,
    calendar,
    moved,
    national_until,
    printed
});

/// Where a document is in the index of what time alone does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The day behind which the server has something to say.
    pub(crate) day: Option<Date>,
    /// The unit whose answer it waits for.
    pub(crate) waits_for: Option<UnitId>,
    /// The last day that is over and was told, while what was due is not done.
    pub(crate) late: Option<Turn>,
}
wire_struct!(Place {
    day,
    waits_for,
    late
});

impl Place {
    /// The day of what is to be looked at next: before every day.
    pub(crate) const NEXT: Date = Date(i32::MIN);

    /// The place of a document as it is kept; none if it is to be worked out at the next look.
    pub(crate) fn settled(
        view: View<'_>,
        document: DocumentId,
    ) -> Result<Option<Self>, StoreError> {
        let record: Option<ByTimeRecord> = view.get(keys::BY_TIME)?;
        let is_whole = record.is_some_and(|record| record.indexed.is_none());
        let place: Self = view.get(&keys::place(document))?.unwrap_or_default();
        Ok(Some(place).filter(|place| is_whole && place.day != Some(Self::NEXT)))
    }
}
