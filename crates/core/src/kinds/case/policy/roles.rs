//! Who the people in the table's second column are.

use super::CaseSubject;
use crate::documents::Document;
use crate::id::{MemberId, UnitId};
use crate::kinds::case::CaseState;
use crate::kinds::case::Report;
use crate::kinds::case::clocks::{ClockKind, ReadBy};
use crate::kinds::unit::UnitKind;
use crate::policy::Authority;
use crate::policy::author::Author;
use crate::refusal::RefusalCode;

/// A relation of an author to what a command is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseRole {
    /// Acts for the alley that the report names as the case's owner.
    ChiefOfAlley,
    /// Acts for the centre where the report was taken, in the village whose branch is the owner.
    ClerkForBranch,
    /// Acts for a branch or a town, and reports for that, or for an alley or a branch below it; or for a
    /// desk, and reports for that.
    LeaderForBelow,
    /// Acts for a unit that takes a complaint about a person down for a desk, and is neither complained
    /// of nor within it.
    ForDesk,
    /// The resident, whose form goes to an alley or a branch.
    ResidentByForm,
    /// Acts for the holder, and has not withdrawn; or, where all who act for it have, for the nearest level
    /// above in which somebody acts who has not.
    Holder,
    /// Acts for the holder, which is a branch or above, or a desk.
    BranchAndAboveAsHolder,
    /// Acts for the pending referral's receiver.
    Receiver,
    /// Acts for a unit that is or was holder, receiver or owner.
    AnyUnitInIt,
    /// Reported it, and still has a post.
    Reporter,
    /// As [`CaseRole::Reporter`], while no step has moved it since it was first reported.
    ReporterUntilMoved,
    /// Acts for the owner: the alley's chief; for a clerk's report the branch.
    OwnerChief,
    /// Acts for the branch of the owner's village.
    BranchOfOwner,
    /// Acts for the unit above the owner where the owner cannot look, or has not: somebody of the owner
    /// resolved the case, nobody acts for the owner, or the server has told that the days for looking are
    /// over. Silence closes nothing; somebody asks the resident then.
    AboveOwnerInstead,
    /// Acts for the unit one level above the holder, and has not withdrawn; or, where all who act for that
    /// have, for the nearest one above it in which somebody has not.
    OneLevelAboveHolder,
    /// Acts for the unit that may put the date off: one level above the holder the first time in a round,
    /// two levels above from then on. A petition's is put off once (regulations on petitions, 2022, art. 34).
    WhoExtends,
    /// Acts for a unit above the holder, or is an auditor.
    LeaderAboveHolder,
    /// Acts for a unit that was asked to do a part.
    CoHandler,
    /// Gave the last order to handle it, and still leads; or acts for the unit in whose name that was
    /// given, or is an auditor there. Of an order that names no unit any unit above the holder.
    WhoOrdered,
    /// Acts for a branch, a town or a desk that is in the case, or is above its holder or owner.
    BranchAndAbove,
    /// Acts for the holder's town.
    TownDispatcher,
    /// Acts for the unit above a receiver for which nobody acts.
    AboveReceiver,
    /// The resident, for whom the server acts.
    Resident,
    /// The server itself: imports and administration.
    Server,
}

impl CaseRole {
    /// The code of the refusal when the author, who acts for some unit, has none of the row's
    /// roles, of which this is the first.
    pub(super) fn refusal(self, author: &Author<'_>, case: &CaseState) -> RefusalCode {
        match self {
            Self::Holder | Self::BranchAndAboveAsHolder
                if withdrew_from(author, case, Some(case.holder)) =>
            {
                RefusalCode::Recused
            }
            Self::OneLevelAboveHolder
                if withdrew_from(author, case, levels_from(author, Some(case.holder)).nth(1)) =>
            {
                RefusalCode::Recused
            }
            // The holder itself, but below a branch: holding the case is not what it lacks.
            Self::BranchAndAboveAsHolder if author.acts_for(case.holder) => {
                RefusalCode::NotPermitted
            }
            Self::Holder | Self::BranchAndAboveAsHolder => RefusalCode::NotHolder,
            Self::Receiver => RefusalCode::NotReceiver,
            _ => RefusalCode::NotPermitted,
        }
    }

    /// Whether the author has the role.
    pub(super) fn is_had(self, author: &Author<'_>, subject: &CaseSubject<'_>) -> bool {
        match subject {
            _ if self == Self::Server => author.is(Authority::Server),
            CaseSubject::Reported(report) => self.reports(author, report),
            CaseSubject::Standing(document, case) if self == Self::WhoExtends => {
                author.acts_for_some(extending_unit(author, document, case))
            }
            CaseSubject::Standing(document, case) if self == Self::AboveOwnerInstead => {
                looks_instead(author, document, case)
            }
            CaseSubject::Standing(_, case) => self.is_had_in(author, case),
        }
    }

    /// A chief reports for his own alley, a centre's clerk for the village's branch, a branch and a
    /// town for themselves and for who is below; a resident's form goes to an alley or a branch.
    fn reports(self, author: &Author<'_>, report: &Report) -> bool {
        let organisation = author.organisation();
        let owner = organisation.kind(report.owner);
        match self {
            Self::ChiefOfAlley => {
                owner == Some(&UnitKind::Alley)
                    && report.taken_at.is_none()
                    && author.acts_for(report.owner)
            }
            Self::ClerkForBranch => report.taken_at.is_some_and(|centre| {
                let branch = organisation
                    .village_of(centre)
                    .and_then(|village| organisation.branch_of(village));
                let is_centre = organisation.kind(centre) == Some(&UnitKind::Centre);
                is_centre && author.acts_for(centre) && branch == Some(report.owner)
            }),
            Self::LeaderForBelow => match report.taken_at {
                None => author.leads(report.owner),
                Some(at) => {
                    let is_below = organisation.is_below(report.owner, at);
                    let owns = matches!(owner, Some(UnitKind::Alley | UnitKind::Branch));
                    owns && is_below && author.leads(at)
                }
            },
            Self::ForDesk => {
                let to_desk = owner == Some(&UnitKind::Desk) && report.about.is_some();
                let of_its_town =
                    |at: &UnitId| organisation.town_of(*at) == organisation.town_of(report.owner);
                let at = report.taken_at.filter(of_its_town);
                to_desk && author.acts_for_some(at)
            }
            Self::ResidentByForm => {
                author.is(Authority::Resident)
                    && matches!(owner, Some(UnitKind::Alley | UnitKind::Branch))
            }
            _ => false,
        }
    }

    fn is_had_in(self, author: &Author<'_>, case: &CaseState) -> bool {
        let organisation = author.organisation();
        let reported = author.member() == Some(case.reporter) && author.acts_somewhere();
        match self {
            Self::Holder => handles(author, case),
            Self::BranchAndAboveAsHolder => {
                organisation.is_leading(case.holder) && handles(author, case)
            }
            Self::Receiver => {
                author.acts_for_some(case.referral.as_ref().map(|referral| referral.to))
            }
            Self::AnyUnitInIt => case.units.iter().any(|unit| author.acts_for(*unit)),
            Self::Reporter => reported,
            Self::ReporterUntilMoved => reported && case.is_untouched,
            Self::OwnerChief => author.acts_for(case.owner),
            Self::BranchOfOwner => author.acts_for_some(
                organisation
                    .village_of(case.owner)
                    .and_then(|at| organisation.branch_of(at)),
            ),
            Self::OneLevelAboveHolder => {
                decides(author, case, organisation.next_level_up(case.holder))
            }
            Self::LeaderAboveHolder => leads(author, case),
            Self::CoHandler => case.co_handlers.keys().any(|unit| author.acts_for(*unit)),
            Self::WhoOrdered => ordered(author, case),
            Self::BranchAndAbove => {
                author.acts_above(case.holder)
                    || author.acts_above(case.owner)
                    || case.units.iter().any(|unit| author.leads(*unit))
            }
            Self::TownDispatcher => author.acts_for_some(town_of(author, case)),
            Self::AboveReceiver => author.acts_for_some(case.ruler_above),
            Self::Resident => author.is(Authority::Resident),
            Self::ChiefOfAlley
            | Self::ClerkForBranch
            | Self::LeaderForBelow
            | Self::ForDesk
            | Self::WhoExtends
            | Self::AboveOwnerInstead
            | Self::ResidentByForm
            | Self::Server => false,
        }
    }

    /// The role, as the generated page calls it.
    #[cfg(test)]
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::ChiefOfAlley => "the chief, for the own alley",
            Self::ClerkForBranch => "a centre's clerk, for the village's branch",
            Self::LeaderForBelow => {
                "a branch or a town, for itself or for an alley or a branch below it; a desk, for itself"
            }
            Self::ForDesk => "any unit, for a desk, if about a person",
            Self::ResidentByForm => "a resident by form, to an alley or a branch",
            Self::Holder => "the holder",
            Self::BranchAndAboveAsHolder => "the holder, if a branch, a town or a desk",
            Self::Receiver => "the referral's receiver",
            Self::AnyUnitInIt => "any unit that is or was in it",
            Self::Reporter => "the reporter, while in a post",
            Self::ReporterUntilMoved => "the reporter until a step has moved it, while in a post",
            Self::OwnerChief => "the owner's chief",
            Self::BranchOfOwner => "the branch of the owner's village",
            Self::AboveOwnerInstead => {
                "the unit one level above the owner, if the owner's chief resolved it, is not there, or let the days go by"
            }
            Self::OneLevelAboveHolder => "the unit one level above the holder",
            Self::WhoExtends => {
                "the unit one level above the holder; from the second time on two levels above, of a petition nobody"
            }
            Self::LeaderAboveHolder => "any unit above the holder; an auditor",
            Self::CoHandler => "a unit that was asked to do a part",
            Self::WhoOrdered => "who gave the order, or the unit in whose name it was given",
            Self::BranchAndAbove => {
                "a branch, town or desk that is or was in it, or is above its holder or owner"
            }
            Self::TownDispatcher => "the town dispatcher",
            Self::AboveReceiver => "the unit above a receiver for which nobody acts",
            Self::Resident => "the resident",
            Self::Server => "the server",
        }
    }
}

/// Whether the author withdrew from handling the case.
fn has_withdrawn(author: &Author<'_>, case: &CaseState) -> bool {
    let member = author.member();
    member.is_some_and(|member| case.recused.contains(&member))
}

/// Whether the author acts for the holder, or in its place.
fn handles(author: &Author<'_>, case: &CaseState) -> bool {
    decides(author, case, Some(case.holder))
}

/// Whether the author has not withdrawn, and acts for a unit, or, where all who act for that have withdrawn,
/// for the nearest one above it in which somebody has not.
fn decides(author: &Author<'_>, case: &CaseState, unit: Option<UnitId>) -> bool {
    if case.recused.is_empty() {
        return author.acts_for_some(unit);
    }
    let is_left = |member: MemberId| !case.recused.contains(&member);
    let decides = levels_from(author, unit).find(|unit| author.acting_for(*unit).any(is_left));
    !has_withdrawn(author, case) && author.acts_for_some(decides)
}

/// Whether the author acts for a unit, or one above it, and does not decide there, for he has withdrawn.
fn withdrew_from(author: &Author<'_>, case: &CaseState, unit: Option<UnitId>) -> bool {
    has_withdrawn(author, case) && levels_from(author, unit).any(|unit| author.acts_for(unit))
}

/// A unit, and the levels above it.
fn levels_from<'a>(
    author: &Author<'a>,
    unit: Option<UnitId>,
) -> impl Iterator<Item = UnitId> + use<'a> {
    let organisation = author.organisation();
    std::iter::successors(unit, |unit| organisation.next_level_up(*unit))
}

/// The unit that may put the date off now.
fn extending_unit(author: &Author<'_>, document: &Document, case: &CaseState) -> Option<UnitId> {
    let organisation = author.organisation();
    let above = organisation.next_level_up(case.holder)?;
    match document.extensions() {
        0 => Some(above),
        _ if document.is_petition() => None,
        _ => organisation.next_level_up(above),
    }
}

/// Whether the author could have put the date off, had it not been put off already.
pub(super) fn could_extend(author: &Author<'_>, document: &Document, case: &CaseState) -> bool {
    let above = author.organisation().next_level_up(case.holder);
    author.acts_for_some(above) && document.extensions() > 0
}

fn leads(author: &Author<'_>, case: &CaseState) -> bool {
    author.is_auditor() || author.acts_above(case.holder)
}

/// Whether the author may end the order to handle the case.
fn ordered(author: &Author<'_>, case: &CaseState) -> bool {
    match &case.order {
        None => leads(author, case),
        Some(order) => {
            let is_own = author.member() == Some(order.by) && leads(author, case);
            is_own || author.acts_for(order.unit) || author.audits(order.unit)
        }
    }
}

/// Whether one who resolved the case acts, acted or will act for its owner.
/// Whether the author acts for the unit above the owner, and is to look in the owner's place.
fn looks_instead(author: &Author<'_>, document: &Document, case: &CaseState) -> bool {
    let organisation = author.organisation();
    let is_told = || {
        let times = document.case_times(ReadBy::all(organisation));
        times.is_some_and(|times| times.is_late(&ClockKind::Verify))
    };
    author.acts_for_some(organisation.next_level_up(case.owner))
        && (owner_resolved(author, case)
            || author.acting_for(case.owner).next().is_none()
            || is_told())
}

fn owner_resolved(author: &Author<'_>, case: &CaseState) -> bool {
    case.resolvers
        .iter()
        .any(|resolver| author.organisation().ever_acts_for(*resolver, case.owner))
}

fn town_of(author: &Author<'_>, case: &CaseState) -> Option<UnitId> {
    let organisation = author.organisation();
    organisation
        .town_of(case.holder)
        .or_else(|| organisation.town_of(case.owner))
}
