//! The author of a command, asked about. Every question about posts goes through here.

use super::{Authority, Question};
use crate::id::{MemberId, UnitId};
use crate::kinds::directory::PostRow;
use crate::kinds::unit::Post;
use crate::organisation::{Organisation, acting_post, is_active};

/// Whose authority a command has, and by which posts. The resident and the server have none.
pub(crate) struct Author<'a> {
    question: &'a Question<'a>,
    /// Only the posts that are cleared for their units' confidential feeds count.
    cleared_only: bool,
}

impl<'a> Author<'a> {
    pub(crate) fn of(question: &'a Question<'a>) -> Self {
        Self {
            question,
            cleared_only: false,
        }
    }

    /// The author of a step in a confidential case: without a clearance, a post counts for nothing.
    pub(crate) fn cleared(question: &'a Question<'a>) -> Self {
        Self {
            question,
            cleared_only: true,
        }
    }

    /// The same author, with the posts that are cleared.
    pub(crate) fn if_cleared(&self) -> Self {
        Self::cleared(self.question)
    }

    /// The town.
    pub(crate) fn organisation(&self) -> &'a Organisation {
        self.question.organisation
    }

    /// The member; none for the resident and the server.
    pub(crate) fn member(&self) -> Option<MemberId> {
        match self.question.author {
            Authority::Member(member) => Some(member),
            Authority::Resident | Authority::Server => None,
        }
    }

    /// Whether the author is this one.
    pub(crate) fn is(&self, authority: Authority) -> bool {
        self.question.author == authority
    }

    /// The posts that count.
    pub(crate) fn posts(&self) -> impl Iterator<Item = &'a PostRow> {
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
    pub(crate) fn acts_for(&self, unit: UnitId) -> bool {
        let Some(acting) = self.organisation().kind(unit).and_then(acting_post) else {
            return false;
        };
        self.posts()
            .any(|post| post.unit == unit && post.post == acting)
    }

    /// The members who act for a unit when the author's posts are to be in force.
    pub(crate) fn acting_for(&self, unit: UnitId) -> impl Iterator<Item = MemberId> + use<'a> {
        let (organisation, at) = (self.organisation(), self.question.posts_at());
        let acting = organisation.kind(unit).and_then(acting_post);
        let posts = organisation.appointments_in(unit);
        let runs =
            move |post: &&PostRow| is_active(post, at) && Some(&post.post) == acting.as_ref();
        posts.filter(runs).map(|post| post.member)
    }

    /// Whether the author has the post that runs the unit, if there is such a unit.
    pub(crate) fn acts_for_some(&self, unit: Option<UnitId>) -> bool {
        unit.is_some_and(|unit| self.acts_for(unit))
    }

    /// Whether the author acts for any unit.
    pub(crate) fn acts_somewhere(&self) -> bool {
        self.posts().any(|post| {
            self.organisation()
                .kind(post.unit)
                .and_then(acting_post)
                .as_ref()
                == Some(&post.post)
        })
    }

    /// Whether the author acts for a unit that is above another.
    pub(crate) fn acts_above(&self, unit: UnitId) -> bool {
        self.posts()
            .any(|post| self.acts_for(post.unit) && self.organisation().is_below(unit, post.unit))
    }

    /// Whether the author acts for the unit, and it is one of those that lead.
    pub(crate) fn leads(&self, unit: UnitId) -> bool {
        self.organisation().is_leading(unit) && self.acts_for(unit)
    }

    /// Whether the author is an administrator of the town, or the county, that the unit is in.
    pub(crate) fn administers(&self, unit: UnitId) -> bool {
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
    pub(crate) fn reads_confidential(&self, unit: UnitId) -> bool {
        self.posts()
            .any(|post| post.unit == unit && self.organisation().is_cleared(post.appointment))
    }

    /// Whether the author is an auditor in the unit.
    pub(crate) fn audits(&self, unit: UnitId) -> bool {
        self.posts()
            .any(|post| post.unit == unit && post.post == Post::Auditor)
    }

    /// Whether the author is an auditor.
    pub(crate) fn is_auditor(&self) -> bool {
        self.posts().any(|post| post.post == Post::Auditor)
    }
}
