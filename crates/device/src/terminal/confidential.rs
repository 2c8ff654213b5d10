//! Who is cleared for confidential cases, and what two persons do about it.

use alleyway_core::documents::Clearance;
use alleyway_core::id::MemberId;
use alleyway_core::replica::{ClearanceRow, ClearanceStep, Draft, FindError, NotedDeviceRow};

use super::args::ConfidentialStep;
use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::lookup::{ambiguous, unit_name};
use super::steps::{record, saved};
use super::table::Table;
use super::texts::Say;
use super::{Shown, json};

/// `confidential`
pub(super) fn confidential(context: &Context, all: bool, what: Option<&ConfidentialStep>) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    if device.replica.is_locked() {
        return Err(context.locked());
    }
    let (now, replica) = (context.now(), &device.replica);
    let (draft, named, unknown) = match what {
        None => return list(context, device, all),
        Some(ConfidentialStep::Clear { appointment }) => {
            (replica.clearance_step(ClearanceStep::Clear, appointment, now), appointment, Say::AppointmentNotFound)
        }
        Some(ConfidentialStep::Confirm { appointment }) => {
            (replica.clearance_step(ClearanceStep::Confirm, appointment, now), appointment, Say::AppointmentNotFound)
        }
        Some(ConfidentialStep::End { appointment }) => {
            (replica.clearance_step(ClearanceStep::End, appointment, now), appointment, Say::AppointmentNotFound)
        }
        Some(ConfidentialStep::ConfirmDevice { device }) => {
            (replica.device_step(device, now), device, Say::NotedDeviceNotFound)
        }
    };
    let Draft { target, body } = draft.map_err(|error| match error {
        FindError::NotFound(_) => context.failure(Exit::NotFound, "not_found", unknown, &[("text", named)]),
        FindError::Ambiguous { candidates, .. } => ambiguous(context, named, candidates.into_iter().map(|id| vec![id])),
    })?;
    let recorded = record(context, &mut device, target, body.clone())?;
    saved(context, &device, body.kind(), &recorded)
}

/// Clearances and devices; with `all`, posts that may be cleared too.
fn list(context: &Context, mut device: Device, all: bool) -> Result<Shown, Failure> {
    let mut found = device.replica.confidential(context.now());
    found.posts.retain(|row| all || row.clearance.is_some());
    let value = json::Confidential {
        posts: found.posts.iter().map(|row| post(&device, row)).collect(),
        devices: found.devices.iter().map(|row| noted(&device, row)).collect(),
    };
    let mut lines = Vec::new();
    if !value.posts.is_empty() {
        let heads = [Say::Appointment, Say::Unit, Say::Name, Say::Posts, Say::Clearance];
        let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
        for (row, post) in found.posts.iter().zip(&value.posts) {
            let cells = [&post.appointment, &post.unit, &post.name, &context.word("post", &post.post)];
            let clearance = clearance_words(context, &device, row.clearance.as_ref());
            table.row(cells.into_iter().cloned().chain([clearance]).collect());
        }
        lines.extend(table.lines());
    }
    if !value.devices.is_empty() {
        let heads = [Say::Device, Say::Unit, Say::Name, Say::Clearance];
        let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
        for noted in &value.devices {
            let confirmed = noted.confirmed_by.as_deref();
            let words = confirmed.map_or_else(
                || context.say(Say::DeviceWaits),
                |confirmed| context.fill(Say::DeviceConfirmed, &[("confirmed", confirmed)]),
            );
            table.row(vec![noted.device.clone(), noted.unit.clone(), noted.name.clone(), words]);
        }
        lines.extend(table.lines());
    }
    if lines.is_empty() {
        lines.push(context.say(Say::NoClearances));
    }
    lines.push(context.say(Say::ClearancesHow));
    let shown = Shown::new(&value, lines)?;
    let units: Vec<_> = device.replica.held_units().collect();
    let writes: Vec<_> = units.into_iter().flat_map(|unit| device.replica.look_at(unit)).collect();
    // A full disk costs the notice, not the reading.
    let _ = context.commit(&mut device.store, &writes);
    Ok(shown)
}

/// The units in which who reads confidential cases, or on which device, has changed.
pub(super) fn news(device: &Device) -> Vec<String> {
    if device.replica.is_locked() {
        return Vec::new();
    }
    let organisation = device.replica.organisation();
    device.replica.confidential_news().into_iter().map(|unit| unit_name(organisation, unit)).collect()
}

fn clearance_words(context: &Context, device: &Device, clearance: Option<&Clearance>) -> String {
    let Some(clearance) = clearance else { return context.say(Say::ClearanceNone) };
    let by = name(device, clearance.by);
    match clearance.confirmed_by.map(|second| name(device, second)) {
        None => context.fill(Say::ClearanceAsked, &[("by", &by)]),
        Some(confirmed) => context.fill(Say::ClearanceGiven, &[("by", &by), ("confirmed", &confirmed)]),
    }
}

fn post(device: &Device, row: &ClearanceRow) -> json::ClearancePost {
    json::ClearancePost {
        unit: unit_name(device.replica.organisation(), row.unit),
        appointment: row.appointment.to_string(),
        name: row.name.clone(),
        post: row.post.word().to_owned(),
        asked_by: row.clearance.map(|clearance| name(device, clearance.by)),
        confirmed_by: row.clearance.and_then(|clearance| clearance.confirmed_by).map(|second| name(device, second)),
    }
}

fn noted(device: &Device, row: &NotedDeviceRow) -> json::NotedDevice {
    json::NotedDevice {
        unit: unit_name(device.replica.organisation(), row.unit),
        device: row.device.to_string(),
        name: name(device, row.member),
        confirmed_by: row.confirmed_by.map(|second| name(device, second)),
    }
}

/// A member's name; the id of one whom this device does not know, as the server is.
fn name(device: &Device, member: MemberId) -> String {
    device.replica.organisation().name(member).map_or_else(|| member.to_string(), str::to_owned)
}
