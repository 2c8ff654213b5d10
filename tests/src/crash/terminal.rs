//! The terminal program as a device: a process for every line.

use alleyway_replica::Replica;
use serde_json::Value;
use tempfile::TempDir;

use super::killer::Meter;
use super::phone::{CLOCK, answer};
use crate::process::{Device, ProcessError, Server};

/// Reports typed in a round, at most.
const REPORTS_MAX: u32 = 8;

/// A device's folder, and what was typed on it.
pub(super) struct Terminal {
    device: Device,
    name: String,
    /// Numbers of the cases reported.
    reported: Vec<String>,
    _home: TempDir,
}

impl Terminal {
    /// Enrols one, with the first sync.
    pub(super) fn enrol(server: &Server, code: &str, name: String) -> Result<Self, ProcessError> {
        let home = TempDir::new().map_err(ProcessError::system("a temporary folder"))?;
        let device = Device::new(&home.path().join("device"))?;
        let terminal = Self {
            device,
            name,
            reported: Vec::new(),
            _home: home,
        };
        terminal
            .device
            .run(Some(CLOCK), &["enrol", server.url(), code])?
            .done()?;
        terminal.device.run(Some(CLOCK), &["sync"])?.done()?;
        Ok(terminal)
    }

    /// Types and syncs until the server is killed.
    pub(super) fn works(&mut self, meter: &Meter) -> Result<(), ProcessError> {
        for line in 1..=REPORTS_MAX {
            if meter.is_over() {
                break;
            }
            let text = format!("{} says line {line}", self.name);
            let args = [
                "report",
                "--category",
                "road",
                "--title",
                "the road is broken",
                "--text",
                &text,
            ];
            let made = self.device.run(Some(CLOCK), &args)?.done()?;
            let number = made
                .get("number")
                .and_then(Value::as_str)
                .ok_or_else(|| answer(&made))?;
            self.reported.push(number.to_owned());
            meter.begins();
            let synced = self.device.run(Some(CLOCK), &["sync"])?;
            if synced.exit == 0 {
                meter.acknowledged(1);
            } else if !meter.is_over() {
                synced.done()?;
            }
        }
        Ok(())
    }

    /// After the restart: hands in what is left. All of it is acknowledged then.
    pub(super) fn hands_in(&self) -> Result<(), ProcessError> {
        self.device.run(Some(CLOCK), &["sync"])?.done()?;
        let pending = self.device.run(Some(CLOCK), &["pending"])?.done()?;
        if pending.as_array().is_some_and(Vec::is_empty) {
            Ok(())
        } else {
            Err(answer(pending))
        }
    }

    /// How many cases were reported.
    pub(super) fn reported(&self) -> usize {
        self.reported.len()
    }

    /// Cases that a device does not have, or has more than once.
    pub(super) fn missing_on(&self, replica: &Replica) -> Vec<String> {
        let numbers: Vec<String> = replica
            .cases()
            .iter()
            .map(|line| line.row.number.to_string())
            .collect();
        let times = |number: &String| numbers.iter().filter(|has| *has == number).count();
        self.reported
            .iter()
            .filter(|number| times(number) != 1)
            .cloned()
            .collect()
    }
}
