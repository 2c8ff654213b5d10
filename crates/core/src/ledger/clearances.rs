//! Clearances for confidential feeds: what follows from the commands by which two persons give them.

use std::collections::{BTreeMap, BTreeSet};

use super::Ledger;
use super::administer::AdminCommand;
use super::directories::directories_of;
use super::keys;
use super::members::AppointError;
use super::pending::read;
use super::records::DeviceRecord;
use crate::command::directory::{Clearances, PostRow};
use crate::command::unit::{Clear, NoteDevice, UnitCommand};
use crate::command::{Body, DirectoryCommand};
use crate::crypto::blake3_keyed;
use crate::documents::UnitView;
use crate::id::{CommandId, DeviceId, MemberId, UnitId};
use crate::limits::DIRECTORY_ROWS_MAX;
use crate::store::{Records, StoreError};
use crate::time::Time;
use crate::wire::List;

impl Ledger {
    /// Takes note of a unit's clearances and confirmed devices, as a command has just made them.
    pub(super) fn index_clearances(
        &mut self,
        records: &dyn Records,
        body: &UnitCommand,
        view: &UnitView,
    ) -> Result<(), StoreError> {
        match body {
            UnitCommand::ConfirmDevice(confirm) => {
                return self.confirm_devices(records, |id, _| id == confirm.device);
            }
            UnitCommand::Clear(_) | UnitCommand::ConfirmClearance(_) | UnitCommand::EndClearance(_) => {}
            _ => return Ok(()),
        }
        for appointment in &view.appointments {
            let cleared = appointment.is_cleared();
            if !self.organisation.put_clearance(appointment.id, cleared) {
                continue;
            }
            let key = keys::clearance(appointment.id);
            if cleared {
                self.pending.put(key, &true);
                // Both persons knew of the devices that the member has; later ones are confirmed singly.
                self.confirm_devices(records, |_, member| member == appointment.member)?;
            } else {
                self.pending.remove(key);
            }
            self.unpublished.insert(appointment.id);
        }
        Ok(())
    }

    /// Asks, as the first person, for an appointment's clearance; a member confirms it.
    ///
    /// # Errors
    /// [`AppointError`]; the outer one if the store fails.
    pub fn clear_appointment(
        &mut self,
        records: &dyn Records,
        appointment: CommandId,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Result<PostRow, AppointError>, StoreError> {
        let Some(row) = self.organisation.appointment(appointment).cloned() else {
            return Ok(Err(AppointError::UnknownAppointment));
        };
        let body = Body::Unit(UnitCommand::Clear(Clear { appointment }));
        let done = self.administer(records, vec![AdminCommand { document: Some(row.unit), body }], seed, now)?;
        Ok(done.map(|_| row).map_err(AppointError::NotAdmitted))
    }

    fn confirm_devices(
        &mut self,
        records: &dyn Records,
        which: impl Fn(DeviceId, MemberId) -> bool,
    ) -> Result<(), StoreError> {
        for (key, value) in self.pending.scan(records, keys::DEVICES, &keys::end_of(keys::DEVICES), usize::MAX)? {
            let device: DeviceRecord = read(&key, &value)?;
            if !device.confirmed && device.stopped.is_none() && which(DeviceId::of(&device.key), device.member) {
                self.pending.put(key, &DeviceRecord { confirmed: true, ..device });
            }
        }
        Ok(())
    }

    /// Puts clearances that changed into the directories.
    pub(super) fn publish_clearances(&mut self, records: &dyn Records, now: Time) -> Result<(), StoreError> {
        let mut rows: BTreeMap<UnitId, Vec<(CommandId, bool)>> = BTreeMap::new();
        for appointment in std::mem::take(&mut self.unpublished) {
            let Some(post) = self.organisation.appointment(appointment) else { continue };
            let row = (appointment, self.organisation.is_cleared(appointment));
            for directory in directories_of(&self.organisation, post.unit) {
                rows.entry(directory).or_default().push(row);
            }
        }
        let mut commands = Vec::new();
        for (of, rows) in rows {
            let document = self.pending.get(records, &keys::directory(of))?;
            for rows in rows.chunks(DIRECTORY_ROWS_MAX) {
                let clearances = Clearances { rows: List::new(rows.to_vec()).unwrap_or_default() };
                let body = Body::Directory(DirectoryCommand::Clearances(clearances));
                commands.push(AdminCommand { document, body });
            }
        }
        self.carry_out_own(records, commands, b"publish clearances", now)
    }

    /// Notes a new device of somebody who is cleared, where those who read the feed see it.
    pub(super) fn note_device(
        &mut self,
        records: &dyn Records,
        device: &DeviceRecord,
        now: Time,
    ) -> Result<(), StoreError> {
        let posts = self.organisation.posts_of(device.member, now);
        let cleared: BTreeSet<UnitId> =
            posts.filter(|post| self.organisation.is_cleared(post.appointment)).map(|post| post.unit).collect();
        let note = NoteDevice { device: DeviceId::of(&device.key), member: device.member };
        let command = |unit| AdminCommand { document: Some(unit), body: Body::Unit(UnitCommand::NoteDevice(note)) };
        self.carry_out_own(records, cleared.into_iter().map(command).collect(), b"note device", now)
    }

    /// Carries out commands that follow from what was admitted: they cannot be refused.
    fn carry_out_own(
        &mut self,
        records: &dyn Records,
        commands: Vec<AdminCommand>,
        purpose: &[u8],
        now: Time,
    ) -> Result<(), StoreError> {
        if commands.is_empty() {
            return Ok(());
        }
        // The counter is used once, so what is derived from it repeats no nonce.
        let seed = blake3_keyed(&self.setup.token_key, &[purpose, &self.state.counter.to_be_bytes()]);
        let outcome = self.carry_out(records, commands, seed, now, None)?;
        outcome.map(|_| ()).map_err(|error| StoreError::Failed(error.to_string()))
    }
}
