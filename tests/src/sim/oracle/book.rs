//! The town's book, written from `domain.md`: one administrator proposes a section, another one puts it
//! into force from a later day, and what was in force once stays what it was.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::id::{CommandId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::book::{BookCommand, Rulebook, Section, SectionName, Version};
use alleyway_core::time::Date;

use super::life::Actor;
use super::{Oracle, Paper};

/// The book.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book {
    /// Every proposal that was admitted.
    proposals: BTreeMap<CommandId, Proposal>,
    /// Those in whose place another stands, whose author knew of them: behind a restore it may stand before
    /// they do.
    replaced: BTreeSet<CommandId>,
    /// What was put into force, in the order in which it was admitted.
    adopted: Vec<Adopted>,
}

#[derive(Debug, Clone)]
struct Proposal {
    by: MemberId,
    section: SectionName,
    value: String,
}

#[derive(Debug, Clone, Copy)]
struct Adopted {
    id: CommandId,
    proposal: CommandId,
    from: Date,
}

impl Book {
    /// Whether an administrator may take the step.
    pub(super) fn allows(&self, by: &Actor<'_>, step: &BookCommand) -> Result<(), &'static str> {
        if !by.town.is_administrator(by.member, by.at) {
            return Err("the book is the administrators'");
        }
        match step {
            BookCommand::Open(_) => Err("a town has one book"),
            BookCommand::Propose(edit) => {
                SectionName::known(&edit.field).ok_or("there is no such section")?;
                Ok(())
            }
            BookCommand::Adopt(adopt) => {
                let proposal = self.proposals.get(&adopt.proposal);
                let proposal = proposal.ok_or("it was never proposed")?;
                if proposal.by == by.member {
                    return Err("a second person puts it into force");
                }
                let mut adopted = self.adopted.iter();
                if adopted.any(|adopted| adopted.proposal == adopt.proposal) {
                    return Err("it is in force already");
                }
                let stands = |(id, one): &(&CommandId, &Proposal)| {
                    one.section == proposal.section && !self.replaced.contains(*id)
                };
                let is_replaced = self.replaced.contains(&adopt.proposal);
                if is_replaced || self.proposals.iter().filter(stands).count() != 1 {
                    return Err("it does not stand alone");
                }
                if adopt.from <= Date::of(by.at) {
                    return Err("the rules of a day that has begun do not change");
                }
                Ok(())
            }
        }
    }

    /// Carries the step out.
    pub(super) fn take(&mut self, by: MemberId, id: CommandId, step: &BookCommand) {
        match step {
            BookCommand::Open(_) => {}
            BookCommand::Propose(edit) => {
                self.replaced.extend(edit.replaces.iter().copied());
                let Some(section) = SectionName::known(&edit.field) else {
                    return;
                };
                let proposal = Proposal {
                    by,
                    section,
                    value: edit.value.to_string(),
                };
                self.proposals.insert(id, proposal);
            }
            BookCommand::Adopt(adopt) => self.adopted.push(Adopted {
                id,
                proposal: adopt.proposal,
                from: adopt.from,
            }),
        }
    }

    fn versions(&self) -> impl Iterator<Item = (SectionName, Version)> + '_ {
        self.adopted.iter().filter_map(|adopted| {
            let proposal = self.proposals.get(&adopted.proposal)?;
            let version = Version {
                adopted: adopted.id,
                from: adopted.from,
                section: Section::read(proposal.section, &proposal.value).0,
            };
            Some((proposal.section, version))
        })
    }

    /// The adoption of the calendar that holds on a day; none for the one that ships. Of two from one
    /// day, the last counts.
    pub(super) fn calendar(&self, day: Date) -> Option<CommandId> {
        let is_calendar = |adopted: &&Adopted| {
            let proposal = self.proposals.get(&adopted.proposal);
            proposal.is_some_and(|proposal| proposal.section == SectionName::Calendar)
        };
        let begun = self.adopted.iter().filter(is_calendar);
        let begun = begun.filter(|adopted| adopted.from <= day);
        begun
            .max_by_key(|adopted| adopted.from)
            .map(|adopted| adopted.id)
    }

    /// How often something was proposed, put into force, and of that how often a calendar; and the most
    /// versions that a section has.
    fn counts(&self) -> [u64; 4] {
        let mut of_section: BTreeMap<SectionName, u64> = BTreeMap::new();
        for (section, _) in self.versions() {
            *of_section.entry(section).or_default() += 1;
        }
        let calendars = of_section.get(&SectionName::Calendar);
        [
            self.proposals.len() as u64,
            self.adopted.len() as u64,
            calendars.copied().unwrap_or(0),
            of_section.values().max().copied().unwrap_or(0),
        ]
    }
}

impl Oracle {
    /// The town's book is there, as it ships.
    pub(super) fn opened_book(&mut self, document: DocumentId) {
        self.papers.entry(document).or_insert_with(Paper::book);
    }

    pub(super) fn book(&self) -> Option<&Book> {
        self.papers.values().find_map(|paper| paper.book.as_ref())
    }

    /// The book of a town, as it was put into force.
    pub(crate) fn rulebook(&self, town: UnitId) -> Option<Rulebook> {
        Some(Rulebook::of(town, self.book()?.versions()))
    }

    /// Whether a category ships, or was in any version that was put into force.
    pub(super) fn has_category(&self, code: &str) -> bool {
        let has = |section: &Section| match section {
            Section::Categories(rows) => rows.iter().any(|row| row.code.as_str() == code),
            _ => false,
        };
        let versions = self.book().into_iter().flat_map(Book::versions);
        let mut sections = versions.map(|(_, version)| version.section);
        has(&Section::shipped(SectionName::Categories)) || sections.any(|section| has(&section))
    }

    /// How often something was proposed, put into force, and of that how often a calendar; and the most
    /// versions that a section has.
    pub(crate) fn book_counts(&self) -> [u64; 4] {
        self.book().map(Book::counts).unwrap_or_default()
    }
}
