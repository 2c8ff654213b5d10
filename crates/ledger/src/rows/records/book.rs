//! The rows of the town's book.

use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::book::{Proposal, Section, SectionName, Version};
use alleyway_core::limits::{CODE_BYTES_MAX, TEXT_BYTES_MAX};
use alleyway_core::text::Text;
use alleyway_core::time::Date;
use alleyway_core::wire_struct;

/// Whose book the town's is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BookRecord {
    pub(crate) document: DocumentId,
    pub(crate) town: UnitId,
}
wire_struct!(BookRecord { document, town });

/// A section that was put into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RulesRecord {
    /// The book's version that the command made: of two sections from one day, the later one wins.
    pub(crate) version: u64,
    from: Date,
    section: Text<CODE_BYTES_MAX>,
    value: Text<TEXT_BYTES_MAX>,
}
wire_struct!(RulesRecord {
    version,
    from,
    section,
    value
});

impl RulesRecord {
    /// A proposal, in force from a day.
    pub(crate) fn of(version: u64, from: Date, proposal: &Proposal) -> Self {
        Self {
            version,
            from,
            section: Text::cut(&proposal.word),
            value: Text::new(&proposal.value).unwrap_or_default(),
        }
    }

    /// The section; none if this release does not have it.
    pub(crate) fn rules(&self, adopted: CommandId) -> Option<(SectionName, Version)> {
        let name = SectionName::known(&self.section)?;
        let version = Version {
            adopted,
            from: self.from,
            section: Section::read(name, &self.value).0,
        };
        Some((name, version))
    }
}
