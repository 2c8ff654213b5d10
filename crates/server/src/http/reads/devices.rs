//! `GET /v1/q/devices`: the town's devices, for administrators.

use std::sync::Arc;

use alleyway_core::id::DeviceId;
use alleyway_ledger::{DeviceRow, LedgerError, stop_word};
use serde::Serialize;

use super::super::App;
use super::super::error::HttpError;
use super::Refused;
use super::query::{self, Field};
use crate::clock::rfc3339;
use crate::disk::Writes;
use crate::writer::Desk;

/// The fields of the query.
pub(super) const FIELDS: [Field; 0] = [];

/// Reads the query, which has no fields.
///
/// # Errors
/// It has one.
pub(super) fn read(text: &str) -> Result<(), HttpError> {
    query::values(text, FIELDS).map(|[]| ())
}

/// Asks the writer.
///
/// # Errors
/// Whatever the writer answers; that the device may not read it.
pub(super) async fn ask(
    app: &Arc<App>,
    device: DeviceId,
) -> Result<Vec<(DeviceRow, String)>, HttpError> {
    let read = move |desk: &mut Desk<'_>| {
        let rows = desk.ledger.read_devices(desk.store, device, desk.now);
        rows.map_err(|error: LedgerError<_>| error.map(Refused::Read))
    };
    let read = app.writer.ask_or_be_refused(Writes::Nothing, 0, read);
    Ok(read.await?)
}

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    devices: Vec<ShownDevice>,
}

#[derive(Debug, Serialize)]
struct ShownDevice {
    id: String,
    code: u32,
    name: String,
    member: String,
    member_name: String,
    enrolled: String,
    /// When its last batch was received.
    last_received: Option<String>,
    /// `revoked`, `lost` or `frozen`, if it is not to go on.
    stopped: Option<String>,
}

impl Shown {
    pub(super) fn of(rows: &[(DeviceRow, String)]) -> Self {
        let devices = rows.iter().map(|(device, name)| ShownDevice {
            id: device.device.key(),
            code: device.code,
            name: device.name.to_string(),
            member: device.member.key(),
            member_name: name.clone(),
            enrolled: rfc3339(device.enrolled),
            last_received: device.last_received.map(rfc3339),
            stopped: device.stopped.map(|why| stop_word(why).to_owned()),
        });
        Self {
            devices: devices.collect(),
        }
    }
}
