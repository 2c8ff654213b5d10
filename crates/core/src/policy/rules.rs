//! Everything that policy asks of a kind of document.

use std::fmt::Debug;

use super::Question;
use super::author::Author;
use super::row::Row;
use crate::documents::Document;
use crate::kinds::Kind;
use crate::refusal::{Refusal, RefusalCode};

/// How what is done to a kind of document is judged. [`judge`](super::judge) looks at every part of
/// a row and asks the kind what the part means; a kind cannot state a life or a bound that nobody
/// looks at.
pub(crate) trait Rules: Kind + Sized + 'static {
    /// The subject of a command, as far as roles, lives and bounds depend on it.
    type Subject<'a>;
    /// A relation of an author to the subject.
    type Role: Debug + Copy + PartialEq + 'static;
    /// How a document must stand for a step; [`Never`] if steps do not depend on it.
    type Life: Debug + Copy + PartialEq + 'static;
    /// A condition on a step itself, beside those that its fields state; [`Never`] if the kind has
    /// none.
    type Need: Debug + Copy + PartialEq + 'static;
    /// A condition on a step where it is taken; [`Never`] if the kind has none.
    type Bound: Debug + Copy + PartialEq + 'static;

    /// The server's own role: who has it is no person.
    const SERVER: Self::Role;

    /// The table: each command has its row.
    const ROWS: &'static [Row<Self>];

    /// The name of a command's row.
    fn row_of(command: &Self::Command) -> &'static str;

    /// The subject of a command; `document` is none for one that creates it.
    ///
    /// # Errors
    /// The document cannot be read.
    fn subject<'a>(
        command: &'a Self::Command,
        document: Option<&'a Document>,
    ) -> Result<Self::Subject<'a>, RefusalCode>;

    /// Whether an author's posts count only if they are cleared for the confidential feeds of their
    /// units.
    fn asks_clearance(subject: &Self::Subject<'_>) -> bool;

    /// Asked before roles: whether there is what the roles of the row stand in a relation to.
    ///
    /// # Errors
    /// Nobody can have the role, as far as the author may know.
    fn is_expected(
        row: &Row<Self>,
        author: &Author<'_>,
        subject: &Self::Subject<'_>,
    ) -> Result<(), RefusalCode>;

    /// Whether the author has the role.
    fn is_had(role: Self::Role, author: &Author<'_>, subject: &Self::Subject<'_>) -> bool;

    /// The refusal of an author who has none of the row's roles.
    fn not_the_one(
        row: &Row<Self>,
        author: &Author<'_>,
        subject: &Self::Subject<'_>,
    ) -> RefusalCode;

    /// Whether the document stands so.
    ///
    /// # Errors
    /// How it stands instead.
    fn stands(life: Self::Life, subject: &Self::Subject<'_>) -> Result<(), RefusalCode>;

    /// Whether the step has what it needs of itself.
    ///
    /// # Errors
    /// The need that it lacks.
    fn has(
        need: Self::Need,
        question: &Question<'_>,
        command: &Self::Command,
    ) -> Result<(), RefusalCode>;

    /// The field that a need is about, if it is about one that can be left blank.
    fn asks_for(need: Self::Need) -> Option<&'static str>;

    /// The fields of a step that a bound looks at.
    fn looks_at(bound: Self::Bound) -> &'static [&'static str];

    /// Whether the step keeps to the bound.
    ///
    /// # Errors
    /// The bound, and what came first.
    fn keeps(
        bound: Self::Bound,
        question: &Question<'_>,
        command: &Self::Command,
        subject: &Self::Subject<'_>,
    ) -> Result<(), Refusal>;

    /// Names the step that came first, where one did: without it the author cannot see why.
    fn with_first(refusal: Refusal, subject: &Self::Subject<'_>) -> Refusal;

    /// The parts of a row, as the page `docs/policy.md` calls them.
    #[cfg(test)]
    fn words(part: Part<Self>) -> String;
}

/// For a kind that has nothing of a sort: there is no value of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Never {}

/// A part of a row, to be put into words.
#[cfg(test)]
pub(crate) enum Part<K: Rules> {
    /// A role.
    Role(K::Role),
    /// The states from which a step goes.
    Life(K::Life),
    /// The life in which the step is possible while something is pending.
    WhilePending(K::Life),
    /// A need.
    Need(K::Need),
    /// A bound.
    Bound(K::Bound),
}
