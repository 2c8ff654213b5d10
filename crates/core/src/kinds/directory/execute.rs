//! The writes of each command. Frozen once released. The rows stand in the containers only: the log
//! entry would repeat them.

use super::{DEVICES, POSTS, UNITS};
use crate::documents::plan::{Plan, Scalar};
use crate::id::UnitId;
use crate::kinds::directory::DirectoryCommand;
use crate::kinds::directory::{DeviceRow, PostRow, UnitRow};

/// The plan of a directory's change.
pub(crate) fn plan(body: &DirectoryCommand) -> Plan {
    let plan = Plan::new(body.kind());
    match body {
        DirectoryCommand::Open(body) => plan
            .containers(&[UNITS, POSTS, DEVICES])
            .text("of", &body.of.key())
            .put_text("of", body.of.key()),
        DirectoryCommand::Update(body) => {
            let plan = body.units.iter().fold(plan, unit);
            let plan = body.posts.iter().fold(plan, post);
            body.devices.iter().fold(plan, device)
        }
        DirectoryCommand::Retire(body) => {
            let stopped = || (!body.back).then(|| text("yes"));
            body.devices.iter().fold(plan, |plan, key| {
                plan.row(DEVICES, hex::encode(key.0), vec![("stopped", stopped())])
            })
        }
        DirectoryCommand::Clearances(body) => {
            body.rows.iter().fold(plan, |plan, (appointment, cleared)| {
                plan.row(
                    POSTS,
                    appointment.key(),
                    vec![("cleared", cleared.then_some(Scalar::True))],
                )
            })
        }
    }
}

fn text(text: &str) -> Scalar {
    Scalar::Text(text.to_owned())
}

fn unit(plan: Plan, row: &UnitRow) -> Plan {
    let parent = row.parent.map(UnitId::key).map(Scalar::Text);
    let fields = vec![
        ("kind", Some(text(row.kind.word()))),
        ("parent", parent),
        ("name", Some(text(&row.name))),
    ];
    plan.row(UNITS, row.unit.key(), fields)
}

fn post(plan: Plan, row: &PostRow) -> Plan {
    let fields = vec![
        ("unit", Some(text(&row.unit.key()))),
        ("post", Some(text(row.post.word()))),
        ("member", Some(text(&row.member.key()))),
        ("name", Some(text(&row.name))),
        ("from", Some(Scalar::Int(row.from.0))),
        ("until", row.until.map(|until| Scalar::Int(until.0))),
    ];
    plan.row(POSTS, row.appointment.key(), fields)
}

fn device(plan: Plan, row: &DeviceRow) -> Plan {
    let fields = vec![
        ("member", Some(text(&row.member.key()))),
        ("sealing", Some(text(&hex::encode(row.sealing)))),
    ];
    plan.row(DEVICES, hex::encode(row.signing.0), fields)
}
