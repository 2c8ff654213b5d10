//! Who is cleared for confidential cases, and what two persons do about it.

use alleyway_core::command::Body;
use alleyway_core::id::{MemberId, UnitId};
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_replica::{ClearanceRow, ClearanceStep, Draft, FindError, NotedDeviceRow};

use super::args::ConfidentialStep;
use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::lookup::{ambiguous, unit_name};
use super::steps::{record, saved};
use super::table::Table;
use super::texts::{say, words};
use super::{Shown, json, people, stopping};

/// `confidential`
pub(super) fn confidential(
    context: &Context,
    all: bool,
    what: Option<&ConfidentialStep>,
) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    if what.is_some() {
        stopping::check(context, &device.replica)?;
    }
    if device.replica.is_locked() && device.replica.stopped().is_none() {
        return Err(context.locked());
    }
    let (now, replica) = (context.now(), &device.replica);
    let (draft, named, unknown) = match what {
        None => return list(context, device, all),
        Some(ConfidentialStep::Clear { appointment }) => (
            replica.clearance_step(ClearanceStep::Clear, appointment, now),
            appointment,
            say::clearance::APPOINTMENT_NOT_FOUND,
        ),
        Some(ConfidentialStep::Confirm { appointment }) => (
            replica.clearance_step(ClearanceStep::Confirm, appointment, now),
            appointment,
            say::clearance::APPOINTMENT_NOT_FOUND,
        ),
        Some(ConfidentialStep::End { appointment }) => (
            replica.clearance_step(ClearanceStep::End, appointment, now),
            appointment,
            say::clearance::APPOINTMENT_NOT_FOUND,
        ),
        Some(ConfidentialStep::ConfirmDevice { device }) => (
            replica.device_step(device, now),
            device,
            say::clearance::NOTED_DEVICE_NOT_FOUND,
        ),
    };
    let Draft { target, body } = draft.map_err(|error| match error {
        FindError::NotFound(_) => {
            context.failure(Exit::NotFound, "not_found", unknown, &[("text", named)])
        }
        FindError::Ambiguous { candidates, .. } => {
            ambiguous(context, named, candidates.into_iter().map(|id| vec![id]))
        }
    })?;
    not_again(context, &device, &body)?;
    let recorded = record(context, &mut device, target, body.clone())?;
    saved(context, &device, body.kind(), &recorded)
}

/// What two persons have said already needs no third: that is not "somebody was first".
fn not_again(context: &Context, device: &Device, body: &Body) -> Result<(), Failure> {
    let found = device.replica.confidential(context.now());
    let confirmed = match UnitCommand::of(body) {
        Some(UnitCommand::ConfirmClearance(body)) => {
            let mut posts = found
                .posts
                .iter()
                .filter(|row| row.appointment == body.appointment);
            posts.find_map(|row| Some((row.unit, row.clearance?.confirmed_by?)))
        }
        Some(UnitCommand::ConfirmDevice(body)) => {
            let devices = found.devices.iter().filter(|row| row.device == body.device);
            let waits = devices.clone().any(|row| row.confirmed_by.is_none());
            devices
                .filter(|_| !waits)
                .find_map(|row| Some((row.unit, row.confirmed_by?)))
        }
        _ => None,
    };
    let Some((unit, by)) = confirmed else {
        return Ok(());
    };
    let by = name(context, device, unit, by);
    Err(context.failure(
        Exit::NotAllowed,
        "confirmed_already",
        say::clearance::CONFIRMED_ALREADY,
        &[("by", &by)],
    ))
}

/// Clearances and devices; with `all`, posts that may be cleared too.
fn list(context: &Context, mut device: Device, all: bool) -> Result<Shown, Failure> {
    let mut found = device.replica.confidential(context.now());
    found.posts.retain(|row| all || row.clearance.is_some());
    let value = json::Confidential {
        posts: found
            .posts
            .iter()
            .map(|row| post(context, &device, row))
            .collect(),
        devices: found
            .devices
            .iter()
            .map(|row| noted(context, &device, row))
            .collect(),
    };
    let mut lines = Vec::new();
    if !value.posts.is_empty() {
        let heads = [
            say::clearance::APPOINTMENT,
            say::member::UNIT,
            say::member::NAME,
            say::member::POSTS,
            say::clearance::CLEARANCE,
        ];
        let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
        for (row, post) in found.posts.iter().zip(&value.posts) {
            let cells = [
                &post.appointment,
                &post.unit,
                &post.name,
                &context.word(words::POST, &post.post),
            ];
            let clearance = clearance_words(context, &device, row);
            table.row(cells.into_iter().cloned().chain([clearance]).collect());
        }
        lines.extend(table.lines());
    }
    if !value.devices.is_empty() {
        let heads = [
            say::member::DEVICE,
            say::member::UNIT,
            say::member::NAME,
            say::clearance::CLEARANCE,
        ];
        let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
        for noted in &value.devices {
            let confirmed = noted.confirmed_by.as_deref();
            let words = confirmed.map_or_else(
                || context.say(say::clearance::DEVICE_WAITS),
                |confirmed| {
                    context.fill(
                        say::clearance::DEVICE_CONFIRMED,
                        &[("confirmed", confirmed)],
                    )
                },
            );
            table.row(vec![
                noted.device.clone(),
                noted.unit.clone(),
                noted.name.clone(),
                words,
            ]);
        }
        lines.extend(table.lines());
    }
    if lines.is_empty() {
        lines.push(stopping::empty(context, &device, say::clearance::NOBODY));
    }
    if stopping::told(context, &device).is_none() {
        lines.push(context.say(say::hint::CLEARANCES));
    }
    let shown = Shown::new(&value, lines)?;
    let units: Vec<_> = device.replica.held_units().collect();
    let writes: Vec<_> = units
        .into_iter()
        .flat_map(|unit| device.replica.look_at(unit))
        .collect();
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
    device
        .replica
        .confidential_news()
        .into_iter()
        .map(|unit| unit_name(organisation, unit))
        .collect()
}

fn clearance_words(context: &Context, device: &Device, row: &ClearanceRow) -> String {
    let Some(clearance) = &row.clearance else {
        return context.say(say::clearance::NONE);
    };
    let name = |member| name(context, device, row.unit, member);
    let by = name(clearance.by);
    match clearance.confirmed_by.map(name) {
        None => context.fill(say::clearance::ASKED, &[("by", &by)]),
        Some(confirmed) => context.fill(
            say::clearance::GIVEN,
            &[("by", &by), ("confirmed", &confirmed)],
        ),
    }
}

fn post(context: &Context, device: &Device, row: &ClearanceRow) -> json::ClearancePost {
    let by = |member| name(context, device, row.unit, member);
    json::ClearancePost {
        unit: unit_name(device.replica.organisation(), row.unit),
        appointment: row.appointment.to_string(),
        name: row.name.clone(),
        post: row.post.word().to_owned(),
        asked_by: row.clearance.map(|clearance| by(clearance.by)),
        confirmed_by: row
            .clearance
            .and_then(|clearance| clearance.confirmed_by)
            .map(by),
    }
}

fn noted(context: &Context, device: &Device, row: &NotedDeviceRow) -> json::NotedDevice {
    json::NotedDevice {
        unit: unit_name(device.replica.organisation(), row.unit),
        device: row.device.to_string(),
        name: name(context, device, row.unit, row.member),
        confirmed_by: row
            .confirmed_by
            .map(|second| name(context, device, row.unit, second)),
    }
}

/// The name of who did something in a unit's document; the id of one whom this device does not know.
fn name(context: &Context, device: &Device, unit: UnitId, member: MemberId) -> String {
    people::name(context, device, unit, member).unwrap_or_else(|| member.to_string())
}
