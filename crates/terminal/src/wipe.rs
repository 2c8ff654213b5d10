//! Taking the device's data away.

use alleyway_client::{Fault, Problem};
use alleyway_device::device::Waiting;
use alleyway_device::{Device, Platform as _};
use serde::Serialize;

use super::Shown;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::texts::say;

/// `wipe`, for programs.
#[derive(Debug, Serialize)]
struct Outcome {
    wiped: bool,
    unsent: usize,
    refused: usize,
}

/// `wipe [--force] [--yes]`
pub(super) fn wipe(context: &Context, force: bool, yes: bool) -> Result<Shown, Failure> {
    let platform = context.platform(None);
    if !platform.has_store() && !platform.has_key_file() {
        return Err(context.failed(&Fault::plain(Problem::NotEnrolled)));
    }
    let (device, waiting) = open(context, force)?;
    let counts = [
        ("unsent", waiting.unsent.to_string()),
        ("refused", waiting.refused.to_string()),
    ];
    let counts = counts
        .each_ref()
        .map(|(name, count)| (*name, count.as_str()));
    if !force && !waiting.is_nothing() {
        return Err(context.failure(Exit::NotAllowed, "work_waits", say::wipe::WAITS, &counts));
    }
    if !yes && !context.is_confirmed(&context.fill(say::wipe::ASK, &counts), "wipe") {
        return Err(context.failure(Exit::Usage, "not_confirmed", say::wipe::NOT_CONFIRMED, &[]));
    }
    let wiped = match device {
        Some(device) => device.wipe(force).map(drop),
        None => platform.wipe_store(None),
    };
    context.done(wiped)?;
    let value = Outcome {
        wiped: true,
        unsent: waiting.unsent,
        refused: waiting.refused,
    };
    Shown::new(&value, vec![context.say(say::wipe::DONE)])
}

/// The device and what waits on it. What cannot be opened is wiped only by force: nobody knows what
/// waits in it.
fn open(context: &Context, force: bool) -> Result<(Option<Device>, Waiting), Failure> {
    let platform = context.platform(None);
    if !platform.has_store() {
        // Made as far as its key.
        return Ok((None, Waiting::default()));
    }
    let opened = Device::open(platform, context.lang);
    match opened.and_then(|device| Ok((device.waiting()?, device))) {
        Ok((waiting, device)) => Ok((Some(device), waiting)),
        Err(fault) if fault.problem == Problem::StoreLocked => Err(context.failed(&fault)),
        Err(_) if force => Ok((None, Waiting::default())),
        Err(fault) => {
            let failure = context.failed(&fault);
            let text = context.fill(say::wipe::UNREADABLE, &[("reason", &failure.text)]);
            Err(Failure::new(failure.exit, &failure.code, text))
        }
    }
}
