//! The writes of each command. Frozen once released.

mod asked;

use super::{APPOINTMENTS, AT_ONCE, CLEARED, CLEARING, CONFIRMED, DEVICES};
use crate::documents::plan::Plan;
use crate::documents::{Document, Execution};
use crate::id::{CommandId, UnitId};
use crate::kinds::unit::UnitCommand;
use crate::kinds::unit::{Amend, Appoint, CreateUnit, EndPost};
use crate::refusal::RefusalCode;
use crate::time::Time;

/// The plan of a unit's change.
pub(crate) fn plan(
    document: &Document,
    execution: &Execution<'_>,
    body: &UnitCommand,
) -> Result<Plan, RefusalCode> {
    let plan = Plan::new(body.kind());
    Ok(match body {
        UnitCommand::Create(body) => create(plan, body),
        UnitCommand::Rename(body) => plan
            .text("name", &body.name)
            .put_text("name", body.name.as_str()),
        UnitCommand::Move(body) => plan
            .text("parent", &body.parent.key())
            .put_text("parent", body.parent.key()),
        UnitCommand::Appoint(body) => appoint(plan, execution, body),
        UnitCommand::Amend(body) => amend(document, plan, execution, body)?,
        UnitCommand::Clear(body) => {
            let appointment = known(document, APPOINTMENTS, body.appointment.key())?;
            plan.text("appointment", &appointment)
                .take(CLEARED, appointment.clone())
                .set(CLEARING, appointment, execution.id.key())
        }
        UnitCommand::ConfirmClearance(body) => {
            let appointment = known(document, CLEARING, body.appointment.key())?;
            plan.text("appointment", &appointment)
                .text("clear", &body.clear.key())
                .set(CLEARED, appointment, execution.id.key())
        }
        UnitCommand::EndClearance(body) => {
            let appointment = known(document, CLEARING, body.appointment.key())?;
            plan.text("appointment", &appointment)
                .take(CLEARING, appointment.clone())
                .take(CLEARED, appointment)
        }
        UnitCommand::NoteDevice(body) => {
            let device = body.device.key();
            plan.text("device", &device)
                .text("member", &body.member.key())
                .set(DEVICES, device, execution.id.key())
        }
        UnitCommand::ConfirmDevice(body) => {
            let device = known(document, DEVICES, body.device.key())?;
            plan.text("device", &device)
                .set(CONFIRMED, device, execution.id.key())
        }
        UnitCommand::EndPost(body) => end_post(document, plan, execution, body)?,
        UnitCommand::StopDevice(body) => plan
            .text("device", &body.device.key())
            .text("member", &body.member.key())
            .text("why", body.why.word()),
        UnitCommand::AskAppointment(body) => asked::appointment(plan, execution, body),
        UnitCommand::AskInvitation(body) => asked::invitation(document, plan, execution, body)?,
        UnitCommand::AskThaw(body) => asked::thaw(plan, execution, body),
        UnitCommand::ConfirmAsked(body) => asked::confirm(document, plan, execution, body.asked)?,
        UnitCommand::WithdrawAsked(body) => asked::withdraw(document, plan, body.asked)?,
        UnitCommand::AskImport(body) => asked::import(plan, execution, body),
        UnitCommand::Imported(body) => {
            asked::import_ended(document, plan, execution, body.asked, None)?
        }
        UnitCommand::ImportFailed(body) => {
            let fault = Some(&body.why);
            asked::import_ended(document, plan, execution, body.asked, fault)?
        }
    })
}

/// A key that a container has.
fn known(document: &Document, container: &str, key: String) -> Result<String, RefusalCode> {
    let there = document
        .root()
        .map(container)
        .is_some_and(|map| map.has(&key));
    there.then_some(key).ok_or(RefusalCode::BadValue)
}

fn create(plan: Plan, body: &CreateUnit) -> Plan {
    let parent = body.parent.map(UnitId::key).unwrap_or_default();
    let plan = plan
        .containers(&[APPOINTMENTS])
        .text("key", &body.key)
        .text("name", &body.name)
        .text("unit_kind", body.kind.word())
        .text("parent", &parent)
        .put_text("name", body.name.as_str());
    if parent.is_empty() {
        plan
    } else {
        plan.put_text("parent", parent)
    }
}

fn appoint(plan: Plan, execution: &Execution<'_>, body: &Appoint) -> Plan {
    post(plan, body).set(APPOINTMENTS, execution.id.key(), execution.id.key())
}

/// Who is to have which post, and when.
fn post(plan: Plan, body: &Appoint) -> Plan {
    let plan = plan
        .text("member", &body.member.key())
        .text("key", &body.key)
        .text("name", &body.name)
        .text("post", body.post.word());
    dates(plan, body.from, body.until)
}

fn amend(
    document: &Document,
    plan: Plan,
    execution: &Execution<'_>,
    body: &Amend,
) -> Result<Plan, RefusalCode> {
    let appointment = known(document, APPOINTMENTS, body.appointment.key())?;
    let plan = plan
        .text("appointment", &appointment)
        .text("name", &body.name);
    Ok(dates(plan, body.from, body.until).set(APPOINTMENTS, appointment, execution.id.key()))
}

/// A post ends, never later than it would have. One that ends at once ends when the server received
/// the command, which the document's receipts say: a phone's clock may be wrong.
fn end_post(
    document: &Document,
    plan: Plan,
    execution: &Execution<'_>,
    body: &EndPost,
) -> Result<Plan, RefusalCode> {
    let appointment = known(document, APPOINTMENTS, body.appointment.key())?;
    let newest = document
        .root()
        .map(APPOINTMENTS)
        .and_then(|made| made.id(&appointment, CommandId::parse));
    let present = newest.and_then(|id| document.entry(id));
    let present = present.ok_or(RefusalCode::BadValue)?;
    let from = present.time("from").unwrap_or_default();
    let end = present.time("until");
    let until = match (body.until.map(|until| until.clamped().max(from)), end) {
        (Some(asked), Some(end)) => Some(asked.min(end)),
        (asked, end) => asked.or(end),
    };
    let plan = plan
        .text("appointment", &appointment)
        .text("name", &present.text_or_empty("name"));
    let plan = match body.until {
        Some(_) => plan,
        None => plan.int(AT_ONCE, 1),
    };
    Ok(dates(plan, from, until).set(APPOINTMENTS, appointment, execution.id.key()))
}

fn dates(plan: Plan, from: Time, until: Option<Time>) -> Plan {
    let plan = plan.int("from", from.0);
    match until {
        Some(until) => plan.int("until", until.0),
        None => plan,
    }
}
