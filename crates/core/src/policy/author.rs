//! The author of a command, asked about. Every question about posts goes through here.

use super::{Authority, Question};
use crate::id::{MemberId, UnitId};
use crate::kinds::directory::PostRow;
use crate::kinds::unit::{Post, UnitKind};
use crate::organisation::{Organisation, acting_post};

/// Whose authority a command has, and by which posts. The resident and the server have none.
pub(super) struct Author<'a> {
    question: &'a Question<'a>,
    /// Only the posts that are cleared for their units' confidential feeds count.
    cleared_only: bool,
}

impl<'a> Author<'a> {
    pub(super) fn of(question: &'a Question<'a>) -> Self {
        Self {
            question,
            cleared_only: false,
        }
    }

    /// The author of a step in a confidential case: without a clearance, a post counts for nothing.
    pub(super) fn cleared(question: &'a Question<'a>) -> Self {
        Self {
            question,
            cleared_only: true,
        }
    }

    /// The same author, with the posts that are cleared.
    pub(super) fn if_cleared(&self) -> Self {
        Self::cleared(self.question)
    }

    /// The town.
    pub(super) fn organisation(&self) -> &'a Organisation {
        self.question.organisation
    }

    /// The member; none for the resident and the server.
    pub(super) fn member(&self) -> Option<MemberId> {
        match self.question.author {
            Authority::Member(member) => Some(member),
            Authority::Resident | Authority::Server => None,
        }
    }

    /// Whether the author is this one.
    pub(super) fn is(&self, authority: Authority) -> bool {
        self.question.author == authority
    }

    /// The posts that count.
    pub(super) fn posts(&self) -> impl Iterator<Item = &'a PostRow> {
        let Question {
            organisation,
            now,
            standing,
            ..
        } = *self.question;
        let cleared_only = self.cleared_only;
        let posts = self
            .member()
            .into_iter()
            .flat_map(move |member| organisation.posts_standing(member, now, standing));
        posts.filter(move |post| !cleared_only || organisation.is_cleared(post.appointment))
    }

    /// Whether the author has the post that runs the unit.
    pub(super) fn acts_for(&self, unit: UnitId) -> bool {
        let Some(acting) = self.organisation().kind(unit).and_then(acting_post) else {
            return false;
        };
        self.posts()
            .any(|post| post.unit == unit && post.post == acting)
    }

    /// Whether the author has the post that runs the unit, if there is such a unit.
    pub(super) fn acts_for_some(&self, unit: Option<UnitId>) -> bool {
        unit.is_some_and(|unit| self.acts_for(unit))
    }

    /// Whether the author acts for any unit.
    pub(super) fn acts_somewhere(&self) -> bool {
        self.posts().any(|post| {
            self.organisation()
                .kind(post.unit)
                .and_then(acting_post)
                .as_ref()
                == Some(&post.post)
        })
    }

    /// Whether the author acts for a unit that is above another.
    pub(super) fn acts_above(&self, unit: UnitId) -> bool {
        self.posts()
            .any(|post| self.acts_for(post.unit) && self.organisation().is_below(unit, post.unit))
    }

    /// Whether the author acts for the unit, and it is one of those that lead: a branch, a town, a
    /// county.
    pub(super) fn leads(&self, unit: UnitId) -> bool {
        let leading = matches!(
            self.organisation().kind(unit),
            Some(UnitKind::Branch | UnitKind::Town | UnitKind::County)
        );
        leading && self.acts_for(unit)
    }

    /// Whether the author is an administrator of the town, or the county, that the unit is in.
    pub(super) fn administers(&self, unit: UnitId) -> bool {
        let organisation = self.organisation();
        let town = organisation.town_of(unit);
        self.posts()
            .filter(|post| post.post == Post::Administrator)
            .any(|post| {
                (town.is_some() && organisation.town_of(post.unit) == town)
                    || organisation.is_below(unit, post.unit)
            })
    }

    /// Whether the author reads the unit's confidential feed.
    pub(super) fn reads_confidential(&self, unit: UnitId) -> bool {
        self.posts()
            .any(|post| post.unit == unit && self.organisation().is_cleared(post.appointment))
    }

    /// Whether the author is an auditor.
    pub(super) fn is_auditor(&self) -> bool {
        self.posts().any(|post| post.post == Post::Auditor)
    }
}
