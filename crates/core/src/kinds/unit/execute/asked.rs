//! The writes of what one administrator asks for and a second one confirms.

use super::super::{APPOINTMENTS, ASKED, GRANTED, IMPORT};
use super::{dates, known, post};
use crate::documents::plan::Plan;
use crate::documents::{Document, Execution};
use crate::id::{CommandId, DeviceId};
use crate::kinds::unit::{Appoint, AskImport, AskInvitation, AskThaw, ImportFault};
use crate::refusal::RefusalCode;

/// Somebody is to be given a post.
pub(super) fn appointment(plan: Plan, execution: &Execution<'_>, body: &Appoint) -> Plan {
    asking(post(plan, body), execution)
}

/// Somebody is to be invited.
pub(super) fn invitation(
    document: &Document,
    plan: Plan,
    execution: &Execution<'_>,
    body: &AskInvitation,
) -> Result<Plan, RefusalCode> {
    let appointment = known(document, APPOINTMENTS, body.appointment.key())?;
    let replaces = body.replaces.map(DeviceId::key).unwrap_or_default();
    let plan = plan
        .text("appointment", &appointment)
        .text("replaces", &replaces);
    Ok(asking(plan, execution))
}

/// A device is to go on.
pub(super) fn thaw(plan: Plan, execution: &Execution<'_>, body: &AskThaw) -> Plan {
    let plan = plan
        .text("device", &body.device.key())
        .text("member", &body.member.key());
    asking(plan, execution)
}

/// Lists are to be imported.
pub(super) fn import(plan: Plan, execution: &Execution<'_>, body: &AskImport) -> Plan {
    let plan = plan
        .text("hash", &body.hash)
        .int("bytes", body.bytes)
        .int("changes", body.changes);
    asking(plan, execution)
}

/// An import that was asked for has ended: the lists are imported, or not.
pub(super) fn import_ended(
    document: &Document,
    plan: Plan,
    execution: &Execution<'_>,
    asked: CommandId,
    fault: Option<&ImportFault>,
) -> Result<Plan, RefusalCode> {
    let plan = withdraw(document, plan, asked)?;
    Ok(plan
        .text("why", fault.map_or("", ImportFault::word))
        .put_text(IMPORT, execution.id.key()))
}

fn asking(plan: Plan, execution: &Execution<'_>) -> Plan {
    let id = execution.id.key();
    plan.set(ASKED, id.clone(), id)
}

/// A second person confirms. For a post this command's entry has what a change of it would have: its
/// name and dates.
pub(super) fn confirm(
    document: &Document,
    plan: Plan,
    execution: &Execution<'_>,
    asked: CommandId,
) -> Result<Plan, RefusalCode> {
    let key = known(document, ASKED, asked.key())?;
    let entry = document.entry(asked).ok_or(RefusalCode::BadValue)?;
    let plan = plan.text("asked", &key);
    let plan = match entry.text_or_empty("post") {
        post if post.is_empty() => plan,
        _ => {
            let from = entry.time("from").unwrap_or_default();
            let plan = plan.text("name", &entry.text_or_empty("name"));
            dates(plan, from, entry.time("until")).set(
                APPOINTMENTS,
                key.clone(),
                execution.id.key(),
            )
        }
    };
    Ok(plan
        .take(ASKED, key.clone())
        .set(GRANTED, key, execution.id.key()))
}

/// Nobody confirms it any more, or nobody is to use it.
pub(super) fn withdraw(
    document: &Document,
    plan: Plan,
    asked: CommandId,
) -> Result<Plan, RefusalCode> {
    let key =
        known(document, ASKED, asked.key()).or_else(|_| known(document, GRANTED, asked.key()))?;
    Ok(plan
        .text("asked", &key)
        .take(ASKED, key.clone())
        .take(GRANTED, key))
}
