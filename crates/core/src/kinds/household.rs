//! Households 户: a door, a contact, by which number to ask, a count.

mod command;
mod execute;
mod policy;
mod row;
mod view;

pub use command::*;
pub use row::HouseholdRow;
pub use view::HouseholdView;

use std::collections::BTreeSet;

use super::case::clocks::{ReadBy, TurnState};
use super::kind::{Apart, Index, Kind, Said, Stands, StoodBefore};
use super::list::{ListRow as _, Listed, RowBytes};
use crate::command::fields::Edit;
use crate::documents::fields::{Content, Fields};
use crate::documents::plan::Plan;
use crate::documents::{Document, Execution};
use crate::feeds::FeedId;
use crate::id::{CommandId, DocumentId, UnitId};
use crate::limits::{
    DOCUMENT_ENTRIES_MAX, HOUSEHOLD_ADDED_BY_AUTHOR_MAX, HOUSEHOLD_ADDED_MAX, NAME_BYTES_MAX,
};
use crate::number::CaseNumber;
use crate::organisation::Organisation;
use crate::policy::Room;
use crate::refusal::RefusalCode;
use crate::slip::Slip;
use crate::time::Time;

/// Households.
pub(crate) struct Household;

impl Kind for Household {
    type Command = HouseholdCommand;

    const WORD: &'static str = "household";
    const CREATED_BY: &'static str = "create_household";
    const FIELDS: Fields = &[
        ("door", Content::Text(NAME_BYTES_MAX)),
        ("contact", Content::Text(NAME_BYTES_MAX)),
        ("phone", Content::Phone),
        ("may_text", Content::Flag),
        ("count", Content::Count),
    ];
    const HAS_CLOCKS: bool = false;
    const IS_NUMBERED: bool = false;
    const IS_NAMED: bool = true;
    const IS_SHOWN_BEFORE_ADMISSION: bool = true;
    const MAY_BE_CREATED_CONFIDENTIAL: bool = false;

    const ROOM: Room = Room {
        added_max: HOUSEHOLD_ADDED_MAX,
        by_author_max: HOUSEHOLD_ADDED_BY_AUTHOR_MAX,
        own_max: DOCUMENT_ENTRIES_MAX,
    };

    const LISTED: Listed = Listed::Alone;

    fn creates_confidential(_: &HouseholdCommand) -> bool {
        false
    }

    fn creates_apart(_: &HouseholdCommand) -> Option<Apart> {
        None
    }

    fn apart(_: &Document) -> Option<Apart> {
        None
    }

    fn edit(command: &HouseholdCommand) -> Option<&Edit> {
        match command {
            HouseholdCommand::Edit(edit) => Some(edit),
            _ => None,
        }
    }

    fn of_edit(edit: Edit) -> Option<HouseholdCommand> {
        Some(HouseholdCommand::Edit(edit))
    }

    fn stands_alone(_: &HouseholdCommand) -> bool {
        false
    }

    fn may_be_added_late(_: &HouseholdCommand) -> bool {
        false
    }

    fn takes_room(command: &HouseholdCommand) -> bool {
        match command {
            HouseholdCommand::Edit(_) => true,
            HouseholdCommand::Create(_) | HouseholdCommand::Move(_) => false,
        }
    }

    fn is_proposed(_: &HouseholdCommand) -> bool {
        true
    }

    fn says_the_same(one: &HouseholdCommand, other: &HouseholdCommand) -> bool {
        match (one, other) {
            (HouseholdCommand::Edit(one), HouseholdCommand::Edit(other)) => {
                one.sets_the_same(other)
            }
            _ => one == other,
        }
    }

    fn device_code(_: &HouseholdCommand) -> Option<u32> {
        None
    }

    fn with_device_code(command: HouseholdCommand, _: u32) -> HouseholdCommand {
        command
    }

    fn names(_: &HouseholdCommand) -> Option<DocumentId> {
        None
    }

    fn needs_open(_: &HouseholdCommand) -> Option<DocumentId> {
        None
    }

    fn index(_: &HouseholdCommand) -> Option<Index<'_>> {
        None
    }

    fn said_elsewhere(
        _: &Document,
        _: &HouseholdCommand,
        _: Said,
    ) -> Option<(DocumentId, HouseholdCommand)> {
        None
    }

    fn slip(_: &mut HouseholdCommand) -> Option<&mut Option<Slip>> {
        None
    }

    fn void_code(_: CommandId) -> Option<HouseholdCommand> {
        None
    }

    fn stood_before(_: StoodBefore) -> Option<HouseholdCommand> {
        None
    }

    fn complete(_: &mut HouseholdCommand, _: &Stands<'_>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn plan(
        document: &Document,
        execution: &Execution<'_>,
        command: &HouseholdCommand,
    ) -> Result<Plan, RefusalCode> {
        execute::plan(document, execution, command)
    }

    fn audience(document: &Document) -> BTreeSet<FeedId> {
        document
            .household_alley()
            .map(FeedId::unit)
            .into_iter()
            .collect()
    }

    fn name(document: &Document) -> String {
        document
            .household()
            .map(|household| household.door)
            .unwrap_or_default()
    }

    fn number(_: &Document) -> Option<CaseNumber> {
        None
    }

    fn goes_on_in(_: &Document) -> Option<DocumentId> {
        None
    }

    fn is_open(_: &Document) -> bool {
        false
    }

    fn list_row(document: &Document, by: Option<ReadBy<'_>>) -> Option<RowBytes> {
        HouseholdRow::made(document, by)
    }

    fn turn_state(_: &Document, _: &Organisation) -> Option<TurnState> {
        None
    }

    fn turned(_: &Document, _: &Organisation, _: Time) -> Option<Self::Command> {
        None
    }

    fn waits_for(_: &Document) -> Option<UnitId> {
        None
    }

    fn vacant(_: &Document, _: &Organisation, _: Time) -> Option<Self::Command> {
        None
    }

    fn redated(_: &Document, _: &Organisation, _: Time) -> Option<Self::Command> {
        None
    }
}
