//! Moving to another phone: what is on the server, what is only here, and what to do next.

use alleyway_client::dates::show_time;
use alleyway_client::views::moving::Moved;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::texts::say;
use super::{Shown, sync};

/// `move`, on the old phone: syncs, and says whether it is safe to go.
pub(super) fn move_away(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let synced = sync::run(context, &device);
    let heard = synced.is_ok();
    let mut lines = Vec::new();
    match synced {
        Ok(shown) => lines.extend(shown.lines),
        // There is nothing to move from.
        Err(failure) if matches!(failure.exit, Exit::Stopped | Exit::Wiped) => return Err(failure),
        Err(failure) => {
            let reason = failure
                .text
                .trim_end_matches(say::common::STOP.text(context.lang));
            lines.push(context.fill(say::moving::UNREACHED, &[("reason", reason)]));
        }
    }
    let value = context.done(device.moving(heard))?;
    let held = value.held.to_string();
    let values = [("device", value.device.as_str()), ("held", &held)];
    lines.push(context.fill(say::moving::HELD, &values));
    if value.safe {
        lines.push(context.say(say::moving::SAFE));
        lines.push(context.fill(say::moving::HOW, &[("device", &value.device)]));
    } else {
        let counts = [value.unsent, value.refused, value.carried];
        let counts = counts.map(|count| count.to_string());
        let [unsent, refused, carried] = counts.each_ref().map(String::as_str);
        let values = [
            ("unsent", unsent),
            ("refused", refused),
            ("carried", carried),
        ];
        lines.push(context.fill(say::moving::WAITS, &values));
        lines.push(context.say(say::hint::BEFORE_MOVING));
    }
    Shown::new(&value, lines)
}

/// On the new phone: what the server has of the old one.
pub(super) fn told(context: &Context, moved: &Moved) -> Vec<String> {
    let number = |number: u64| number.to_string();
    let received = moved
        .last_received
        .map_or_else(|| context.say(say::common::NEVER), show_time);
    let values = [
        ("device", moved.device.clone()),
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
