//! Whatever a row of any kind of document states is looked at, in its order: shown by a made-up kind
//! whose rows fail in one part each.

use std::collections::BTreeSet;

use super::{question, reported};
use crate::command::Body;
use crate::command::fields::Edit;
use crate::documents::fields::Fields;
use crate::documents::plan::Plan;
use crate::documents::samples::{START, note};
use crate::documents::{Document, Execution};
use crate::feeds::FeedId;
use crate::id::{CommandId, DocumentId, UnitId};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::clocks::{ReadBy, TurnState};
use crate::kinds::list::{Listed, RowBytes};
use crate::kinds::{Apart, Index, Kind, Said, Stands, StoodBefore};
use crate::number::CaseNumber;
use crate::organisation::Organisation;
use crate::organisation::samples::{CHIEF, town};
use crate::policy::author::Author;
use crate::policy::row::{From, Row};
use crate::policy::rules::{Part, Rules};
use crate::policy::{Authority, Question, Room, judge_of};
use crate::refusal::{Refusal, RefusalCode};
use crate::slip::Slip;
use crate::time::Time;

/// Of its row's parts those before this one are fulfilled, this one and those behind it are not.
struct UpTo<const PART: usize>;

const NEED: usize = 0;
const EXPECTED: usize = 1;
const ROLE: usize = 2;
const LIFE: usize = 3;
const BOUND: usize = 4;
const ALL: usize = 5;

impl<const PART: usize> Rules for UpTo<PART> {
    type Subject<'a> = ();
    type Role = usize;
    type Life = usize;
    type Need = usize;
    type Bound = usize;

    const SERVER: usize = ALL;

    const ROWS: &'static [Row<Self>] = &[Row::new("note", &[ROLE], From::When(LIFE))
        .needs(&[NEED])
        .bounds(&[BOUND])];

    fn row_of(command: &CaseCommand) -> &'static str {
        command.kind()
    }

    fn subject<'a>(_: &'a CaseCommand, _: Option<&'a Document>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn asks_clearance((): &()) -> bool {
        false
    }

    fn is_expected(_: &Row<Self>, _: &Author<'_>, (): &()) -> Result<(), RefusalCode> {
        fulfilled(EXPECTED < PART, RefusalCode::NoReferral)
    }

    fn is_had(role: usize, _: &Author<'_>, (): &()) -> bool {
        role < PART
    }

    fn not_the_one(_: &Row<Self>, _: &Author<'_>, (): &()) -> RefusalCode {
        RefusalCode::NotPermitted
    }

    fn stands(life: usize, (): &()) -> Result<(), RefusalCode> {
        fulfilled(life < PART, RefusalCode::WrongState)
    }

    fn has(need: usize, _: &Question<'_>, _: &CaseCommand) -> Result<(), RefusalCode> {
        fulfilled(need < PART, RefusalCode::BadValue)
    }

    fn asks_for(_: usize) -> Option<&'static str> {
        None
    }

    fn looks_at(_: usize) -> &'static [&'static str] {
        &[]
    }

    fn keeps(bound: usize, _: &Question<'_>, _: &CaseCommand, (): &()) -> Result<(), Refusal> {
        Ok(fulfilled(bound < PART, RefusalCode::TooLate)?)
    }

    fn with_first(refusal: Refusal, (): &()) -> Refusal {
        let first = Some(super::command(7));
        Refusal { first, ..refusal }
    }

    fn words(_: Part<Self>) -> String {
        String::new()
    }
}

fn fulfilled(is: bool, otherwise: RefusalCode) -> Result<(), RefusalCode> {
    if is { Ok(()) } else { Err(otherwise) }
}

/// What policy says of a note, if notes had the row, and what came first.
fn judged<const PART: usize>() -> Option<(RefusalCode, bool)> {
    let (town, chain) = (town(), reported());
    let CaseCommand::Note(note) = note() else {
        panic!("a note")
    };
    let command = CaseCommand::Note(note);
    let body = Body::from(command.clone());
    let asked = question(&town, &chain, Authority::Member(CHIEF), &body, START);
    let refusal = judge_of::<UpTo<PART>>(&asked, &command).err()?;
    Some((refusal.code, refusal.first.is_some()))
}

#[test]
fn every_part_of_a_row_is_looked_at_whatever_the_kind() {
    assert_eq!(judged::<NEED>(), Some((RefusalCode::BadValue, false)));
    assert_eq!(judged::<EXPECTED>(), Some((RefusalCode::NoReferral, true)));
    assert_eq!(judged::<ROLE>(), Some((RefusalCode::NotPermitted, true)));
    assert_eq!(judged::<LIFE>(), Some((RefusalCode::WrongState, true)));
    assert_eq!(judged::<BOUND>(), Some((RefusalCode::TooLate, true)));
    assert_eq!(judged::<ALL>(), None);
}

impl<const PART: usize> Kind for UpTo<PART> {
    type Command = CaseCommand;

    const WORD: &'static str = "made_up";
    const CREATED_BY: &'static str = "report";
    const FIELDS: Fields = &[];
    const HAS_CLOCKS: bool = false;
    const IS_NUMBERED: bool = false;
    const IS_NAMED: bool = false;
    const IS_SHOWN_BEFORE_ADMISSION: bool = false;
    const MAY_BE_CREATED_CONFIDENTIAL: bool = false;
    const ROOM: Room = Room {
        added_max: 0,
        by_author_max: 0,
        own_max: 0,
    };
    const LISTED: Listed = Listed::Never;

    fn creates_confidential(_: &CaseCommand) -> bool {
        false
    }

    fn creates_apart(_: &CaseCommand) -> Option<Apart> {
        None
    }

    fn apart(_: &Document) -> Option<Apart> {
        None
    }

    fn edit(_: &CaseCommand) -> Option<&Edit> {
        None
    }

    fn of_edit(_: Edit) -> Option<CaseCommand> {
        None
    }

    fn stands_alone(_: &CaseCommand) -> bool {
        false
    }

    fn takes_room(_: &CaseCommand) -> bool {
        false
    }

    fn may_be_added_late(_: &CaseCommand) -> bool {
        false
    }

    fn is_proposed(_: &CaseCommand) -> bool {
        false
    }

    fn says_the_same(one: &CaseCommand, other: &CaseCommand) -> bool {
        one == other
    }

    fn device_code(_: &CaseCommand) -> Option<u32> {
        None
    }

    fn with_device_code(command: CaseCommand, _: u32) -> CaseCommand {
        command
    }

    fn names(_: &CaseCommand) -> Option<DocumentId> {
        None
    }

    fn needs_open(_: &CaseCommand) -> Option<DocumentId> {
        None
    }

    fn index(_: &CaseCommand) -> Option<Index<'_>> {
        None
    }

    fn said_elsewhere(_: &Document, _: &CaseCommand, _: Said) -> Option<(DocumentId, CaseCommand)> {
        None
    }

    fn slip(_: &mut CaseCommand) -> Option<&mut Option<Slip>> {
        None
    }

    fn void_code(_: CommandId) -> Option<CaseCommand> {
        None
    }

    fn stood_before(_: StoodBefore) -> Option<CaseCommand> {
        None
    }

    fn complete(_: &mut CaseCommand, _: &Stands<'_>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn plan(_: &Document, _: &Execution<'_>, _: &CaseCommand) -> Result<Plan, RefusalCode> {
        Err(RefusalCode::UnknownCommand)
    }

    fn audience(_: &Document) -> BTreeSet<FeedId> {
        BTreeSet::new()
    }

    fn name(_: &Document) -> String {
        String::new()
    }

    fn number(_: &Document) -> Option<CaseNumber> {
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
    fn goes_on_in(_: &Document) -> Option<DocumentId> {
        None
    }

    fn is_open(_: &Document) -> bool {
        false
    }

    fn list_row(_: &Document, _: Option<ReadBy<'_>>) -> Option<RowBytes> {
        None
    }
}
