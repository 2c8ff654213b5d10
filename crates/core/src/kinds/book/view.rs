//! A town's book, typed.

use super::rulebook::{Rulebook, Version};
use super::section::{Section, SectionName};
use super::{ADOPTED, BookCommand};
use crate::documents::{Document, DocumentKind, log};
use crate::id::{CommandId, MemberId, UnitId};
use crate::kinds::View;
use crate::time::{Date, Time};

/// A section that somebody wrote out and proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The command that proposed it.
    pub id: CommandId,
    /// The section; none for one of a later release.
    pub section: Option<SectionName>,
    /// The section's word.
    pub word: String,
    /// The section, as JSON.
    pub value: String,
    /// Who proposed it.
    pub by: MemberId,
    /// When, by the author's clock.
    pub at: Time,
}

/// A proposal that a second person put into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The command that did.
    pub id: CommandId,
    /// The proposal.
    pub proposal: CommandId,
    /// The first day on which it holds.
    pub from: Date,
    /// Who adopted it.
    pub by: MemberId,
    /// When, by the author's clock.
    pub at: Time,
}

/// A town's book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookView {
    /// The town whose book it is.
    pub town: UnitId,
    /// The sections that were proposed and not replaced, in the order in which they were admitted.
    pub standing: Vec<Proposal>,
    /// The proposals that were put into force, in the order in which it was admitted.
    pub adopted: Vec<Adoption>,
}

impl View for BookView {
    const KIND: DocumentKind = DocumentKind::Book;

    fn of(document: &Document) -> Option<Self> {
        document.book()
    }
}

impl Document {
    /// The town whose book it is; none if the document is not one, or empty.
    pub fn book_of(&self) -> Option<UnitId> {
        if self.kind() != Some(DocumentKind::Book) {
            return None;
        }
        self.root().id("town", UnitId::parse)
    }

    /// The book; none if the document is not one, or empty.
    pub fn book(&self) -> Option<BookView> {
        let town = self.book_of()?;
        let sections = SectionName::ALL.iter();
        let mut standing: Vec<_> = sections
            .flat_map(|section| self.live(section.word()))
            .filter_map(|live| self.proposal(live.command))
            .collect();
        standing.sort_by_key(|proposal| self.version_of(proposal.id).unwrap_or(u64::MAX));
        Some(BookView {
            town,
            standing,
            adopted: self.adoptions(),
        })
    }

    /// A proposal of this book, whether something has replaced it or not.
    pub fn proposal(&self, id: CommandId) -> Option<Proposal> {
        let entry = self.entry(id)?;
        let step = DocumentKind::Book.blank(&entry.text("kind")?)?;
        if !matches!(BookCommand::of(&step), Some(BookCommand::Propose(_))) {
            return None;
        }
        let word = entry.text_or_empty("field");
        Some(Proposal {
            id,
            section: SectionName::known(&word),
            word,
            value: entry.text_or_empty("value"),
            by: log::author(&entry),
            at: log::at(&entry),
        })
    }

    /// The adoptions in this book, in the order in which it was admitted.
    fn adoptions(&self) -> Vec<Adoption> {
        let ids = self
            .root()
            .map(ADOPTED)
            .map(|adopted| adopted.ids(CommandId::parse))
            .unwrap_or_default();
        let mut adoptions: Vec<_> = ids.into_iter().filter_map(|id| self.adoption(id)).collect();
        adoptions.sort_by_key(|adoption| self.version_of(adoption.id).unwrap_or(u64::MAX));
        adoptions
    }

    fn adoption(&self, id: CommandId) -> Option<Adoption> {
        let entry = self.entry(id)?;
        Some(Adoption {
            id,
            proposal: entry.id("proposal", CommandId::parse)?,
            from: Date(entry.small("from")?),
            by: log::author(&entry),
            at: log::at(&entry),
        })
    }

    /// The rules of this book, in every version that was put into force.
    pub fn rulebook(&self) -> Option<Rulebook> {
        let town = self.book_of()?;
        let versions = self.adoptions().into_iter().filter_map(|adoption| {
            let proposal = self.proposal(adoption.proposal)?;
            let name = proposal.section?;
            let version = Version {
                adopted: adoption.id,
                from: adoption.from,
                section: Section::read(name, &proposal.value).0,
            };
            Some((name, version))
        });
        Some(Rulebook::of(town, versions))
    }
}
