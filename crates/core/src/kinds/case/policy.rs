//! Who may do what to a case, from which of its states.

mod apart;
mod bounds;
mod life;
mod roles;
mod rows;

use super::{Case, CaseCommand, CaseState, Origin, Report};
use crate::documents::Document;
use crate::documents::fields::parse_phone;
use crate::id::UnitId;
use crate::kinds::book::CategoryClass;
use crate::kinds::unit::UnitKind;
use crate::limits::REOPEN_DAYS;
use crate::organisation::Organisation;
use crate::policy::Question;
use crate::policy::author::Author;
use crate::policy::needs::{is_blank, known};
use crate::policy::row::Row;
#[cfg(test)]
use crate::policy::rules::Part;
use crate::policy::rules::Rules;
use crate::refusal::{Refusal, RefusalCode};
use crate::time::{Date, Time};

/// The closure code of a case that was fixed; every other code means that it cannot be.
const FIXED: &str = "fixed";

/// The field with a case's category.
const CATEGORY: &str = "category";

/// A case that a command is about.
pub(crate) enum CaseSubject<'a> {
    /// One that is being reported.
    Reported(&'a Report),
    /// One as it stands.
    Standing(&'a Document, Box<CaseState>),
}

/// A condition on a step of a case itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseNeed {
    /// A category, and a place or a text; a point must be on the map.
    Category,
    /// An owner that is known.
    KnownOwner,
    /// An origin that there is, if one is said.
    KnownOrigin,
    /// Of an order of another system its system and number; its due date is not before the report.
    WholeOrder,
    /// A telephone number that can be dialled, if one is said.
    Phone,
    /// A complaint about a person, by its category's class, names the unit complained of and goes to a
    /// desk, confidential; no other report names one, and no other case becomes one.
    Desk,
    /// The closure code of a case that was fixed.
    Fixed,
    /// A closure code.
    Code,
    /// A text for the resident.
    TextForResident,
}

impl Rules for Case {
    type Subject<'a> = CaseSubject<'a>;
    type Role = roles::CaseRole;
    type Life = life::CaseLife;
    type Need = CaseNeed;
    type Bound = bounds::CaseBound;

    const SERVER: Self::Role = roles::CaseRole::Server;

    const ROWS: &'static [Row<Self>] = rows::ROWS;

    fn row_of(command: &CaseCommand) -> &'static str {
        match command {
            CaseCommand::Close(_) if !closes_as_fixed(command) => rows::CLOSE_UNFIXED,
            command => command.kind(),
        }
    }

    fn subject<'a>(
        command: &'a CaseCommand,
        document: Option<&'a Document>,
    ) -> Result<CaseSubject<'a>, RefusalCode> {
        if let CaseCommand::Report(report) = command {
            return Ok(CaseSubject::Reported(report));
        }
        let document = document.ok_or(RefusalCode::UnknownDocument)?;
        let case = document.case().ok_or(RefusalCode::UnknownDocument)?;
        Ok(CaseSubject::Standing(document, Box::new(case)))
    }

    fn asks_clearance(subject: &CaseSubject<'_>) -> bool {
        matches!(subject, CaseSubject::Standing(_, case) if case.confidential)
    }

    fn is_expected(
        row: &Row<Self>,
        author: &Author<'_>,
        subject: &CaseSubject<'_>,
    ) -> Result<(), RefusalCode> {
        match subject {
            CaseSubject::Reported(_) => Ok(()),
            CaseSubject::Standing(_, case) => life::is_expected(row, author, case),
        }
    }

    fn is_had(role: roles::CaseRole, author: &Author<'_>, subject: &CaseSubject<'_>) -> bool {
        role.is_had(author, subject)
    }

    fn not_the_one(row: &Row<Self>, author: &Author<'_>, subject: &CaseSubject<'_>) -> RefusalCode {
        match subject {
            CaseSubject::Reported(_) => RefusalCode::NotPermitted,
            CaseSubject::Standing(document, case)
                if row.who == [roles::CaseRole::WhoExtends]
                    && roles::could_extend(author, document, case) =>
            {
                RefusalCode::ExtendedAlready
            }
            CaseSubject::Standing(_, case) => life::not_the_one(author, case, row),
        }
    }

    fn stands(life: life::CaseLife, subject: &CaseSubject<'_>) -> Result<(), RefusalCode> {
        match subject {
            CaseSubject::Reported(_) => Err(RefusalCode::WrongState),
            CaseSubject::Standing(_, case) => life.is_so(case),
        }
    }

    fn has(
        need: CaseNeed,
        question: &Question<'_>,
        command: &CaseCommand,
    ) -> Result<(), RefusalCode> {
        match (need, command) {
            (CaseNeed::Category, CaseCommand::Report(report)) => category(report),
            (CaseNeed::Category, _) => Err(RefusalCode::NeedsCategory),
            (CaseNeed::KnownOwner, CaseCommand::Report(report)) => {
                known(question.organisation, report.owner)
            }
            (CaseNeed::KnownOwner, _) => Err(RefusalCode::UnknownUnit),
            (CaseNeed::KnownOrigin, CaseCommand::Report(report)) => known_origin(report),
            (CaseNeed::WholeOrder, CaseCommand::Report(report)) => order(report, question.now),
            (CaseNeed::Phone, CaseCommand::Report(report)) => {
                parse_phone(&report.phone).map(|_| ())
            }
            (CaseNeed::Desk, command) => goes_to_desk(question, command),
            (CaseNeed::KnownOrigin | CaseNeed::WholeOrder | CaseNeed::Phone, _) => {
                Err(RefusalCode::BadValue)
            }
            (CaseNeed::Fixed, command) if closes_as_fixed(command) => Ok(()),
            (CaseNeed::Code, CaseCommand::Close(close)) if !is_blank(&close.code) => Ok(()),
            (CaseNeed::Fixed | CaseNeed::Code, _) => Err(RefusalCode::NeedsReason),
            (CaseNeed::TextForResident, CaseCommand::Close(close)) if !is_blank(&close.text) => {
                Ok(())
            }
            (CaseNeed::TextForResident, _) => Err(RefusalCode::NeedsText),
        }
    }

    fn asks_for(need: CaseNeed) -> Option<&'static str> {
        match need {
            CaseNeed::Category => Some("category"),
            CaseNeed::KnownOwner
            | CaseNeed::KnownOrigin
            | CaseNeed::WholeOrder
            | CaseNeed::Phone
            | CaseNeed::Desk => None,
            CaseNeed::Fixed | CaseNeed::Code => Some("code"),
            CaseNeed::TextForResident => Some("text"),
        }
    }

    fn looks_at(bound: bounds::CaseBound) -> &'static [&'static str] {
        bound.looks_at()
    }

    fn keeps(
        bound: bounds::CaseBound,
        question: &Question<'_>,
        command: &CaseCommand,
        subject: &CaseSubject<'_>,
    ) -> Result<(), Refusal> {
        Ok(bound.check(question, command, subject)?)
    }

    fn with_first(refusal: Refusal, subject: &CaseSubject<'_>) -> Refusal {
        match subject {
            CaseSubject::Reported(_) => refusal,
            CaseSubject::Standing(document, case) => life::with_first(refusal, document, case),
        }
    }

    #[cfg(test)]
    fn words(part: Part<Self>) -> String {
        match part {
            Part::Role(role) => role.words().to_owned(),
            Part::Life(life) => life.words(),
            Part::WhilePending(life) => life.pending_words().to_owned(),
            Part::Need(need) => need.words().to_owned(),
            Part::Bound(bound) => bound.words(),
        }
    }
}

impl CaseNeed {
    /// The need, as the page calls it.
    #[cfg(test)]
    fn words(self) -> &'static str {
        match self {
            Self::Category => "a category, and a place or a text",
            Self::KnownOwner => "a unit of the town",
            Self::KnownOrigin => "an origin that there is, if any",
            Self::WholeOrder => {
                "of an order of another system its system and number, and no due date before the report"
            }
            Self::Phone => "a telephone number of 5 to 15 digits, if any",
            Self::Desk => "of a category about a person: to a desk, with the unit complained of",
            Self::Fixed => "the closure code `fixed`",
            Self::Code => "a closure code",
            Self::TextForResident => "a text for the resident",
        }
    }
}

/// Whether the command closes a case as fixed.
fn closes_as_fixed(command: &CaseCommand) -> bool {
    matches!(command, CaseCommand::Close(close) if close.code.as_str() == FIXED)
}

fn category(report: &Report) -> Result<(), RefusalCode> {
    let has_place = !is_blank(&report.place) || report.point.is_some();
    if is_blank(&report.category) || (is_blank(&report.text) && !has_place) {
        return Err(RefusalCode::NeedsCategory);
    }
    if report.point.is_some_and(|point| !point.is_valid()) {
        Err(RefusalCode::BadValue)
    } else {
        Ok(())
    }
}

fn known_origin(report: &Report) -> Result<(), RefusalCode> {
    match report.origin {
        Some(Origin::Unknown(_)) => Err(RefusalCode::BadValue),
        _ => Ok(()),
    }
}

/// Whether a category is about a person, by the rules of the day.
fn is_about_person(question: &Question<'_>, category: &str) -> bool {
    let rules = question.organisation.rulebook().at(Date::of(question.now));
    rules.class_of(category) == CategoryClass::AboutPerson
}

fn goes_to_desk(question: &Question<'_>, command: &CaseCommand) -> Result<(), RefusalCode> {
    let organisation = question.organisation;
    let keeps = match command {
        CaseCommand::Report(report) => {
            let to_desk = organisation.kind(report.owner) == Some(&UnitKind::Desk);
            let is_whole = report.about.is_some() && to_desk && report.confidential;
            let is_complaint = is_about_person(question, &report.category);
            is_complaint == report.about.is_some() && (is_whole || !is_complaint)
        }
        // Whoever read the case so far would go on reading it.
        CaseCommand::Edit(edit) if edit.field.as_str() == CATEGORY => {
            let case = question.document.and_then(Document::case);
            let is_apart = case.is_some_and(|case| case.about.is_some());
            is_about_person(question, &edit.value) == is_apart
        }
        _ => true,
    };
    if keeps {
        Ok(())
    } else {
        Err(RefusalCode::NeedsDesk)
    }
}

/// An order of another system is found again by its system and its number there.
fn order(report: &Report, now: Time) -> Result<(), RefusalCode> {
    let named = [&report.external_system, &report.external_number];
    let is_order = report.external_due.is_some() || named.iter().any(|text| !text.is_empty());
    if is_order && named.iter().any(|text| is_blank(text)) {
        return Err(RefusalCode::BadValue);
    }
    if report.external_due.is_some_and(|due| due.is_over(now)) {
        return Err(RefusalCode::DateInPast);
    }
    Ok(())
}

/// Until when a case that has ended can be reopened; none if it has not, or if nobody knows when.
pub fn reopened_until(document: &Document, case: &CaseState) -> Option<Time> {
    let ended = document.version_of(case.closed?)?;
    Some(document.receipt(ended)?.received.plus_days(REOPEN_DAYS))
}

/// Who rules if a case is returned for the second time: the town of its holder.
pub fn ruler_of(organisation: &Organisation, case: &CaseState) -> Option<UnitId> {
    organisation.town_of(case.holder)
}

/// The unit that is told when somebody withdraws: one level above the holder, or above the last unit in a row
/// from there on for which he, as `acts` says, acts too. None above a town, and for who acts for none.
pub fn above_who_withdraws(
    organisation: &Organisation,
    case: &CaseState,
    acts: impl Fn(UnitId) -> bool,
) -> Option<UnitId> {
    let levels = std::iter::successors(Some(case.holder), |unit| organisation.next_level_up(*unit));
    let own = levels
        .skip_while(|unit| !acts(*unit))
        .take_while(|unit| acts(*unit))
        .last()?;
    organisation.next_level_up(own)
}

/// Who is asked to verify a case that its owner resolves itself: the next level up. None for a case
/// that somebody else resolves: there the owner verifies.
pub fn verifier_of(organisation: &Organisation, case: &CaseState) -> Option<UnitId> {
    if case.holder == case.owner {
        organisation.next_level_up(case.owner)
    } else {
        None
    }
}

/// Who reviews a petition that is reopened: the level above its last holder (regulations on petitions,
/// 2022, arts. 35 and 36). None for any other case, and for a petition that a town handled: the level
/// above a town is not here.
pub fn reviewer_of(
    organisation: &Organisation,
    document: &Document,
    case: &CaseState,
) -> Option<UnitId> {
    if document.is_petition() {
        organisation.next_level_up(case.holder)
    } else {
        None
    }
}

/// Whether a unit can be sent a case at `now`: somebody acts for it, who is cleared if the case is
/// confidential, and the case does not complain of it.
pub fn is_taken_by(organisation: &Organisation, case: &CaseState, unit: UnitId, now: Time) -> bool {
    let is_read = !case.confidential || organisation.takes_confidential(unit, now);
    let is_apart = apart::is_not_named(organisation, case.about, &[unit]).is_ok();
    is_read && is_apart && organisation.is_attended(unit, now)
}
