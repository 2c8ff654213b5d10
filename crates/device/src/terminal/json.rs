//! The shapes of `--json`: a contract (`docs/terminal.md`). Fields keep their names and meanings;
//! later versions may add some.

use serde::Serialize;

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
    pub(super) last_contact: Option<String>,
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
    pub(super) refused: usize,
    pub(super) conflicts: usize,
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

/// `sync`.
#[derive(Debug, Serialize)]
pub(super) struct Sync {
    pub(super) sent: u64,
    pub(super) admitted: u64,
    pub(super) refused: u64,
    pub(super) received: u64,
    pub(super) forgotten: u64,
    pub(super) bytes_up: u64,
    pub(super) bytes_down: u64,
    pub(super) tcp_up: u64,
    pub(super) tcp_down: u64,
    pub(super) round_trips: u64,
    pub(super) up_to_date: bool,
}

/// `enrol`.
#[derive(Debug, Serialize)]
pub(super) struct Enrolled {
    pub(super) town: String,
    pub(super) member: String,
    pub(super) name: String,
    pub(super) device: String,
}
