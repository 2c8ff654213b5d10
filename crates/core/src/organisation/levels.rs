//! Up and down the levels: alley, branch, town (with its departments), county.

use super::{LEVELS_MAX, Organisation};
use crate::command::unit::UnitKind;
use crate::id::UnitId;

impl Organisation {
    /// The unit's parents, nearest first. A cycle ends the walk.
    pub fn ancestors(&self, unit: UnitId) -> impl Iterator<Item = UnitId> {
        std::iter::successors(self.parent(unit), |unit| self.parent(*unit)).take(LEVELS_MAX)
    }

    /// What a unit belongs to.
    pub fn parent(&self, unit: UnitId) -> Option<UnitId> {
        self.unit(unit)?.parent
    }

    fn nearest(&self, unit: UnitId, is: impl Fn(&UnitKind) -> bool) -> Option<UnitId> {
        std::iter::once(unit).chain(self.ancestors(unit)).find(|unit| self.kind(*unit).is_some_and(&is))
    }

    /// The town that a unit is in, or is.
    pub fn town_of(&self, unit: UnitId) -> Option<UnitId> {
        self.nearest(unit, |kind| *kind == UnitKind::Town)
    }

    /// The village or community that a unit is in, or is.
    pub fn village_of(&self, unit: UnitId) -> Option<UnitId> {
        self.nearest(unit, |kind| matches!(kind, UnitKind::Village | UnitKind::Community))
    }

    /// The branch attached to a village or community; of several the first by id.
    pub fn branch_of(&self, village: UnitId) -> Option<UnitId> {
        self.children(village).find(|child| child.kind == UnitKind::Branch).map(|child| child.unit)
    }

    /// The villages and communities of a town, by id.
    pub fn villages_of(&self, town: UnitId) -> impl Iterator<Item = UnitId> {
        self.children(town)
            .filter(|child| matches!(child.kind, UnitKind::Village | UnitKind::Community))
            .map(|child| child.unit)
    }

    /// The unit one level above: an alley's and a centre's is the branch of the village, a branch's
    /// and a department's the town, a town's the county. Where a village has no branch, the town.
    pub fn next_level_up(&self, unit: UnitId) -> Option<UnitId> {
        match self.kind(unit)? {
            UnitKind::Alley | UnitKind::Centre => {
                self.village_of(unit).and_then(|village| self.branch_of(village)).or_else(|| self.town_of(unit))
            }
            UnitKind::Branch | UnitKind::Department | UnitKind::Village | UnitKind::Community => self.town_of(unit),
            UnitKind::Town => self.ancestors(unit).find(|above| self.kind(*above) == Some(&UnitKind::County)),
            UnitKind::County | UnitKind::Unknown(_) => None,
        }
    }

    /// Whether `unit` is below `of`: a branch is above the alleys and centres of its village, a
    /// town above all in it, a county above all in it.
    pub fn is_below(&self, unit: UnitId, of: UnitId) -> bool {
        if unit == of {
            return false;
        }
        match self.kind(of) {
            Some(UnitKind::Branch) => {
                let village = self.village_of(of);
                village.is_some()
                    && matches!(self.kind(unit), Some(UnitKind::Alley | UnitKind::Centre))
                    && self.village_of(unit) == village
            }
            Some(UnitKind::Town | UnitKind::County) => self.ancestors(unit).any(|above| above == of),
            _ => false,
        }
    }

    /// Whether a holder may dispatch to a unit: one below, or a department of the same town, that
    /// somebody can act for.
    pub fn may_be_dispatched(&self, holder: UnitId, to: UnitId) -> bool {
        let Some(kind) = self.kind(to) else { return false };
        let of_the_town = *kind == UnitKind::Department && self.town_of(to) == self.town_of(holder);
        super::acting_post(kind).is_some() && to != holder && (of_the_town || self.is_below(to, holder))
    }
}

#[cfg(test)]
mod tests {
    use crate::command::directory::UnitRow;
    use crate::command::unit::UnitKind;
    use crate::id::UnitId;
    use crate::organisation::Organisation;
    use crate::text::Text;

    fn id(number: u8) -> UnitId {
        crate::id::DocumentId([number; 16])
    }

    fn put(organisation: &mut Organisation, number: u8, kind: UnitKind, parent: Option<u8>) {
        let name = Text::cut(&format!("unit {number}"));
        organisation.put_unit(UnitRow { unit: id(number), kind, parent: parent.map(id), name });
    }

    /// County 1, town 2, villages 3 and 4 with branches 5 and 6, alleys 7 (of 3) and 8 (of 4),
    /// department 9, centre 10 (of 3), village 11 without a branch, its alley 12.
    fn town() -> Organisation {
        let mut town = Organisation::default();
        put(&mut town, 1, UnitKind::County, None);
        put(&mut town, 2, UnitKind::Town, Some(1));
        put(&mut town, 3, UnitKind::Village, Some(2));
        put(&mut town, 4, UnitKind::Community, Some(2));
        put(&mut town, 5, UnitKind::Branch, Some(3));
        put(&mut town, 6, UnitKind::Branch, Some(4));
        put(&mut town, 7, UnitKind::Alley, Some(3));
        put(&mut town, 8, UnitKind::Alley, Some(4));
        put(&mut town, 9, UnitKind::Department, Some(2));
        put(&mut town, 10, UnitKind::Centre, Some(3));
        put(&mut town, 11, UnitKind::Village, Some(2));
        put(&mut town, 12, UnitKind::Alley, Some(11));
        town
    }

    #[test]
    fn the_next_level_is_branch_town_county() {
        let town = town();
        let up = |number| town.next_level_up(id(number));
        assert_eq!((up(7), up(10), up(8)), (Some(id(5)), Some(id(5)), Some(id(6))));
        assert_eq!((up(5), up(9), up(12)), (Some(id(2)), Some(id(2)), Some(id(2))));
        assert_eq!((up(2), up(1), up(99)), (Some(id(1)), None, None));
    }

    #[test]
    fn a_branch_is_above_its_own_alleys_and_a_town_above_all() {
        let town = town();
        let below = |unit, of| town.is_below(id(unit), id(of));
        assert!(below(7, 5) && below(10, 5) && below(7, 2) && below(5, 2) && below(9, 2) && below(2, 1));
        assert!(!below(8, 5) && !below(5, 5) && !below(2, 5) && !below(9, 5) && !below(7, 7) && !below(7, 3));
    }

    #[test]
    fn work_is_dispatched_down_or_to_a_department_but_never_to_a_place() {
        let town = town();
        let may = |holder, to| town.may_be_dispatched(id(holder), id(to));
        assert!(may(2, 9) && may(2, 5) && may(2, 7) && may(5, 7) && may(5, 9));
        assert!(!may(5, 8) && !may(5, 2) && !may(2, 3) && !may(2, 2) && !may(2, 99) && !may(9, 9));
    }

    #[test]
    fn a_cycle_of_parents_ends_every_walk() {
        let mut town = town();
        put(&mut town, 1, UnitKind::County, Some(7));
        put(&mut town, 7, UnitKind::Alley, Some(7));
        assert_eq!(town.next_level_up(id(7)), None);
        assert!(!town.is_below(id(7), id(2)));
        assert!(town.ancestors(id(1)).count() <= super::LEVELS_MAX);
    }

    #[test]
    fn a_moved_unit_has_one_parent() {
        let mut town = town();
        put(&mut town, 7, UnitKind::Alley, Some(4));
        assert_eq!(town.next_level_up(id(7)), Some(id(6)));
        assert!(town.children(id(3)).all(|child| child.unit != id(7)));
    }
}
