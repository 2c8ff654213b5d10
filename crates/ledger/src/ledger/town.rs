//! Units, households, members and appointments.

use std::collections::BTreeMap;

use super::Ledger;
use crate::error::LedgerError;
use crate::own::{AdminCommand, AdminError, AdminList};
use crate::town::{self, Administered, AppointError, BookRow, HouseholdRow, MemberRow};
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::directory::PostRow;
use alleyway_core::kinds::unit::{Appoint, UnitView};
use alleyway_core::store::{Records, StoreError};
use alleyway_core::time::Time;

impl Ledger {
    /// Carries out commands of the server, all or none, and publishes units and posts in the
    /// directories. `seed` is 32 random bytes.
    ///
    /// # Errors
    /// The first command that is not admitted is [`LedgerError::Refused`]; nothing stands.
    pub fn administer(
        &mut self,
        records: &dyn Records,
        commands: Vec<AdminCommand>,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Administered, LedgerError<AdminError>> {
        town::administer(&mut self.tx(records), commands, seed, now)
    }

    /// Carries out a list, as [`Ledger::administer`] does, with its seed and at its time.
    ///
    /// # Errors
    /// As there.
    pub fn administer_list(
        &mut self,
        records: &dyn Records,
        list: AdminList,
    ) -> Result<Administered, LedgerError<AdminError>> {
        let (commands, seed, now) = list.into_parts();
        self.administer(records, commands, seed, now)
    }

    /// Every unit as its document has it, for an import to compare with.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn units(&mut self, records: &dyn Records) -> Result<Vec<UnitView>, StoreError> {
        town::units(&mut self.tx(records))
    }

    /// Every household, for an import to compare with.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn households(&mut self, records: &dyn Records) -> Result<Vec<HouseholdRow>, StoreError> {
        town::households(&mut self.tx(records))
    }

    /// The town's book, for an import to compare with; none while the town has none.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn book(&mut self, records: &dyn Records) -> Result<Option<BookRow>, StoreError> {
        town::book(&mut self.tx(records))
    }

    /// Every member who has or had a post, by key.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn members(&mut self, records: &dyn Records) -> Result<Vec<MemberRow>, StoreError> {
        town::members(&mut self.tx(records))
    }

    /// The unit with this key, or id.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn unit_of_key(
        &mut self,
        records: &dyn Records,
        key: &str,
    ) -> Result<Option<UnitId>, StoreError> {
        town::unit_of_key(&mut self.tx(records), key)
    }

    /// Every end that each appointment has had, in the order in which they were set: the present one
    /// is the last. None is an open one.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn ends_of_appointments(
        &mut self,
        records: &dyn Records,
    ) -> Result<BTreeMap<CommandId, Vec<Option<Time>>>, StoreError> {
        town::ends_of_appointments(&mut self.tx(records))
    }

    /// Gives somebody a post in the unit with this key. `seed` is 32 random bytes.
    ///
    /// # Errors
    /// [`AppointError`], or the store fails.
    pub fn appoint(
        &mut self,
        records: &dyn Records,
        unit: &str,
        appoint: Appoint,
        seed: [u8; 32],
        now: Time,
    ) -> Result<CommandId, LedgerError<AppointError>> {
        town::appoint(&mut self.tx(records), unit, appoint, seed, now)
    }

    /// Ends an appointment.
    ///
    /// # Errors
    /// [`AppointError`], or the store fails.
    pub fn end_appointment(
        &mut self,
        records: &dyn Records,
        appointment: CommandId,
        until: Time,
        seed: [u8; 32],
        now: Time,
    ) -> Result<PostRow, LedgerError<AppointError>> {
        town::end_appointment(&mut self.tx(records), appointment, until, seed, now)
    }

    /// Asks, as the first person, for an appointment's clearance; a member confirms it.
    ///
    /// # Errors
    /// [`AppointError`], or the store fails.
    pub fn clear_appointment(
        &mut self,
        records: &dyn Records,
        appointment: CommandId,
        seed: [u8; 32],
        now: Time,
    ) -> Result<PostRow, LedgerError<AppointError>> {
        town::clear_appointment(&mut self.tx(records), appointment, seed, now)
    }
}
