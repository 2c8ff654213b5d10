//! Clearances for confidential feeds: what follows from the commands by which two persons give them.

use std::collections::{BTreeMap, BTreeSet};

use crate::rows::keys;
use crate::rows::pending::read;
use crate::rows::records::DeviceRecord;
use crate::town::administer::AdminCommand;
use crate::town::directories::directories_of;
use crate::town::members::AppointError;
use crate::{Audited, By, DeviceConfirmed, Ledger, PostAudited};
use alleyway_core::admission::Admitted;
use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DeviceId, MemberId, UnitId};
use alleyway_core::kinds::directory::DirectoryCommand;
use alleyway_core::kinds::directory::{Clearances, PostRow};
use alleyway_core::kinds::unit::UnitView;
use alleyway_core::kinds::unit::{Clear, ConfirmClearance, EndClearance, NoteDevice, UnitCommand};
use alleyway_core::limits::DIRECTORY_ROWS_MAX;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::time::Time;
use alleyway_core::wire::List;

impl Ledger {
    /// Takes note of a unit's clearances and confirmed devices, as a command has just made them.
    pub(crate) fn index_clearances(
        &mut self,
        records: &dyn Records,
        body: &UnitCommand,
        view: &UnitView,
        admitted: &Admitted,
    ) -> Result<(), StoreError> {
        let subject = match body {
            UnitCommand::ConfirmDevice(confirm) => {
                return self
                    .confirm_devices(records, view.id, admitted, |id, _| id == confirm.device);
            }
            UnitCommand::Clear(Clear { appointment })
            | UnitCommand::ConfirmClearance(ConfirmClearance { appointment, .. })
            | UnitCommand::EndClearance(EndClearance { appointment }) => *appointment,
            _ => return Ok(()),
        };
        self.audit_post(body, view, subject, admitted);
        self.note_clearances(records, view, admitted)
    }

    /// Takes note of which of a unit's posts are cleared, and of what follows where that has changed.
    pub(crate) fn note_clearances(
        &mut self,
        records: &dyn Records,
        view: &UnitView,
        admitted: &Admitted,
    ) -> Result<(), StoreError> {
        for appointment in &view.appointments {
            let cleared = appointment.is_cleared();
            if !self.organisation.put_clearance(appointment.id, cleared) {
                continue;
            }
            let key = keys::clearance(appointment.id);
            if cleared {
                self.pending.put(key, &true);
                // Both persons knew of the devices that the member has; later ones are confirmed singly.
                self.confirm_devices(records, view.id, admitted, |_, member| {
                    member == appointment.member
                })?;
            } else {
                self.pending.remove(key);
                if !matches!(
                    UnitCommand::of(&admitted.command().body),
                    Some(UnitCommand::EndClearance(_))
                ) {
                    // The post's new dates ended it: nobody said so.
                    let (id, member, by) = (appointment.id, appointment.member, By::of(admitted));
                    let ended = PostAudited {
                        unit: view.id,
                        appointment: id,
                        member,
                        by,
                    };
                    self.audit(admitted.receipt().received, Audited::ClearanceEnded(ended));
                }
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
        let body = Body::from(UnitCommand::Clear(Clear { appointment }));
        let done = self.administer(
            records,
            vec![AdminCommand {
                document: Some(row.unit),
                body,
            }],
            seed,
            now,
        )?;
        Ok(done.map(|_| row).map_err(AppointError::NotAdmitted))
    }

    /// Confirms devices for one unit's confidential feed: its readers speak for no other unit.
    fn confirm_devices(
        &mut self,
        records: &dyn Records,
        unit: UnitId,
        admitted: &Admitted,
        which: impl Fn(DeviceId, MemberId) -> bool,
    ) -> Result<(), StoreError> {
        for (key, value) in self.pending.scan(
            records,
            keys::DEVICES,
            &keys::end_of(keys::DEVICES),
            usize::MAX,
        )? {
            let mut device: DeviceRecord = read(&key, &value)?;
            let id = DeviceId::of(&device.key);
            if !device.confirmed.contains(&unit)
                && device.stopped.is_none()
                && which(id, device.member)
            {
                let mut units = device.confirmed.to_vec();
                units.push(unit);
                // Nobody has posts in so many units; whoever does is sent no more feeds than these.
                let Ok(units) = List::new(units) else {
                    continue;
                };
                device.confirmed = units;
                let confirmed = DeviceConfirmed {
                    unit,
                    device: id,
                    member: device.member,
                    by: By::of(admitted),
                };
                self.audit(
                    admitted.receipt().received,
                    Audited::DeviceConfirmed(confirmed),
                );
                self.pending.put(key, &device);
            }
        }
        Ok(())
    }

    /// Puts clearances that changed into the directories.
    pub(crate) fn publish_clearances(
        &mut self,
        records: &dyn Records,
        now: Time,
    ) -> Result<(), StoreError> {
        let mut rows: BTreeMap<UnitId, Vec<(CommandId, bool)>> = BTreeMap::new();
        for appointment in std::mem::take(&mut self.unpublished) {
            let Some(post) = self.organisation.appointment(appointment) else {
                continue;
            };
            let row = (appointment, self.organisation.is_cleared(appointment));
            for directory in directories_of(&self.organisation, post.unit) {
                rows.entry(directory).or_default().push(row);
            }
        }
        let mut commands = Vec::new();
        for (of, rows) in rows {
            let document = self.pending.get(records, &keys::directory(of))?;
            for rows in rows.chunks(DIRECTORY_ROWS_MAX) {
                let clearances = Clearances {
                    rows: List::new(rows.to_vec()).unwrap_or_default(),
                };
                let body = Body::from(DirectoryCommand::Clearances(clearances));
                commands.push(AdminCommand { document, body });
            }
        }
        self.carry_out_own(records, commands, b"publish clearances", now)
    }

    /// Notes a new device of somebody who is cleared, where those who read the feed see it.
    pub(crate) fn note_device(
        &mut self,
        records: &dyn Records,
        device: &DeviceRecord,
        now: Time,
    ) -> Result<(), StoreError> {
        let posts = self.organisation.posts_of(device.member, now);
        let cleared: BTreeSet<UnitId> = posts
            .filter(|post| self.organisation.is_cleared(post.appointment))
            .map(|post| post.unit)
            .collect();
        let note = NoteDevice {
            device: DeviceId::of(&device.key),
            member: device.member,
        };
        let command = |unit| AdminCommand {
            document: Some(unit),
            body: Body::from(UnitCommand::NoteDevice(note)),
        };
        self.carry_out_own(
            records,
            cleared.into_iter().map(command).collect(),
            b"note device",
            now,
        )
    }
}
