//! Bundles: what was done here and elsewhere goes from phone to phone, and on to the server.

mod export;
mod import;

pub use export::{ExportError, Exported};
pub use import::{ImportError, Imported};

use super::Replica;
use crate::id::{DeviceId, MemberId};

/// A batch that this device carries for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedRow {
    /// Whose device sealed it.
    pub device: DeviceId,
    /// Whose device that is.
    pub member: MemberId,
    /// Its number there.
    pub number: u64,
    /// Its commands that can be seen here.
    pub commands: usize,
    /// Those of them that wait for what they stand on.
    pub waiting: usize,
    /// Its commands that cannot; none if nobody knows how many there are.
    pub withheld: Option<usize>,
    /// Its length, sealed, in bytes.
    pub bytes: usize,
}

impl Replica {
    /// The batches that are still to be handed in for other devices.
    pub fn carried(&self) -> Vec<CarriedRow> {
        let row = |((device, number), batch): ((DeviceId, u64), &super::carried::CarriedBatch)| {
            let shown = batch.shown.as_ref();
            let visible = shown.iter().flat_map(|shown| shown.visible.iter());
            let waits = |command: &crate::command::Command| {
                let (id, document) = (command.id(&batch.certificate.device), command.target(&batch.certificate.device));
                self.unconfirmed(document).waiting.iter().any(|step| step.id == id)
            };
            CarriedRow {
                device,
                member: batch.certificate.member,
                number,
                commands: shown.map_or(0, |shown| shown.visible.len()),
                waiting: visible.filter(|visible| waits(&visible.command)).count(),
                withheld: shown.map(crate::batch::Disclosed::withheld),
                bytes: batch.sealed.len(),
            }
        };
        self.carrying.open().map(row).collect()
    }
}
