//! Sending what is pending and fetching what is new.

use std::io::{IsTerminal, Write};

use alleyway_replica::{ReceiveError, SyncSummary};

use super::context::{Context, Device, random};
use super::enrol::SERVER;
use super::exit::{Exit, Failure};
use super::texts::{Lang, say};
use super::{Shown, confidential, json, stopping};
use alleyway_client::DriveError;
use alleyway_device::session::{self, Alone, Surroundings, SyncError, SyncReport};
use alleyway_device::transport::{CertificateFault, Client, ServerUrl, Timeouts, TransportError};

/// Progress is shown from here on, in bytes: a normal sync needs none.
const PROGRESS_BYTES: u64 = 64 * 1024;

/// `sync`
pub(super) fn sync(context: &Context) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    if device.replica.is_to_be_wiped() {
        // The last sync was ended before it was.
        return Err(stopping::wipe(context, device));
    }
    let mut client = reach(context, &device)?;
    let (shown, summary) = run(context, &mut device, &mut client)?;
    stopping::after_sync(context, device, &summary, shown)
}

/// A client of the server that the device is enrolled with.
pub(super) fn reach(context: &Context, device: &Device) -> Result<Client, Failure> {
    let url = device
        .store
        .setting(SERVER)
        .map_err(|error| context.unexpected(&error))?;
    let url = url
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| ServerUrl::parse(&text).ok())
        .ok_or_else(|| {
            context.failure(
                Exit::NotEnrolled,
                "not_enrolled",
                say::enrol::NOT_ENROLLED,
                &[],
            )
        })?;
    connect(context, url)
}

/// A client of the server, with a warning where what is sent can be read on its way.
pub(super) fn connect(context: &Context, url: ServerUrl) -> Result<Client, Failure> {
    let exposed = url.is_exposed().then(|| url.authority());
    let client = Client::new(url, Timeouts::default())
        .map_err(|error| transport_failure(context, &error))?;
    if let Some(to) = exposed {
        context.warn(
            "not_encrypted",
            context.fill(say::line::EXPOSED, &[("to", &to)]),
        );
    }
    Ok(client)
}

/// Syncs over a connection.
pub(super) fn run(
    context: &Context,
    device: &mut Device,
    client: &mut Client,
) -> Result<(Shown, SyncSummary), Failure> {
    let mut progress = Progress::new(context);
    let outcome = session::sync(
        &mut Alone {
            replica: &mut device.replica,
            store: &mut device.store,
        },
        client,
        &mut Surroundings {
            now: &|| context.now(),
            random: &mut || random().map_err(|error| SyncError::Random(error.to_string())),
            progress: &mut |bytes| progress.show(context, bytes),
        },
    );
    progress.end();
    let report = outcome.map_err(|error| sync_failure(context, &error))?;
    if !device.replica.is_locked() {
        context.lease_renewed();
    }
    Ok((shown(context, device, &report)?, report.summary))
}

fn shown(context: &Context, device: &Device, report: &SyncReport) -> Result<Shown, Failure> {
    let summary = &report.summary;
    let value = json::Sync {
        sent: summary.sent,
        admitted: summary.admitted,
        refused: summary.refused,
        kept: summary.kept,
        received: summary.received,
        forgotten: summary.forgotten,
        carried: summary.carried,
        bytes_up: report.bytes_up,
        bytes_down: report.bytes_down,
        tcp_up: report.tcp_up,
        tcp_down: report.tcp_down,
        round_trips: report.round_trips,
        up_to_date: summary.up_to_date,
        confidential_changed: confidential::news(device),
    };
    let text = |number: u64| number.to_string();
    let mut lines = vec![
        context.fill(
            say::sync::SENT,
            &[
                ("sent", &text(value.sent)),
                ("admitted", &text(value.admitted)),
                ("refused", &text(value.refused)),
            ],
        ),
        context.fill(
            say::sync::RECEIVED,
            &[
                ("received", &text(value.received)),
                ("forgotten", &text(value.forgotten)),
            ],
        ),
        context.fill(
            say::sync::COST,
            &[
                ("up", &text(value.tcp_up)),
                ("down", &text(value.tcp_down)),
                ("trips", &text(value.round_trips)),
            ],
        ),
        context.say(if value.up_to_date {
            say::sync::UP_TO_DATE
        } else {
            say::sync::MORE
        }),
    ];
    if summary.forked {
        lines.push(context.say(say::sync::FORKED));
    }
    if summary.carried > 0 {
        lines.push(context.fill(say::sync::CARRIED, &[("count", &text(summary.carried))]));
    }
    if summary.unreadable > 0 {
        lines.push(context.fill(
            say::sync::UNREADABLE,
            &[("count", &text(summary.unreadable))],
        ));
    }
    if value.refused > 0 {
        lines.push(context.fill(say::sync::REFUSED, &[("count", &text(value.refused))]));
    }
    if value.kept > 0 {
        lines.push(context.fill(say::sync::KEPT, &[("count", &text(value.kept))]));
    }
    if !value.confidential_changed.is_empty() {
        let units = value
            .confidential_changed
            .join(&context.say(say::common::SEMICOLON));
        lines.push(context.fill(say::clearance::NEWS, &[("units", &units)]));
    }
    Shown::new(&value, lines)
}

/// A line on the screen that is written over while a long answer arrives.
struct Progress {
    on: bool,
    shown: u64,
}

impl Progress {
    fn new(context: &Context) -> Self {
        Self {
            on: !context.json && std::io::stderr().is_terminal(),
            shown: 0,
        }
    }

    fn show(&mut self, context: &Context, bytes: u64) {
        if self.on && bytes >= self.shown + PROGRESS_BYTES {
            self.shown = bytes;
            let text = context.fill(
                say::sync::PROGRESS,
                &[("kilobytes", &(bytes / 1_000).to_string())],
            );
            // Progress that cannot be shown is no reason to stop.
            let _ = write!(std::io::stderr(), "\r{text}").and_then(|()| std::io::stderr().flush());
        }
    }

    fn end(&self) {
        if self.shown > 0 {
            let _ = writeln!(std::io::stderr());
        }
    }
}

fn sync_failure(context: &Context, error: &SyncError) -> Failure {
    let refused = |code, text| context.failure(Exit::Refused, code, text, &[]);
    match error {
        SyncError::Transport(error) => transport_failure(context, error),
        SyncError::Drive(DriveError::Receive(ReceiveError::ForkedAgain)) => {
            refused("forked_again", say::line::FORKED_AGAIN)
        }
        SyncError::Drive(DriveError::Receive(ReceiveError::OlderIncarnation)) => {
            refused("older_incarnation", say::line::OLDER_INCARNATION)
        }
        SyncError::Drive(_) => context.failure(
            Exit::Refused,
            "bad_answer",
            say::line::BAD_ANSWER,
            &[("reason", &error.to_string())],
        ),
        SyncError::Store(_) | SyncError::Random(_) => context.unexpected(error),
    }
}

/// What went wrong on the way to the server, and what to do.
pub(super) fn transport_failure(context: &Context, error: &TransportError) -> Failure {
    let reason = error.to_string();
    let with_reason = |exit, code, text| context.failure(exit, code, text, &[("reason", &reason)]);
    match error {
        TransportError::NoConnection { .. } => {
            with_reason(Exit::NoNetwork, "no_network", say::line::NO_NETWORK)
        }
        TransportError::Untrusted { fault, .. } => {
            let text = match fault {
                CertificateFault::Time => say::line::CERTIFICATE_TIME,
                CertificateFault::Name => say::line::CERTIFICATE_NAME,
                CertificateFault::Authority => say::line::CERTIFICATE_AUTHORITY,
            };
            with_reason(Exit::Refused, "bad_certificate", text)
        }
        TransportError::NoTls { .. } => with_reason(Exit::Refused, "no_tls", say::line::NO_TLS),
        TransportError::PlainHttp { .. } => {
            with_reason(Exit::Usage, "plain_http", say::line::PLAIN_HTTP)
        }
        TransportError::Authority { .. } => {
            with_reason(Exit::Usage, "bad_authority", say::line::BAD_AUTHORITY)
        }
        TransportError::TimedOut => {
            with_reason(Exit::NoNetwork, "timed_out", say::line::NO_NETWORK)
        }
        TransportError::Broken(_) => with_reason(Exit::NoNetwork, "broken", say::line::BROKEN),
        TransportError::TooLong { .. } | TransportError::Inflate(_) => {
            with_reason(Exit::Refused, "bad_answer", say::line::BAD_ANSWER)
        }
        TransportError::Failed(_) | TransportError::Halted => context.unexpected(error),
        TransportError::NotHttp(_) => with_reason(Exit::Refused, "not_http", say::line::NOT_HTTP),
        TransportError::Refused(error) if error.status == 503 || error.status == 429 => {
            let seconds = error.retry_after.unwrap_or(5).to_string();
            let text = match (error.status, error.code.as_str()) {
                (429, _) => say::line::TOO_MANY,
                (_, "quarantine") => say::line::QUARANTINE,
                _ => say::line::BUSY,
            };
            context.failure(Exit::NoNetwork, &error.code, text, &[("seconds", &seconds)])
        }
        TransportError::Refused(error) => {
            // What the line or the server's own fault caused passes; the rest does not by itself.
            let passes = error.status == 408 || error.status >= 500 || error.code == "incomplete";
            let exit = if passes {
                Exit::NoNetwork
            } else {
                Exit::Refused
            };
            let text = if context.lang == Lang::Zh {
                &error.text_zh
            } else {
                &error.text_en
            };
            let text = if text.is_empty() { &reason } else { text };
            context.failure(
                exit,
                &error.code,
                say::line::SERVER_REFUSES,
                &[("text", text)],
            )
        }
    }
}
