//! Policy: who may do what, when. Asked by a device before it records a command, and by the server
//! in the serial step that appends it; the same function.
//!
//! Each kind of document has its table in its folder (`kinds/<kind>/policy`): rows of data, of which
//! `docs/policy.md` is generated (`page`), and what their parts mean (`rules`). [`judge`] walks
//! along a command's row, whatever its kind: `needs` of the command itself, the roles of its author
//! by the posts that `author` has, how the document stands, the row's bounds.

pub(crate) mod author;
mod handover;
pub(crate) mod needs;
mod offers;
#[cfg(test)]
pub(crate) mod page;
mod room;
pub(crate) mod row;
pub(crate) mod rules;
#[cfg(test)]
mod tests;

use author::Author;
pub use handover::{Handover, concerned_unit, handover};
pub use offers::{Form, Offer, OfferedField, Situation, forms, offers};
pub(crate) use offers::{forms_of, offers_of};
pub use room::{Filling, Room};
use row::{From, Row};
use rules::Rules;

use crate::command::Body;
use crate::documents::{Document, DocumentKind};
use crate::id::{CommandId, MemberId};
use crate::organisation::Organisation;
pub use crate::organisation::Standing;
use crate::refusal::{Refusal, RefusalCode};
use crate::time::Time;

/// Whose authority a command has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// A member's, by the posts in force.
    Member(MemberId),
    /// The resident's, for whom the server acts: by form, or once it knows the case's tracking code.
    Resident,
    /// The server's own: imports and administration.
    Server,
}

/// Everything that the answer depends on.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Units and posts.
    pub organisation: &'a Organisation,
    /// Whose authority the command has.
    pub author: Authority,
    /// When it is asked: the server's clock at admission, the phone's when typing.
    pub now: Time,
    /// Which of the author's posts count at that time.
    pub standing: Standing,
    /// The command's id.
    pub command: CommandId,
    /// The document as it stands; none (or an empty one) for a command that creates one.
    pub document: Option<&'a Document>,
    /// The step that would be taken.
    pub body: &'a Body,
}

impl Question<'_> {
    /// When the posts are to be in force.
    pub(crate) fn posts_at(&self) -> Time {
        match self.standing {
            Standing::At(at) => at,
            Standing::InForce | Standing::Ended | Standing::Only(_) => self.now,
        }
    }
}

/// Whether the command is allowed.
///
/// ```
/// use alleyway_core::documents::DocumentKind;
/// use alleyway_core::id::{CommandId, DocumentId, MemberId};
/// use alleyway_core::kinds::directory::{PostRow, UnitRow};
/// use alleyway_core::kinds::unit::{Post, UnitKind};
/// use alleyway_core::organisation::{Organisation, Standing};
/// use alleyway_core::policy::{Authority, Question, judge};
/// use alleyway_core::refusal::RefusalCode;
/// use alleyway_core::text::Text;
/// use alleyway_core::time::Time;
///
/// // An alley of a village, and its chief.
/// let (village, alley, chief) = (DocumentId([1; 16]), DocumentId([2; 16]), MemberId([3; 16]));
/// let mut organisation = Organisation::default();
/// let units = [(village, UnitKind::Village, None), (alley, UnitKind::Alley, Some(village))];
/// for (unit, kind, parent) in units {
///     organisation.put_unit(UnitRow { unit, kind, parent, name: Text::default() });
/// }
/// organisation.put_appointment(PostRow {
///     appointment: CommandId([4; 16]),
///     unit: alley,
///     post: Post::AlleyChief,
///     member: chief,
///     name: Text::cut("Xie"),
///     from: Time(0),
///     until: None,
/// });
///
/// // The chief reports that a road is broken. The step's fields are set by their names.
/// let mut report = DocumentKind::Case.blank("report").ok_or("no such step")?;
/// let fields = [
///     ("owner", alley.key()),
///     ("category", "road".to_owned()),
///     ("text", "The road to the orchard is broken.".to_owned()),
/// ];
/// for (field, value) in &fields {
///     report.set(field, value)?;
/// }
/// let question = Question {
///     organisation: &organisation,
///     author: Authority::Member(chief),
///     now: Time(1),
///     standing: Standing::InForce,
///     command: CommandId([5; 16]),
///     document: None,
///     body: &report,
/// };
/// assert_eq!(judge(&question), Ok(()));
///
/// // A member without a post may not.
/// let stranger = Authority::Member(MemberId([9; 16]));
/// let refusal = judge(&Question { author: stranger, ..question }).unwrap_err();
/// assert_eq!(refusal.code, RefusalCode::NotPermitted);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The rule that forbids it; where another step came first, that step and its author.
pub fn judge(question: &Question<'_>) -> Result<(), Refusal> {
    question.body.judge(question)
}

/// Judges a command of one kind of document. Every part of its row is looked at, in this order: has
/// the command what it needs; may its author; does what stands allow it; does it keep to its bounds.
pub(crate) fn judge_of<K: Rules>(
    question: &Question<'_>,
    command: &K::Command,
) -> Result<(), Refusal> {
    let row = row_of::<K>(command).ok_or(RefusalCode::UnknownCommand)?;
    let document = there(question, row.from == From::Nothing)?;
    needs::check(row, question, command)?;
    let subject = K::subject(command, document)?;
    judge_by(row, row.bounds, question, command, &subject)
        .map_err(|refusal| K::with_first(refusal, &subject))
}

/// The row of a command; none for one of a later version.
fn row_of<K: Rules>(command: &K::Command) -> Option<&'static Row<K>> {
    let step = K::row_of(command);
    K::ROWS.iter().find(|row| row.step == step)
}

/// The need that a command lacks of itself.
#[cfg(test)]
pub(crate) fn lacks<K: Rules>(
    question: &Question<'_>,
    command: &K::Command,
) -> Option<RefusalCode> {
    let row = row_of::<K>(command).expect("a row");
    needs::check(row, question, command).err()
}

/// Whether a command shows no effect until it is admitted.
pub(crate) fn takes_effect_on_admission<K: Rules>(command: &K::Command) -> bool {
    row_of::<K>(command).is_some_and(|row| !row.offline)
}

/// The document that the command is for; none for one that creates it.
fn there<'a>(question: &Question<'a>, creates: bool) -> Result<Option<&'a Document>, RefusalCode> {
    let document = question.document.filter(|document| document.version() > 0);
    match document {
        Some(_) if creates => Err(RefusalCode::IdTaken),
        Some(document) if document.kind() != DocumentKind::of(question.body) => {
            Err(RefusalCode::UnknownCommand)
        }
        None if !creates => Err(RefusalCode::UnknownDocument),
        document => Ok(document),
    }
}

fn judge_by<K: Rules>(
    row: &Row<K>,
    bounds: &[K::Bound],
    question: &Question<'_>,
    command: &K::Command,
    subject: &K::Subject<'_>,
) -> Result<(), Refusal> {
    let uncleared = Author::of(question);
    let asks_clearance = K::asks_clearance(subject);
    let author = if asks_clearance {
        uncleared.if_cleared()
    } else {
        Author::of(question)
    };
    K::is_expected(row, &author, subject)?;
    if !row.is_for(&author, subject) {
        let lacks_clearance = asks_clearance && row.is_for(&uncleared, subject);
        return Err(if lacks_clearance {
            RefusalCode::NotCleared.into()
        } else {
            K::not_the_one(row, &author, subject).into()
        });
    }
    if let From::When(life) = row.from {
        K::stands(life, subject)?;
    }
    bounds
        .iter()
        .try_for_each(|bound| K::keeps(*bound, question, command, subject))?;
    if K::takes_room(command) {
        room::check(K::ROOM, question)?;
    }
    Ok(())
}
