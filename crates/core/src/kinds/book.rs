//! A town's book 镇规则: what the town has laid down. Categories and their deadlines, closed lists of
//! codes, texts, days off. One a town, in the town's directory feed, so that every device of the town
//! holds it.
//!
//! Each section is a value of its own, proposed by one person and put into force by a second one from
//! a day on; what ships with the program holds for the rest.

mod command;
mod execute;
mod policy;
mod rulebook;
mod section;
mod view;

pub use command::*;
pub use rulebook::{DayRules, Rulebook, Version};
pub use section::{
    Category, CategoryClass, ClassTerms, CodeList, CodeRow, Codes, Contact, DayLayers, Deadlines,
    Flaw, FlawKind, Layer, Measures, Part, Phrases, Section, SectionName, Template, Term, Texts,
};
pub use view::{Adoption, BookView, Proposal};

use std::collections::BTreeSet;

use super::case::clocks::{ReadBy, TurnState};
use super::kind::{Apart, Index, Kind, Said, Stands, StoodBefore};
use super::list::{Listed, RowBytes};
use crate::command::fields::Edit;
use crate::documents::fields::{Content, Fields};
use crate::documents::plan::Plan;
use crate::documents::{Document, Execution};
use crate::feeds::FeedId;
use crate::id::{CommandId, DocumentId, UnitId};
use crate::limits::{
    BOOK_ADDED_BY_AUTHOR_MAX, BOOK_ADDED_MAX, DOCUMENT_ENTRIES_MAX, TEXT_BYTES_MAX,
};
use crate::number::CaseNumber;
use crate::organisation::Organisation;
use crate::policy::Room;
use crate::refusal::RefusalCode;
use crate::slip::Slip;
use crate::time::Time;

/// Towns' books.
pub(crate) struct Book;

impl Kind for Book {
    type Command = BookCommand;

    const WORD: &'static str = "book";
    const CREATED_BY: &'static str = "open_book";
    const FIELDS: Fields = &[
        (
            SectionName::Categories.word(),
            Content::Text(TEXT_BYTES_MAX),
        ),
        (SectionName::Deadlines.word(), Content::Text(TEXT_BYTES_MAX)),
        (SectionName::Codes.word(), Content::Text(TEXT_BYTES_MAX)),
        (SectionName::Texts.word(), Content::Text(TEXT_BYTES_MAX)),
        (SectionName::Calendar.word(), Content::Text(TEXT_BYTES_MAX)),
        (SectionName::Measures.word(), Content::Text(TEXT_BYTES_MAX)),
        (SectionName::Contacts.word(), Content::Text(TEXT_BYTES_MAX)),
    ];
    const HAS_CLOCKS: bool = false;
    const IS_NUMBERED: bool = false;
    const IS_NAMED: bool = false;
    const IS_SHOWN_BEFORE_ADMISSION: bool = false;
    const MAY_BE_CREATED_CONFIDENTIAL: bool = false;

    /// Proposing ends; what was proposed can be put into force.
    const ROOM: Room = Room {
        added_max: BOOK_ADDED_MAX,
        by_author_max: BOOK_ADDED_BY_AUTHOR_MAX,
        own_max: DOCUMENT_ENTRIES_MAX,
    };

    const LISTED: Listed = Listed::Never;

    fn creates_confidential(_: &BookCommand) -> bool {
        false
    }

    fn creates_apart(_: &BookCommand) -> Option<Apart> {
        None
    }

    fn apart(_: &Document) -> Option<Apart> {
        None
    }

    fn edit(command: &BookCommand) -> Option<&Edit> {
        match command {
            BookCommand::Propose(edit) => Some(edit),
            BookCommand::Open(_) | BookCommand::Adopt(_) => None,
        }
    }

    fn of_edit(edit: Edit) -> Option<BookCommand> {
        Some(BookCommand::Propose(edit))
    }

    fn stands_alone(_: &BookCommand) -> bool {
        false
    }

    fn may_be_added_late(_: &BookCommand) -> bool {
        false
    }

    fn takes_room(command: &BookCommand) -> bool {
        match command {
            BookCommand::Propose(_) => true,
            BookCommand::Open(_) | BookCommand::Adopt(_) => false,
        }
    }

    fn is_proposed(_: &BookCommand) -> bool {
        true
    }

    fn says_the_same(one: &BookCommand, other: &BookCommand) -> bool {
        match (one, other) {
            (BookCommand::Propose(one), BookCommand::Propose(other)) => one.sets_the_same(other),
            _ => one == other,
        }
    }

    fn device_code(_: &BookCommand) -> Option<u32> {
        None
    }

    fn with_device_code(command: BookCommand, _: u32) -> BookCommand {
        command
    }

    fn names(_: &BookCommand) -> Option<DocumentId> {
        None
    }

    fn needs_open(_: &BookCommand) -> Option<DocumentId> {
        None
    }

    fn index(_: &BookCommand) -> Option<Index<'_>> {
        Some(Index::Book)
    }

    fn said_elsewhere(_: &Document, _: &BookCommand, _: Said) -> Option<(DocumentId, BookCommand)> {
        None
    }

    fn slip(_: &mut BookCommand) -> Option<&mut Option<Slip>> {
        None
    }

    fn void_code(_: CommandId) -> Option<BookCommand> {
        None
    }

    fn stood_before(_: StoodBefore) -> Option<BookCommand> {
        None
    }

    fn complete(_: &mut BookCommand, _: &Stands<'_>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn plan(
        document: &Document,
        execution: &Execution<'_>,
        command: &BookCommand,
    ) -> Result<Plan, RefusalCode> {
        execute::plan(document, execution, command)
    }

    fn audience(document: &Document) -> BTreeSet<FeedId> {
        document
            .book_of()
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

/// The commands that put something into force.
const ADOPTED: &str = "adopted";
