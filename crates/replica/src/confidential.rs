//! Clearances for confidential cases, as far as the device holds the units' documents: those who
//! read a unit's confidential feed see who else does, and with which devices; administrators see it
//! of every unit.

use super::Replica;
use super::finding::{FindError, choose};
use super::identity::EnrolledDevice;
use crate::Draft;
use alleyway_core::command::Body;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::unit::{Appointment, Clearance, UnitView};
use alleyway_core::kinds::unit::{
    Clear, ConfirmClearance, ConfirmDevice, EndClearance, Post, UnitCommand,
};
use alleyway_core::time::Time;

/// A post that may be cleared, or is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearanceRow {
    /// The unit.
    pub unit: UnitId,
    /// The appointment.
    pub appointment: CommandId,
    /// Whose.
    pub member: MemberId,
    /// The person's name.
    pub name: String,
    /// The post.
    pub post: Post,
    /// The clearance, if anybody has asked for one.
    pub clearance: Option<Clearance>,
}

/// A device that somebody enrolled who was cleared already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedDeviceRow {
    /// The unit in whose document it is noted.
    pub unit: UnitId,
    /// The device.
    pub device: DeviceId,
    /// Whose.
    pub member: MemberId,
    /// The second person; none while it waits for one.
    pub confirmed_by: Option<MemberId>,
}

/// Clearances and devices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confidential {
    /// Posts, by unit and appointment.
    pub posts: Vec<ClearanceRow>,
    /// Devices, by unit and device.
    pub devices: Vec<NotedDeviceRow>,
}

/// One person's word about a clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClearanceStep {
    /// Asks for it.
    Clear,
    /// Confirms what another asked for.
    Confirm,
    /// Ends it.
    End,
}

/// The steps that those who read the feed are told of.
const TOLD: [&str; 5] = [
    "clear",
    "confirm_clearance",
    "end_clearance",
    "note_device",
    "confirm_device",
];

impl Replica {
    /// The posts that may be cleared and are in force or to come at `now`, and the devices noted,
    /// with what was typed here and is not confirmed.
    pub fn confidential(&self, now: Time) -> Confidential {
        let now = self.server_time(now);
        let mut all = Confidential::default();
        for (_, document) in self.unit_documents() {
            let Some(view) = document.unit() else {
                continue;
            };
            let open = view
                .appointments
                .iter()
                .filter(|made| made.until.is_none_or(|until| now < until));
            all.posts.extend(open.filter_map(|made| row(&view, made)));
            all.devices
                .extend(view.devices.iter().map(|noted| NotedDeviceRow {
                    unit: view.id,
                    device: noted.device,
                    member: noted.member,
                    confirmed_by: noted.confirmed_by,
                }));
        }
        all
    }

    /// The units in which somebody else's word about a clearance or a device is new since their
    /// documents were looked at.
    pub fn confidential_news(&self) -> Vec<UnitId> {
        let own = self.as_enrolled().map(EnrolledDevice::member);
        let told = |id: &DocumentId| {
            let seen = self.held.looked_at(*id).unwrap_or_default();
            let document = self.held.decoded(*id)?;
            let new = document
                .log()
                .into_iter()
                .skip(usize::try_from(seen).unwrap_or(usize::MAX));
            new.into_iter()
                .any(|entry| TOLD.contains(&entry.kind.as_str()) && Some(entry.author) != own)
                .then_some(*id)
        };
        self.held_units().filter_map(|id| told(&id)).collect()
    }

    /// The units whose documents the device holds.
    pub fn held_units(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.held.with_view::<UnitView>().map(|(id, _)| id)
    }

    fn unit_documents(&self) -> impl Iterator<Item = (UnitId, Document)> + '_ {
        self.held_units()
            .filter_map(|id| Some((id, self.working(id)?)))
    }

    /// The draft of a step about the appointment that `named` means: an id, or an
    /// unambiguous beginning.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn clearance_step(
        &self,
        step: ClearanceStep,
        named: &str,
        now: Time,
    ) -> Result<Draft, FindError> {
        let posts = self.confidential(now).posts;
        let ids = posts
            .iter()
            .map(|row| (DocumentId(row.appointment.0), String::new()));
        let appointment = CommandId(choose(named, ids)?.0);
        let found = posts.iter().find(|row| row.appointment == appointment);
        let row = found.ok_or_else(|| FindError::NotFound(named.to_owned()))?;
        // What nobody asked for cannot be confirmed: policy says so.
        let clear = row
            .clearance
            .map_or(appointment, |clearance| clearance.clear);
        let body = match step {
            ClearanceStep::Clear => UnitCommand::Clear(Clear { appointment }),
            ClearanceStep::Confirm => {
                UnitCommand::ConfirmClearance(ConfirmClearance { appointment, clear })
            }
            ClearanceStep::End => UnitCommand::EndClearance(EndClearance { appointment }),
        };
        Ok(Draft {
            target: Some(row.unit),
            body: body.into(),
        })
    }

    /// The draft that confirms the noted device that `named` means: an id, or an
    /// unambiguous beginning. One that is noted in several units is confirmed in the first where it
    /// waits.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn device_step(&self, named: &str, now: Time) -> Result<Draft, FindError> {
        let mut devices = self.confidential(now).devices;
        devices.sort_by_key(|row| (row.confirmed_by.is_some(), row.unit));
        let mut ids: Vec<_> = devices.iter().map(|row| DocumentId(row.device.0)).collect();
        ids.sort_unstable();
        ids.dedup();
        let device = DeviceId(choose(named, ids.into_iter().map(|id| (id, String::new())))?.0);
        let found = devices.iter().find(|row| row.device == device);
        let row = found.ok_or_else(|| FindError::NotFound(named.to_owned()))?;
        let body = Body::from(UnitCommand::ConfirmDevice(ConfirmDevice { device }));
        Ok(Draft {
            target: Some(row.unit),
            body,
        })
    }
}

fn row(unit: &UnitView, made: &Appointment) -> Option<ClearanceRow> {
    let never = matches!(
        made.post,
        Post::Auditor | Post::Administrator | Post::Unknown(_)
    );
    (!never).then(|| ClearanceRow {
        unit: unit.id,
        appointment: made.id,
        member: made.member,
        name: made.name.clone(),
        post: made.post.clone(),
        clearance: made.clearance,
    })
}
