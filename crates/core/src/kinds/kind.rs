//! Everything that the rest of the code asks of a kind of document.

use std::collections::BTreeSet;

use super::case::clocks::{ReadBy, TurnState};
use super::directory::PostRow;
use super::list::{Listed, RowBytes};
use super::unit::UnitCommand;
use super::{Body, DocumentKind};
use crate::command::fields::Edit;
use crate::documents::fields::Fields;
use crate::documents::plan::Plan;
use crate::documents::{Document, Execution};
use crate::feeds::FeedId;
use crate::id::{CommandId, DocumentId, MemberId, UnitId};
use crate::number::CaseNumber;
use crate::organisation::Organisation;
use crate::policy::Room;
use crate::refusal::RefusalCode;
use crate::slip::Slip;
use crate::step::Steps;
use crate::time::Time;
use crate::wire::Wire;

/// A kind of document. No method has a default: a new kind answers everything before it compiles,
/// and whoever asks names no kind.
///
/// [`DocumentKind`], [`Body`] and [`Document`] pass each question on to the kind that it is about.
pub(crate) trait Kind {
    /// The commands on a document of the kind.
    type Command: Wire + Steps + Clone + Into<Body>;

    /// The word in documents and on screens.
    const WORD: &'static str;

    /// The word of the step that creates a document.
    const CREATED_BY: &'static str;

    /// The fields that an [`Edit`] sets, in the order in which screens show them.
    const FIELDS: Fields;

    /// Whether time alone does something to its documents.
    const HAS_CLOCKS: bool;

    /// Whether its documents have a case number, made of the code of the device that created them.
    const IS_NUMBERED: bool;

    /// Whether people call its documents by a name: a number, a door.
    const IS_NAMED: bool;

    /// Whether others' commands, received from a phone nearby, are shown before the server admits
    /// them. If not, the document is shown only as the server has it.
    const IS_SHOWN_BEFORE_ADMISSION: bool;

    /// Whether a member who creates a document may make it confidential, so that nobody can say who
    /// reads the document before that command has come.
    const MAY_BE_CREATED_CONFIDENTIAL: bool;

    /// How much its documents hold.
    const ROOM: Room;

    /// How lists show its documents: their rows, and the rules that these rest on.
    const LISTED: Listed;

    // Of a command.

    /// Whether it creates a confidential document.
    fn creates_confidential(command: &Self::Command) -> bool;

    /// Of a command that creates a document which some unit is never told of: which, and who receives it.
    fn creates_apart(command: &Self::Command) -> Option<Apart>;

    /// The edit of a field that it is, if it is one.
    fn edit(command: &Self::Command) -> Option<&Edit>;

    /// The command that edits a field; none if the kind has no fields.
    fn of_edit(edit: Edit) -> Option<Self::Command>;

    /// Whether it stands by itself: a server that lacks what its author typed before it need not
    /// wait for that.
    fn stands_alone(command: &Self::Command) -> bool;

    /// Whether it only adds to what is known, so that it is taken although its author's post has
    /// ended of late.
    fn may_be_added_late(command: &Self::Command) -> bool;

    /// Whether it merely adds to its document or corrects it, and so ends once the document has no
    /// room for that ([`Kind::ROOM`]). A step of the document's life never ends by it.
    fn takes_room(command: &Self::Command) -> bool;

    /// Whether it is proposed to the successor, if a post of its author that has ended would have
    /// allowed it.
    fn is_proposed(command: &Self::Command) -> bool;

    /// Whether two commands say the same, though two devices typed them.
    fn says_the_same(one: &Self::Command, other: &Self::Command) -> bool;

    /// The device code that the number of the document it creates is made of.
    fn device_code(command: &Self::Command) -> Option<u32>;

    /// The command as a device with this code would have typed it.
    fn with_device_code(command: Self::Command, code: u32) -> Self::Command;

    /// Another document that the command names: whoever reads this one reads of that.
    fn names(command: &Self::Command) -> Option<DocumentId>;

    /// Another document that must be open, and seen by the author.
    fn needs_open(command: &Self::Command) -> Option<DocumentId>;

    /// The ledger's index that the command writes once it stands.
    fn index(command: &Self::Command) -> Option<Index<'_>>;

    /// The place for the slip of a command that gives out a code: the device that records it fills it
    /// in. None for every other command.
    fn slip(command: &mut Self::Command) -> Option<&mut Option<Slip>>;

    /// The entry that says in a document's log that the code which a step gave out leads nowhere; none
    /// if no step of the kind gives out a code.
    fn void_code(step: CommandId) -> Option<Self::Command>;

    /// The entry that says in a document's log that a step stood there before a restore; none if
    /// the kind's log does not say so.
    fn stood_before(stood: StoodBefore) -> Option<Self::Command>;

    /// The command of the server on another document because one was admitted here: on which, and
    /// what. The document is as it stands behind the command.
    fn said_elsewhere(
        document: &Document,
        command: &Self::Command,
        admitted: Said,
    ) -> Option<(DocumentId, Self::Command)>;

    /// Fills in what follows from what stands, and nobody types.
    ///
    /// # Errors
    /// The step is not possible, for nothing follows.
    fn complete(command: &mut Self::Command, stands: &Stands<'_>) -> Result<(), RefusalCode>;

    // Of a document.

    /// The plan of a command's writes into a document. Frozen once released.
    ///
    /// # Errors
    /// What the document itself does not allow; policy was asked before.
    fn plan(
        document: &Document,
        execution: &Execution<'_>,
        command: &Self::Command,
    ) -> Result<Plan, RefusalCode>;

    /// The feeds that hold the document.
    fn audience(document: &Document) -> BTreeSet<FeedId>;

    /// Of a document that some unit is never told of: which, and who received it.
    fn apart(document: &Document) -> Option<Apart>;

    /// By which people call the document: a number, a door. Empty if by nothing but its id.
    fn name(document: &Document) -> String;

    /// The document's case number.
    fn number(document: &Document) -> Option<CaseNumber>;

    /// The document in which this one goes on; none if it stands by itself.
    fn goes_on_in(document: &Document) -> Option<DocumentId>;

    /// Whether another document may be merged into it.
    fn is_open(document: &Document) -> bool;

    /// The document's row for lists, as it is kept, by the rules that are known, or as far as it goes
    /// without any; none if they show none of the kind.
    fn list_row(document: &Document, by: Option<ReadBy<'_>>) -> Option<RowBytes>;

    // Of a document, by time alone.

    /// How it stands: what the server will have to say in it, and what it said that still holds. None if
    /// time does nothing to it.
    fn turn_state(document: &Document, organisation: &Organisation) -> Option<TurnState>;

    /// The step that tells what is over at `now`, and was not told before.
    fn turned(document: &Document, organisation: &Organisation, now: Time)
    -> Option<Self::Command>;

    /// The unit whose answer it waits for, while the server has not said that nobody acts for that.
    fn waits_for(document: &Document) -> Option<UnitId>;

    /// The step that says that nobody acts at `now` for the unit whose answer it waits for; none if
    /// somebody does, or nobody is there to be told.
    fn vacant(document: &Document, organisation: &Organisation, now: Time)
    -> Option<Self::Command>;

    /// The step that says that the calendar of the day has moved its dates; none if it moves none.
    fn redated(
        document: &Document,
        organisation: &Organisation,
        now: Time,
    ) -> Option<Self::Command>;
}

/// The state in which a step is recorded, as far as that is known there.
#[derive(Clone, Copy)]
pub struct Stands<'a> {
    /// The organisation.
    pub organisation: &'a Organisation,
    /// When the step is taken, by the server's clock as far as it is known here.
    pub now: Time,
    /// The posts in force of whoever takes the step; none for the resident and the server.
    pub posts: &'a [&'a PostRow],
    /// The document that the step is to change; none if it creates one, or if that cannot be read.
    pub document: Option<&'a Document>,
    /// By which people call another document: a household's door. None if that is not known.
    pub name_of: &'a dyn Fn(DocumentId) -> Option<String>,
}

/// A document is kept from a unit and all within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Apart {
    /// The unit that is never told of it.
    pub from: UnitId,
    /// The unit that received it.
    pub desk: UnitId,
}

/// The view of documents of one kind.
pub trait View: Sized {
    /// The kind.
    const KIND: DocumentKind;

    /// Reads a document; none if it is of another kind, or empty.
    fn of(document: &Document) -> Option<Self>;
}

/// By what the ledger finds a document, or what it keeps of it, beside its id.
#[derive(Debug, Clone, Copy)]
pub enum Index<'a> {
    /// The slip with the code by which a resident follows it.
    Code(&'a Slip),
    /// The unit whose directory it is.
    DirectoryOf(UnitId),
    /// The town's book: the document says what it is now.
    Book,
    /// The rows of the organisation: the document is a unit, to which this was done.
    Organisation(&'a UnitCommand),
}

/// Which command was admitted, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    /// Its id.
    pub id: CommandId,
    /// Its author.
    pub author: MemberId,
}

/// A step that stood in a document before the server was restored from a backup, and does not fit
/// any more.
#[derive(Debug, Clone, Copy)]
pub struct StoodBefore {
    /// The step's word.
    pub step: &'static str,
    /// Its author.
    pub author: MemberId,
    /// When the server received it then.
    pub received: Time,
    /// The step's id.
    pub id: CommandId,
}
