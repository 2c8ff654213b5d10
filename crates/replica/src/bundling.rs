//! Bundles: what was done here and elsewhere goes from phone to phone, and on to the server.

mod export;
mod import;

pub use export::{ExportError, Exported};
pub use import::{ImportError, Imported};

use std::collections::BTreeSet;

use super::Replica;
use super::carrying::CarriedBatch;
use alleyway_core::id::{CommandId, DeviceId, MemberId};

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
    /// Its commands that cannot.
    pub withheld: usize,
    /// Its length, sealed, in bytes.
    pub bytes: usize,
}

impl Replica {
    /// The batches that are still to be handed in for other devices.
    pub fn carried(&self) -> Vec<CarriedRow> {
        let waiting = self
            .carrying
            .documents()
            .flat_map(|document| self.unconfirmed(document).waiting);
        let waiting: BTreeSet<CommandId> = waiting.map(|step| step.id).collect();
        let row = |((device, number), batch): ((DeviceId, u64), &CarriedBatch)| {
            let (certificate, shown) = (batch.certificate(), batch.shown());
            let visible = shown.visible.iter();
            let ids = visible.map(|visible| visible.command.id(&certificate.device));
            CarriedRow {
                device,
                member: certificate.member,
                number,
                commands: shown.visible.len(),
                waiting: ids.filter(|id| waiting.contains(id)).count(),
                withheld: shown.withheld(),
                bytes: batch.closed_bytes(),
            }
        };
        self.carrying.open().map(row).collect()
    }
}
