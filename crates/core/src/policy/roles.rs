//! Who the people in the table's second column are.

use super::{Authority, Question};
use crate::command::unit::{Post, UnitKind};
use crate::documents::{CaseStage, CaseState};
use crate::id::{MemberId, UnitId};
use crate::organisation::acting_post;
use crate::refusal::RefusalCode;

/// A relation of an author to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Acts for the holder.
    Holder,
    /// Acts for the holder, which is a branch or above.
    BranchAndAboveAsHolder,
    /// Acts for the pending referral's receiver.
    Receiver,
    /// Acts for a unit that is or was holder, receiver or owner.
    AnyUnitInIt,
    /// Reported it, and still has a post.
    Reporter,
    /// As [`Role::Reporter`], while nobody has accepted it.
    ReporterUntilAccepted,
    /// Acts for the owner: the alley's chief; for a clerk's report the branch.
    OwnerChief,
    /// Acts for the branch of the owner's village.
    BranchOfOwner,
    /// Acts for the unit above the owner, and somebody of the owner resolved the case.
    AboveOwnerIfOwnerResolved,
    /// Acts for the unit one level above the holder.
    OneLevelAboveHolder,
    /// Acts for a unit above the holder, or is an auditor.
    LeaderAboveHolder,
    /// Acts for a branch or a town that is in the case or above its holder or owner.
    BranchAndAbove,
    /// Acts for the holder's town.
    TownDispatcher,
    /// The resident, for whom the server acts.
    Resident,
}

impl Role {
    /// The code of the refusal when the author, who acts for some unit, has none of the row's
    /// roles, of which this is the first.
    pub(super) fn refusal(self, question: &Question<'_>, case: &CaseState) -> RefusalCode {
        match self {
            // The holder itself, but below a branch: holding the case is not what it lacks.
            Self::BranchAndAboveAsHolder if Self::Holder.is_had(question, case) => RefusalCode::NotPermitted,
            Self::Holder | Self::BranchAndAboveAsHolder => RefusalCode::NotHolder,
            Self::Receiver => RefusalCode::NotReceiver,
            _ => RefusalCode::NotPermitted,
        }
    }

    /// Whether the author has the role.
    pub(super) fn is_had(self, question: &Question<'_>, case: &CaseState) -> bool {
        let Authority::Member(member) = question.author else { return self == Self::Resident };
        let author = Author { question, member };
        let organisation = question.organisation;
        match self {
            Self::Holder => author.acts_for(case.holder),
            Self::BranchAndAboveAsHolder => author.leads(case.holder) && author.acts_for(case.holder),
            Self::Receiver => case.referral.as_ref().is_some_and(|referral| author.acts_for(referral.to)),
            Self::AnyUnitInIt => case.units.iter().any(|unit| author.acts_for(*unit)),
            Self::Reporter => member == case.reporter && author.has_acting_post(),
            Self::ReporterUntilAccepted => {
                case.stage == CaseStage::Reported && member == case.reporter && author.has_acting_post()
            }
            Self::OwnerChief => author.acts_for(case.owner),
            Self::BranchOfOwner => branch_of_owner(question, case).is_some_and(|branch| author.acts_for(branch)),
            Self::AboveOwnerIfOwnerResolved => {
                case.resolvers.iter().any(|resolver| organisation.ever_acts_for(*resolver, case.owner))
                    && organisation.next_level_up(case.owner).is_some_and(|above| author.acts_for(above))
            }
            Self::OneLevelAboveHolder => {
                organisation.next_level_up(case.holder).is_some_and(|above| author.acts_for(above))
            }
            Self::LeaderAboveHolder => author.is_auditor() || author.acts_above(case.holder),
            Self::BranchAndAbove => {
                author.acts_above(case.holder)
                    || author.acts_above(case.owner)
                    || case.units.iter().any(|unit| author.leads(*unit) && author.acts_for(*unit))
            }
            Self::TownDispatcher => organisation
                .town_of(case.holder)
                .or_else(|| organisation.town_of(case.owner))
                .is_some_and(|town| author.acts_for(town)),
            Self::Resident => false,
        }
    }
}

fn branch_of_owner(question: &Question<'_>, case: &CaseState) -> Option<UnitId> {
    let organisation = question.organisation;
    organisation.village_of(case.owner).and_then(|village| organisation.branch_of(village))
}

/// A member, asked about.
struct Author<'a> {
    question: &'a Question<'a>,
    member: MemberId,
}

impl Author<'_> {
    fn acts_for(&self, unit: UnitId) -> bool {
        self.question.organisation.acts_for(self.member, unit, self.question.now)
    }

    /// Whether the unit is one of those that lead: a branch, a town, a county.
    fn leads(&self, unit: UnitId) -> bool {
        matches!(self.question.organisation.kind(unit), Some(UnitKind::Branch | UnitKind::Town | UnitKind::County))
    }

    fn acts_above(&self, unit: UnitId) -> bool {
        let organisation = self.question.organisation;
        organisation
            .posts_of(self.member, self.question.now)
            .any(|post| self.acts_for(post.unit) && organisation.is_below(unit, post.unit))
    }

    fn is_auditor(&self) -> bool {
        self.question.organisation.posts_of(self.member, self.question.now).any(|post| post.post == Post::Auditor)
    }

    fn has_acting_post(&self) -> bool {
        acts_somewhere(self.question, self.member)
    }
}

/// Whether a member acts for any unit now.
pub(super) fn acts_somewhere(question: &Question<'_>, member: MemberId) -> bool {
    let organisation = question.organisation;
    organisation
        .posts_of(member, question.now)
        .any(|post| organisation.kind(post.unit).and_then(acting_post).as_ref() == Some(&post.post))
}
