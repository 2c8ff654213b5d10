//! Administration: of a running server through its Unix socket, or of a folder that is stopped.
//!
//! The same [`Request`] is carried out either way, by [`carry_out`], through the writer. On the
//! socket (`admin.sock` in the data folder, mode 0600) a request is one line of JSON, an import's
//! files follow it as they are; the answer is lines of JSON: [`Line::Progress`] as often as there is
//! some, then one [`Line::Done`].

mod asking;
mod audit;
mod backup;
mod by_time;
mod check;
mod client;
mod device;
mod import;
mod invite;
mod member;
mod quarantine;
mod socket;
#[cfg(test)]
mod tests;
mod typed;

use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

use alleyway_catalogue::server::admin as said;
use alleyway_catalogue::{Lang, Message};
use alleyway_core::id::TownId;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::backup::{BackedUp, BackupRequest};
use crate::clock::{Clock, parse_rfc3339, rfc3339};
use crate::export::Exported;
use crate::http::{App, DemoClock};
use crate::import::Files;
pub use crate::progress::Progress;
use crate::telemetry::Metrics;
use crate::writer::{AskError, Writer};

pub(crate) use asking::Undone;
pub use audit::{AUDIT_ROWS_MAX, AuditRequest, AuditShown, AuditVerified};
pub use by_time::{ByTimeRequest, ByTimeShown};
pub use check::Checked;
pub use client::{ClientError, run};
pub use device::{DeviceRequest, DeviceShown};
#[cfg(any(test, feature = "demo"))]
pub(crate) use import::import_at;
pub use import::{ImportRequest, Imported};
pub(crate) use import::{ToldChanges, carry_out_confirmed, told_to_administrators};
pub use invite::{InviteRequest, Invited};
pub use member::{Appointment, MemberRequest, MemberShown, PostShown, Which};
pub use quarantine::{QuarantineRequest, QuarantineShown};
pub use socket::{SOCKET_NAME, SocketError, listen, serve};
pub(crate) use typed::name;

/// The name of the server's own member and device, where others have a name or a code.
pub const SERVER: &str = "server";

/// A request of an administrator: the line on the socket, too. The files of an import are beside
/// it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Makes the town what the files say.
    Import(ImportRequest),
    /// Makes a one-time code for a member.
    Invite(InviteRequest),
    /// Looks at devices, or stops them.
    Device(DeviceRequest),
    /// Looks at members, or gives and ends posts.
    Member(MemberRequest),
    /// Looks at the audit.
    Audit(AuditRequest),
    /// Looks at a quarantine, or ends it.
    Quarantine(QuarantineRequest),
    /// Looks at the server's steps by time, or says that its clock is right.
    ByTime(ByTimeRequest),
    /// Looks at the metrics of a running server.
    Metrics {},
    /// Checks everything that is stored.
    Check {},
    /// Makes a backup.
    Backup(BackupRequest),
    /// Writes the whole town out into this folder.
    Export {
        /// The folder.
        to: PathBuf,
    },
    /// Sets a demo's clock.
    Clock {
        /// To this time, as RFC 3339 writes it.
        now: String,
    },
    /// Ends the server in order.
    Stop {},
}

/// A line of an answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// How far a long work is.
    Progress(Progress),
    /// The outcome.
    Done(Outcome),
}

/// The outcome of a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Of an import.
    Imported(Imported),
    /// Of an invitation.
    Invited(Invited),
    /// Devices, as they are now.
    Devices(Vec<DeviceShown>),
    /// Members, as they are now.
    Members(Vec<MemberShown>),
    /// Records of the audit.
    Audit(Vec<AuditShown>),
    /// Of a check of the audit.
    AuditVerified(AuditVerified),
    /// How a quarantine stands.
    Quarantine(QuarantineShown),
    /// How the steps by time stand.
    ByTime(ByTimeShown),
    /// The metrics, as OpenMetrics text.
    Metrics(String),
    /// Of a check.
    Checked(Checked),
    /// Of a backup.
    BackedUp(BackedUp),
    /// Of an export.
    Exported(Exported),
    /// The demo's clock shows this now.
    Clock(String),
    /// The server ends.
    Stopping,
    /// Nothing was done.
    Failed(Failure),
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The stable code.
    pub code: String,
    /// Why, in Chinese.
    pub text_zh: String,
    /// Why, in English.
    pub text_en: String,
    /// Bad rows of an import.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<BadRow>,
}

/// A row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, if it is one column's fault.
    pub column: Option<String>,
    /// The stable code of the fault (docs/import.md).
    pub code: String,
    /// The fault, in Chinese.
    pub text_zh: String,
    /// The fault, in English.
    pub text_en: String,
}

impl Failure {
    /// A failure whose code is its text's name.
    fn of(text: &Message) -> Self {
        Self::with(text, &[])
    }

    /// The same, with values for the places of the text.
    fn with(text: &Message, values: &[(&str, &dyn Display)]) -> Self {
        Self::coded(text.name(), text, values)
    }

    /// A failure with a code of its own.
    fn coded(code: &str, text: &Message, values: &[(&str, &dyn Display)]) -> Self {
        Self::new(code, Lang::ALL.map(|lang| text.fill(lang, values)))
    }

    /// A failure with its texts, Chinese and English.
    fn new(code: &str, [text_zh, text_en]: [String; 2]) -> Self {
        Self {
            code: code.to_owned(),
            text_zh,
            text_en,
            rows: Vec::new(),
        }
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        match error {
            AskError::DiskFull => Self::of(said::DISK_FULL),
            AskError::Busy | AskError::Stopped => Self::of(said::STOPPING),
        }
    }
}

/// The means of administration: the way to the ledger, the town, its folder, the clock.
#[derive(Clone)]
pub struct Office {
    /// The way to the ledger.
    pub writer: Writer,
    /// Whose ledger it is.
    pub town: TownId,
    /// Its data folder; none if the town is in memory only.
    pub data: Option<PathBuf>,
    /// How devices reach the server.
    pub url: String,
    /// The clock.
    pub clock: Clock,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
    /// Set in a demo.
    pub demo: Option<DemoClock>,
    /// The part that devices and residents reach; none where nothing is served.
    pub edge: Option<Arc<App>>,
    /// Ends the server; none where nothing is served.
    pub stop: Option<tokio::sync::watch::Sender<bool>>,
}

/// Carries out a request; `files` are those of an import. Progress that nobody takes is dropped.
pub async fn carry_out(
    office: &Office,
    request: Request,
    files: Files,
    progress: mpsc::Sender<Progress>,
) -> Outcome {
    let done = match request {
        Request::Import(request) => import::import(office, files, request.dry_run)
            .await
            .map(Outcome::Imported),
        Request::Invite(request) => invite::invite(office, request).await.map(Outcome::Invited),
        Request::Device(request) => device::device(office, request).await.map(Outcome::Devices),
        Request::Member(request) => member::member(office, request).await.map(Outcome::Members),
        Request::Audit(AuditRequest::Verify { expect }) => audit::verify(office, expect, progress)
            .await
            .map(Outcome::AuditVerified),
        Request::Audit(request) => audit::list(office, request).await.map(Outcome::Audit),
        Request::Quarantine(request) => quarantine::quarantine(office, request)
            .await
            .map(Outcome::Quarantine),
        Request::ByTime(request) => by_time::by_time(office, request).await.map(Outcome::ByTime),
        Request::Metrics {} => metrics(office).map(Outcome::Metrics),
        Request::Check {} => check::check(office, progress).await.map(Outcome::Checked),
        Request::Backup(request) => backup::backup(office, request, progress)
            .await
            .map(Outcome::BackedUp),
        Request::Export { to } => backup::export(office, to, progress)
            .await
            .map(Outcome::Exported),
        Request::Clock { now } => set_clock(office, &now).map(Outcome::Clock),
        Request::Stop {} => stop(office).map(|()| Outcome::Stopping),
    };
    done.unwrap_or_else(Outcome::Failed)
}

fn set_clock(office: &Office, now: &str) -> Result<String, Failure> {
    let bad = || Failure::of(said::BAD_TIME);
    let now = parse_rfc3339(now).ok_or_else(bad)?;
    let not_demo = || Failure::of(said::NOT_A_DEMO);
    let ahead = office.clock.set(now).ok_or_else(not_demo)?;
    if let Some(demo) = &office.demo {
        demo.keep(ahead);
    }
    Ok(rfc3339(office.clock.now()))
}

fn metrics(office: &Office) -> Result<String, Failure> {
    let nothing = || Failure::of(said::NOT_RUNNING);
    let edge = office.edge.as_ref().ok_or_else(nothing)?;
    edge.metrics_text().ok_or_else(nothing)
}

fn stop(office: &Office) -> Result<(), Failure> {
    let nothing = || Failure::of(said::NOT_RUNNING);
    let stop = office.stop.as_ref().ok_or_else(nothing)?;
    stop.send_replace(true);
    Ok(())
}
