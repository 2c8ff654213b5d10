//! Moving to another phone: what is on the server, and what is only here.

use alleyway_core::id::MemberId;
use alleyway_core::sync::enrol::{self, MovedFrom};
use alleyway_core::time::Time;
use serde::Serialize;

use super::utc_or_null;
use crate::fault::Fault;
use crate::screen::Screen;

/// The work that is only on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The device's code, in four digits.
    pub device: String,
    /// The server was heard just now.
    pub heard: bool,
    /// Nothing is on this device only. Unless the server was just heard, nothing is safe.
    pub safe: bool,
    /// Batches that the server has answered.
    pub held: u64,
    /// Commands without a verdict.
    pub unsent: usize,
    /// Refused commands not dealt with.
    pub refused: usize,
    /// Batches that are carried for others.
    pub carried: usize,
}

/// A device that was taken into a town.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Enrolled {
    /// The town's name.
    pub town: String,
    /// The member.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
    /// The device.
    pub device: String,
    /// The work that the server has of the device whose place it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// The device's code, of which case numbers are made.
    #[serde(skip)]
    pub device_code: u32,
}

/// The work that the server has of a device whose place another took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Its code, in four digits.
    pub device: String,
    /// Batches that the server holds.
    pub held: u64,
    /// Batches that it lacks.
    pub missing: u64,
    /// When it received the last one.
    #[serde(serialize_with = "utc_or_null")]
    pub last_received: Option<Time>,
    /// Commands admitted.
    pub admitted: u64,
    /// Commands refused.
    pub refused: u64,
    /// Commands that lie in a tray.
    pub kept: u64,
}

impl From<&MovedFrom> for Moved {
    fn from(moved: &MovedFrom) -> Self {
        Self {
            device: format!("{:04}", moved.device_code),
            held: moved.held,
            missing: moved.missing,
            last_received: moved.last_received,
            admitted: moved.admitted,
            refused: moved.refused,
            kept: moved.kept,
        }
    }
}

impl Screen<'_> {
    /// The work that is only on this device; `heard` if a sync came to its end just now.
    ///
    /// # Errors
    /// [`crate::fault::Problem::NotEnrolled`].
    pub fn moving(&self, heard: bool) -> Result<Move, Fault> {
        let status = self.status()?;
        let (unsent, refused, carried) = (status.pending, status.refused, status.carried);
        Ok(Move {
            device: format!("{:04}", status.device_code),
            heard,
            safe: heard && unsent == 0 && refused == 0 && carried == 0,
            held: self.replica.answered_up_to(),
            unsent,
            refused,
            carried,
        })
    }

    /// The device as `enrolled` took it in.
    ///
    /// # Errors
    /// [`crate::fault::Problem::NotEnrolled`].
    pub fn enrolled(&self, enrolled: &enrol::Enrolled) -> Result<Enrolled, Fault> {
        Ok(Enrolled {
            town: enrolled.town_name.to_string(),
            member: enrolled.member,
            name: enrolled.name.to_string(),
            device: self.status()?.device.to_string(),
            moved: enrolled.moved.as_ref().map(Moved::from),
            device_code: enrolled.device_code,
        })
    }
}
