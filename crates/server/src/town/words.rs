//! The words: what happens to people in a country town, and how they and its officials speak of it.
//!
//! Everything is a template ([`super::phrase`]); each matter's texts speak of the same thing, so
//! that a case reads as one story.

pub(super) mod common;
pub(super) mod elders;
pub(super) mod extra;
pub(super) mod free;
pub(super) mod homes;
pub(super) mod other;
pub(super) mod people;
pub(super) mod process;
pub(super) mod roads;
pub(super) mod safety;

/// Something that is wrong, and how it goes on.
pub(super) struct Matter {
    /// A category of `domain.md`.
    pub(super) category: &'static str,
    /// Lines that name it.
    pub(super) titles: &'static [&'static str],
    /// What is wrong: clauses without a full stop.
    pub(super) wrong: &'static [&'static str],
    /// What comes of it: clauses.
    pub(super) effect: &'static [&'static str],
    /// What people ask for: clauses.
    pub(super) wish: &'static [&'static str],
    /// What a visit finds: sentences.
    pub(super) seen: &'static [&'static str],
    /// What was tried: clauses.
    pub(super) tried: &'static [&'static str],
    /// How work goes on: sentences.
    pub(super) progress: &'static [&'static str],
    /// What was done in the end: sentences.
    pub(super) done: &'static [&'static str],
}

/// All matters, by category.
pub(super) const MATTERS: &[&[Matter]] = &[
    roads::MATTERS,
    homes::MATTERS,
    elders::MATTERS,
    people::MATTERS,
    safety::MATTERS,
];
