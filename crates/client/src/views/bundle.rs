//! Bundles, phone to phone, and what is carried for others.

use alleyway_core::id::{DeviceId, MemberId};
use alleyway_replica::Imported;
use serde::Serialize;

use crate::screen::Screen;

/// A bundle that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Who may read it; nobody but the server if none.
    #[serde(rename = "for")]
    pub member: Option<MemberId>,
    /// Its length, in bytes.
    pub bytes: usize,
    /// Its batches.
    pub batches: usize,
    /// The commands that its reader sees.
    pub commands: usize,
    /// Batches that did not fit.
    pub left_out: usize,
    /// The name of who may read it.
    #[serde(skip)]
    pub name: String,
}

/// The content of a bundle that was taken, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Batches that are carried now.
    pub batches: usize,
    /// Commands of them that can be read.
    pub commands: usize,
    /// Commands of them that cannot.
    pub withheld: usize,
    /// Batches that were known.
    pub known: usize,
    /// Batches that were not taken, for as much of their device is carried already as may be.
    pub left: usize,
    /// Batches that are not what is known under their numbers.
    pub differing: usize,
}

impl From<&Imported> for Taken {
    fn from(imported: &Imported) -> Self {
        Self {
            batches: imported.batches,
            commands: imported.commands,
            withheld: imported.withheld,
            known: imported.known,
            left: imported.left,
            differing: imported.differing,
        }
    }
}

/// A batch that is carried for another device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CarriedBatch {
    /// The device that sealed it.
    pub device: DeviceId,
    /// Its author.
    pub member: MemberId,
    /// The author's name.
    pub name: String,
    /// Its number on that device.
    pub batch: u64,
    /// Commands that can be read.
    pub commands: usize,
    /// Commands of them whose base is not here yet.
    pub waiting: usize,
    /// Commands that cannot be read.
    pub withheld: usize,
    /// Its length, in bytes.
    pub bytes: usize,
}

impl Screen<'_> {
    /// The batches that are carried for others.
    pub fn carried(&self) -> Vec<CarriedBatch> {
        let rows = self.replica.carried().into_iter();
        rows.map(|row| CarriedBatch {
            device: row.device,
            member: row.member,
            name: self.member(row.member),
            batch: row.number,
            commands: row.commands,
            waiting: row.waiting,
            withheld: row.withheld,
            bytes: row.bytes,
        })
        .collect()
    }

    /// A member's name; the id of one whom this device does not know.
    pub fn member(&self, member: MemberId) -> String {
        let name = self.replica.organisation().name(member);
        name.map_or_else(|| member.to_string(), str::to_owned)
    }
}
