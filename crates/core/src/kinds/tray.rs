//! Trays 待处理: what was handed in and not carried out, and what became of it.

mod command;
mod execute;
mod policy;
mod view;

pub use command::*;
pub use view::{Settled, TrayChange, TrayEntry, TrayView};

use std::collections::BTreeSet;

use super::case::clocks::{ReadBy, TurnState};
use super::kind::{Apart, Index, Kind, Said, Stands, StoodBefore};
use super::list::{Listed, RowBytes};
use crate::command::fields::Edit;
use crate::documents::fields::Fields;
use crate::documents::plan::Plan;
use crate::documents::{Document, Execution};
use crate::feeds::FeedId;
use crate::id::{CommandId, DocumentId, UnitId};
use crate::limits::TRAY_ENTRIES_MAX;
use crate::number::CaseNumber;
use crate::organisation::Organisation;
use crate::policy::Room;
use crate::refusal::RefusalCode;
use crate::slip::Slip;
use crate::time::Time;

/// Trays.
pub(crate) struct Tray;

impl Kind for Tray {
    type Command = TrayCommand;

    const WORD: &'static str = "tray";
    const CREATED_BY: &'static str = "open_tray";
    const FIELDS: Fields = &[];
    const HAS_CLOCKS: bool = false;
    const IS_NUMBERED: bool = false;
    const IS_NAMED: bool = false;
    const IS_SHOWN_BEFORE_ADMISSION: bool = false;
    const MAY_BE_CREATED_CONFIDENTIAL: bool = false;

    /// People only settle what lies in it. For further items the server opens another tray.
    const ROOM: Room = Room {
        added_max: TRAY_ENTRIES_MAX,
        by_author_max: TRAY_ENTRIES_MAX,
        own_max: TRAY_ENTRIES_MAX,
    };

    const LISTED: Listed = Listed::Never;

    fn creates_confidential(command: &TrayCommand) -> bool {
        matches!(command, TrayCommand::Open(open) if open.confidential)
    }

    fn creates_apart(_: &TrayCommand) -> Option<Apart> {
        None
    }

    fn apart(_: &Document) -> Option<Apart> {
        None
    }

    fn edit(_: &TrayCommand) -> Option<&Edit> {
        None
    }

    fn of_edit(_: Edit) -> Option<TrayCommand> {
        None
    }

    fn stands_alone(_: &TrayCommand) -> bool {
        false
    }

    fn may_be_added_late(command: &TrayCommand) -> bool {
        // What was made of an item that was taken is judged by itself.
        matches!(command, TrayCommand::Settle(settle) if settle.outcome == TrayOutcome::Taken)
    }

    fn takes_room(command: &TrayCommand) -> bool {
        match command {
            TrayCommand::Open(_)
            | TrayCommand::Put(_)
            | TrayCommand::Settle(_)
            | TrayCommand::Dismiss(_) => false,
        }
    }

    fn is_proposed(_: &TrayCommand) -> bool {
        // Whether an item is to be done is for the successor to say.
        false
    }

    fn says_the_same(one: &TrayCommand, other: &TrayCommand) -> bool {
        one == other
    }

    fn device_code(_: &TrayCommand) -> Option<u32> {
        None
    }

    fn with_device_code(command: TrayCommand, _: u32) -> TrayCommand {
        command
    }

    fn names(command: &TrayCommand) -> Option<DocumentId> {
        match command {
            TrayCommand::Settle(settle) => settle.became,
            TrayCommand::Open(_) | TrayCommand::Put(_) | TrayCommand::Dismiss(_) => None,
        }
    }

    fn needs_open(_: &TrayCommand) -> Option<DocumentId> {
        None
    }

    fn index(_: &TrayCommand) -> Option<Index<'_>> {
        None
    }

    fn said_elsewhere(_: &Document, _: &TrayCommand, _: Said) -> Option<(DocumentId, TrayCommand)> {
        None
    }

    fn slip(_: &mut TrayCommand) -> Option<&mut Option<Slip>> {
        None
    }

    fn void_code(_: CommandId) -> Option<TrayCommand> {
        None
    }

    fn stood_before(_: StoodBefore) -> Option<TrayCommand> {
        None
    }

    fn complete(_: &mut TrayCommand, _: &Stands<'_>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn plan(
        document: &Document,
        execution: &Execution<'_>,
        command: &TrayCommand,
    ) -> Result<Plan, RefusalCode> {
        execute::plan(document, execution, command)
    }

    fn audience(document: &Document) -> BTreeSet<FeedId> {
        let feed = if document.tray_is_confidential() {
            FeedId::confidential
        } else {
            FeedId::unit
        };
        document.tray_unit().map(feed).into_iter().collect()
    }

    fn name(_: &Document) -> String {
        String::new()
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

    fn list_row(_: &Document, _: Option<ReadBy<'_>>) -> Option<RowBytes> {
        None
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

/// Item → the command that put it.
const ITEMS: &str = "items";
/// The items of which nothing has become yet.
const OPEN: &str = "open";
/// Item → the command that settled it.
const SETTLED: &str = "settled";

#[cfg(test)]
mod tests;
