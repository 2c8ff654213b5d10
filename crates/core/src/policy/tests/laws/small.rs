//! Small towns, drawn; and who is above whom in them, worked out from the drawing.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::documents::samples::{START, command, unit};
use crate::id::{MemberId, UnitId};
use crate::kinds::directory::PostRow;
use crate::kinds::unit::{Post, UnitKind};
use crate::organisation::Organisation;
use crate::organisation::samples::{appointment, put_unit};
use crate::policy::Authority;
use crate::time::Time;

const MEMBERS: usize = 7;

/// A village: whether it has a branch, whether it has a centre, and its alleys.
type Village = (bool, bool, u8);
/// A post: whose, in which unit, which one (the usual one for the unit if it is even), when.
type Drawn = (usize, usize, usize, u8);

/// A drawing of a town.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    county: bool,
    villages: Vec<Village>,
    departments: u8,
    posts: Vec<Drawn>,
}

pub(super) fn plan() -> impl Strategy<Value = Plan> {
    let villages = prop::collection::vec((prop::bool::weighted(0.8), any::<bool>(), 1_u8..3), 1..3);
    let seats = prop::collection::vec(prop::option::weighted(0.8, 0..MEMBERS), 12);
    let others = prop::collection::vec((0..MEMBERS, 0_usize..64, 0_usize..24, 0_u8..6), 0..10);
    (any::<bool>(), villages, 1_u8..3, seats, others).prop_map(
        |(county, villages, departments, seats, others)| {
            let seated = (0..)
                .zip(seats)
                .filter_map(|(at, member)| member.map(|member| (member, at, 0, 0)));
            Plan {
                county,
                villages,
                departments,
                posts: seated.chain(others).collect(),
            }
        },
    )
}

/// A unit of the drawing; the village it is in, if it is in one.
#[derive(Debug, Clone)]
struct Drawing {
    unit: UnitId,
    kind: UnitKind,
    village: Option<u8>,
}

/// A town, and its drawing.
pub(super) struct SmallTown {
    pub(super) organisation: Organisation,
    drawing: Vec<Drawing>,
    posts: Vec<PostRow>,
}

impl SmallTown {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut town = Self {
            organisation: Organisation::default(),
            drawing: Vec::new(),
            posts: Vec::new(),
        };
        let county = if plan.county {
            town.put(UnitKind::County, 0, None)
        } else {
            0
        };
        let seat = town.put(UnitKind::Town, county, None);
        for (number, (branch, centre, alleys)) in (0_u8..).zip(&plan.villages) {
            let village = town.put(UnitKind::Village, seat, Some(number));
            if *branch {
                town.put(UnitKind::Branch, village, Some(number));
            }
            if *centre {
                town.put(UnitKind::Centre, village, Some(number));
            }
            for _ in 0..*alleys {
                town.put(UnitKind::Alley, village, Some(number));
            }
        }
        for _ in 0..plan.departments {
            town.put(UnitKind::Department, seat, None);
        }
        for (number, drawn) in (0_u16..).zip(&plan.posts) {
            town.appoint(number, *drawn);
        }
        town
    }

    /// One village with everything, and one member in each unit's post.
    pub(super) fn full() -> Self {
        let posts = (0..7).map(|number| (number, number, 0, 0)).collect();
        Self::new(&Plan {
            county: true,
            villages: vec![(true, true, 1)],
            departments: 1,
            posts,
        })
    }

    fn put(&mut self, kind: UnitKind, parent: u8, village: Option<u8>) -> u8 {
        let number = u8::try_from(self.drawing.len()).unwrap() + 1;
        put_unit(&mut self.organisation, number, kind.clone(), parent);
        self.drawing.push(Drawing {
            unit: unit(number),
            kind,
            village,
        });
        number
    }

    fn appoint(&mut self, number: u16, (member, at, which, when): Drawn) {
        let at = self.drawing[at % self.drawing.len()].clone();
        let usual = usual_post(&at.kind);
        let post = if which % 2 == 0 { usual } else { None }
            .unwrap_or(Post::ALL[which % Post::ALL.len()].clone());
        let (from, until) = match when {
            0..=2 => (0, None),
            3 => (0, Some(20)),
            4 => (-50, Some(-10)),
            _ => (15, None),
        };
        let row = PostRow {
            appointment: command(1_000 + number),
            unit: at.unit,
            member: member_of(member),
            from: START.plus_days(from),
            until: until.map(|days| START.plus_days(days)),
            ..appointment(1, post, 1)
        };
        self.organisation.put_appointment(row.clone());
        self.posts.push(row);
    }

    /// Everybody: the members from one on, the resident, the server.
    pub(super) fn authors(begins: usize) -> Vec<Authority> {
        let mut all: Vec<_> = (0..MEMBERS)
            .map(|number| Authority::Member(member_of(number)))
            .collect();
        all.extend([Authority::Server, Authority::Resident]);
        let by = begins % all.len();
        all.rotate_left(by);
        all
    }

    /// A unit, by a number of any size.
    pub(super) fn unit(&self, number: usize) -> UnitId {
        self.drawing[number % self.drawing.len()].unit
    }

    /// The number of a department.
    pub(super) fn last_unit(&self) -> usize {
        self.drawing.len() - 1
    }

    pub(super) fn first_alley(&self) -> UnitId {
        self.drawing
            .iter()
            .find(|drawn| drawn.kind == UnitKind::Alley)
            .unwrap()
            .unit
    }

    /// The units that a member runs at a time.
    pub(super) fn runs(&self, member: MemberId, now: Time) -> BTreeSet<UnitId> {
        let usual =
            |post: &PostRow| usual_post(&self.of(post.unit).kind).as_ref() == Some(&post.post);
        self.in_force(member, now)
            .filter(|post| usual(post))
            .map(|post| post.unit)
            .collect()
    }

    pub(super) fn audits(&self, member: MemberId, now: Time) -> bool {
        self.in_force(member, now)
            .any(|post| post.post == Post::Auditor)
    }

    fn in_force(&self, member: MemberId, now: Time) -> impl Iterator<Item = &PostRow> {
        let begun = move |post: &&PostRow| post.from.0 <= now.0;
        let runs = move |post: &&PostRow| post.until.is_none_or(|until| until.0 > now.0);
        self.posts
            .iter()
            .filter(move |post| post.member == member)
            .filter(begun)
            .filter(runs)
    }

    fn of(&self, unit: UnitId) -> &Drawing {
        self.drawing
            .iter()
            .find(|drawn| drawn.unit == unit)
            .unwrap()
    }

    /// 1 an alley or a centre, 2 a branch, 3 the town (a department stands beside a branch), 4 the
    /// county; 0 a village, which is a place.
    pub(super) fn level(&self, unit: UnitId) -> u8 {
        match self.of(unit).kind {
            UnitKind::Alley | UnitKind::Centre => 1,
            UnitKind::Branch | UnitKind::Department => 2,
            UnitKind::Town => 3,
            UnitKind::County => 4,
            _ => 0,
        }
    }

    pub(super) fn is_department(&self, unit: UnitId) -> bool {
        self.of(unit).kind == UnitKind::Department
    }

    /// Whether `above` is on the way up from `unit`: a branch for its village, the town and the
    /// county for all.
    pub(super) fn is_above(&self, above: UnitId, unit: UnitId) -> bool {
        let (of, at) = (self.of(above), self.of(unit));
        let in_line = match of.kind {
            UnitKind::Branch => of.village == at.village,
            UnitKind::Town | UnitKind::County => true,
            _ => false,
        };
        in_line && self.level(above) > self.level(unit)
    }

    /// Whether some unit is above `unit` and below `above`.
    pub(super) fn any_between(&self, unit: UnitId, above: UnitId) -> bool {
        self.drawing
            .iter()
            .any(|drawn| self.is_above(drawn.unit, unit) && self.is_above(above, drawn.unit))
    }
}

fn member_of(number: usize) -> MemberId {
    MemberId([u8::try_from(number).unwrap() + 1; 16])
}

/// The post that a unit is run by.
fn usual_post(kind: &UnitKind) -> Option<Post> {
    let word = match kind {
        UnitKind::Alley => "alley_chief",
        UnitKind::Branch => "branch_secretary",
        UnitKind::Town | UnitKind::County => "town_dispatcher",
        UnitKind::Department => "department_handler",
        UnitKind::Centre => "centre_clerk",
        _ => return None,
    };
    Post::known(word)
}
