//! The writes of each command. Frozen once released.

use crate::documents::fields::{self, GONE, LIVE, YES};
use crate::documents::plan::Plan;
use crate::documents::{Document, DocumentKind, Execution};
use crate::kinds::household::HouseholdCommand;
use crate::refusal::RefusalCode;

/// The plan of a household's change.
pub(crate) fn plan(
    document: &Document,
    execution: &Execution<'_>,
    body: &HouseholdCommand,
) -> Result<Plan, RefusalCode> {
    let plan = Plan::new(body.kind());
    Ok(match body {
        HouseholdCommand::Create(body) => plan
            .containers(&[LIVE, GONE])
            .text("alley", &body.alley.key())
            .text("door", &body.door)
            .text("contact", &body.contact)
            .int("count", body.count)
            .text(
                "phone",
                &fields::parse_phone(&body.phone).unwrap_or_default(),
            )
            .text("may_text", if body.may_text { YES } else { "" })
            .put_text("alley", body.alley.key()),
        HouseholdCommand::Edit(edit) => {
            return fields::plan(document, DocumentKind::Household, execution, edit);
        }
        HouseholdCommand::Move(body) => plan
            .text("alley", &body.alley.key())
            .put_text("alley", body.alley.key()),
    })
}
