//! The town's book: what holds, what was proposed.

use alleyway_catalogue::words;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::book::{BookView, Flaw, Proposal, Section, SectionName};
use alleyway_core::time::{Date, Time};
use alleyway_replica::{Draft, RecordError};
use serde::Serialize;

use super::utc;
use crate::dates;
use crate::fault::{Candidate, Fault, Problem};
use crate::names::found_by_id;
use crate::screen::Screen;

/// A section of the town's book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookSection {
    /// Its word.
    pub section: &'static str,
    /// The label that people read.
    pub label: String,
    /// Since when it holds as it is: `YYYY-MM-DD`; none while it is as it ships.
    pub since: Option<String>,
    /// The section as it holds today, as JSON; none while it is as it ships.
    pub value: Option<serde_json::Value>,
    /// Versions that hold from a later day, the next one first.
    pub coming: Vec<Coming>,
    /// Proposals that stand and are not in force: two are a conflict, which a new one settles.
    pub proposals: Vec<Proposed>,
}

/// A version that holds from a later day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coming {
    /// The command that put it into force.
    pub adopted: CommandId,
    /// The first day on which it holds: `YYYY-MM-DD`.
    pub from: String,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// The command that proposed it.
    pub proposal: CommandId,
    /// Who proposed it, by name.
    pub by: String,
    /// When, by the author's clock.
    #[serde(serialize_with = "utc")]
    pub at: Time,
    /// The section as it was proposed, as JSON.
    pub value: serde_json::Value,
}

impl Screen<'_> {
    /// Every section of the town's book as it holds today, and what was proposed.
    ///
    /// # Errors
    /// [`Problem::LeaseEnded`]; [`Problem::NoBook`].
    pub fn book(&self) -> Result<Vec<BookSection>, Fault> {
        if self.replica.is_locked() {
            return Err(Fault::plain(Problem::LeaseEnded));
        }
        let document = self.replica.book();
        let book = document.as_ref().and_then(Document::book);
        let (Some(document), Some(book)) = (document, book) else {
            return Err(Fault::plain(Problem::NoBook));
        };
        let proposal = |id| document.proposal(id);
        let sections = SectionName::ALL.iter();
        Ok(sections
            .map(|name| self.section(document.id(), &book, *name, proposal))
            .collect())
    }

    fn section(
        &self,
        document: DocumentId,
        book: &BookView,
        name: SectionName,
        proposal: impl Fn(CommandId) -> Option<Proposal>,
    ) -> BookSection {
        let today = Date::of(self.now);
        let of_section = |id| proposal(id).filter(|found| found.section == Some(name));
        let mut adopted: Vec<_> = book
            .adopted
            .iter()
            .filter_map(|adoption| Some((adoption, of_section(adoption.proposal)?)))
            .collect();
        adopted.sort_by_key(|(adoption, _)| adoption.from);
        let (begun, coming): (Vec<_>, Vec<_>) = adopted
            .into_iter()
            .partition(|(adoption, _)| adoption.from <= today);
        let holds = begun.last();
        let is_in_force = |id| book.adopted.iter().any(|adoption| adoption.proposal == id);
        let open = book.standing.iter();
        let open = open.filter(|found| found.section == Some(name) && !is_in_force(found.id));
        BookSection {
            section: name.word(),
            label: words::SECTION.word(self.lang, name.word()).to_owned(),
            since: holds.map(|(adoption, _)| adoption.from.to_string()),
            value: holds.map(|(_, proposal)| json(&proposal.value)),
            coming: coming
                .into_iter()
                .map(|(adoption, _)| Coming {
                    adopted: adoption.id,
                    from: adoption.from.to_string(),
                })
                .collect(),
            proposals: open
                .map(|found| Proposed {
                    proposal: found.id,
                    by: self.author(document, found.by),
                    at: found.at,
                    value: json(&found.value),
                })
                .collect(),
        }
    }

    /// A section as it holds today, or as a proposal has it: `named` is the proposal's id, or an
    /// unambiguous beginning.
    ///
    /// # Errors
    /// [`Problem::UnknownSection`]; [`Problem::ProposalNotFound`]; as [`Screen::book`].
    pub fn rules(&self, section: &str, named: Option<&str>) -> Result<serde_json::Value, Fault> {
        let name = SectionName::known(section.trim()).ok_or_else(|| unknown_section(section))?;
        let mut sections = self.book()?.into_iter();
        let found = sections.find(|found| found.section == name.word());
        let section = found.ok_or_else(|| unknown_section(section))?;
        let Some(named) = named else {
            let shipped = || Section::shipped(name).to_json();
            return Ok(section.value.unwrap_or_else(shipped));
        };
        let found = self.replica.find_proposal(named);
        let found = found.map_err(|error| found_by_id(Problem::ProposalNotFound, named, error))?;
        let mut proposals = section.proposals.into_iter();
        let proposed = proposals.find(|proposed| proposed.proposal == found);
        proposed
            .map(|proposed| proposed.value)
            .ok_or_else(|| Fault::new(Problem::ProposalNotFound, vec![("text", named.to_owned())]))
    }

    /// The draft that proposes a section, whose JSON has no flaw.
    ///
    /// # Errors
    /// [`Problem::UnknownSection`]; [`Problem::BadSection`] with every flaw; [`Problem::NoBook`];
    /// [`Problem::TextTooLong`].
    pub fn rules_proposed(&self, section: &str, text: &str) -> Result<Draft, Fault> {
        let name = self.rules_checked(section, text)?;
        // Without the blanks that a person's editor puts in.
        let packed = json(text).to_string();
        let draft = self.replica.propose_rules(name.word(), &packed);
        draft.map_err(|error| match error {
            RecordError::Refused(_) => Fault::plain(Problem::NoBook),
            other => self.record_fault(DocumentId([0; 16]), &other),
        })
    }

    /// The section that is meant, if its JSON has no flaw.
    ///
    /// # Errors
    /// [`Problem::UnknownSection`]; [`Problem::BadSection`] with every flaw.
    pub fn rules_checked(&self, section: &str, text: &str) -> Result<SectionName, Fault> {
        let name = SectionName::known(section.trim()).ok_or_else(|| unknown_section(section))?;
        let (_, flaws) = Section::read(name, text);
        if !flaws.is_empty() {
            let values = vec![(
                "section",
                words::SECTION.word(self.lang, name.word()).to_owned(),
            )];
            let candidates = flaws.iter().map(|flaw| self.flaw(flaw)).collect();
            return Err(Fault {
                candidates,
                ..Fault::new(Problem::BadSection, values)
            });
        }
        Ok(name)
    }

    /// The draft that puts a proposal into force. `named` is its id, or an unambiguous beginning.
    ///
    /// # Errors
    /// [`Problem::BadDate`]; [`Problem::ProposalNotFound`]; [`Problem::Ambiguous`].
    pub fn rules_adopted(&self, named: &str, from: &str) -> Result<Draft, Fault> {
        let bad = || Fault::new(Problem::BadDate, vec![("value", from.to_owned())]);
        let from = dates::date(from).ok_or_else(bad)?;
        let draft = self.replica.adopt_rules(named, from);
        draft.map_err(|error| found_by_id(Problem::ProposalNotFound, named, error))
    }

    fn flaw(&self, flaw: &Flaw) -> Candidate {
        let said = words::FLAW.word(self.lang, flaw.kind.word());
        let bound = flaw.kind.bound();
        Candidate {
            name: flaw.place(),
            about: Some(format!("{said}{bound}")),
            id: None,
        }
    }
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn unknown_section(section: &str) -> Fault {
    let known: Vec<_> = SectionName::ALL.iter().map(|name| name.word()).collect();
    let values = vec![("value", section.to_owned()), ("known", known.join(" "))];
    Fault::new(Problem::UnknownSection, values)
}
