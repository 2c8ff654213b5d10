//! The words: what happens to people in a country town, how they and its officials speak of it, and
//! what everything is called. They are data, in `words/*.toml`; templates are those of
//! [`crate::phrase`].

mod names;
mod places;

use serde::Deserialize;
use thiserror::Error;

pub(crate) use names::Names;
pub(crate) use places::{Department, MemberPlan, Places, UnitPlan};

use crate::phrase::Slots;

/// Templates of which one is taken.
pub(crate) type Templates = Vec<String>;

/// The words of a release cannot be read: a mistake in `words/`.
#[derive(Debug, Error)]
#[error("the words of made-up towns cannot be read: {0}")]
pub struct WordsError(#[from] toml::de::Error);

/// Every word of the towns.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) names: Names,
    pub(crate) places: Places,
    pub(crate) slots: Slots,
    pub(crate) process: Process,
    /// Groups of matters. One group is as likely as another, whatever it holds.
    pub(crate) matters: Vec<Vec<Matter>>,
}

/// Something that is wrong, and how it goes on. The texts of a matter speak of the same thing, so
/// that a case reads as one story.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Matter {
    /// A category of the domain.
    pub(crate) category: String,
    /// Lines that name it.
    pub(crate) titles: Templates,
    /// How it is wrong: clauses without a full stop.
    pub(crate) wrong: Templates,
    /// The harm it does: clauses.
    pub(crate) effect: Templates,
    /// The help people ask for: clauses.
    pub(crate) wish: Templates,
    /// The findings of a visit: sentences.
    pub(crate) seen: Templates,
    /// The attempts: clauses.
    pub(crate) tried: Templates,
    /// How work goes on: sentences.
    pub(crate) progress: Templates,
    /// The work in the end: sentences.
    pub(crate) done: Templates,
}

/// The sayings on the way of a case, whatever it is about; `words/process.toml` says when.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Process {
    pub(crate) place: Templates,
    pub(crate) request: Templates,
    pub(crate) before_visit: Templates,
    pub(crate) after_visit: Templates,
    pub(crate) tried_twice: String,
    pub(crate) after_tried: Templates,
    pub(crate) after_resolve: Templates,
    pub(crate) told_of_work: Templates,
    pub(crate) escalate: Templates,
    #[serde(rename = "return")]
    pub(crate) sent_back: Templates,
    pub(crate) rule: Templates,
    pub(crate) extend: Templates,
    pub(crate) told_of_delay: Templates,
    pub(crate) supervise: Templates,
    pub(crate) reject: Templates,
    pub(crate) cannot: Templates,
    pub(crate) fixed: Templates,
    pub(crate) partly: Templates,
    pub(crate) not: Templates,
    pub(crate) close: Templates,
    pub(crate) reopen: Templates,
    pub(crate) withdraw: Templates,
    pub(crate) note: Templates,
}

/// Words of other work than cases: no template is shared with theirs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherWork {
    /// Whole texts.
    pub(crate) texts: Templates,
    pub(crate) slots: Slots,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Matters {
    matter: Vec<Matter>,
}

/// Files of matters, one a group.
const MATTERS: [&str; 5] = [
    include_str!("../words/matters/roads.toml"),
    include_str!("../words/matters/homes.toml"),
    include_str!("../words/matters/elders.toml"),
    include_str!("../words/matters/people.toml"),
    include_str!("../words/matters/safety.toml"),
];

impl Words {
    /// Reads the words.
    ///
    /// # Errors
    /// [`WordsError`].
    pub(crate) fn read() -> Result<Self, WordsError> {
        let names: Names = toml::from_str(include_str!("../words/names.toml"))?;
        let mut slots: Slots = toml::from_str(include_str!("../words/slots.toml"))?;
        slots.insert("surname".to_owned(), names.surnames.clone());
        let matters = MATTERS
            .iter()
            .map(|file| Ok(toml::from_str::<Matters>(file)?.matter))
            .collect::<Result<_, WordsError>>()?;
        Ok(Self {
            names,
            places: toml::from_str(include_str!("../words/places.toml"))?,
            slots,
            process: toml::from_str(include_str!("../words/process.toml"))?,
            matters,
        })
    }
}

impl OtherWork {
    /// Reads the words, and the names that they use.
    ///
    /// # Errors
    /// [`WordsError`].
    pub(crate) fn read() -> Result<(Self, Names), WordsError> {
        Ok((
            toml::from_str(include_str!("../words/other.toml"))?,
            toml::from_str(include_str!("../words/names.toml"))?,
        ))
    }
}
