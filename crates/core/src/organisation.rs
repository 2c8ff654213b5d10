//! The town's tree of units and the posts in it, as policy and feeds ask about them.
//!
//! A server fills it from the unit documents, which are the truth; a device from its directories.
//! Both keep it up to date row by row.

mod levels;
#[cfg(any(test, feature = "samples"))]
pub mod samples;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::id::{CommandId, MemberId, UnitId};
use crate::kinds::book::Rulebook;
use crate::kinds::directory::DirectoryView;
use crate::kinds::directory::{PostRow, UnitRow};
use crate::kinds::unit::UnitView;
use crate::kinds::unit::{Post, UnitKind};
use crate::time::Time;

/// How far up a walk goes: the real tree has five levels; a damaged one may have a cycle.
const LEVELS_MAX: usize = 16;

/// Which of a member's posts count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Standing {
    /// Those in force: from ≤ now < until.
    #[default]
    InForce,
    /// Those that have begun, whether they have ended or not: from ≤ now.
    Ended,
    /// This one alone, if it has begun, whether it has ended or not.
    Only(CommandId),
    /// Those in force at this time, whatever time is asked about otherwise: for what was admitted
    /// before the server was restored from a backup, and has other steps around it now.
    At(Time),
}

/// Units, posts and names, and the rules that the town has laid down.
#[derive(Debug, Clone, Default)]
pub struct Organisation {
    units: BTreeMap<UnitId, UnitRow>,
    children: BTreeMap<UnitId, BTreeSet<UnitId>>,
    appointments: BTreeMap<CommandId, PostRow>,
    by_member: BTreeMap<MemberId, BTreeSet<CommandId>>,
    by_unit: BTreeMap<UnitId, BTreeSet<CommandId>>,
    cleared: BTreeSet<CommandId>,
    rulebook: Arc<Rulebook>,
}

impl Organisation {
    /// Puts a unit, in place of what was known of it. Returns whether that differs.
    pub fn put_unit(&mut self, row: UnitRow) -> bool {
        let known = self.units.get(&row.unit);
        if known == Some(&row) {
            return false;
        }
        if let Some(parent) = known.and_then(|known| known.parent)
            && let Some(children) = self.children.get_mut(&parent)
        {
            children.remove(&row.unit);
        }
        if let Some(parent) = row.parent {
            self.children.entry(parent).or_default().insert(row.unit);
        }
        self.units.insert(row.unit, row);
        true
    }

    /// Puts an appointment, in place of what was known of it. Returns whether that differs.
    pub fn put_appointment(&mut self, row: PostRow) -> bool {
        let known = self.appointments.get(&row.appointment);
        if known == Some(&row) {
            return false;
        }
        if let Some(known) = known {
            if let Some(of_member) = self.by_member.get_mut(&known.member) {
                of_member.remove(&row.appointment);
            }
            if let Some(of_unit) = self.by_unit.get_mut(&known.unit) {
                of_unit.remove(&row.appointment);
            }
        }
        self.by_member
            .entry(row.member)
            .or_default()
            .insert(row.appointment);
        self.by_unit
            .entry(row.unit)
            .or_default()
            .insert(row.appointment);
        self.appointments.insert(row.appointment, row);
        true
    }

    /// Says whether an appointment was cleared for its unit's confidential feed. Returns whether
    /// that differs.
    pub fn put_clearance(&mut self, appointment: CommandId, cleared: bool) -> bool {
        if cleared {
            self.cleared.insert(appointment)
        } else {
            self.cleared.remove(&appointment)
        }
    }

    /// Puts what the town has laid down, in place of what was known of it.
    pub fn put_rulebook(&mut self, rulebook: Rulebook) {
        self.rulebook = Arc::new(rulebook);
    }

    /// The town's own rules, in all their versions; as they ship, where those are not known.
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// Whether two persons have cleared an appointment for its unit's confidential feed.
    pub fn is_cleared(&self, appointment: CommandId) -> bool {
        self.cleared.contains(&appointment)
    }

    /// Whether a member reads a unit's confidential feed at `now`.
    pub fn reads_confidential(&self, member: MemberId, unit: UnitId, now: Time) -> bool {
        self.posts_of(member, now)
            .any(|post| post.unit == unit && self.is_cleared(post.appointment))
    }

    /// Whether somebody who acts for a unit at `now` reads its confidential feed: a confidential case
    /// that is sent there is seen by somebody.
    pub fn takes_confidential(&self, unit: UnitId, now: Time) -> bool {
        let acting = self.kind(unit).and_then(acting_post);
        self.appointments_in(unit).any(|post| {
            is_active(post, now)
                && Some(&post.post) == acting.as_ref()
                && self.is_cleared(post.appointment)
        })
    }

    /// Puts a unit document's unit and appointments. Returns whether anything differs.
    pub fn put_unit_view(&mut self, view: &UnitView) -> bool {
        let mut differs = self.put_unit(view.row());
        for row in view.post_rows() {
            differs |= self.put_appointment(row);
        }
        for appointment in &view.appointments {
            differs |= self.put_clearance(appointment.id, appointment.is_cleared());
        }
        differs
    }

    /// Puts the rows of directories. A directory keeps the rows of a unit that has moved elsewhere as
    /// they were when it moved: what the unit's present directory says goes before.
    pub fn put_directories(&mut self, views: &[DirectoryView]) {
        for present in [false, true] {
            for view in views {
                for row in &view.units {
                    if present == self.is_in(row.unit, row.parent, view.of) {
                        self.put_unit(row.clone());
                    }
                }
            }
        }
        for present in [false, true] {
            for view in views {
                for row in &view.posts {
                    if present == self.is_in(row.unit, self.parent(row.unit), view.of) {
                        self.put_appointment(row.clone());
                        self.put_clearance(
                            row.appointment,
                            view.cleared.contains(&row.appointment),
                        );
                    }
                }
            }
        }
    }

    /// Whether a unit with this parent is in `of`, or is it.
    fn is_in(&self, unit: UnitId, parent: Option<UnitId>, of: UnitId) -> bool {
        unit == of
            || parent.is_some_and(|parent| {
                parent == of || self.ancestors(parent).any(|above| above == of)
            })
    }

    /// A unit.
    pub fn unit(&self, unit: UnitId) -> Option<&UnitRow> {
        self.units.get(&unit)
    }

    /// The kind of a unit.
    pub fn kind(&self, unit: UnitId) -> Option<&UnitKind> {
        self.unit(unit).map(|row| &row.kind)
    }

    /// All units, by id.
    pub fn units(&self) -> impl Iterator<Item = &UnitRow> {
        self.units.values()
    }

    /// The units directly under a unit, by id.
    pub fn children(&self, unit: UnitId) -> impl Iterator<Item = &UnitRow> {
        self.children
            .get(&unit)
            .into_iter()
            .flatten()
            .filter_map(|child| self.units.get(child))
    }

    /// An appointment.
    pub fn appointment(&self, appointment: CommandId) -> Option<&PostRow> {
        self.appointments.get(&appointment)
    }

    /// All appointments, past and future ones too, by id.
    pub fn appointments(&self) -> impl Iterator<Item = &PostRow> {
        self.appointments.values()
    }

    /// A member's appointments, past and future ones too.
    pub fn appointments_of(&self, member: MemberId) -> impl Iterator<Item = &PostRow> {
        self.by_member
            .get(&member)
            .into_iter()
            .flatten()
            .filter_map(|id| self.appointments.get(id))
    }

    /// The appointments in a unit, past and future ones too.
    pub fn appointments_in(&self, unit: UnitId) -> impl Iterator<Item = &PostRow> {
        self.by_unit
            .get(&unit)
            .into_iter()
            .flatten()
            .filter_map(|id| self.appointments.get(id))
    }

    /// A member's posts at `now`: from ≤ now < until.
    pub fn posts_of(&self, member: MemberId, now: Time) -> impl Iterator<Item = &PostRow> {
        self.appointments_of(member)
            .filter(move |post| is_active(post, now))
    }

    /// A member's name, as the appointment that begins last has it.
    pub fn name(&self, member: MemberId) -> Option<&str> {
        self.appointments_of(member)
            .max_by_key(|post| (post.from, post.appointment))
            .map(|post| post.name.as_str())
    }

    /// Whether a member acts for a unit at `now`: has the post that its kind is run by.
    pub fn acts_for(&self, member: MemberId, unit: UnitId, now: Time) -> bool {
        self.acts_standing(member, unit, now, Standing::InForce)
    }

    /// A member's posts that count at `now`.
    pub fn posts_standing(
        &self,
        member: MemberId,
        now: Time,
        standing: Standing,
    ) -> impl Iterator<Item = &PostRow> {
        self.appointments_of(member)
            .filter(move |post| match standing {
                Standing::InForce => is_active(post, now),
                Standing::Ended => post.from <= now,
                Standing::Only(appointment) => post.appointment == appointment && post.from <= now,
                Standing::At(at) => is_active(post, at),
            })
    }

    /// Whether anybody acts for a unit at `now`. What is sent to one for which nobody acts lies there.
    pub fn is_attended(&self, unit: UnitId, now: Time) -> bool {
        let acting = self.kind(unit).and_then(acting_post);
        self.appointments_in(unit)
            .any(|post| is_active(post, now) && Some(&post.post) == acting.as_ref())
    }

    /// Whether a member acts for a unit by the posts that count at `now`.
    pub fn acts_standing(
        &self,
        member: MemberId,
        unit: UnitId,
        now: Time,
        standing: Standing,
    ) -> bool {
        let Some(acting) = self.kind(unit).and_then(acting_post) else {
            return false;
        };
        self.posts_standing(member, now, standing)
            .any(|post| post.unit == unit && post.post == acting)
    }

    /// Whether a member acts, acted or will act for a unit.
    pub fn ever_acts_for(&self, member: MemberId, unit: UnitId) -> bool {
        let Some(acting) = self.kind(unit).and_then(acting_post) else {
            return false;
        };
        self.appointments_of(member)
            .any(|post| post.unit == unit && post.post == acting)
    }
}

/// Whether an appointment is in force: from ≤ now < until.
pub fn is_active(post: &PostRow, now: Time) -> bool {
    post.from <= now && post.until.is_none_or(|until| now < until)
}

/// The post whose holder acts for a unit of this kind. Villages and communities are places:
/// their branch acts. The people of a county are not here.
pub fn acting_post(kind: &UnitKind) -> Option<Post> {
    match kind {
        UnitKind::Alley => Some(Post::AlleyChief),
        UnitKind::Branch => Some(Post::BranchSecretary),
        UnitKind::Town => Some(Post::TownDispatcher),
        UnitKind::Department => Some(Post::DepartmentHandler),
        UnitKind::Centre => Some(Post::CentreClerk),
        UnitKind::Committee => Some(Post::CommitteeHead),
        UnitKind::Desk => Some(Post::DeskOfficer),
        UnitKind::Village | UnitKind::Community | UnitKind::County | UnitKind::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Standing;
    use super::samples::{CHIEF, MEDIATOR, SECRETARY, appointment, town};
    use crate::documents::samples::{START, unit};
    use crate::kinds::directory::PostRow;
    use crate::kinds::unit::Post;
    use crate::text::Text;
    use crate::time::Time;

    #[test]
    fn a_post_is_in_force_from_its_first_moment_to_before_its_last() {
        let mut town = town();
        let until = START.plus_days(10);
        assert!(town.put_appointment(PostRow {
            until: Some(until),
            ..appointment(101, Post::AlleyChief, 7)
        }));
        assert!(town.acts_for(CHIEF, unit(7), START));
        assert!(!town.acts_for(CHIEF, unit(7), Time(START.0 - 1)));
        assert!(town.acts_for(CHIEF, unit(7), Time(until.0 - 1)));
        assert!(!town.acts_for(CHIEF, unit(7), until));
        assert!(town.ever_acts_for(CHIEF, unit(7)));
    }

    #[test]
    fn a_post_that_ended_counts_only_where_ended_ones_are_asked_for_and_one_to_come_never() {
        let mut town = town();
        let until = START.plus_days(10);
        town.put_appointment(PostRow {
            until: Some(until),
            ..appointment(101, Post::AlleyChief, 7)
        });
        let acts = |now, standing| town.acts_standing(CHIEF, unit(7), now, standing);
        assert!(acts(START, Standing::InForce) && acts(START, Standing::Ended));
        assert!(!acts(until, Standing::InForce) && acts(until, Standing::Ended));
        assert!(
            !acts(Time(START.0 - 1), Standing::InForce)
                && !acts(Time(START.0 - 1), Standing::Ended)
        );
        assert!(!town.acts_standing(CHIEF, unit(8), until, Standing::Ended));
    }

    #[test]
    fn only_the_post_that_runs_a_unit_acts_for_it() {
        let town = town();
        assert!(town.acts_for(SECRETARY, unit(5), START));
        assert!(!town.acts_for(MEDIATOR, unit(5), START));
        assert!(
            !town.acts_for(SECRETARY, unit(3), START),
            "a village is a place"
        );
    }

    #[test]
    fn a_row_that_is_put_again_changes_nothing_and_a_changed_one_replaces_the_old() {
        let mut town = town();
        let row = appointment(101, Post::AlleyChief, 7);
        assert!(!town.put_appointment(row.clone()));
        let moved = PostRow {
            unit: unit(8),
            name: Text::cut("谢国强"),
            ..row
        };
        assert!(town.put_appointment(moved));
        assert_eq!(town.name(CHIEF), Some("谢国强"));
        assert!(!town.acts_for(CHIEF, unit(7), START) && town.acts_for(CHIEF, unit(8), START));
        assert_eq!(town.appointments_in(unit(7)).count(), 0);
    }
}
