//! Who is cleared for confidential cases, and with which devices.

use alleyway_core::id::{CommandId, DeviceId};
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_replica::{ClearanceRow, ClearanceStep, Draft, FindError, NotedDeviceRow};
use serde::Serialize;

use crate::fault::{Fault, Problem};
use crate::names::found_by_id;
use crate::screen::Screen;

/// Posts that may be cleared, and devices of those who are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confidential {
    /// Posts.
    pub posts: Vec<ClearancePost>,
    /// Devices.
    pub devices: Vec<NotedDevice>,
}

/// A post, and its clearance for confidential cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClearancePost {
    /// The unit's name.
    pub unit: String,
    /// The appointment.
    pub appointment: CommandId,
    /// Who holds it, by name.
    pub name: String,
    /// The post's word.
    pub post: String,
    /// Who asked for the clearance, by name.
    pub asked_by: Option<String>,
    /// Who confirmed it, by name.
    pub confirmed_by: Option<String>,
}

/// A device that somebody enrolled who is cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotedDevice {
    /// The unit's name.
    pub unit: String,
    /// The device.
    pub device: DeviceId,
    /// Whose it is, by name.
    pub name: String,
    /// Who confirmed it, by name.
    pub confirmed_by: Option<String>,
}

impl Screen<'_> {
    /// Clearances and devices; with `all`, posts that may be cleared too.
    pub fn confidential(&self, all: bool) -> Confidential {
        let found = self.replica.confidential(self.now);
        let posts = found.posts.iter();
        let posts = posts.filter(|row| all || row.clearance.is_some());
        Confidential {
            posts: posts.map(|row| self.clearance_post(row)).collect(),
            devices: found
                .devices
                .iter()
                .map(|row| self.noted_device(row))
                .collect(),
        }
    }

    fn clearance_post(&self, row: &ClearanceRow) -> ClearancePost {
        let by = |member| self.author(row.unit, member);
        let confirmed = row.clearance.and_then(|clearance| clearance.confirmed_by);
        ClearancePost {
            unit: self.unit(row.unit),
            appointment: row.appointment,
            name: row.name.clone(),
            post: row.post.word().to_owned(),
            asked_by: row.clearance.map(|clearance| by(clearance.by)),
            confirmed_by: confirmed.map(by),
        }
    }

    fn noted_device(&self, row: &NotedDeviceRow) -> NotedDevice {
        let by = |member| self.author(row.unit, member);
        NotedDevice {
            unit: self.unit(row.unit),
            device: row.device,
            name: by(row.member),
            confirmed_by: row.confirmed_by.map(by),
        }
    }

    /// A step towards the clearance of the appointment that `text` means.
    ///
    /// # Errors
    /// [`Problem::AppointmentNotFound`], [`Problem::Ambiguous`], [`Problem::ConfirmedAlready`].
    pub fn clearance(&self, step: ClearanceStep, text: &str) -> Result<Draft, Fault> {
        let draft = self.replica.clearance_step(step, text, self.now);
        self.not_again(found(Problem::AppointmentNotFound, text, draft)?)
    }

    /// The confirmation of the device that `text` means.
    ///
    /// # Errors
    /// [`Problem::NotedDeviceNotFound`], [`Problem::Ambiguous`], [`Problem::ConfirmedAlready`].
    pub fn device_confirmed(&self, text: &str) -> Result<Draft, Fault> {
        let draft = self.replica.device_step(text, self.now);
        self.not_again(found(Problem::NotedDeviceNotFound, text, draft)?)
    }

    /// A clearance that two persons gave already needs no third: that is not "somebody was first".
    fn not_again(&self, draft: Draft) -> Result<Draft, Fault> {
        let found = self.replica.confidential(self.now);
        let confirmed = match UnitCommand::of(&draft.body) {
            Some(UnitCommand::ConfirmClearance(body)) => {
                let posts = found.posts.iter();
                let mut posts = posts.filter(|row| row.appointment == body.appointment);
                posts.find_map(|row| Some((row.unit, row.clearance?.confirmed_by?)))
            }
            Some(UnitCommand::ConfirmDevice(body)) => {
                let devices = found.devices.iter().filter(|row| row.device == body.device);
                let waits = devices.clone().any(|row| row.confirmed_by.is_none());
                devices
                    .filter(|_| !waits)
                    .find_map(|row| Some((row.unit, row.confirmed_by?)))
            }
            _ => None,
        };
        match confirmed {
            None => Ok(draft),
            Some((unit, by)) => {
                let by = ("by", self.author(unit, by));
                Err(Fault::new(Problem::ConfirmedAlready, vec![by]))
            }
        }
    }

    /// The units in which who reads confidential cases, or on which device, has changed.
    pub fn confidential_news(&self) -> Vec<String> {
        if self.replica.is_locked() {
            return Vec::new();
        }
        let units = self.replica.confidential_news().into_iter();
        units.map(|unit| self.unit(unit)).collect()
    }
}

fn found(problem: Problem, text: &str, draft: Result<Draft, FindError>) -> Result<Draft, Fault> {
    draft.map_err(|error| found_by_id(problem, text, error))
}
