//! Up and down the levels: alley, branch, town (with its departments), county.

use super::{LEVELS_MAX, Organisation};
use crate::id::UnitId;
use crate::kinds::unit::UnitKind;

impl Organisation {
    /// The unit's parents, nearest first. A cycle ends the walk.
    pub fn ancestors(&self, unit: UnitId) -> impl Iterator<Item = UnitId> {
        std::iter::successors(self.parent(unit), |unit| self.parent(*unit)).take(LEVELS_MAX)
    }

    /// The unit that a unit belongs to.
    pub fn parent(&self, unit: UnitId) -> Option<UnitId> {
        self.unit(unit)?.parent
    }

    fn nearest(&self, unit: UnitId, is: impl Fn(&UnitKind) -> bool) -> Option<UnitId> {
        std::iter::once(unit)
            .chain(self.ancestors(unit))
            .find(|unit| self.kind(*unit).is_some_and(&is))
    }

    /// The towns, by id. A ledger has one; only an import of an earlier release could make a second.
    pub fn towns(&self) -> impl Iterator<Item = UnitId> {
        self.units()
            .filter(|row| row.kind == UnitKind::Town)
            .map(|row| row.unit)
    }

    /// Whether the people of a unit have their posts here. A county above the town is a name alone,
    /// and so is what belongs to the county itself.
    pub fn has_people(&self, unit: UnitId) -> bool {
        let seat = self.nearest(unit, |kind| {
            matches!(kind, UnitKind::Town | UnitKind::County)
        });
        seat.and_then(|seat| self.kind(seat)) != Some(&UnitKind::County)
    }

    /// The town that a unit is in, or is.
    pub fn town_of(&self, unit: UnitId) -> Option<UnitId> {
        self.nearest(unit, |kind| *kind == UnitKind::Town)
    }

    /// The village or community that a unit is in, or is.
    pub fn village_of(&self, unit: UnitId) -> Option<UnitId> {
        self.nearest(unit, |kind| {
            matches!(kind, UnitKind::Village | UnitKind::Community)
        })
    }

    /// The branch attached to a village or community; of several the first by id.
    pub fn branch_of(&self, village: UnitId) -> Option<UnitId> {
        self.children(village)
            .find(|child| child.kind == UnitKind::Branch)
            .map(|child| child.unit)
    }

    /// The villages and communities of a town, by id.
    pub fn villages_of(&self, town: UnitId) -> impl Iterator<Item = UnitId> {
        self.children(town)
            .filter(|child| matches!(child.kind, UnitKind::Village | UnitKind::Community))
            .map(|child| child.unit)
    }

    /// The unit one level above: an alley's, a centre's and a committee's is the branch of the village, a branch's,
    /// a department's and a desk's the town. Where a village has no branch, the town. Above a town there is
    /// none: the people of its county are not here.
    pub fn next_level_up(&self, unit: UnitId) -> Option<UnitId> {
        match self.kind(unit)? {
            UnitKind::Alley | UnitKind::Centre | UnitKind::Committee => self
                .village_of(unit)
                .and_then(|village| self.branch_of(village))
                .or_else(|| self.town_of(unit)),
            UnitKind::Branch
            | UnitKind::Department
            | UnitKind::Desk
            | UnitKind::Village
            | UnitKind::Community => self.town_of(unit),
            UnitKind::Town | UnitKind::County | UnitKind::Unknown(_) => None,
        }
    }

    /// Whether `unit` is below `of`: a branch is above the alleys, centres and committees of its village, a
    /// town above all in it, a county above all in it.
    pub fn is_below(&self, unit: UnitId, of: UnitId) -> bool {
        if unit == of {
            return false;
        }
        match self.kind(of) {
            Some(UnitKind::Branch) => {
                let village = self.village_of(of);
                village.is_some()
                    && matches!(
                        self.kind(unit),
                        Some(UnitKind::Alley | UnitKind::Centre | UnitKind::Committee)
                    )
                    && self.village_of(unit) == village
            }
            Some(UnitKind::Town | UnitKind::County) => {
                self.ancestors(unit).any(|above| above == of)
            }
            _ => false,
        }
    }

    /// Whether `unit` is `of`, or lies within it: is below it, or in the village, community or town that
    /// it is. Whoever acts there belongs to the people of `of`.
    pub fn is_within(&self, unit: UnitId, of: UnitId) -> bool {
        let lies_in = || self.ancestors(unit).any(|above| above == of);
        unit == of || self.is_below(unit, of) || lies_in()
    }

    /// Whether a unit leads: it turns requests away, sends work on, and reports for itself. A branch, a
    /// town, a desk.
    pub fn is_leading(&self, unit: UnitId) -> bool {
        matches!(
            self.kind(unit),
            Some(UnitKind::Branch | UnitKind::Town | UnitKind::Desk)
        )
    }

    /// Whether a holder may dispatch to a unit: one below, or a department of the same town, that
    /// somebody can act for.
    pub fn may_be_dispatched(&self, holder: UnitId, to: UnitId) -> bool {
        let Some(kind) = self.kind(to) else {
            return false;
        };
        let of_the_town = *kind == UnitKind::Department && self.town_of(to) == self.town_of(holder);
        super::acting_post(kind).is_some()
            && to != holder
            && (of_the_town || self.is_below(to, holder))
    }
}

#[cfg(test)]
mod tests {
    use crate::documents::samples::{START, member, unit};
    use crate::kinds::directory::PostRow;
    use crate::kinds::unit::{Post, UnitKind};
    use crate::organisation::samples::{appointment, put_unit, town};

    #[test]
    fn the_next_level_is_branch_town_and_none_above() {
        let mut town = town();
        assert_eq!(town.next_level_up(unit(2)), None);
        put_unit(&mut town, 1, UnitKind::County, 0);
        put_unit(&mut town, 2, UnitKind::Town, 1);
        put_unit(&mut town, 20, UnitKind::Village, 2);
        put_unit(&mut town, 21, UnitKind::Alley, 20);
        let up = |number| town.next_level_up(unit(number));
        assert_eq!(
            (up(7), up(10), up(11)),
            (Some(unit(5)), Some(unit(5)), Some(unit(6)))
        );
        assert_eq!((up(5), up(9), up(2)), (Some(unit(2)), Some(unit(2)), None));
        assert_eq!(up(21), Some(unit(2)), "a village without a branch");
        assert_eq!((up(1), up(99)), (None, None));
    }

    #[test]
    fn people_are_in_a_town_and_not_in_its_county() {
        let mut town = town();
        put_unit(&mut town, 1, UnitKind::County, 0);
        put_unit(&mut town, 2, UnitKind::Town, 1);
        put_unit(&mut town, 20, UnitKind::Department, 1);
        let here = |number| town.has_people(unit(number));
        assert!(here(2) && here(5) && here(7) && here(9));
        assert!(!here(1) && !here(20));
        assert_eq!(town.towns().collect::<Vec<_>>(), [unit(2)]);
    }

    #[test]
    fn a_branch_is_above_its_own_alleys_and_a_town_above_all() {
        let town = town();
        let below = |number, of| town.is_below(unit(number), unit(of));
        assert!(below(7, 5) && below(10, 5) && below(7, 2) && below(5, 2) && below(9, 2));
        assert!(
            !below(11, 5)
                && !below(5, 5)
                && !below(2, 5)
                && !below(9, 5)
                && !below(7, 8)
                && !below(7, 3)
        );
    }

    #[test]
    fn work_is_dispatched_down_or_to_a_department_but_never_to_a_place() {
        let town = town();
        let may = |holder, to| town.may_be_dispatched(unit(holder), unit(to));
        assert!(may(2, 9) && may(2, 5) && may(2, 7) && may(5, 7) && may(5, 9));
        assert!(!may(5, 11) && !may(5, 2) && !may(2, 3) && !may(2, 2) && !may(2, 99) && !may(9, 9));
    }

    #[test]
    fn a_committee_is_below_its_villages_branch_and_its_head_acts_for_it() {
        let mut town = town();
        put_unit(&mut town, 20, UnitKind::Committee, 3);
        put_unit(&mut town, 21, UnitKind::Committee, 2);
        let up = |number| town.next_level_up(unit(number));
        assert_eq!((up(20), up(21)), (Some(unit(5)), Some(unit(2))));
        let may = |holder, to| town.may_be_dispatched(unit(holder), unit(to));
        assert!(may(5, 20) && may(2, 20) && may(2, 21));
        assert!(
            !may(6, 20) && !may(5, 21),
            "of another village, of the town"
        );
        assert!(!town.is_attended(unit(20), START));
        town.put_appointment(appointment(120, Post::Mediator, 20));
        assert!(
            !town.is_attended(unit(20), START),
            "a mediator does not act for it"
        );
        town.put_appointment(appointment(121, Post::CommitteeHead, 20));
        assert!(town.acts_for(member(121), unit(20), START));
        let fits = |post: Post, kind| post.fits(&kind);
        assert!(fits(Post::Mediator, UnitKind::Committee));
        assert!(fits(Post::CommitteeHead, UnitKind::Committee));
        assert!(!fits(Post::CommitteeHead, UnitKind::Branch));
    }

    #[test]
    fn a_desk_is_below_the_town_alone_and_whoever_is_in_a_unit_lies_within_it() {
        let mut town = town();
        put_unit(&mut town, 13, UnitKind::Desk, 2);
        assert_eq!(town.next_level_up(unit(13)), Some(unit(2)));
        let may = |holder, to| town.may_be_dispatched(unit(holder), unit(to));
        assert!(may(2, 13) && may(13, 9) && !may(5, 13) && !may(13, 7) && !may(9, 13));
        assert!(Post::DeskOfficer.fits(&UnitKind::Desk));
        assert!(!Post::DeskOfficer.fits(&UnitKind::Town));
        town.put_appointment(appointment(113, Post::DeskOfficer, 13));
        assert!(town.acts_for(member(113), unit(13), START));
        let within = |number, of| town.is_within(unit(number), unit(of));
        // The branch's alleys and centre; what lies in the village, though nobody acts for that.
        assert!(within(5, 5) && within(7, 5) && within(10, 5) && within(7, 3) && within(5, 3));
        assert!(within(13, 2) && within(7, 2) && within(7, 7));
        assert!(
            !within(5, 7) && !within(2, 5) && !within(11, 5) && !within(13, 5) && !within(9, 3)
        );
    }

    #[test]
    fn a_unit_is_attended_while_somebody_has_the_post_that_runs_it() {
        let mut town = town();
        let until = START.plus_days(10);
        assert!(town.is_attended(unit(7), START));
        assert!(
            !town.is_attended(unit(12), START),
            "a department without a handler"
        );
        town.put_appointment(PostRow {
            until: Some(until),
            ..appointment(101, Post::AlleyChief, 7)
        });
        assert!(!town.is_attended(unit(7), until));
        // Another post there is none that runs it.
        town.put_appointment(appointment(111, Post::Mediator, 7));
        assert!(!town.is_attended(unit(7), until));
        town.put_appointment(appointment(112, Post::AlleyChief, 7));
        assert!(town.is_attended(unit(7), until));
    }

    #[test]
    fn a_cycle_of_parents_ends_every_walk() {
        let mut town = town();
        put_unit(&mut town, 2, UnitKind::Town, 7);
        put_unit(&mut town, 3, UnitKind::Village, 7);
        assert!(!town.is_below(unit(7), unit(2)));
        assert_eq!(town.next_level_up(unit(2)), None);
        assert!(town.ancestors(unit(7)).count() <= super::LEVELS_MAX);
    }

    #[test]
    fn a_moved_unit_has_one_parent() {
        let mut town = town();
        put_unit(&mut town, 7, UnitKind::Alley, 4);
        assert_eq!(town.next_level_up(unit(7)), Some(unit(6)));
        assert!(town.children(unit(3)).all(|child| child.unit != unit(7)));
    }
}
