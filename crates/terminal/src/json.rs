//! The shapes of `--json`: a contract (`docs/terminal.md`). Fields keep their names and meanings;
//! later versions may add some.

use alleyway_core::sync::enrol::MovedFrom;
use serde::Serialize;

use super::parse::show_time_utc;

/// What a person's command prints.
#[derive(Debug, Serialize)]
pub(super) struct Recorded {
    pub(super) command: String,
    pub(super) document: String,
    pub(super) number: Option<String>,
    pub(super) state: &'static str,
}

/// `whoami`.
#[derive(Debug, Serialize)]
pub(super) struct Whoami {
    pub(super) member: String,
    pub(super) name: String,
    pub(super) posts: Vec<Post>,
    pub(super) device: String,
    pub(super) carried: usize,
    pub(super) last_contact: Option<String>,
    pub(super) proposals: usize,
    pub(super) review: usize,
    /// Until when this device may be read without a contact; none once it may not.
    pub(super) readable_until: Option<String>,
}

/// A post held.
#[derive(Debug, Serialize)]
pub(super) struct Post {
    pub(super) post: String,
    pub(super) unit: String,
}

/// A row of `households`.
#[derive(Debug, Serialize)]
pub(super) struct Household {
    pub(super) document: String,
    pub(super) door: String,
    pub(super) contact: String,
    pub(super) count: u16,
}

/// A row of `cases`.
#[derive(Debug, Serialize)]
pub(super) struct Case {
    pub(super) document: String,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) category: String,
    pub(super) status: String,
    pub(super) holder: String,
    pub(super) pending: usize,
    pub(super) carried: usize,
    pub(super) refused: usize,
    pub(super) conflicts: usize,
    pub(super) confidential: bool,
}

/// A row of `pending` and `refused`.
#[derive(Debug, Serialize)]
pub(super) struct Outgoing {
    pub(super) command: String,
    pub(super) document: String,
    pub(super) number: Option<String>,
    pub(super) kind: String,
    pub(super) at: String,
    pub(super) code: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) readable: bool,
}

/// A case or a household of which only the index can be read.
#[derive(Debug, Serialize)]
pub(super) struct Indexed {
    pub(super) document: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) door: Option<String>,
    pub(super) pending: usize,
    pub(super) refused: usize,
    pub(super) readable: bool,
}

/// `show`.
#[derive(Debug, Serialize)]
pub(super) struct Detail {
    pub(super) document: String,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) status: String,
    pub(super) holder: String,
    pub(super) referral: Option<Referral>,
    pub(super) confidential: bool,
    pub(super) fields: std::collections::BTreeMap<String, String>,
    pub(super) log: Vec<Entry>,
    pub(super) conflicts: Vec<Conflict>,
    pub(super) heads: Vec<String>,
    pub(super) version: u64,
}

/// A referral that waits.
#[derive(Debug, Serialize)]
pub(super) struct Referral {
    pub(super) kind: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// An entry of a case's log.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub(super) command: String,
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) author: String,
    pub(super) at: String,
    pub(super) received_at: Option<String>,
    pub(super) state: &'static str,
    pub(super) mark: Option<&'static str>,
    pub(super) code: Option<String>,
    pub(super) reason: Option<String>,
}

/// A field with different values.
#[derive(Debug, Serialize)]
pub(super) struct Conflict {
    pub(super) field: String,
    pub(super) values: Vec<Standing>,
}

/// One of the values of a conflict.
#[derive(Debug, Serialize)]
pub(super) struct Standing {
    pub(super) value: String,
    pub(super) author: String,
    pub(super) at: String,
}

/// A row of `proposals` and `review`.
#[derive(Debug, Serialize)]
pub(super) struct TrayItem {
    pub(super) item: String,
    pub(super) why: String,
    pub(super) unit: String,
    pub(super) document: String,
    pub(super) number: Option<String>,
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) said: std::collections::BTreeMap<&'static str, String>,
    pub(super) author: String,
    pub(super) at: String,
    pub(super) received_at: String,
}

/// A row of `receipts`.
#[derive(Debug, Serialize)]
pub(super) struct Receipt {
    pub(super) number: u64,
    pub(super) at: String,
    pub(super) why: Option<String>,
    pub(super) documents: u64,
    pub(super) cases: Vec<String>,
    pub(super) handed_in: Vec<HandedIn>,
    pub(super) unnamed: u64,
}

/// A command of a receipt.
#[derive(Debug, Serialize)]
pub(super) struct HandedIn {
    pub(super) command: String,
    pub(super) number: Option<String>,
    pub(super) kind: String,
    pub(super) at: String,
    pub(super) became: &'static str,
    pub(super) code: Option<String>,
}

/// `sync`.
#[derive(Debug, Serialize)]
pub(super) struct Sync {
    pub(super) sent: u64,
    pub(super) admitted: u64,
    pub(super) refused: u64,
    pub(super) kept: u64,
    pub(super) received: u64,
    pub(super) forgotten: u64,
    pub(super) carried: u64,
    pub(super) bytes_up: u64,
    pub(super) bytes_down: u64,
    pub(super) tcp_up: u64,
    pub(super) tcp_down: u64,
    pub(super) round_trips: u64,
    pub(super) up_to_date: bool,
    /// Units in which who reads confidential cases, or on which device, has changed.
    pub(super) confidential_changed: Vec<String>,
}

/// `confidential`.
#[derive(Debug, Serialize)]
pub(super) struct Confidential {
    pub(super) posts: Vec<ClearancePost>,
    pub(super) devices: Vec<NotedDevice>,
}

/// A post, and its clearance for confidential cases.
#[derive(Debug, Serialize)]
pub(super) struct ClearancePost {
    pub(super) unit: String,
    pub(super) appointment: String,
    pub(super) name: String,
    pub(super) post: String,
    pub(super) asked_by: Option<String>,
    pub(super) confirmed_by: Option<String>,
}

/// A device that somebody enrolled who is cleared.
#[derive(Debug, Serialize)]
pub(super) struct NotedDevice {
    pub(super) unit: String,
    pub(super) device: String,
    pub(super) name: String,
    pub(super) confirmed_by: Option<String>,
}

/// `enrol`.
#[derive(Debug, Serialize)]
pub(super) struct Enrolled {
    pub(super) town: String,
    pub(super) member: String,
    pub(super) name: String,
    pub(super) device: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) moved: Option<Moved>,
}

/// `bundle export`.
#[derive(Debug, Serialize)]
pub(super) struct BundleExported {
    pub(super) file: String,
    #[serde(rename = "for")]
    pub(super) member: Option<String>,
    pub(super) bytes: usize,
    pub(super) batches: usize,
    pub(super) commands: usize,
    pub(super) left_out: usize,
}

/// `bundle import`.
#[derive(Debug, Serialize)]
pub(super) struct BundleImported {
    pub(super) batches: usize,
    pub(super) commands: usize,
    pub(super) withheld: usize,
    pub(super) known: usize,
    pub(super) differing: usize,
}

/// A row of `bundle list`.
#[derive(Debug, Serialize)]
pub(super) struct CarriedBatch {
    pub(super) device: String,
    pub(super) member: String,
    pub(super) name: String,
    pub(super) batch: u64,
    pub(super) commands: usize,
    pub(super) waiting: usize,
    pub(super) withheld: usize,
    pub(super) bytes: usize,
}

/// `passphrase`.
#[derive(Debug, Serialize)]
pub(super) struct Guarded {
    pub(super) passphrase: bool,
}

/// A row of `damaged`.
#[derive(Debug, Serialize)]
pub(super) struct DamagedRecord {
    pub(super) record: String,
    pub(super) kind: &'static str,
    pub(super) dropped: bool,
}

/// `wipe`.
#[derive(Debug, Serialize)]
pub(super) struct Wipe {
    pub(super) wiped: bool,
    pub(super) unsent: usize,
    pub(super) refused: usize,
}

/// `move`.
#[derive(Debug, Serialize)]
pub(super) struct Move {
    pub(super) device: String,
    pub(super) heard: bool,
    pub(super) safe: bool,
    pub(super) held: u64,
    pub(super) unsent: usize,
    pub(super) refused: usize,
    pub(super) carried: usize,
}

/// What the server has of the device whose place `enrol` took.
#[derive(Debug, Serialize)]
pub(super) struct Moved {
    device: String,
    held: u64,
    missing: u64,
    last_received: Option<String>,
    admitted: u64,
    refused: u64,
    kept: u64,
}

impl From<&MovedFrom> for Moved {
    fn from(moved: &MovedFrom) -> Self {
        Self {
            device: format!("{:04}", moved.device_code),
            held: moved.held,
            missing: moved.missing,
            last_received: moved.last_received.map(show_time_utc),
            admitted: moved.admitted,
            refused: moved.refused,
            kept: moved.kept,
        }
    }
}
