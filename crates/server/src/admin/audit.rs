//! The audit: listed, and checked from end to end.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Display;

use alleyway_catalogue::server::admin as said;
use alleyway_core::crypto::Hash;
use alleyway_core::id::{DeviceId, MemberId, UnitId};
use alleyway_core::store::StoreError;
use alleyway_ledger::{
    AuditRow, Audited, DeviceError, Ledger, audit_rows, stop_word, verify_audit,
};
use clap::Subcommand;
use hex::FromHex as _;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::device::{Names, names, shown_code};
use super::{Failure, Office, Progress, SERVER};
use crate::clock::{parse_rfc3339, rfc3339};
use crate::problems::ProblemShown;
use crate::progress::Teller;
use crate::writer::Desk;

/// Records told at once, at most.
pub const AUDIT_ROWS_MAX: usize = 10_000;
/// Records read at a time.
const ROWS: usize = 1_000;

/// A question to the audit: a request, and a subcommand of the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AuditRequest {
    /// The newest records, in order. With --json they leave the server's hands: that is written down.
    List {
        /// So many.
        #[arg(long, value_name = "N", default_value_t = 100)]
        last: usize,
        /// Only those with a lower number: to look further back.
        #[arg(long, value_name = "NUMBER")]
        before: Option<u64>,
        /// Only those from this time on.
        #[arg(long, value_name = "RFC3339")]
        since: Option<String>,
        /// Only those of this kind: verdicts, invited, enrolled, stopped, appointed, cleared, read, …
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// Only those about the device with this code, or about what was done with it.
        #[arg(long, value_name = "CODE")]
        device: Option<u32>,
        /// They are written out for a program, which is written down: what --json says.
        #[arg(skip)]
        export: bool,
    },
    /// Follows the chain of all records, and says its end: note it where nobody here can change it.
    Verify {
        /// The end that an earlier `audit verify` named: the record is still the one that it was.
        #[arg(long, value_name = "NUMBER:HASH")]
        expect: Option<String>,
    },
}

/// A record, as it is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditShown {
    /// Its number.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// The kind.
    pub kind: String,
    /// The device's code, or [`super::SERVER`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The device's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// The member's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The member's key and name as they are now; they are not part of the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_name: Option<String>,
    /// The unit's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The appointment's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<String>,
    /// The unit's name as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_name: Option<String>,
    /// The author's key and name as they are now, or [`super::SERVER`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_name: Option<String>,
    /// The code of the author's device, or [`super::SERVER`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_code: Option<String>,
    /// The id of the member who gave a post, a clearance or a confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The author's device: its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_device: Option<String>,
    /// Why a device was stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Numbers, by their names: `batch`, `admitted`, `kept`, `waiting`, `revoked`, `withdrawn`, `records`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub numbers: BTreeMap<String, u64>,
    /// Commands refused, by code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refused: BTreeMap<String, u64>,
    /// Documents that were read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// The chain hash here.
    pub chain: String,
}

/// The findings of a check of the audit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditVerified {
    /// Whether nothing is wrong.
    pub sound: bool,
    /// Records whose chain was followed.
    pub records: u64,
    /// The last one's number and hash, to be noted elsewhere: `NUMBER:HASH`.
    pub head: String,
    /// The problems, as far as they are named.
    pub problems: Vec<ProblemShown>,
    /// How much is wrong in all.
    pub problem_count: u64,
}

/// Which records are wanted.
struct Wanted {
    last: usize,
    before: u64,
    since: Option<alleyway_core::time::Time>,
    kind: Option<String>,
    device: Option<DeviceId>,
}

pub(super) async fn list(
    office: &Office,
    request: AuditRequest,
) -> Result<Vec<AuditShown>, Failure> {
    let AuditRequest::List {
        last,
        before,
        since,
        kind,
        device,
        export,
    } = request
    else {
        return Ok(Vec::new());
    };
    let bad_time = || Failure::of(said::BAD_TIME);
    let since = since
        .map(|text| parse_rfc3339(&text).ok_or_else(bad_time))
        .transpose()?;
    if let Some(kind) = kind
        .as_deref()
        .filter(|kind| !Audited::KINDS.contains(kind))
    {
        let known = Audited::KINDS.join(", ");
        let values: [(&str, &dyn Display); 2] = [("kind", &kind), ("known", &known)];
        return Err(Failure::with(said::UNKNOWN_KIND, &values));
    }
    office
        .ask(move |desk| {
            let codes: BTreeMap<DeviceId, u32> = desk
                .ledger
                .devices(desk.store)?
                .into_iter()
                .map(|row| (row.device, row.code))
                .collect();
            let id = device.map(|code| {
                codes
                    .iter()
                    .find(|(_, known)| **known == code)
                    .map(|(id, _)| *id)
            });
            if id == Some(None) {
                return Err(super::device::failure(DeviceError::Unknown).into());
            }
            let before = before.unwrap_or(u64::MAX);
            let wanted = Wanted {
                last: last.clamp(1, AUDIT_ROWS_MAX),
                before,
                since,
                kind,
                device: id.flatten(),
            };
            let rows = newest(desk, &wanted)?;
            if export {
                desk.ledger
                    .audit_export(desk.store, rows.len() as u64, desk.now);
            }
            let mut codes: BTreeMap<DeviceId, String> = codes
                .into_iter()
                .map(|(id, code)| (id, shown_code(code)))
                .collect();
            codes.insert(desk.ledger.server_device(), SERVER.to_owned());
            let names = names(desk)?;
            let known = KnownNames {
                codes,
                names,
                ledger: desk.ledger,
            };
            Ok(rows.iter().map(|row| shown(row, &known)).collect())
        })
        .await
}

fn newest(desk: &Desk<'_>, wanted: &Wanted) -> Result<VecDeque<AuditRow>, StoreError> {
    let mut kept = VecDeque::new();
    let mut from = 1;
    loop {
        let rows = audit_rows(desk.store, from, ROWS)?;
        let Some((last, _)) = rows.last() else {
            return Ok(kept);
        };
        from = last.saturating_add(1);
        for row in rows {
            if row.0 >= wanted.before {
                return Ok(kept);
            }
            if wanted.takes(&row) {
                kept.push_back(row);
                if kept.len() > wanted.last {
                    kept.pop_front();
                }
            }
        }
    }
}

impl Wanted {
    fn takes(&self, (_, record): &AuditRow) -> bool {
        self.since.is_none_or(|since| record.at >= since)
            && self
                .kind
                .as_deref()
                .is_none_or(|kind| record.what.kind() == kind)
            && self
                .device
                .is_none_or(|device| concerns(&record.what, device))
    }
}

/// Whether a record is about a device, or about what was done with it.
fn concerns(what: &Audited, device: DeviceId) -> bool {
    what.device() == Some(device) || what.by().is_some_and(|by| by.device == device)
}

/// The names of those whose ids the records have.
struct KnownNames<'a> {
    codes: BTreeMap<DeviceId, String>,
    names: Names,
    ledger: &'a Ledger,
}

impl KnownNames<'_> {
    fn code(&self, device: Option<DeviceId>) -> Option<String> {
        self.codes.get(&device?).cloned()
    }

    fn name(&self, member: Option<MemberId>) -> Option<String> {
        let member = member?;
        if member == self.ledger.server_member() {
            return Some(SERVER.to_owned());
        }
        let (key, name) = self.names.get(&member)?;
        Some(format!("{name} ({key})"))
    }

    fn unit(&self, unit: Option<UnitId>) -> Option<String> {
        self.ledger
            .organisation()
            .unit(unit?)
            .map(|row| row.name.to_string())
    }
}

fn shown((sequence, record): &AuditRow, known: &KnownNames<'_>) -> AuditShown {
    let what = &record.what;
    let mut shown = AuditShown {
        sequence: *sequence,
        at: rfc3339(record.at),
        kind: what.kind().to_owned(),
        device: known.code(what.device()),
        device_id: what.device().map(|id| id.to_string()),
        member: what.member().map(|id| id.to_string()),
        member_name: known.name(what.member()),
        unit: what.unit().map(|id| id.to_string()),
        unit_name: known.unit(what.unit()),
        author_name: known.name(what.by().map(|by| by.member)),
        author_code: known.code(what.by().map(|by| by.device)),
        appointment: what.post().map(|of| of.appointment.to_string()),
        author: what.by().map(|by| by.member.to_string()),
        author_device: what.by().map(|by| by.device.to_string()),
        chain: hex::encode(record.chain),
        ..AuditShown::default()
    };
    let mut number = |name: &str, count: u64| shown.numbers.insert(name.to_owned(), count);
    match what {
        Audited::Verdicts(of) => {
            number("batch", of.batch);
            number("admitted", of.admitted.into());
            number("kept", of.kept.into());
            number("waiting", of.waiting.into());
            shown.refused = of
                .refused
                .iter()
                .map(|(code, count)| (code.word().to_owned(), (*count).into()))
                .collect();
        }
        Audited::Stopped(of) => shown.why = Some(stop_word(of.why).to_owned()),
        Audited::Forked(of) => {
            number("batch", of.batch);
        }
        Audited::Read(of) => {
            shown.documents = of.documents.iter().map(ToString::to_string).collect();
        }
        Audited::QuarantineEnded(of) => {
            number("kept", of.kept);
            number("revoked", of.revoked);
            number("withdrawn", of.withdrawn);
        }
        Audited::BudgetUsedUp(of) => {
            number(
                "until_seconds",
                u64::try_from(of.until.seconds()).unwrap_or(0),
            );
        }
        Audited::Restored(of) => {
            number("incarnation", of.incarnation.into());
        }
        Audited::Exported(of) => {
            number("records", of.records);
        }
        _ => {}
    }
    shown
}

pub(super) async fn verify(
    office: &Office,
    expect: Option<String>,
    progress: mpsc::Sender<Progress>,
) -> Result<AuditVerified, Failure> {
    let expected = expect
        .map(|text| noted(&text).ok_or_else(bad_expectation))
        .transpose()?;
    let progress = Teller::new(progress);
    let report = office
        .writer
        .ask_patiently(0, move |desk| {
            verify_audit(desk.store, expected, &mut |done| {
                progress.tell("audit", done);
            })
        })
        .await?;
    Ok(AuditVerified {
        sound: report.problem_count == 0,
        records: report.records,
        head: format!("{}:{}", report.records, hex::encode(report.head)),
        problems: report.problems.iter().map(ProblemShown::from).collect(),
        problem_count: report.problem_count,
    })
}

fn bad_expectation() -> Failure {
    Failure::of(said::BAD_EXPECTATION)
}

/// The end that was noted at an earlier check.
fn noted(text: &str) -> Option<(u64, Hash)> {
    let (number, hash) = text.trim().split_once(':')?;
    Some((number.parse().ok()?, Hash::from_hex(hash).ok()?))
}
