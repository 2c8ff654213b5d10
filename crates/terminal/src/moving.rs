//! Moving to another phone: what is on the server, what is only here, and what to do next.

use alleyway_core::sync::enrol::MovedFrom;

use super::context::{Context, Device};
use super::exit::Failure;
use super::parse::show_time;
use super::texts::say;
use super::{Shown, json, stopping, sync};

/// `move`, on the old phone: syncs, and says whether it is safe to go.
pub(super) fn move_away(context: &Context) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    let synced = sync::reach(context, &device)
        .and_then(|mut client| sync::run(context, &mut device, &mut client));
    let heard = synced.is_ok();
    let mut lines = Vec::new();
    match synced {
        Ok((shown, summary)) if device.replica.stopped().is_some() => {
            return stopping::after_sync(context, device, &summary, shown);
        }
        Ok((shown, _)) => lines.extend(shown.lines),
        Err(failure) => {
            let reason = failure
                .text
                .trim_end_matches(say::common::STOP.text(context.lang));
            lines.push(context.fill(say::moving::UNREACHED, &[("reason", reason)]));
        }
    }
    let value = standing(context, &device, heard)?;
    let held = value.held.to_string();
    lines.push(context.fill(
        say::moving::HELD,
        &[("device", &value.device), ("held", &held)],
    ));
    let text = |number: usize| number.to_string();
    if value.safe {
        lines.push(context.say(say::moving::SAFE));
        lines.push(context.fill(say::moving::HOW, &[("device", &value.device)]));
    } else {
        let (unsent, refused, carried) =
            (text(value.unsent), text(value.refused), text(value.carried));
        lines.push(context.fill(
            say::moving::WAITS,
            &[
                ("unsent", &unsent),
                ("refused", &refused),
                ("carried", &carried),
            ],
        ));
        lines.push(context.say(say::hint::BEFORE_MOVING));
    }
    Shown::new(&value, lines)
}

/// What is only on this device. Unless the server was just heard, nothing is safe.
fn standing(context: &Context, device: &Device, heard: bool) -> Result<json::Move, Failure> {
    let status = context.status(device)?;
    let (unsent, refused, carried) = (status.pending, status.refused, status.carried);
    Ok(json::Move {
        device: format!("{:04}", status.device_code),
        heard,
        safe: heard && unsent == 0 && refused == 0 && carried == 0,
        held: device.replica.answered_up_to(),
        unsent,
        refused,
        carried,
    })
}

/// On the new phone: what the server has of the old one.
pub(super) fn told(context: &Context, moved: &MovedFrom) -> Vec<String> {
    let number = |number: u64| number.to_string();
    let received = moved
        .last_received
        .map_or_else(|| context.say(say::common::NEVER), show_time);
    let values = [
        ("device", format!("{:04}", moved.device_code)),
        ("held", number(moved.held)),
        ("received", received),
        ("admitted", number(moved.admitted)),
        ("refused", number(moved.refused)),
        ("kept", number(moved.kept)),
        ("missing", number(moved.missing)),
    ];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    vec![
        context.fill(say::moving::MOVED_FROM, &values),
        context.say(say::moving::MOVED_REST),
    ]
}
