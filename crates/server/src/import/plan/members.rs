//! Appointments: make, amend.
//!
//! A row and an appointment of the same person, post and unit belong together if they begin on the
//! same day, or else if their times overlap. A row for another time is another appointment: a chief
//! who serves again does not rewrite the first term.
//!
//! A row that says what it has always said reinstates nobody whose post was ended since: no row that
//! is empty re-opens an appointment that has an end, and none lengthens it to an end that it had
//! before. A row may always shorten it.

use std::collections::BTreeMap;

use alleyway_core::command::Body;
use alleyway_core::id::MemberId;
use alleyway_core::kinds::unit::{Amend, Appoint, UnitCommand};
use alleyway_core::time::{Date, Time};

use super::Planner;
use super::step::{PlannedBody, Target, What};
use crate::import::current::CurrentAppointment;
use crate::import::row::{File, MemberRow, Rows};

/// Appointments of the same person, post and unit, by their places in the town's list.
type Same<'a> = BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>;

pub(super) fn plan(planner: &mut Planner<'_>, rows: &Rows) {
    let Some(members) = &rows.members else { return };
    let current = planner.current;
    let mut same = Same::new();
    for (at, appointment) in current.appointments.iter().enumerate() {
        same.entry((
            &appointment.member,
            appointment.post.word(),
            &appointment.unit,
        ))
        .or_default()
        .push(at);
    }
    let mut found: Vec<Option<&CurrentAppointment>> = vec![None; members.len()];
    for fits in [
        begins_with as fn(&CurrentAppointment, &MemberRow) -> bool,
        overlaps,
    ] {
        for (row, found) in members
            .iter()
            .zip(&mut found)
            .filter(|(_, found)| found.is_none())
        {
            *found = take(&mut same, &current.appointments, row, fits);
        }
    }
    for (row, found) in members.iter().zip(found) {
        match found {
            Some(appointment) => amend(planner, row, appointment),
            None => appoint(planner, row),
        }
    }
    for appointment in same
        .values()
        .flatten()
        .filter_map(|at| current.appointments.get(*at))
    {
        let key = format!(
            "{} {} {}",
            appointment.member, appointment.post, appointment.unit
        );
        planner.left(File::Members, key);
    }
}

fn take<'a>(
    same: &mut Same<'a>,
    appointments: &'a [CurrentAppointment],
    row: &'a MemberRow,
    fits: fn(&CurrentAppointment, &MemberRow) -> bool,
) -> Option<&'a CurrentAppointment> {
    let candidates = same.get_mut(&(row.key.as_str(), row.post.word(), row.unit.as_str()))?;
    let place = candidates
        .iter()
        .position(|at| appointments.get(*at).is_some_and(|one| fits(one, row)))?;
    appointments.get(candidates.remove(place))
}

fn begins_with(appointment: &CurrentAppointment, row: &MemberRow) -> bool {
    Date::of(appointment.from) == row.from
}

fn overlaps(appointment: &CurrentAppointment, row: &MemberRow) -> bool {
    let ends_first = |until: Option<Date>, from: Date| until.is_some_and(|until| until <= from);
    !ends_first(appointment.until.map(Date::of), row.from)
        && !ends_first(row.until, Date::of(appointment.from))
}

fn key(row: &MemberRow) -> String {
    format!("{} {} {}", row.key, row.post, row.unit)
}

fn appoint(planner: &mut Planner<'_>, row: &MemberRow) {
    let Some(unit) = planner.unit(&row.unit) else {
        return;
    };
    let appoint = Appoint {
        member: MemberId::derive(planner.current.town, &row.key),
        key: row.key.clone(),
        name: row.name.clone(),
        post: row.post.clone(),
        from: midnight(row.from),
        until: row.until.map(midnight),
    };
    let body = PlannedBody::Ready(Body::from(UnitCommand::Appoint(appoint)));
    planner.step(
        File::Members,
        row.line,
        key(row),
        What::Appointed,
        unit.into(),
        body,
    );
}

fn amend(planner: &mut Planner<'_>, row: &MemberRow, appointment: &CurrentAppointment) {
    let days = (Date::of(appointment.from), appointment.until.map(Date::of));
    let stays_ended = stays_ended(appointment, row.until);
    if stays_ended {
        planner.ended(File::Members, key(row));
    }
    let keeps_end = stays_ended || days.1 == row.until;
    if appointment.name == row.name.as_str() && days.0 == row.from && keeps_end {
        return;
    }
    let Some(unit) = planner.current.units.get(&appointment.unit) else {
        return;
    };
    let amend = Amend {
        appointment: appointment.id,
        name: row.name.clone(),
        // A time within the day is kept: only what the row changes is changed.
        from: if days.0 == row.from {
            appointment.from
        } else {
            midnight(row.from)
        },
        until: if keeps_end {
            appointment.until
        } else {
            row.until.map(midnight)
        },
    };
    let body = PlannedBody::Ready(Body::from(UnitCommand::Amend(amend)));
    let target = Target::Existing(unit.id);
    planner.step(
        File::Members,
        row.line,
        key(row),
        What::AppointmentAmended,
        target,
        body,
    );
}

/// Whether a row's end is no reason to lengthen an appointment.
fn stays_ended(appointment: &CurrentAppointment, until: Option<Date>) -> bool {
    let Some(present) = appointment.until.map(Date::of) else {
        return false;
    };
    let said_before = || {
        appointment
            .ends
            .iter()
            .any(|end| end.map(Date::of) == until)
    };
    until.is_none_or(|until| until > present && said_before())
}

/// When a day begins in the town's zone, or the first time there is.
fn midnight(day: Date) -> Time {
    Time(i64::from(day.0) * Date::MILLISECONDS - Date::OFFSET_MILLISECONDS).clamped()
}
