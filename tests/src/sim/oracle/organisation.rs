//! The town as the oracle sees it: written from `domain.md`, not from the code under test.

use std::collections::BTreeMap;

use alleyway_core::id::{CommandId, MemberId, UnitId};
use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::time::Time;

/// Somebody's post.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) appointment: CommandId,
    pub(crate) member: MemberId,
    pub(crate) unit: UnitId,
    pub(crate) post: Post,
    pub(crate) from: Time,
    pub(crate) until: Option<Time>,
    /// Two persons cleared it to read its unit's confidential cases.
    pub(crate) cleared: bool,
}

impl Held {
    fn is_in_force(&self, at: Time) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }

    /// Whether it lasts longer now.
    fn is_longer_than(&self, before: &Self) -> bool {
        before
            .until
            .is_some_and(|before| self.until.is_none_or(|until| before < until))
    }
}

/// Units and posts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Town {
    pub(crate) units: BTreeMap<UnitId, (UnitKind, Option<UnitId>)>,
    pub(crate) posts: Vec<Held>,
    /// A post that is not cleared counts for nothing.
    cleared_only: bool,
}

/// The post that speaks for a kind of unit.
fn speaker(kind: Option<&UnitKind>) -> Option<Post> {
    match kind? {
        UnitKind::Alley => Some(Post::AlleyChief),
        UnitKind::Branch => Some(Post::BranchSecretary),
        UnitKind::Town => Some(Post::TownDispatcher),
        UnitKind::Department => Some(Post::DepartmentHandler),
        UnitKind::Desk => Some(Post::DeskOfficer),
        _ => None,
    }
}

impl Town {
    pub(crate) fn new(
        units: BTreeMap<UnitId, (UnitKind, Option<UnitId>)>,
        posts: Vec<Held>,
    ) -> Self {
        Self {
            units,
            posts,
            cleared_only: false,
        }
    }

    /// The town as it is now. Who was cleared still is, unless the post was given more time.
    pub(super) fn becomes(&mut self, new: &Self) {
        let before = std::mem::replace(self, new.clone());
        for held in &mut self.posts {
            let known = before
                .posts
                .iter()
                .find(|known| known.appointment == held.appointment);
            held.cleared = known.is_some_and(|known| known.cleared && !held.is_longer_than(known));
        }
    }

    /// Two persons have cleared an appointment, or somebody ended that.
    pub(super) fn set_cleared(&mut self, appointment: CommandId, cleared: bool) {
        for held in self
            .posts
            .iter_mut()
            .filter(|held| held.appointment == appointment)
        {
            held.cleared = cleared;
        }
    }

    /// The town as it is for a confidential case.
    pub(super) fn of_the_cleared(&self) -> Self {
        Self {
            cleared_only: true,
            ..self.clone()
        }
    }

    /// The posts that are cleared.
    pub(crate) fn cleared(&self) -> impl Iterator<Item = &Held> {
        self.posts.iter().filter(|held| held.cleared)
    }

    /// Whether somebody who speaks for the unit is cleared.
    pub(super) fn is_read_in(&self, unit: UnitId, at: Time) -> bool {
        let speaks = speaker(self.kind(unit));
        self.cleared().any(|held| {
            held.unit == unit && Some(&held.post) == speaks.as_ref() && held.is_in_force(at)
        })
    }

    pub(super) fn is_administrator(&self, member: MemberId, at: Time) -> bool {
        self.posts_of(member, at)
            .any(|held| held.post == Post::Administrator)
    }

    fn kind(&self, unit: UnitId) -> Option<&UnitKind> {
        self.units.get(&unit).map(|(kind, _)| kind)
    }

    fn parent(&self, unit: UnitId) -> Option<UnitId> {
        self.units.get(&unit).and_then(|(_, parent)| *parent)
    }

    pub(crate) fn posts_of(&self, member: MemberId, at: Time) -> impl Iterator<Item = &Held> {
        let counts = |held: &&Held| held.cleared || !self.cleared_only;
        self.posts
            .iter()
            .filter(counts)
            .filter(move |held| held.member == member && held.is_in_force(at))
    }

    /// The town, had no post of the member ended.
    pub(crate) fn as_if_not_ended(&self, member: MemberId, at: Time) -> Self {
        let mut town = self.clone();
        for held in town
            .posts
            .iter_mut()
            .filter(|held| held.member == member && held.from <= at)
        {
            held.until = None;
        }
        town
    }

    /// The town, had the member always had every post that he ever has.
    pub(super) fn as_if_always(&self, member: MemberId) -> Self {
        let mut town = self.clone();
        for held in town.posts.iter_mut().filter(|held| held.member == member) {
            (held.from, held.until) = (Time::EARLIEST, None);
        }
        town
    }

    /// The town with the posts that are in force at a time, whatever time is asked about.
    pub(super) fn as_in_force(&self, at: Time) -> Self {
        let mut town = self.clone();
        for held in &mut town.posts {
            let until = (!held.is_in_force(at)).then_some(Time::EARLIEST);
            (held.from, held.until) = (Time::EARLIEST, until);
        }
        town
    }

    /// Whether a post of the member had ended by then.
    pub(crate) fn ended_by(&self, member: MemberId, at: Time) -> bool {
        self.posts
            .iter()
            .any(|held| held.member == member && held.until.is_some_and(|until| until < at))
    }

    /// Whether the member has the post that speaks for the unit.
    pub(crate) fn acts_for(&self, member: MemberId, unit: UnitId, at: Time) -> bool {
        let speaks = speaker(self.kind(unit));
        self.posts_of(member, at)
            .any(|held| held.unit == unit && Some(&held.post) == speaks.as_ref())
    }

    pub(crate) fn acts_somewhere(&self, member: MemberId, at: Time) -> bool {
        self.posts_of(member, at)
            .any(|held| self.acts_for(member, held.unit, at))
    }

    /// Whether somebody has the post that speaks for the unit.
    pub(crate) fn is_attended(&self, unit: UnitId, at: Time) -> bool {
        let speaks = speaker(self.kind(unit));
        self.posts.iter().any(|held| {
            held.unit == unit && Some(&held.post) == speaks.as_ref() && held.is_in_force(at)
        })
    }

    pub(crate) fn is_auditor(&self, member: MemberId, at: Time) -> bool {
        self.posts_of(member, at)
            .any(|held| held.post == Post::Auditor)
    }

    /// Those who speak for the unit, cleared or not.
    pub(crate) fn acting(&self, unit: UnitId, at: Time) -> Vec<MemberId> {
        let speaks = speaker(self.kind(unit));
        let held = self.posts.iter().filter(|held| {
            held.unit == unit && Some(&held.post) == speaks.as_ref() && held.is_in_force(at)
        });
        held.map(|held| held.member).collect()
    }

    /// Whether the member audits in the unit.
    pub(crate) fn audits(&self, member: MemberId, unit: UnitId, at: Time) -> bool {
        self.posts_of(member, at)
            .any(|held| held.post == Post::Auditor && held.unit == unit)
    }

    /// Branches, the town and its desk lead; alleys and departments work.
    pub(crate) fn leads(&self, unit: UnitId) -> bool {
        matches!(
            self.kind(unit),
            Some(UnitKind::Branch | UnitKind::Town | UnitKind::Desk)
        )
    }

    /// Whether complaints about a person go there.
    pub(crate) fn is_desk(&self, unit: UnitId) -> bool {
        self.kind(unit) == Some(&UnitKind::Desk)
    }

    /// Whether a unit is another one, or one of those that belong to it: a branch's are its village's.
    pub(crate) fn belongs_to(&self, unit: UnitId, other: UnitId) -> bool {
        unit == other || self.is_above(other, unit) || self.parent(unit) == Some(other)
    }

    /// The branch of the village that a unit lies in.
    pub(crate) fn branch_of(&self, unit: UnitId) -> Option<UnitId> {
        let village = self
            .parent(unit)
            .filter(|parent| self.kind(*parent) == Some(&UnitKind::Village))?;
        self.units
            .iter()
            .find(|(_, (kind, parent))| *kind == UnitKind::Branch && *parent == Some(village))
            .map(|(branch, _)| *branch)
    }

    pub(crate) fn town(&self) -> Option<UnitId> {
        self.units
            .iter()
            .find(|(_, (kind, _))| *kind == UnitKind::Town)
            .map(|(town, _)| *town)
    }

    pub(crate) fn level_above(&self, unit: UnitId) -> Option<UnitId> {
        match self.kind(unit)? {
            UnitKind::Alley => self.branch_of(unit),
            UnitKind::Branch | UnitKind::Department | UnitKind::Desk => self.town(),
            _ => None,
        }
    }

    pub(crate) fn is_above(&self, above: UnitId, unit: UnitId) -> bool {
        match self.kind(above) {
            Some(UnitKind::Town) => above != unit,
            Some(UnitKind::Branch) => {
                self.kind(unit) == Some(&UnitKind::Alley) && self.branch_of(unit) == Some(above)
            }
            _ => false,
        }
    }

    pub(crate) fn acts_above(&self, member: MemberId, unit: UnitId, at: Time) -> bool {
        self.units
            .keys()
            .any(|above| self.is_above(*above, unit) && self.acts_for(member, *above, at))
    }

    /// Whether work can be sent from a holder to a unit.
    pub(crate) fn may_send(&self, from: UnitId, to: UnitId) -> bool {
        let works = matches!(
            self.kind(to),
            Some(UnitKind::Alley | UnitKind::Branch | UnitKind::Department | UnitKind::Desk)
        );
        works
            && to != from
            && (self.is_above(from, to) || self.kind(to) == Some(&UnitKind::Department))
    }

    /// Whether the member ever speaks or spoke for the unit, cleared or not.
    pub(crate) fn ever_acted(&self, member: MemberId, unit: UnitId) -> bool {
        let speaks = speaker(self.kind(unit));
        self.posts.iter().any(|held| {
            held.member == member && held.unit == unit && Some(&held.post) == speaks.as_ref()
        })
    }

    /// Units that somebody can speak for.
    pub(crate) fn is_worked_by(&self, unit: UnitId) -> bool {
        matches!(
            self.kind(unit),
            Some(
                UnitKind::Alley
                    | UnitKind::Branch
                    | UnitKind::Department
                    | UnitKind::Town
                    | UnitKind::Desk
            )
        )
    }
}
