//! Devices: list, rename, stop, let go on.

use alleyway_catalogue::server::admin as said;
use std::collections::BTreeMap;

use alleyway_core::id::MemberId;
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_ledger::{DeviceChange, DeviceError, DeviceRow, stop_word};
use clap::Subcommand;
use serde::{Deserialize, Serialize};

use super::member::{find, unknown};
use super::typed::name;
use super::{Failure, Office};
use crate::clock::rfc3339;
use crate::writer::Desk;

/// A step with devices: a request, and a subcommand of the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DeviceRequest {
    /// Which devices there are: whose, since when, what was held of them last.
    List {
        /// Only this member's, by key or id.
        #[arg(long, value_name = "MEMBER")]
        member: Option<String>,
    },
    /// Everything about one device.
    Show {
        /// The device's code.
        code: u32,
    },
    /// Gives a device another name.
    Rename {
        /// The device's code.
        code: u32,
        /// The name.
        name: String,
    },
    /// Ends a device: its documents go at its next contact, what it hands in goes to a tray.
    Revoke {
        /// The device's code.
        code: u32,
    },
    /// Ends a device that was lost: as revoke, and it is wiped once it has handed in what is unsent.
    Lost {
        /// The device's code.
        code: u32,
    },
    /// Lets a device go on that was frozen because two phones used its identity.
    Thaw {
        /// The device's code.
        code: u32,
    },
}

/// A device, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceShown {
    /// Its code: four digits or more.
    pub code: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose it is: the id.
    pub member: String,
    /// The key that the town's lists use for the member.
    pub member_key: String,
    /// The member's name.
    pub member_name: String,
    /// Since when it is enrolled.
    pub enrolled: String,
    /// The last batch held of it.
    pub last_batch: u64,
    /// When that was received.
    pub last_received: Option<String>,
    /// Batches before it that have not come.
    pub missing: u64,
    /// Its commands that stand.
    pub admitted: u64,
    /// Its commands that were refused.
    pub refused: u64,
    /// Its commands that lie in a tray.
    pub kept: u64,
    /// `revoked`, `lost` or `frozen`, if it is not to go on.
    pub stopped: Option<String>,
    /// The units for whose confidential cases a second person has confirmed it.
    pub confirmed: Vec<String>,
    /// The newest scope it is known to know.
    pub scope_known: u32,
    /// Whether its phone was restored from a backup since it was enrolled, or thawed.
    pub forked: bool,
}

/// Keys and names of members.
pub(super) type Names = BTreeMap<MemberId, (String, String)>;

pub(super) async fn device(
    office: &Office,
    request: DeviceRequest,
) -> Result<Vec<DeviceShown>, Failure> {
    let (code, change) = match request {
        DeviceRequest::List { member } => return list(office, member).await,
        DeviceRequest::Show { code } => {
            let mut devices = list(office, None).await?;
            devices.retain(|device| device.code == shown_code(code));
            return if devices.is_empty() {
                Err(failure(DeviceError::Unknown))
            } else {
                Ok(devices)
            };
        }
        DeviceRequest::Rename { code, name } => (code, DeviceChange::Rename(checked_name(&name)?)),
        DeviceRequest::Revoke { code } => (code, DeviceChange::Stop(Stop::Revoked)),
        DeviceRequest::Lost { code } => (code, DeviceChange::Stop(Stop::Lost)),
        DeviceRequest::Thaw { code } => (code, DeviceChange::Thaw),
    };
    office
        .ask(move |desk| {
            let changed = desk
                .ledger
                .change_device(desk.store, code, change, desk.now)
                .map_err(|error| error.map(failure))?;
            tracing::info!(device = %changed.device, stopped = changed.stopped.map(stop_word), "a device was changed");
            Ok(vec![shown(&changed, &names(desk)?)])
        })
        .await
}

async fn list(office: &Office, member: Option<String>) -> Result<Vec<DeviceShown>, Failure> {
    office
        .ask(move |desk| {
            let names = names(desk)?;
            let mut devices: Vec<DeviceShown> = desk
                .ledger
                .devices(desk.store)?
                .iter()
                .map(|device| shown(device, &names))
                .collect();
            if let Some(member) = member {
                let members = desk.ledger.members(desk.store)?;
                let found = find(&members, &member).ok_or_else(|| unknown(&member))?;
                let id = found.member.to_string();
                devices.retain(|device| device.member == id);
            }
            Ok(devices)
        })
        .await
}

/// The keys and names of everybody who has or had a post.
pub(super) fn names(desk: &mut Desk<'_>) -> Result<Names, StoreError> {
    let members = desk.ledger.members(desk.store)?;
    Ok(members
        .into_iter()
        .map(|row| (row.member, (row.key, row.name)))
        .collect())
}

/// A device as it is told.
pub(super) fn shown(device: &DeviceRow, names: &Names) -> DeviceShown {
    let (member_key, member_name) = names.get(&device.member).cloned().unwrap_or_default();
    DeviceShown {
        code: shown_code(device.code),
        id: device.device.to_string(),
        name: device.name.to_string(),
        member: device.member.to_string(),
        member_key,
        member_name,
        enrolled: rfc3339(device.enrolled),
        last_batch: device.last_batch,
        last_received: device.last_received.map(rfc3339),
        missing: device.missing,
        admitted: device.admitted,
        refused: device.refused,
        kept: device.kept,
        stopped: device.stopped.map(|why| stop_word(why).to_owned()),
        confirmed: device.confirmed.iter().map(ToString::to_string).collect(),
        scope_known: device.scope_known,
        forked: device.forked,
    }
}

/// A code as it is written.
pub(super) fn shown_code(code: u32) -> String {
    format!("{code:04}")
}

fn checked_name(typed: &str) -> Result<Text<NAME_BYTES_MAX>, Failure> {
    name(typed).map_err(|why| why.failure("bad_name", said::BAD_DEVICE_NAME))
}

/// The text for an administrator.
pub(super) fn failure(error: DeviceError) -> Failure {
    let text = match error {
        DeviceError::Unknown => said::NO_DEVICE,
        DeviceError::AlreadyStopped => said::ALREADY_STOPPED,
        DeviceError::NotFrozen => said::NOT_FROZEN,
        DeviceError::Quarantine => said::DEVICES_UNCONFIRMED,
    };
    Failure::coded(error.code(), text, &[])
}
