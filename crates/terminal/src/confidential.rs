//! Who is cleared for confidential cases, and what two persons do about it.

use alleyway_client::views::clearance::{ClearancePost, NotedDevice};
use alleyway_device::Device;
use alleyway_replica::ClearanceStep;

use super::args::ConfidentialStep;
use super::context::Context;
use super::exit::Failure;
use super::steps::saved;
use super::table::Table;
use super::texts::{say, words};
use super::{Shown, stopping};

/// `confidential`
pub(super) fn confidential(
    context: &Context,
    all: bool,
    what: Option<&ConfidentialStep>,
) -> Result<Shown, Failure> {
    let device = context.open()?;
    let recorded = match what {
        None => return list(context, &device, all),
        Some(ConfidentialStep::Clear { appointment }) => {
            device.clear(ClearanceStep::Clear, appointment)
        }
        Some(ConfidentialStep::Confirm { appointment }) => {
            device.clear(ClearanceStep::Confirm, appointment)
        }
        Some(ConfidentialStep::End { appointment }) => {
            device.clear(ClearanceStep::End, appointment)
        }
        Some(ConfidentialStep::ConfirmDevice { device: named }) => device.confirm_device(named),
    };
    saved(context, &context.done(recorded)?)
}

/// Clearances and devices; with `all`, posts that may be cleared too.
fn list(context: &Context, device: &Device, all: bool) -> Result<Shown, Failure> {
    let found = context.done(device.confidential(all))?;
    let me = context.done(device.whoami())?;
    let mut lines = posts(context, &found.posts);
    lines.extend(devices(context, &found.devices));
    if lines.is_empty() {
        lines.push(stopping::empty(context, &me, say::clearance::NOBODY));
    }
    if stopping::told(context, &me).is_none() {
        lines.push(context.say(say::hint::CLEARANCES));
    }
    Shown::new(&found, lines)
}

fn posts(context: &Context, posts: &[ClearancePost]) -> Vec<String> {
    if posts.is_empty() {
        return Vec::new();
    }
    let heads = [
        say::clearance::APPOINTMENT,
        say::member::UNIT,
        say::member::NAME,
        say::member::POSTS,
        say::clearance::CLEARANCE,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for post in posts {
        table.row(vec![
            post.appointment.to_string(),
            post.unit.clone(),
            post.name.clone(),
            context.word(words::POST, &post.post),
            clearance(context, post),
        ]);
    }
    table.lines()
}

fn clearance(context: &Context, post: &ClearancePost) -> String {
    match (&post.asked_by, &post.confirmed_by) {
        (None, _) => context.say(say::clearance::NONE),
        (Some(by), None) => context.fill(say::clearance::ASKED, &[("by", by)]),
        (Some(by), Some(confirmed)) => {
            let values = [("by", by.as_str()), ("confirmed", confirmed)];
            context.fill(say::clearance::GIVEN, &values)
        }
    }
}

fn devices(context: &Context, devices: &[NotedDevice]) -> Vec<String> {
    if devices.is_empty() {
        return Vec::new();
    }
    let heads = [
        say::member::DEVICE,
        say::member::UNIT,
        say::member::NAME,
        say::clearance::CLEARANCE,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for noted in devices {
        let clearance = match &noted.confirmed_by {
            None => context.say(say::clearance::DEVICE_WAITS),
            Some(confirmed) => context.fill(
                say::clearance::DEVICE_CONFIRMED,
                &[("confirmed", confirmed)],
            ),
        };
        table.row(vec![
            noted.device.to_string(),
            noted.unit.clone(),
            noted.name.clone(),
            clearance,
        ]);
    }
    table.lines()
}
