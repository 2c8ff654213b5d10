//! The writes of each command. Frozen once released. An item is kept as it is encoded: what is not
//! known to this version is handed on whole.

use super::{ITEMS, OPEN, SETTLED};
use crate::documents::plan::{Plan, Scalar};
use crate::documents::{Document, Execution};
use crate::id::{CommandId, DeviceId};
use crate::kinds::tray::TrayCommand;
use crate::kinds::tray::{DismissItems, PutItem, SettleItem, TrayOutcome};
use crate::refusal::RefusalCode;
use crate::wire::Wire;

/// The plan of a tray's change.
pub(crate) fn plan(
    document: &Document,
    execution: &Execution<'_>,
    body: &TrayCommand,
) -> Result<Plan, RefusalCode> {
    let plan = Plan::new(body.kind());
    match body {
        TrayCommand::Open(body) => {
            let unit = body.unit.key();
            let plan = plan
                .containers(&[ITEMS, OPEN, SETTLED])
                .text("unit", &unit)
                .put_text("unit", unit);
            Ok(if body.confidential {
                plan.put("confidential", Scalar::True)
            } else {
                plan
            })
        }
        TrayCommand::Put(body) => put(document, plan, execution, body),
        TrayCommand::Settle(body) => settle(document, plan, execution, body),
        TrayCommand::Dismiss(body) => dismiss(document, plan, execution, body),
    }
}

fn put(
    document: &Document,
    plan: Plan,
    execution: &Execution<'_>,
    body: &PutItem,
) -> Result<Plan, RefusalCode> {
    let item = body.item.id().ok_or(RefusalCode::BadValue)?.key();
    if has(document, ITEMS, &item) {
        return Err(RefusalCode::IdTaken);
    }
    Ok(plan
        .text("item", &item)
        .text("member", &body.item.member.key())
        .text("why", body.item.why.word())
        .field("kept", Scalar::Bytes(body.item.to_bytes()))
        .set(ITEMS, item.clone(), execution.id.key())
        .add(OPEN, item))
}

fn settle(
    document: &Document,
    plan: Plan,
    execution: &Execution<'_>,
    body: &SettleItem,
) -> Result<Plan, RefusalCode> {
    let item = body.item.key();
    if matches!(body.outcome, TrayOutcome::Unknown(_)) || !has(document, ITEMS, &item) {
        return Err(RefusalCode::BadValue);
    }
    if !has(document, OPEN, &item) {
        return Err(RefusalCode::WrongState);
    }
    let became = body
        .became
        .map(crate::id::DocumentId::key)
        .unwrap_or_default();
    Ok(plan
        .text("item", &item)
        .text("outcome", body.outcome.word())
        .text("became", &became)
        .take(OPEN, item.clone())
        .set(SETTLED, item, execution.id.key()))
}

fn dismiss(
    document: &Document,
    plan: Plan,
    execution: &Execution<'_>,
    body: &DismissItems,
) -> Result<Plan, RefusalCode> {
    if !has(document, ITEMS, &body.last.key()) {
        return Err(RefusalCode::BadValue);
    }
    let items = document.tray_dismissed_by(body);
    let count = i64::try_from(items.len()).map_err(|_| RefusalCode::BadValue)?;
    if count == 0 {
        return Err(RefusalCode::WrongState);
    }
    let device = body.device.map(DeviceId::key).unwrap_or_default();
    let plan = plan
        .text("member", &body.member.key())
        .text("device", &device)
        .text("outcome", TrayOutcome::Dismissed.word())
        .int("count", count);
    let settled = items.into_iter().map(CommandId::key);
    Ok(settled.fold(plan, |plan, item| {
        plan.take(OPEN, item.clone())
            .set(SETTLED, item, execution.id.key())
    }))
}

fn has(document: &Document, container: &str, key: &str) -> bool {
    document
        .root()
        .map(container)
        .is_some_and(|map| map.has(key))
}
