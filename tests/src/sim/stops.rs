//! Devices that are not to go on: revoked, reported lost, frozen because of a restored copy.

use alleyway_core::sync::frame::Stop;
use alleyway_ledger::DeviceChange;

use super::oracle::Event;
use super::server::Trouble;
use super::service::Work;
use super::violation::{Broken, Checked, NOTHING_LOST, ensure};
use super::world::World;

impl World {
    /// A phone that was reported lost wipes itself.
    pub(crate) fn wipe(&mut self, index: usize) -> Checked {
        let phone = &mut self.phones[index];
        let name = phone.name;
        ensure(self.oracle.is_lost(index), NOTHING_LOST, || {
            format!("{name} is wiped, and nobody lost it")
        })?;
        // What it had refused itself goes with what the server refused: its report was refused.
        phone
            .disk
            .notebook
            .dealt
            .extend(phone.replica.refused().into_iter().map(|row| row.command));
        phone.is_wiped = true;
        phone.connection = None;
        self.tell(|| format!("{name} is wiped"));
        Ok(())
    }

    /// An administrator lets a frozen device go on, or else stops one.
    pub(crate) fn stop_or_thaw(&mut self, index: usize) -> Checked {
        if !self.server.is_up {
            return Ok(());
        }
        if self.rng.one_in(2) {
            return self.serve_group(vec![Work::Thaw]);
        }
        let running = (0..self.phones.len())
            .filter(|phone| !self.oracle.is_stopped(*phone))
            .count();
        // Somebody is to be left to compare, and to look after the book.
        if running < 4 || self.oracle.is_lost(index) || self.phones[index].administers {
            return Ok(());
        }
        let why = if self.rng.one_in(2) {
            Stop::Revoked
        } else {
            Stop::Lost
        };
        self.serve_group(vec![Work::Stop(index, why)])
    }

    pub(crate) fn stop(
        &mut self,
        index: usize,
        why: Stop,
        events: &mut Vec<Event>,
    ) -> Result<(), Trouble> {
        let now = self.server_clock();
        let device = self.phones[index].device();
        if self
            .server
            .change_device(device, DeviceChange::Stop(why), now)?
        {
            events.push(Event::Stopped { phone: index, why });
            self.done.stopped += 1;
            let name = self.phones[index].name;
            self.tell(|| format!("the device of {name} is stopped: {why:?}"));
        }
        Ok(())
    }

    /// Everybody who was frozen goes on.
    pub(crate) fn thaw(&mut self) -> Result<(), Trouble> {
        let now = self.server_clock();
        for (index, why) in self.stopped_devices()? {
            if why == Stop::Frozen {
                let device = self.phones[index].device();
                self.server.change_device(device, DeviceChange::Thaw, now)?;
                let name = self.phones[index].name;
                self.tell(|| format!("{name} is thawed"));
            }
        }
        Ok(())
    }

    /// What stands in the security journal counts from the next start on, even if the server was
    /// killed before the rest was written, and nobody was told.
    pub(crate) fn observe_stops(&mut self) -> Result<(), Broken> {
        let stopped = match self.stopped_devices() {
            Ok(stopped) => stopped,
            Err(trouble) => return self.outage(trouble),
        };
        for (phone, why) in stopped {
            if why != Stop::Frozen {
                self.oracle.committed(&Event::Stopped { phone, why })?;
            }
        }
        Ok(())
    }

    fn stopped_devices(&self) -> Result<Vec<(usize, Stop)>, Trouble> {
        let rows = self.server.devices()?;
        let index_of = |device| {
            self.phones
                .iter()
                .position(|phone| phone.device() == device)
        };
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((index_of(row.device)?, row.stopped?)))
            .collect())
    }
}
