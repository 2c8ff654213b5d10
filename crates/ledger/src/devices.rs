//! Devices: who has which, how they come and how they are stopped.
//!
//! | file | what |
//! | --- | --- |
//! | `enrolment` | invitations, and devices that are taken in |
//! | `stopping` | devices are renamed, stopped, frozen and thawed |
//! | `ordered` | what administrators' commands have done to devices and invitations |
//! | `known` | what such a command rests on that only the server knows |
//! | `replay` | what the security journal knows and the ledger does not |
//! | `quarantine` | the journal is lost: nobody is answered until the devices are confirmed |

pub(crate) mod enrolment;
pub(crate) mod known;
pub(crate) mod ordered;
pub(crate) mod quarantine;
mod replay;
pub(crate) mod stopping;

pub use enrolment::InviteError;
pub use quarantine::{Confirmed, Quarantine};
pub(crate) use replay::replay;
pub use stopping::{DeviceChange, DeviceError, stop_word};

use crate::rows::records::DeviceRecord;
use crate::rows::{View, keys, read};
use alleyway_core::crypto::PublicKey;
use alleyway_core::id::{DeviceId, MemberId, UnitId};
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::sync::enrol::MovedFrom;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;

/// A device, for an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceRow {
    /// The device.
    pub device: DeviceId,
    /// Its code, of which case numbers are made.
    pub code: u32,
    /// The name that its owner, or an administrator, gave it.
    pub name: Text<NAME_BYTES_MAX>,
    /// Whose it is.
    pub member: MemberId,
    /// The time at which it was enrolled.
    pub enrolled: Time,
    /// The last batch held of it; 0 if there is none.
    pub last_batch: u64,
    /// When that was received.
    pub last_received: Option<Time>,
    /// Batches before it that have not come.
    pub missing: u64,
    /// Its commands that stand.
    pub admitted: u64,
    /// Its commands that were refused.
    pub refused: u64,
    /// Its commands that lie in a tray.
    pub kept: u64,
    /// The reason for which it is not to go on, if it is not.
    pub stopped: Option<Stop>,
    /// The units for whose confidential cases a second person has confirmed it.
    pub confirmed: Vec<UnitId>,
    /// The number of the newest scope that it has shown to know.
    pub scope_known: u32,
    /// Whether its chain of batches has forked: the phone was restored from a backup.
    pub forked: bool,
}

/// All devices, by code; the server's own is not among them.
pub(crate) fn list(view: View<'_>, server: &PublicKey) -> Result<Vec<DeviceRow>, StoreError> {
    let devices = records(view, server)?;
    devices.iter().map(|device| row(view, device)).collect()
}

/// Every device but the server's own, by code.
fn records(view: View<'_>, server: &PublicKey) -> Result<Vec<DeviceRecord>, StoreError> {
    let rows = view.scan_all(keys::DEVICES)?;
    let mut devices: Vec<DeviceRecord> = rows
        .iter()
        .map(|(key, value)| read(key, value))
        .collect::<Result<_, StoreError>>()?;
    devices.retain(|device| device.key != *server);
    devices.sort_by_key(|device| device.code);
    Ok(devices)
}

fn row(view: View<'_>, device: &DeviceRecord) -> Result<DeviceRow, StoreError> {
    Ok(DeviceRow {
        device: device.id(),
        code: device.code,
        name: device.name.clone(),
        member: device.member,
        enrolled: device.enrolled,
        last_batch: device.last,
        last_received: last_received(view, device)?,
        missing: device.missing.len() as u64,
        admitted: device.tally.admitted,
        refused: device.tally.refused,
        kept: device.tally.kept,
        stopped: device.stopped,
        confirmed: device.confirmed.to_vec(),
        scope_known: device.scope_known,
        forked: device.forked.is_some(),
    })
}

fn last_received(view: View<'_>, device: &DeviceRecord) -> Result<Option<Time>, StoreError> {
    let batch = view.batch(device.id(), device.last)?;
    Ok(batch.map(|batch| batch.receipt.received))
}

/// The state of a device that another one takes the place of, as the server has it.
fn moved_from(view: View<'_>, device: &DeviceRecord) -> Result<MovedFrom, StoreError> {
    Ok(MovedFrom {
        device_code: device.code,
        held: device.last,
        missing: device.missing.len() as u64,
        last_received: last_received(view, device)?,
        admitted: device.tally.admitted,
        refused: device.tally.refused,
        kept: device.tally.kept,
    })
}

#[cfg(test)]
mod tests;
