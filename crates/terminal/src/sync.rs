//! Sending what is pending and fetching what is new.

use std::io::{IsTerminal, Write};

use alleyway_client::dates::show_time;
use alleyway_client::views::sync::Synced;
use alleyway_device::Device;
use alleyway_device::transport::Halt;

use super::Shown;
use super::context::Context;
use super::exit::Failure;
use super::texts::say;

/// Progress is shown from here on, in bytes: a normal sync needs none.
const PROGRESS_BYTES: u64 = 64 * 1024;

/// `sync`
pub(super) fn sync(context: &Context, all: bool) -> Result<Shown, Failure> {
    let device = context.open()?;
    let synced = run(context, &device)?;
    // The rows have come by now: what they stand for is asked for.
    if all && context.done(device.fetch_all())? > 0 {
        return run(context, &device);
    }
    Ok(synced)
}

/// Syncs, and says what it did.
pub(super) fn run(context: &Context, device: &Device) -> Result<Shown, Failure> {
    let mut progress = Progress::new(context);
    let synced = device.sync(&Halt::new(), &mut |bytes| progress.show(context, bytes));
    progress.end();
    shown(context, &context.done(synced)?)
}

fn shown(context: &Context, value: &Synced) -> Result<Shown, Failure> {
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
    if let Some(until) = value.later_until {
        lines.push(context.fill(say::sync::LATER, &[("time", &show_time(until))]));
    }
    if value.forked {
        lines.push(context.say(say::sync::FORKED));
    }
    if value.carried > 0 {
        lines.push(context.fill(say::sync::CARRIED, &[("count", &text(value.carried))]));
    }
    if value.unreadable > 0 {
        lines.push(context.fill(say::sync::UNREADABLE, &[("count", &text(value.unreadable))]));
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
    for void in &value.void_codes {
        let number = void.number.to_string();
        let values = [("number", number.as_str()), ("code", &void.code)];
        lines.push(context.fill(say::sync::VOID_CODE, &values));
    }
    Shown::new(value, lines)
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
