//! A row of the table of `domain.md`: a step, who may take it, from where, and what it needs. Each
//! kind of document has its rows in its folder.

use super::author::Author;
use super::rules::Rules;

/// From where a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From<L> {
    /// From nothing: it creates the document.
    Nothing,
    /// From a document that is there, however it stands.
    There,
    /// From a document that stands so.
    When(L),
}

/// A row of a kind's table.
pub(crate) struct Row<K: Rules> {
    /// The step; one that differs by what it says has several rows, with a name each.
    pub(crate) step: &'static str,
    /// Who may take it: any of these.
    pub(crate) who: &'static [K::Role],
    /// From where it goes.
    pub(crate) from: From<K::Life>,
    /// Conditions on the step itself, beside those that its fields state.
    pub(crate) needs: &'static [K::Need],
    /// Conditions on the step where it is taken: on what stands, on its author's past, on the time.
    pub(crate) bounds: &'static [K::Bound],
    /// Whether it shows at once, offline; else its effect waits for admission.
    pub(crate) offline: bool,
}

impl<K: Rules> Row<K> {
    /// A row without needs and bounds, that shows at once.
    pub(crate) const fn new(
        step: &'static str,
        who: &'static [K::Role],
        from: From<K::Life>,
    ) -> Self {
        Self {
            step,
            who,
            from,
            needs: &[],
            bounds: &[],
            offline: true,
        }
    }

    pub(crate) const fn needs(self, needs: &'static [K::Need]) -> Self {
        Self { needs, ..self }
    }

    pub(crate) const fn bounds(self, bounds: &'static [K::Bound]) -> Self {
        Self { bounds, ..self }
    }

    pub(crate) const fn on_admission(self) -> Self {
        Self {
            offline: false,
            ..self
        }
    }

    /// The word of its step.
    pub(crate) fn word(&self) -> &'static str {
        self.step
            .split_once(", ")
            .map_or(self.step, |(word, _)| word)
    }

    /// Whether the author has one of its roles.
    pub(super) fn is_for(&self, author: &Author<'_>, subject: &K::Subject<'_>) -> bool {
        self.who
            .iter()
            .any(|role| K::is_had(*role, author, subject))
    }
}
