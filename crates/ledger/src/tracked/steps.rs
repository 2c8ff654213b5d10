//! The steps that residents can take, as commands.

use alleyway_core::command::Body;
use alleyway_core::kinds::case::{CaseCommand, Finding, Note, Prose, Reopen, Verify};
use alleyway_core::limits::RESIDENT_TEXT_BYTES_MAX;
use alleyway_core::text::Text;

/// A text that a resident writes at once.
pub type Words = Text<RESIDENT_TEXT_BYTES_MAX>;

/// A kind of step that a resident can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResidentStepKind {
    /// 核查
    Verify,
    /// 重办
    Reopen,
    /// 补充说明
    Word,
}

impl ResidentStepKind {
    /// Every one, in the order in which a page offers them.
    pub const ALL: &'static [Self] = &[Self::Verify, Self::Reopen, Self::Word];

    /// The word for it over HTTP.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reopen => "reopen",
            Self::Word => "word",
        }
    }

    /// The number that a record has for it.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Verify => 0,
            Self::Reopen => 1,
            Self::Word => 2,
        }
    }

    /// A step of this kind with something in every place, to ask the rules with.
    pub(super) fn example(self) -> ResidentStep {
        let words = || Words::cut("…");
        match self {
            Self::Verify => ResidentStep::Verify {
                result: Finding::Fixed,
                text: words(),
            },
            Self::Reopen => ResidentStep::Reopen { reason: words() },
            Self::Word => ResidentStep::Word { text: words() },
        }
    }
}

/// A step of a resident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResidentStep {
    /// Says whether the work helped.
    Verify {
        /// The finding.
        result: Finding,
        /// In the resident's words; may be empty.
        text: Words,
    },
    /// Asks for it to be handled again.
    Reopen {
        /// The reason.
        reason: Words,
    },
    /// Adds a word: a note in the case.
    Word {
        /// The word.
        text: Words,
    },
}

impl ResidentStep {
    pub(crate) fn body(&self) -> Body {
        Body::from(match self {
            Self::Verify { result, text } => CaseCommand::Verify(Verify {
                result: result.clone(),
                text: prose(text),
                code_of: None,
            }),
            Self::Reopen { reason } => CaseCommand::Reopen(Reopen {
                reason: prose(reason),
                reviewer: None,
            }),
            Self::Word { text } => CaseCommand::Note(Note { text: prose(text) }),
        })
    }
}

/// Words are shorter than prose may be, and of the same characters: they always fit.
fn prose(words: &Words) -> Prose {
    Prose::new(words).unwrap_or_else(|_| Prose::cut(words))
}
