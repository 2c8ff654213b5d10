//! The quarantine: which devices there are, and which of them go on.

use alleyway_catalogue::server::admin as said;
use std::collections::BTreeMap;

use alleyway_core::sync::frame::Stop;
use alleyway_ledger::stop_word;
use clap::Subcommand;
use serde::{Deserialize, Serialize};

use super::device::{DeviceShown, names, shown, shown_code};
use super::{Failure, Office};

/// A step with a quarantine: a request, and a subcommand of the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum QuarantineRequest {
    /// Shows whether there is one, and which devices are to be confirmed.
    Show {},
    /// Ends it: the devices named go on, the others are revoked, unused invitations are withdrawn.
    Confirm {
        /// The code of a device that goes on; as often as needed.
        #[arg(long = "device", value_name = "CODE", conflicts_with = "all")]
        devices: Vec<u32>,
        /// Every device that is not stopped goes on.
        #[arg(long)]
        all: bool,
        /// No device goes on.
        #[arg(long, conflicts_with_all = ["all", "devices"])]
        #[serde(default)]
        none: bool,
    },
}

/// How it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineShown {
    /// Why there is one: `missing`, `shorter`, `another`; none if there is none.
    pub why: Option<String>,
    /// Devices that are not stopped.
    pub devices: Vec<DeviceShown>,
    /// The outcome of a confirmation: devices that go on, devices revoked, invitations withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<(u64, u64, u64)>,
}

pub(super) async fn quarantine(
    office: &Office,
    request: QuarantineRequest,
) -> Result<QuarantineShown, Failure> {
    office
        .ask(move |desk| {
            let mut done = QuarantineShown::default();
            if let QuarantineRequest::Confirm { devices, all, .. } = request {
                let known: BTreeMap<u32, Option<Stop>> = desk
                    .ledger
                    .devices(desk.store)?
                    .iter()
                    .map(|row| (row.code, row.stopped))
                    .collect();
                for code in &devices {
                    match known.get(code) {
                        Some(None) => {}
                        Some(Some(why)) => return Err(stopped_already(*code, *why).into()),
                        None => return Err(no_such_device(*code).into()),
                    }
                }
                let goes_on = |code: u32| all || devices.contains(&code);
                let confirmed = desk
                    .ledger
                    .end_quarantine(desk.store, &goes_on, desk.now)?
                    .ok_or_else(no_quarantine)?;
                tracing::warn!(
                    kept = confirmed.kept,
                    revoked = confirmed.revoked,
                    "the quarantine was ended"
                );
                done.confirmed = Some((confirmed.kept, confirmed.revoked, confirmed.withdrawn));
            }
            done.why = desk.ledger.quarantine().map(|why| why.word().to_owned());
            let names = names(desk)?;
            let devices = desk.ledger.devices(desk.store)?;
            done.devices = devices
                .iter()
                .filter(|row| row.stopped.is_none())
                .map(|row| shown(row, &names))
                .collect();
            Ok(done)
        })
        .await
}

fn no_such_device(code: u32) -> Failure {
    let code = shown_code(code);
    Failure::with(said::UNKNOWN_DEVICE, &[("code", &code)])
}

fn stopped_already(code: u32, why: Stop) -> Failure {
    let (code, why) = (shown_code(code), stop_word(why));
    Failure::coded(
        "already_stopped",
        said::STOPPED_BEFORE,
        &[("code", &code), ("why", &why)],
    )
}

fn no_quarantine() -> Failure {
    Failure::of(said::NO_QUARANTINE)
}
