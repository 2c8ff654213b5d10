//! Taking the device into a town.

use alleyway_client::link::Invitation;
use alleyway_client::{Fault, Problem};
use alleyway_device::Device;
use alleyway_device::transport::{Halt, ServerUrl};

use super::context::Context;
use super::exit::Failure;
use super::texts::say;
use super::{Shown, moving, sync};

/// `enrol URL CODE`, `enrol LINK`
pub(super) fn enrol(
    context: &Context,
    url: &str,
    code: Option<&str>,
    guarded: bool,
) -> Result<Shown, Failure> {
    let invitation = context.done(invitation(url, code))?;
    let device = if guarded {
        open_guarded(context)?
    } else {
        context.open_any(context.platform(None))?
    };
    let enrolled = device.enrol(&invitation, &context.home_name(), &Halt::new());
    let enrolled = context.done(enrolled)?;
    let number = format!("{:04}", enrolled.device_code);
    let values = [
        ("town", enrolled.town.as_str()),
        ("name", &enrolled.name),
        ("device", &number),
    ];
    let mut lines = vec![context.fill(say::enrol::ENROLLED, &values)];
    let moved = enrolled.moved.iter();
    lines.extend(moved.flat_map(|moved| moving::told(context, moved)));
    // A person wants to see something next: what is the member's own is fetched at once. If the line
    // breaks now, the device is enrolled all the same. A program syncs when it wants to, and counts it.
    let fetched = if context.json {
        None
    } else {
        sync::run(context, &device).ok()
    };
    match fetched {
        Some(fetched) => lines.extend(fetched.lines),
        None => lines.push(context.say(say::hint::FETCH)),
    }
    Shown::new(&enrolled, lines)
}

/// Reads the invitation that was typed, before anything is made.
fn invitation(url: &str, code: Option<&str>) -> Result<Invitation, Fault> {
    let Some(code) = code else {
        return Invitation::link(url);
    };
    ServerUrl::parse(url).map_err(|_| Fault::plain(Problem::BadUrl))?;
    Invitation::typed(url, code)
}

/// The device, enrolled or not, and from now on a passphrase guards it.
fn open_guarded(context: &Context) -> Result<Device, Failure> {
    let platform = context.platform(None);
    if !platform.has_key_file() {
        let first = context.new_passphrase()?;
        return context.open_any(context.platform(Some(first)));
    }
    let device = context.open_any(platform)?;
    let guarded = context.done(device.platform().is_guarded())?;
    if !context.done(device.is_enrolled())? && !guarded {
        let passphrase = context.new_passphrase()?;
        context.done(device.platform().guard(Some(&passphrase)))?;
    }
    Ok(device)
}
