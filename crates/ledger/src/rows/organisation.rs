//! Rows of the organisation: in the store, and in memory as one.

use super::{Tx, keys};
use alleyway_core::id::CommandId;
use alleyway_core::kinds::directory::{PostRow, UnitRow};
use alleyway_core::organisation::Organisation;

impl Tx<'_> {
    /// Units, posts and names.
    pub(crate) fn organisation(&self) -> &Organisation {
        &self.memory.organisation
    }

    /// Notes what a unit is now.
    pub(crate) fn put_unit(&mut self, row: UnitRow) {
        self.put(keys::unit(row.unit), &row);
        self.memory.organisation.put_unit(row);
    }

    /// Notes what an appointment is now.
    pub(crate) fn put_appointment(&mut self, row: PostRow) {
        self.put(keys::appointment(row.appointment), &row);
        self.memory.organisation.put_appointment(row);
    }

    /// Notes whether an appointment is cleared. Returns whether it was not so before.
    pub(crate) fn put_clearance(&mut self, appointment: CommandId, cleared: bool) -> bool {
        let is_news = self.memory.organisation.put_clearance(appointment, cleared);
        if is_news && cleared {
            self.put(keys::clearance(appointment), &true);
        } else if is_news {
            self.remove(keys::clearance(appointment));
        }
        is_news
    }
}
