//! The kinds of documents, a folder each: what is done to a document of the kind (`command`), what
//! each command writes (`execute`, frozen once released), what can be read in it (`view`), and
//! everything that the rest of the code asks of the kind (`Kind`, in the folder's head file).
//!
//! The declaration below makes [`DocumentKind`], [`Body`] and their questions. Nothing outside a
//! kind's folder names a kind in a `match` or a comparison: it asks, and the kind answers.

#[macro_use]
mod declare;

pub mod book;
pub mod case;
pub mod directory;
pub mod household;
mod kind;
pub mod list;
#[cfg(feature = "older")]
pub mod older;
pub mod tray;
pub mod unit;

use std::collections::BTreeSet;

use crate::command::fields::Edit;
use crate::documents::fields::Fields;
use crate::documents::plan::Plan;
use crate::documents::{Document, Execution};
use crate::feeds::FeedId;
use crate::id::{CommandId, DocumentId, UnitId};
use crate::limits::COMMAND_BYTES_MAX;
use crate::number::CaseNumber;
use crate::organisation::Organisation;
#[cfg(test)]
use crate::policy::rules::Rules;
use crate::policy::{
    Form, Offer, Question, Room, Situation, forms_of, judge_of, offers_of,
    takes_effect_on_admission,
};
use crate::refusal::{Refusal, RefusalCode};
use crate::slip::Slip;
use crate::step::{Field, FilledBy, SetError, Step, Steps, Takes};
use crate::time::Time;
use crate::wire::{Blob, Reader, Wire, WireError};

use case::clocks::{ReadBy, TurnState};
pub(crate) use kind::Kind;
pub use kind::{Apart, Index, Said, Stands, StoodBefore, View};
pub use list::ListRow;
use list::{Listed, RowBytes};

kinds! {
    /// A villager's request, from its report to its end.
    1 => case: Case(CaseCommand),
    /// A unit of the tree, and the posts in it.
    2 => unit: Unit(UnitCommand),
    /// A door, a contact, a count.
    3 => household: Household(HouseholdCommand),
    /// Rows about units, posts and devices, written by the server.
    4 => directory: Directory(DirectoryCommand),
    /// Commands that were handed in and not carried out, with their outcome.
    5 => tray: Tray(TrayCommand),
    /// A town's own rules: categories, deadlines, codes, texts, days off.
    6 => book: Book(BookCommand),
}

impl DocumentKind {
    /// The kind for a word.
    pub fn known(word: &str) -> Option<Self> {
        let known = Self::ALL.iter().copied().find(|kind| kind.word() == word);
        #[cfg(feature = "older")]
        let known = known.filter(|kind| older::knows(*kind));
        known
    }

    /// The kind of the documents that a step of this word creates.
    pub fn created_by(step: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.is_created_by(step))
    }
}

impl Body {
    /// Whether the document it changes has a case number.
    pub fn is_numbered(&self) -> bool {
        DocumentKind::of(self).is_some_and(DocumentKind::is_numbered)
    }

    /// Whether a member who creates a document like the one it changes may make it confidential.
    pub fn may_be_about_confidential(&self) -> bool {
        DocumentKind::of(self).is_some_and(DocumentKind::may_be_created_confidential)
    }

    /// Whether it is shown, when received from a phone nearby, before the server admits it.
    pub fn is_shown_before_admission(&self) -> bool {
        DocumentKind::of(self).is_some_and(DocumentKind::is_shown_before_admission)
    }

    /// Takes over what policy filled into an earlier form of the step, where it can be without that:
    /// a household's door. Of a step that names another document now nothing is taken over, and what
    /// it has of the earlier form goes.
    pub fn keep_filled(&mut self, earlier: &Self) {
        let Some(step) = self.step() else { return };
        let names = |field: &Field| {
            let takes = field.spec.takes;
            takes.names_something() || matches!(takes, Takes::FieldName | Takes::FieldValue)
        };
        let names_the_same = step
            .typed()
            .filter(|field| names(field))
            .all(|field| self.get(field.name) == earlier.get(field.name));
        let by_policy = |field: &&Field| field.spec.filled_by == FilledBy::Policy;
        for field in step.fields.iter().filter(by_policy) {
            if !field.optional {
                continue;
            }
            let said = earlier.get(field.name).filter(|_| names_the_same);
            // A value that a field gave is one that it takes.
            let _ = self.set(field.name, &said.unwrap_or_default());
        }
    }
}

impl Wire for Body {
    fn encode(&self, out: &mut Vec<u8>) {
        let payload = self.payload();
        crate::wire::put_varint(out, payload.len() as u64);
        out.extend_from_slice(&payload);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let payload = Blob::<COMMAND_BYTES_MAX>::decode(from)?;
        let read = Self::of_payload(&payload).ok();
        #[cfg(feature = "older")]
        let read = read.filter(|body| DocumentKind::of(body).is_none_or(older::knows));
        Ok(read.unwrap_or(Self::Unknown(payload)))
    }
}

impl Document {
    /// By which people call it: a case's number, a household's door. Empty if by nothing but its id.
    pub fn name(&self) -> String {
        self.kind()
            .map(|kind| kind.name_of(self))
            .unwrap_or_default()
    }

    /// Its case number, if documents of its kind have one.
    pub fn number(&self) -> Option<CaseNumber> {
        self.kind()?.number_of(self)
    }

    /// The document in which this one goes on; none if it stands by itself.
    pub fn goes_on_in(&self) -> Option<DocumentId> {
        self.kind()?.goes_on_in(self)
    }

    /// The unit that it is kept from, and the one that received it; none if it is kept from none.
    pub fn apart(&self) -> Option<Apart> {
        self.kind()?.apart(self)
    }

    /// How it stands towards what the server says by time alone; none if time does nothing to it.
    pub fn turn_state(&self, organisation: &Organisation) -> Option<TurnState> {
        self.kind()?.turn_state(self, organisation)
    }

    /// The server's step that tells what is over at `now`, and was not told before; none if nothing is.
    pub fn turned(&self, organisation: &Organisation, now: Time) -> Option<Body> {
        self.kind()?.turned(self, organisation, now)
    }

    /// The unit whose answer it waits for, while the server has not said that nobody acts for that.
    pub fn waits_for(&self) -> Option<UnitId> {
        self.kind()?.waits_for(self)
    }

    /// The server's step that says that nobody acts at `now` for the unit whose answer it waits for; none
    /// if somebody does, or nobody is there to be told.
    pub fn vacant(&self, organisation: &Organisation, now: Time) -> Option<Body> {
        self.kind()?.vacant(self, organisation, now)
    }

    /// The server's step that says that the calendar of the day has moved its dates; none if it moves
    /// none.
    pub fn redated(&self, organisation: &Organisation, now: Time) -> Option<Body> {
        self.kind()?.redated(self, organisation, now)
    }

    /// Whether another document may be merged into it.
    pub fn is_open(&self) -> bool {
        self.kind().is_some_and(|kind| kind.is_open(self))
    }

    /// Its row for lists ([`ListRow`]), as it is kept beside it, by the rules that are known; none if no
    /// list shows documents of its kind.
    pub fn list_row(&self, by: ReadBy<'_>) -> Option<RowBytes> {
        self.kind()?.list_row_of(self, Some(by))
    }

    /// The same row as far as it goes by the document alone: nothing of it is due. Of documents on which
    /// nothing is to be done it is the whole row.
    pub fn row_alone(&self) -> Option<RowBytes> {
        self.kind()?.list_row_of(self, None)
    }
}
