//! Cases 事项.

pub mod clocks;
mod command;
mod completing;
mod execute;
mod merging;
mod policy;
mod row;
mod tally;
mod view;

pub use command::*;
pub use policy::{
    above_who_withdraws, is_taken_by, reopened_until, reviewer_of, ruler_of, verifier_of,
};
pub use row::CaseRow;
pub use tally::{CaseTally, Counted, Counts, Figure, FigureKey, Span};
pub use view::{CaseStage, CaseState, GivenCode, Order, Referral, ReferralKind};

use std::collections::BTreeSet;

use self::clocks::{ReadBy, TurnState};
use super::kind::{Apart, Index, Kind, Said, Stands, StoodBefore};
use super::list::{ListRow as _, Listed, RowBytes};
use crate::command::fields::Edit;
use crate::documents::fields::{Content, Fields};
use crate::documents::plan::Plan;
use crate::documents::{Document, Execution};
use crate::feeds::FeedId;
use crate::id::{CommandId, DocumentId, UnitId};
use crate::limits::{
    CASE_ADDED_BY_AUTHOR_MAX, CASE_ADDED_MAX, DOCUMENT_ENTRIES_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX,
    TITLE_BYTES_MAX,
};
use crate::number::CaseNumber;
use crate::organisation::Organisation;
use crate::policy::Room;
use crate::refusal::RefusalCode;
use crate::slip::Slip;
use crate::step::Steps as _;
use crate::text::Text;
use crate::time::Time;

/// Cases.
pub(crate) struct Case;

impl Kind for Case {
    type Command = CaseCommand;

    const WORD: &'static str = "case";
    const CREATED_BY: &'static str = "report";
    const FIELDS: Fields = &[
        ("title", Content::Text(TITLE_BYTES_MAX)),
        ("text", Content::Text(TEXT_BYTES_MAX)),
        ("category", Content::Code("category")),
        ("place", Content::Text(NAME_BYTES_MAX)),
        ("point", Content::Point),
        ("contact", Content::Text(NAME_BYTES_MAX)),
        ("phone", Content::Phone),
        ("may_text", Content::Flag),
        ("household", Content::Document),
    ];
    const HAS_CLOCKS: bool = true;
    const IS_NUMBERED: bool = true;
    const IS_NAMED: bool = true;
    const IS_SHOWN_BEFORE_ADMISSION: bool = true;
    const MAY_BE_CREATED_CONFIDENTIAL: bool = true;

    const ROOM: Room = Room {
        added_max: CASE_ADDED_MAX,
        by_author_max: CASE_ADDED_BY_AUTHOR_MAX,
        own_max: DOCUMENT_ENTRIES_MAX,
    };

    const LISTED: Listed = Listed::ByRules;

    fn creates_confidential(command: &CaseCommand) -> bool {
        matches!(command, CaseCommand::Report(report) if report.confidential)
    }

    fn creates_apart(command: &CaseCommand) -> Option<Apart> {
        match command {
            CaseCommand::Report(report) => report.about.map(|from| Apart {
                from,
                desk: report.owner,
            }),
            _ => None,
        }
    }

    fn apart(document: &Document) -> Option<Apart> {
        let (from, case) = (document.case_is_about()?, document.case()?);
        let desk = case.owner;
        Some(Apart { from, desk })
    }

    fn edit(command: &CaseCommand) -> Option<&Edit> {
        match command {
            CaseCommand::Edit(edit) => Some(edit),
            _ => None,
        }
    }

    fn of_edit(edit: Edit) -> Option<CaseCommand> {
        Some(CaseCommand::Edit(edit))
    }

    fn stands_alone(command: &CaseCommand) -> bool {
        adds(command)
    }

    fn may_be_added_late(command: &CaseCommand) -> bool {
        adds(command)
    }

    fn takes_room(command: &CaseCommand) -> bool {
        match command {
            CaseCommand::Note(_)
            | CaseCommand::Visit(_)
            | CaseCommand::Edit(_)
            | CaseCommand::PassedOn(_)
            | CaseCommand::NewCode(_) => true,
            CaseCommand::Report(_)
            | CaseCommand::Accept(_)
            | CaseCommand::Reject(_)
            | CaseCommand::Start(_)
            | CaseCommand::Escalate(_)
            | CaseCommand::Receive(_)
            | CaseCommand::Return(_)
            | CaseCommand::Rule(_)
            | CaseCommand::Dispatch(_)
            | CaseCommand::Wait(_)
            | CaseCommand::Resume(_)
            | CaseCommand::Extend(_)
            | CaseCommand::Supervise(_)
            | CaseCommand::Recall(_)
            | CaseCommand::PartDone(_)
            | CaseCommand::Recuse(_)
            | CaseCommand::AnswerSupervision(_)
            | CaseCommand::EndSupervision(_)
            | CaseCommand::Resolve(_)
            | CaseCommand::Verify(_)
            | CaseCommand::Close(_)
            | CaseCommand::Reopen(_)
            | CaseCommand::Withdraw(_)
            | CaseCommand::Merge(_)
            | CaseCommand::Stood(_)
            | CaseCommand::MergedIn(_)
            | CaseCommand::VoidCode(_)
            | CaseCommand::Late(_)
            | CaseCommand::Redated(_)
            | CaseCommand::Vacant(_) => false,
        }
    }

    fn is_proposed(_: &CaseCommand) -> bool {
        true
    }

    fn says_the_same(one: &CaseCommand, other: &CaseCommand) -> bool {
        match (one, other) {
            (CaseCommand::Report(one), CaseCommand::Report(other)) => {
                *one == Report {
                    device_code: one.device_code,
                    // The door as it was then, and a code that is the device's own.
                    door: one.door.clone(),
                    tracking: one.tracking,
                    slip: one.slip.clone(),
                    ..other.clone()
                }
            }
            (CaseCommand::Edit(one), CaseCommand::Edit(other)) => one.sets_the_same(other),
            // What policy fills in follows from what stands, not from who does it.
            _ => one.step() == other.step() && one.step().is_filled_alike(one, other),
        }
    }

    fn device_code(command: &CaseCommand) -> Option<u32> {
        match command {
            CaseCommand::Report(report) => Some(report.device_code),
            _ => None,
        }
    }

    fn with_device_code(command: CaseCommand, code: u32) -> CaseCommand {
        match command {
            CaseCommand::Report(report) => CaseCommand::Report(Report {
                device_code: code,
                ..report
            }),
            command => command,
        }
    }

    fn names(command: &CaseCommand) -> Option<DocumentId> {
        match command {
            CaseCommand::Merge(merge) => Some(merge.into),
            CaseCommand::Report(report) => report.household,
            CaseCommand::Edit(edit) => completing::named_by(edit),
            _ => None,
        }
    }

    fn needs_open(command: &CaseCommand) -> Option<DocumentId> {
        match command {
            CaseCommand::Merge(merge) => Some(merge.into),
            _ => None,
        }
    }

    fn index(command: &CaseCommand) -> Option<Index<'_>> {
        match command {
            CaseCommand::Report(report) => report.slip.as_ref().map(Index::Code),
            CaseCommand::NewCode(step) => step.slip.as_ref().map(Index::Code),
            _ => None,
        }
    }

    fn slip(command: &mut CaseCommand) -> Option<&mut Option<Slip>> {
        match command {
            CaseCommand::Report(report) => Some(&mut report.slip),
            CaseCommand::NewCode(step) => Some(&mut step.slip),
            _ => None,
        }
    }

    fn void_code(step: CommandId) -> Option<CaseCommand> {
        Some(CaseCommand::VoidCode(VoidCode { command: step }))
    }

    fn stood_before(stood: StoodBefore) -> Option<CaseCommand> {
        Some(CaseCommand::Stood(Stood {
            step: Text::cut(stood.step),
            member: stood.author,
            received: stood.received,
            command: stood.id,
        }))
    }

    fn said_elsewhere(
        document: &Document,
        command: &CaseCommand,
        admitted: Said,
    ) -> Option<(DocumentId, CaseCommand)> {
        merging::said_elsewhere(document, command, admitted)
    }

    fn complete(command: &mut CaseCommand, stands: &Stands<'_>) -> Result<(), RefusalCode> {
        completing::complete(command, stands)
    }

    fn plan(
        document: &Document,
        execution: &Execution<'_>,
        command: &CaseCommand,
    ) -> Result<Plan, RefusalCode> {
        execute::plan(document, execution, command)
    }

    fn audience(document: &Document) -> BTreeSet<FeedId> {
        let mut units = document.case_units().unwrap_or_default();
        if document.case_is_confidential() {
            // No step that policy takes names it; if one of a later release did, it still would not read.
            if let Some(about) = document.case_is_about() {
                units.remove(&about);
            }
            return units.into_iter().map(FeedId::confidential).collect();
        }
        let supervised = (!units.is_empty()).then_some(FeedId::SUPERVISION);
        let feeds = units.into_iter().map(FeedId::unit);
        feeds.chain(supervised).collect()
    }

    fn name(document: &Document) -> String {
        document
            .number()
            .map(|number| number.to_string())
            .unwrap_or_default()
    }

    fn number(document: &Document) -> Option<CaseNumber> {
        Some(document.case()?.number)
    }

    fn goes_on_in(document: &Document) -> Option<DocumentId> {
        document.case()?.merged_into
    }

    fn is_open(document: &Document) -> bool {
        document.case().is_some_and(|case| case.stage.is_open())
    }

    fn list_row(document: &Document, by: Option<ReadBy<'_>>) -> Option<RowBytes> {
        CaseRow::made(document, by)
    }

    fn turn_state(document: &Document, organisation: &Organisation) -> Option<TurnState> {
        clocks::turn_state(document, organisation)
    }

    fn turned(document: &Document, organisation: &Organisation, now: Time) -> Option<CaseCommand> {
        clocks::late(document, organisation, now).map(CaseCommand::Late)
    }

    fn waits_for(document: &Document) -> Option<UnitId> {
        let case = document.case()?;
        let referral = case.referral.filter(|_| case.ruler_above.is_none())?;
        Some(referral.to)
    }

    fn vacant(document: &Document, organisation: &Organisation, now: Time) -> Option<CaseCommand> {
        let to = above_receiver(document, organisation, now)?;
        Some(CaseCommand::Vacant(Vacant { to }))
    }

    fn redated(document: &Document, organisation: &Organisation, now: Time) -> Option<CaseCommand> {
        clocks::redated(document, organisation, now).map(CaseCommand::Redated)
    }
}

/// The units that are or were in the case: holder, receiver of a referral, owner.
const UNITS: &str = "units";
/// In the root the step that gave out the code that counts, in that step's entry the slip's mark.
const SLIP: &str = "slip";
/// The result of a verification that a code of somebody who resolved the case was typed with.
const TOLD_FIXED: &str = "told_fixed";
/// In a step's entry the text that it has for the resident, beside what the offices say to one another.
pub const RESIDENT_TEXT: &str = "resident_text";
/// The units that were asked to do a part, each with [`ASKED`] or [`DONE`].
const CO_HANDLERS: &str = "co_handlers";
/// A unit was asked to do a part.
const ASKED: &str = "asked";
/// A unit has done its part.
const DONE: &str = "done";
/// In the root the last order to handle the case that names its unit.
const ORDER: &str = "order";
/// In the root the holder's answer to that order.
const ANSWER: &str = "answer";
/// The people who withdrew from handling it.
const RECUSED: &str = "recused";
/// In the root the step that says that a referral found nobody, in that step's entry the referral.
const VACANT: &str = "vacant";
/// In the root the pending referral.
const REFERRAL: &str = "referral";
/// The people who resolved it.
const RESOLVERS: &str = "resolvers";

/// The nearest unit above the receiver of a referral in which somebody acts, if nobody acts for the
/// receiver now: it is to rule in its place. None above a town, and none where nobody is cleared to read a
/// confidential case.
fn above_receiver(document: &Document, organisation: &Organisation, now: Time) -> Option<UnitId> {
    let receiver =
        Case::waits_for(document).filter(|unit| !organisation.is_attended(*unit, now))?;
    let rules = |unit: &UnitId| {
        let is_there = organisation.is_attended(*unit, now);
        is_there && clocks::may_be_told(document, organisation, *unit, now)
    };
    let first = organisation.next_level_up(receiver);
    std::iter::successors(first, |unit| organisation.next_level_up(*unit)).find(rules)
}

/// Whether a step adds to what is known and moves nothing.
fn adds(command: &CaseCommand) -> bool {
    matches!(
        command,
        CaseCommand::Report(_) | CaseCommand::Note(_) | CaseCommand::Visit(_)
    )
}

#[cfg(test)]
mod tests;
