//! The town's people as an administrator's device holds them: posts, what was asked for in units, and
//! devices, as far as the units' documents and the directories have come.

use super::Replica;
use alleyway_core::crypto::SealingSecret;
use alleyway_core::id::{CommandId, DeviceId, MemberId, UnitId};
use alleyway_core::kinds::directory::DirectoryView;
use alleyway_core::kinds::unit::{Appointment, Asked, UnitView};
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::shown::open_code;
use alleyway_core::time::Time;

impl Replica {
    /// The units whose documents the device holds, with what was typed here.
    pub fn unit_views(&self) -> impl Iterator<Item = UnitView> + '_ {
        self.held_units().filter_map(|id| self.working(id)?.unit())
    }

    /// The askings in units that wait, or are invitations that were confirmed; by unit.
    pub fn asked(&self) -> Vec<(UnitId, Asked)> {
        let of_unit = |unit: UnitView| {
            let id = unit.id;
            unit.asked.into_iter().map(move |asked| (id, asked))
        };
        self.unit_views().flat_map(of_unit).collect()
    }

    /// The appointments that are not over at `now`, with their units.
    pub fn open_posts(&self, now: Time) -> Vec<(UnitId, Appointment)> {
        let now = self.server_time(now);
        let of_unit = move |unit: UnitView| {
            let id = unit.id;
            let is_open = move |made: &Appointment| made.until.is_none_or(|until| now < until);
            let open = unit.appointments.into_iter().filter(is_open);
            open.map(move |made| (id, made))
        };
        self.unit_views().flat_map(of_unit).collect()
    }

    /// The key by which the town's lists mean a member; none for somebody who has, had and will have
    /// no post.
    pub fn key_of(&self, member: MemberId) -> Option<String> {
        self.unit_views()
            .flat_map(|unit| unit.appointments)
            .find(|made| made.member == member)
            .map(|made| made.key)
    }

    /// The unit in whose document a member's devices are stopped and let go on: one where the member
    /// has a post, or else where he had one or will.
    pub fn unit_of(&self, member: MemberId, now: Time) -> Option<UnitId> {
        let now = self.server_time(now);
        let of_member = |unit: &UnitView| {
            let made = unit.appointments.iter();
            let mut made = made.filter(|made| made.member == member).peekable();
            made.peek()?;
            let in_force =
                |made: &Appointment| made.from <= now && made.until.is_none_or(|until| now < until);
            Some((!made.any(in_force), unit.id))
        };
        let units = self.unit_views().filter_map(|unit| of_member(&unit));
        units.min().map(|(_, unit)| unit)
    }

    /// A member's devices that the directories name: those that are not stopped.
    pub fn devices_of(&self, member: MemberId) -> Vec<DeviceId> {
        let directories = self.held.with_view::<DirectoryView>();
        let views = directories.filter_map(|(id, _)| self.held.decoded(id)?.directory());
        let rows = views.flat_map(|view| view.devices);
        let mut devices: Vec<DeviceId> = rows
            .filter(|row| row.member == member)
            .map(|row| DeviceId::of(&row.signing))
            .collect();
        devices.sort_unstable();
        devices.dedup();
        devices
    }

    /// The id of the member whom a key of the town's lists means; none before the device is enrolled.
    pub fn member_of_key(&self, key: &str) -> Option<MemberId> {
        let town = self.as_enrolled()?.town();
        Some(MemberId::derive(town, key))
    }

    /// The code of the invitation that `asked`, which the server sealed to this device; none if it is
    /// not for this device.
    pub fn open_invitation(&self, asked: CommandId, sealed: &[u8]) -> Option<TrackingCode> {
        let device = self.as_enrolled()?;
        let secret = SealingSecret::from_bytes(*device.sealing_secret().as_bytes());
        open_code(sealed, &secret, device.town(), asked)
    }
}
