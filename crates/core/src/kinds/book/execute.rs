//! The writes of each command. Frozen once released.

use super::{ADOPTED, BookCommand};
use crate::documents::fields::{self, GONE, LIVE};
use crate::documents::plan::Plan;
use crate::documents::{Document, Execution};
use crate::refusal::RefusalCode;

/// The plan of a change of the book. A section is written as it was typed: a release that cannot
/// read it, or all of it, writes the same.
pub(crate) fn plan(
    document: &Document,
    execution: &Execution<'_>,
    body: &BookCommand,
) -> Result<Plan, RefusalCode> {
    let plan = Plan::new(body.kind());
    match body {
        BookCommand::Open(body) => Ok(plan
            .containers(&[LIVE, GONE, ADOPTED])
            .text("town", &body.town.key())
            .put_text("town", body.town.key())),
        BookCommand::Propose(edit) => {
            let plan = plan.text("field", &edit.field).text("value", &edit.value);
            fields::replacing(plan, document, execution, edit)
        }
        BookCommand::Adopt(body) => Ok(plan
            .text("proposal", &body.proposal.key())
            .int("from", body.from.0)
            .add(ADOPTED, execution.id.key())),
    }
}
