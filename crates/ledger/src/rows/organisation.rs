//! Rows of the organisation: in the store, and in memory as one.

use super::records::{BookRecord, RulesRecord};
use super::{Tx, keys};
use alleyway_core::id::CommandId;
use alleyway_core::kinds::book::Rulebook;
use alleyway_core::kinds::directory::{PostRow, UnitRow};
use alleyway_core::organisation::Organisation;

impl Tx<'_> {
    /// Units, posts and names.
    pub(crate) fn organisation(&self) -> &Organisation {
        &self.memory.organisation
    }

    /// Notes whose book the town's is.
    pub(crate) fn put_book(&mut self, record: &BookRecord) {
        self.put(keys::BOOK.to_vec(), record);
    }

    /// Notes what a command put into force.
    pub(crate) fn put_rules(&mut self, adopted: CommandId, record: &RulesRecord) {
        self.put(keys::rules(adopted), record);
    }

    /// Takes what the town's book says now.
    pub(crate) fn put_rulebook(&mut self, rulebook: Rulebook) {
        self.memory.organisation.put_rulebook(rulebook);
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
