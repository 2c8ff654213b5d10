//! Directories 名录: rows about units, posts and devices, written by the server.

mod command;
mod execute;
mod policy;
mod view;

pub use command::*;
pub use view::DirectoryView;

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
use crate::limits::DIRECTORY_ENTRIES_MAX;
use crate::number::CaseNumber;
use crate::organisation::Organisation;
use crate::policy::Room;
use crate::refusal::RefusalCode;
use crate::slip::Slip;
use crate::time::Time;

/// Directories.
pub(crate) struct Directory;

impl Kind for Directory {
    type Command = DirectoryCommand;

    const WORD: &'static str = "directory";
    const CREATED_BY: &'static str = "open_directory";
    const FIELDS: Fields = &[];
    const HAS_CLOCKS: bool = false;
    const IS_NUMBERED: bool = false;
    const IS_NAMED: bool = false;
    const IS_SHOWN_BEFORE_ADMISSION: bool = false;
    const MAY_BE_CREATED_CONFIDENTIAL: bool = false;

    /// Only the server writes in it.
    const ROOM: Room = Room {
        added_max: DIRECTORY_ENTRIES_MAX,
        by_author_max: DIRECTORY_ENTRIES_MAX,
        own_max: DIRECTORY_ENTRIES_MAX,
    };

    const LISTED: Listed = Listed::Never;

    fn creates_confidential(_: &DirectoryCommand) -> bool {
        false
    }

    fn creates_apart(_: &DirectoryCommand) -> Option<Apart> {
        None
    }

    fn apart(_: &Document) -> Option<Apart> {
        None
    }

    fn edit(_: &DirectoryCommand) -> Option<&Edit> {
        None
    }

    fn of_edit(_: Edit) -> Option<DirectoryCommand> {
        None
    }

    fn stands_alone(_: &DirectoryCommand) -> bool {
        false
    }

    fn may_be_added_late(_: &DirectoryCommand) -> bool {
        false
    }

    fn takes_room(command: &DirectoryCommand) -> bool {
        match command {
            DirectoryCommand::Open(_)
            | DirectoryCommand::Update(_)
            | DirectoryCommand::Retire(_)
            | DirectoryCommand::Clearances(_) => false,
        }
    }

    fn is_proposed(_: &DirectoryCommand) -> bool {
        true
    }

    fn says_the_same(one: &DirectoryCommand, other: &DirectoryCommand) -> bool {
        one == other
    }

    fn device_code(_: &DirectoryCommand) -> Option<u32> {
        None
    }

    fn with_device_code(command: DirectoryCommand, _: u32) -> DirectoryCommand {
        command
    }

    fn names(_: &DirectoryCommand) -> Option<DocumentId> {
        None
    }

    fn needs_open(_: &DirectoryCommand) -> Option<DocumentId> {
        None
    }

    fn index(command: &DirectoryCommand) -> Option<Index<'_>> {
        match command {
            DirectoryCommand::Open(open) => Some(Index::DirectoryOf(open.of)),
            _ => None,
        }
    }

    fn said_elsewhere(
        _: &Document,
        _: &DirectoryCommand,
        _: Said,
    ) -> Option<(DocumentId, DirectoryCommand)> {
        None
    }

    fn slip(_: &mut DirectoryCommand) -> Option<&mut Option<Slip>> {
        None
    }

    fn void_code(_: CommandId) -> Option<DirectoryCommand> {
        None
    }

    fn stood_before(_: StoodBefore) -> Option<DirectoryCommand> {
        None
    }

    fn complete(_: &mut DirectoryCommand, _: &Stands<'_>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn plan(
        _: &Document,
        _: &Execution<'_>,
        command: &DirectoryCommand,
    ) -> Result<Plan, RefusalCode> {
        Ok(execute::plan(command))
    }

    fn audience(document: &Document) -> BTreeSet<FeedId> {
        document
            .directory_of()
            .map(FeedId::directory)
            .into_iter()
            .collect()
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

/// Unit → its row.
const UNITS: &str = "units";
/// Appointment → its row.
const POSTS: &str = "posts";
/// Signing key → the device's row.
const DEVICES: &str = "devices";
