//! Who may do what to a household.

use super::{Household, HouseholdCommand};
use crate::documents::Document;
use crate::documents::fields::parse_phone;
use crate::id::UnitId;
use crate::kinds::unit::UnitKind;
use crate::policy::author::Author;
use crate::policy::needs::known;
use crate::policy::row::{From, Row};
#[cfg(test)]
use crate::policy::rules::Part;
use crate::policy::rules::{Never, Rules};
use crate::policy::{Authority, Question};
use crate::refusal::{Refusal, RefusalCode};

/// A relation of an author to a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HouseholdRole {
    /// Acts for the alley that the household is in.
    ChiefOfHousehold,
    /// The server itself: imports and administration.
    Server,
}

#[cfg(test)]
impl HouseholdRole {
    /// The role, as the page calls it.
    fn words(self) -> &'static str {
        match self {
            Self::ChiefOfHousehold => "the chief of the household's alley",
            Self::Server => "the server",
        }
    }
}

/// A condition on a step itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HouseholdNeed {
    /// The alley of a new household, or the one that it moves to, is known.
    KnownAlley,
    /// A telephone number that can be dialled, if one is said.
    Phone,
}

impl Rules for Household {
    type Subject<'a> = UnitId;
    type Role = HouseholdRole;
    type Life = Never;
    type Need = HouseholdNeed;
    type Bound = Never;

    const SERVER: Self::Role = HouseholdRole::Server;

    const ROWS: &'static [Row<Self>] = &[
        Row::new(
            "create_household",
            &[HouseholdRole::ChiefOfHousehold, HouseholdRole::Server],
            From::Nothing,
        )
        .needs(&[HouseholdNeed::KnownAlley, HouseholdNeed::Phone]),
        Row::new(
            "edit",
            &[HouseholdRole::ChiefOfHousehold, HouseholdRole::Server],
            From::There,
        ),
        Row::new("move_household", &[HouseholdRole::Server], From::There)
            .needs(&[HouseholdNeed::KnownAlley]),
    ];

    fn row_of(command: &HouseholdCommand) -> &'static str {
        command.kind()
    }

    fn subject<'a>(
        command: &'a HouseholdCommand,
        document: Option<&'a Document>,
    ) -> Result<UnitId, RefusalCode> {
        match command {
            HouseholdCommand::Create(create) => Ok(create.alley),
            HouseholdCommand::Edit(_) | HouseholdCommand::Move(_) => document
                .and_then(Document::household_alley)
                .ok_or(RefusalCode::UnknownDocument),
        }
    }

    fn asks_clearance(_: &UnitId) -> bool {
        false
    }

    fn is_expected(_: &Row<Self>, _: &Author<'_>, _: &UnitId) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn is_had(role: HouseholdRole, author: &Author<'_>, subject: &UnitId) -> bool {
        match role {
            HouseholdRole::ChiefOfHousehold => author.acts_for(*subject),
            HouseholdRole::Server => author.is(Authority::Server),
        }
    }

    fn not_the_one(_: &Row<Self>, _: &Author<'_>, _: &UnitId) -> RefusalCode {
        RefusalCode::NotPermitted
    }

    fn stands(life: Never, _: &UnitId) -> Result<(), RefusalCode> {
        match life {}
    }

    fn has(
        need: HouseholdNeed,
        question: &Question<'_>,
        command: &HouseholdCommand,
    ) -> Result<(), RefusalCode> {
        match (need, command) {
            (HouseholdNeed::KnownAlley, HouseholdCommand::Create(create)) => {
                is_alley(question, create.alley)
            }
            (HouseholdNeed::KnownAlley, HouseholdCommand::Move(moved)) => {
                is_alley(question, moved.alley)
            }
            (HouseholdNeed::Phone, HouseholdCommand::Create(create)) => {
                parse_phone(&create.phone).map(|_| ())
            }
            (HouseholdNeed::KnownAlley, HouseholdCommand::Edit(_)) => Err(RefusalCode::UnknownUnit),
            (HouseholdNeed::Phone, _) => Err(RefusalCode::BadValue),
        }
    }

    fn asks_for(need: HouseholdNeed) -> Option<&'static str> {
        match need {
            HouseholdNeed::KnownAlley => Some("alley"),
            HouseholdNeed::Phone => None,
        }
    }

    fn looks_at(bound: Never) -> &'static [&'static str] {
        match bound {}
    }

    fn keeps(
        bound: Never,
        _: &Question<'_>,
        _: &HouseholdCommand,
        _: &UnitId,
    ) -> Result<(), Refusal> {
        match bound {}
    }

    fn with_first(refusal: Refusal, _: &UnitId) -> Refusal {
        refusal
    }

    #[cfg(test)]
    fn words(part: Part<Self>) -> String {
        match part {
            Part::Role(role) => role.words().to_owned(),
            Part::Life(life) | Part::WhilePending(life) => match life {},
            Part::Need(HouseholdNeed::KnownAlley) => "an alley of the town".to_owned(),
            Part::Need(HouseholdNeed::Phone) => {
                "a telephone number of 5 to 15 digits, if any".to_owned()
            }
            Part::Bound(bound) => match bound {},
        }
    }
}

fn is_alley(question: &Question<'_>, alley: UnitId) -> Result<(), RefusalCode> {
    known(question.organisation, alley)?;
    if question.organisation.kind(alley) == Some(&UnitKind::Alley) {
        Ok(())
    } else {
        Err(RefusalCode::BadValue)
    }
}
