//! The town as the oracle sees it: written from `domain.md`, not from the code under test.

use std::collections::BTreeMap;

use alleyway_core::command::unit::{Post, UnitKind};
use alleyway_core::id::{MemberId, UnitId};
use alleyway_core::time::Time;

/// Somebody's post.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) member: MemberId,
    pub(crate) unit: UnitId,
    pub(crate) post: Post,
    pub(crate) from: Time,
    pub(crate) until: Option<Time>,
}

/// Units and posts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Town {
    pub(crate) units: BTreeMap<UnitId, (UnitKind, Option<UnitId>)>,
    pub(crate) posts: Vec<Held>,
}

impl Town {
    fn kind(&self, unit: UnitId) -> Option<&UnitKind> {
        self.units.get(&unit).map(|(kind, _)| kind)
    }

    fn parent(&self, unit: UnitId) -> Option<UnitId> {
        self.units.get(&unit).and_then(|(_, parent)| *parent)
    }

    pub(crate) fn posts_of(&self, member: MemberId, at: Time) -> impl Iterator<Item = &Held> {
        self.posts
            .iter()
            .filter(move |held| held.member == member && held.from <= at && held.until.is_none_or(|until| at < until))
    }

    /// The town, had no post of the member ended.
    pub(crate) fn as_if_not_ended(&self, member: MemberId, at: Time) -> Self {
        let mut town = self.clone();
        for held in town.posts.iter_mut().filter(|held| held.member == member && held.from <= at) {
            held.until = None;
        }
        town
    }

    /// Whether a post of the member had ended by then.
    pub(crate) fn ended_by(&self, member: MemberId, at: Time) -> bool {
        self.posts.iter().any(|held| held.member == member && held.until.is_some_and(|until| until < at))
    }

    /// Whether the member has the post that speaks for the unit.
    pub(crate) fn acts_for(&self, member: MemberId, unit: UnitId, at: Time) -> bool {
        let speaks = match self.kind(unit) {
            Some(UnitKind::Alley) => Post::AlleyChief,
            Some(UnitKind::Branch) => Post::BranchSecretary,
            Some(UnitKind::Town) => Post::TownDispatcher,
            Some(UnitKind::Department) => Post::DepartmentHandler,
            _ => return false,
        };
        self.posts_of(member, at).any(|held| held.unit == unit && held.post == speaks)
    }

    pub(crate) fn acts_somewhere(&self, member: MemberId, at: Time) -> bool {
        self.posts_of(member, at).any(|held| self.acts_for(member, held.unit, at))
    }

    pub(crate) fn is_auditor(&self, member: MemberId, at: Time) -> bool {
        self.posts_of(member, at).any(|held| held.post == Post::Auditor)
    }

    /// Branches and the town lead; alleys and departments work.
    pub(crate) fn leads(&self, unit: UnitId) -> bool {
        matches!(self.kind(unit), Some(UnitKind::Branch | UnitKind::Town))
    }

    /// The branch of the village that a unit lies in.
    pub(crate) fn branch_of(&self, unit: UnitId) -> Option<UnitId> {
        let village = self.parent(unit).filter(|parent| self.kind(*parent) == Some(&UnitKind::Village))?;
        self.units
            .iter()
            .find(|(_, (kind, parent))| *kind == UnitKind::Branch && *parent == Some(village))
            .map(|(branch, _)| *branch)
    }

    pub(crate) fn town(&self) -> Option<UnitId> {
        self.units.iter().find(|(_, (kind, _))| *kind == UnitKind::Town).map(|(town, _)| *town)
    }

    pub(crate) fn level_above(&self, unit: UnitId) -> Option<UnitId> {
        match self.kind(unit)? {
            UnitKind::Alley => self.branch_of(unit),
            UnitKind::Branch | UnitKind::Department => self.town(),
            _ => None,
        }
    }

    pub(crate) fn is_above(&self, above: UnitId, unit: UnitId) -> bool {
        match self.kind(above) {
            Some(UnitKind::Town) => above != unit,
            Some(UnitKind::Branch) => self.kind(unit) == Some(&UnitKind::Alley) && self.branch_of(unit) == Some(above),
            _ => false,
        }
    }

    pub(crate) fn acts_above(&self, member: MemberId, unit: UnitId, at: Time) -> bool {
        self.units.keys().any(|above| self.is_above(*above, unit) && self.acts_for(member, *above, at))
    }

    /// Whether work can be sent from a holder to a unit.
    pub(crate) fn may_send(&self, from: UnitId, to: UnitId) -> bool {
        let works = matches!(self.kind(to), Some(UnitKind::Alley | UnitKind::Branch | UnitKind::Department));
        works && to != from && (self.is_above(from, to) || self.kind(to) == Some(&UnitKind::Department))
    }

    /// Whether anybody ever speaks or spoke for the unit.
    pub(crate) fn ever_acted(&self, member: MemberId, unit: UnitId) -> bool {
        self.posts
            .iter()
            .any(|held| held.member == member && self.acts_for(member, unit, held.from) && held.unit == unit)
    }

    /// Units that somebody can speak for.
    pub(crate) fn is_worked_by(&self, unit: UnitId) -> bool {
        matches!(self.kind(unit), Some(UnitKind::Alley | UnitKind::Branch | UnitKind::Department | UnitKind::Town))
    }
}
