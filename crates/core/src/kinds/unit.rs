//! Units of the tree and the posts in them: the truth for posts.

mod asked;
mod command;
mod execute;
mod policy;
mod view;
mod widened;

pub use asked::{Asked, AskedFor, EndedImport, Granted};
pub use command::*;
pub use view::{Appointment, Clearance, NotedDevice, UnitView};

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
use crate::limits::{DOCUMENT_ENTRIES_MAX, UNIT_ADDED_BY_AUTHOR_MAX, UNIT_ADDED_MAX};
use crate::number::CaseNumber;
use crate::organisation::Organisation;
use crate::policy::Room;
use crate::refusal::RefusalCode;
use crate::slip::Slip;
use crate::time::Time;

/// Units.
pub(crate) struct Unit;

impl Kind for Unit {
    type Command = UnitCommand;

    const WORD: &'static str = "unit";
    const CREATED_BY: &'static str = "create_unit";
    const FIELDS: Fields = &[];
    const HAS_CLOCKS: bool = false;
    const IS_NUMBERED: bool = false;
    const IS_NAMED: bool = false;
    const IS_SHOWN_BEFORE_ADMISSION: bool = false;
    const MAY_BE_CREATED_CONFIDENTIAL: bool = false;

    /// Whoever asks for something, and ends it, can go on with that for ever: asking ends.
    const ROOM: Room = Room {
        added_max: UNIT_ADDED_MAX,
        by_author_max: UNIT_ADDED_BY_AUTHOR_MAX,
        own_max: DOCUMENT_ENTRIES_MAX,
    };

    const LISTED: Listed = Listed::Never;

    fn creates_confidential(_: &UnitCommand) -> bool {
        false
    }

    fn creates_apart(_: &UnitCommand) -> Option<Apart> {
        None
    }

    fn apart(_: &Document) -> Option<Apart> {
        None
    }

    fn edit(_: &UnitCommand) -> Option<&Edit> {
        None
    }

    fn of_edit(_: Edit) -> Option<UnitCommand> {
        None
    }

    fn stands_alone(_: &UnitCommand) -> bool {
        false
    }

    fn may_be_added_late(_: &UnitCommand) -> bool {
        false
    }

    fn takes_room(command: &UnitCommand) -> bool {
        match command {
            UnitCommand::Clear(_)
            | UnitCommand::AskAppointment(_)
            | UnitCommand::AskInvitation(_)
            | UnitCommand::AskThaw(_)
            | UnitCommand::AskImport(_) => true,
            // At once a post ends one time; its end can be moved forward again and again.
            UnitCommand::EndPost(end) => end.until.is_some(),
            UnitCommand::Create(_)
            | UnitCommand::Rename(_)
            | UnitCommand::Move(_)
            | UnitCommand::Appoint(_)
            | UnitCommand::Amend(_)
            | UnitCommand::ConfirmClearance(_)
            | UnitCommand::EndClearance(_)
            | UnitCommand::NoteDevice(_)
            | UnitCommand::ConfirmDevice(_)
            | UnitCommand::StopDevice(_)
            | UnitCommand::ConfirmAsked(_)
            | UnitCommand::WithdrawAsked(_)
            | UnitCommand::Imported(_)
            | UnitCommand::ImportFailed(_) => false,
        }
    }

    fn is_proposed(_: &UnitCommand) -> bool {
        true
    }

    fn says_the_same(one: &UnitCommand, other: &UnitCommand) -> bool {
        one == other
    }

    fn device_code(_: &UnitCommand) -> Option<u32> {
        None
    }

    fn with_device_code(command: UnitCommand, _: u32) -> UnitCommand {
        command
    }

    fn names(_: &UnitCommand) -> Option<DocumentId> {
        None
    }

    fn needs_open(_: &UnitCommand) -> Option<DocumentId> {
        None
    }

    fn index(command: &UnitCommand) -> Option<Index<'_>> {
        Some(Index::Organisation(command))
    }

    fn said_elsewhere(_: &Document, _: &UnitCommand, _: Said) -> Option<(DocumentId, UnitCommand)> {
        None
    }

    fn slip(_: &mut UnitCommand) -> Option<&mut Option<Slip>> {
        None
    }

    fn void_code(_: CommandId) -> Option<UnitCommand> {
        None
    }

    fn stood_before(_: StoodBefore) -> Option<UnitCommand> {
        None
    }

    fn complete(_: &mut UnitCommand, _: &Stands<'_>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn plan(
        document: &Document,
        execution: &Execution<'_>,
        command: &UnitCommand,
    ) -> Result<Plan, RefusalCode> {
        execute::plan(document, execution, command)
    }

    fn audience(document: &Document) -> BTreeSet<FeedId> {
        BTreeSet::from([FeedId::ADMINISTRATION, FeedId::confidential(document.id())])
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

/// Appointment → the command whose log entry has its present name and dates.
const APPOINTMENTS: &str = "appointments";
/// Appointment → the first person's command that clears it; made when it is needed.
const CLEARING: &str = "clearing";
/// Appointment → the second person's command; made when it is needed.
const CLEARED: &str = "cleared";
/// Device → the command that noted it, for devices of those who are cleared; made when it is needed.
const DEVICES: &str = "devices";
/// Device → the second person's command; made when it is needed.
const CONFIRMED: &str = "confirmed";
/// Askings that wait for a second person: the command that asked → itself; made when it is
/// needed.
const ASKED: &str = "asked";
/// Asking → the second person's command; made when it is needed.
const GRANTED: &str = "granted";
/// The command with which the last import that was asked for ended.
const IMPORT: &str = "import";
/// In the entry of the end of a post: that it ended when the server received it.
const AT_ONCE: &str = "at_once";
