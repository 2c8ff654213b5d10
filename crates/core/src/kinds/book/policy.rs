//! Who may do what to a town's book: one administrator proposes, another one puts into force.

use super::section::{Section, SectionName};
use super::{AdoptRules, Book, BookCommand, Proposal};
use crate::documents::Document;
use crate::id::UnitId;
use crate::kinds::unit::UnitKind;
use crate::policy::author::Author;
use crate::policy::row::{From, Row};
#[cfg(test)]
use crate::policy::rules::Part;
use crate::policy::rules::{Never, Rules};
use crate::policy::{Authority, Question};
use crate::refusal::{Refusal, RefusalCode};
use crate::time::Date;

/// A relation of an author to a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BookRole {
    /// Is an administrator of the town.
    Administrator,
    /// The server itself: imports.
    Server,
}

#[cfg(test)]
impl BookRole {
    /// The role, as the page calls it.
    fn words(self) -> &'static str {
        match self {
            Self::Administrator => "an administrator of the town",
            Self::Server => "the server",
        }
    }
}

/// A book that a command is about.
pub(crate) enum BookSubject<'a> {
    /// One that is being created.
    Created,
    /// One as it stands.
    Standing(&'a Document, UnitId),
}

/// A condition on a proposal itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BookNeed {
    /// The section is whole: it can be read, and nothing in it is wrong.
    Whole,
}

/// A condition on a step where it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BookBound {
    /// A town has one book.
    OneBook,
    /// The proposal is the only one of its section that stands, and is not in force already.
    StandsAlone,
    /// Not by who proposed it.
    BySecondPerson,
    /// From tomorrow at the earliest.
    FromTomorrow,
}

impl Rules for Book {
    type Subject<'a> = BookSubject<'a>;
    type Role = BookRole;
    type Life = Never;
    type Need = BookNeed;
    type Bound = BookBound;

    const SERVER: Self::Role = BookRole::Server;

    const ROWS: &'static [Row<Self>] = &[
        Row::new("open_book", &[BookRole::Server], From::Nothing).bounds(&[BookBound::OneBook]),
        Row::new(
            "propose_rules",
            &[BookRole::Server, BookRole::Administrator],
            From::There,
        )
        .needs(&[BookNeed::Whole]),
        Row::new(
            "adopt_rules",
            &[BookRole::Server, BookRole::Administrator],
            From::There,
        )
        .bounds(&[
            BookBound::StandsAlone,
            BookBound::BySecondPerson,
            BookBound::FromTomorrow,
        ])
        .on_admission(),
    ];

    fn row_of(command: &BookCommand) -> &'static str {
        command.kind()
    }

    fn subject<'a>(
        command: &'a BookCommand,
        document: Option<&'a Document>,
    ) -> Result<BookSubject<'a>, RefusalCode> {
        if let BookCommand::Open(_) = command {
            return Ok(BookSubject::Created);
        }
        let document = document.ok_or(RefusalCode::UnknownDocument)?;
        let town = document.book_of().ok_or(RefusalCode::UnknownDocument)?;
        Ok(BookSubject::Standing(document, town))
    }

    fn asks_clearance(_: &BookSubject<'_>) -> bool {
        false
    }

    fn is_expected(_: &Row<Self>, _: &Author<'_>, _: &BookSubject<'_>) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn is_had(role: BookRole, author: &Author<'_>, subject: &BookSubject<'_>) -> bool {
        match (role, subject) {
            (BookRole::Server, _) => author.is(Authority::Server),
            (BookRole::Administrator, BookSubject::Standing(_, town)) => author.administers(*town),
            (BookRole::Administrator, BookSubject::Created) => false,
        }
    }

    fn not_the_one(_: &Row<Self>, _: &Author<'_>, _: &BookSubject<'_>) -> RefusalCode {
        RefusalCode::NotPermitted
    }

    fn stands(life: Never, _: &BookSubject<'_>) -> Result<(), RefusalCode> {
        match life {}
    }

    fn has(need: BookNeed, _: &Question<'_>, command: &BookCommand) -> Result<(), RefusalCode> {
        let BookNeed::Whole = need;
        let BookCommand::Propose(edit) = command else {
            return Err(RefusalCode::UnknownCommand);
        };
        let section = SectionName::known(&edit.field).ok_or(RefusalCode::UnknownField)?;
        let (_, flaws) = Section::read(section, &edit.value);
        if flaws.is_empty() {
            Ok(())
        } else {
            Err(RefusalCode::BadRules)
        }
    }

    fn asks_for(need: BookNeed) -> Option<&'static str> {
        match need {
            BookNeed::Whole => Some("value"),
        }
    }

    fn looks_at(bound: BookBound) -> &'static [&'static str] {
        match bound {
            BookBound::OneBook => &["town"],
            BookBound::StandsAlone | BookBound::BySecondPerson => &["proposal"],
            BookBound::FromTomorrow => &["from"],
        }
    }

    fn keeps(
        bound: BookBound,
        question: &Question<'_>,
        command: &BookCommand,
        subject: &BookSubject<'_>,
    ) -> Result<(), Refusal> {
        match (command, subject) {
            (BookCommand::Open(open), _) => Ok(is_first(question, open.town)?),
            (BookCommand::Adopt(adopt), BookSubject::Standing(document, _)) => {
                check(bound, question, adopt, document)
            }
            _ => Err(RefusalCode::UnknownCommand.into()),
        }
    }

    fn with_first(refusal: Refusal, _: &BookSubject<'_>) -> Refusal {
        refusal
    }

    #[cfg(test)]
    fn words(part: Part<Self>) -> String {
        let words = match part {
            Part::Role(role) => role.words(),
            Part::Life(life) | Part::WhilePending(life) => match life {},
            Part::Need(BookNeed::Whole) => "a section that can be read and has no fault",
            Part::Bound(BookBound::OneBook) => "a town that has none yet",
            Part::Bound(BookBound::StandsAlone) => {
                "the only proposal of its section that stands, not in force already"
            }
            Part::Bound(BookBound::BySecondPerson) => "another than who proposed it",
            Part::Bound(BookBound::FromTomorrow) => "from tomorrow at the earliest",
        };
        words.to_owned()
    }
}

/// Whether a town has no book yet.
fn is_first(question: &Question<'_>, town: UnitId) -> Result<(), RefusalCode> {
    let organisation = question.organisation;
    if organisation.kind(town) != Some(&UnitKind::Town) {
        return Err(RefusalCode::UnknownUnit);
    }
    match organisation.rulebook().town() {
        Some(_) => Err(RefusalCode::SecondBook),
        None => Ok(()),
    }
}

/// Whether an adoption keeps to a bound.
fn check(
    bound: BookBound,
    question: &Question<'_>,
    adopt: &AdoptRules,
    document: &Document,
) -> Result<(), Refusal> {
    match bound {
        BookBound::OneBook => Err(RefusalCode::UnknownCommand.into()),
        BookBound::StandsAlone => stands_alone(adopt, document),
        BookBound::BySecondPerson => {
            let proposal = document.proposal(adopt.proposal);
            let proposal = proposal.ok_or(RefusalCode::NotProposed)?;
            // An import stands for those who wrote its files; it needs root on the town's machine.
            if Author::of(question).member() == Some(proposal.by) {
                Err(RefusalCode::SecondPerson.into())
            } else {
                Ok(())
            }
        }
        // What ships holds until there is a first version, and an import may begin with one.
        BookBound::FromTomorrow if question.author == Authority::Server => Ok(()),
        BookBound::FromTomorrow if adopt.from <= Date::of(question.now) => {
            Err(RefusalCode::TooEarly.into())
        }
        BookBound::FromTomorrow => Ok(()),
    }
}

/// Whether the proposal is the only one of its section that stands, and is not in force already.
fn stands_alone(adopt: &AdoptRules, document: &Document) -> Result<(), Refusal> {
    let refused = |first: Option<&Proposal>| Refusal {
        code: RefusalCode::NotProposed,
        first: first.map(|proposal| proposal.id),
        by: first.map(|proposal| proposal.by),
    };
    let book = document.book().ok_or(RefusalCode::UnknownDocument)?;
    let proposal = document
        .proposal(adopt.proposal)
        .ok_or_else(|| refused(None))?;
    let adopted = book.adopted.iter();
    if let Some(adopted) = adopted.rev().find(|done| done.proposal == proposal.id) {
        return Err(Refusal {
            code: RefusalCode::NotProposed,
            first: Some(adopted.id),
            by: Some(adopted.by),
        });
    }
    let of_section = |other: &&Proposal| other.word == proposal.word;
    let standing: Vec<_> = book.standing.iter().filter(of_section).collect();
    match standing.as_slice() {
        [only] if only.id == proposal.id => Ok(()),
        others => Err(refused(
            others.iter().copied().find(|other| other.id != proposal.id),
        )),
    }
}
