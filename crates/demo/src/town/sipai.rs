//! The large town, of the size of Sipai in Guangxi: 472 alleys in 14 villages and communities.

use std::ops::Range;

use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::time::Time;

use super::builder::Builder;
use crate::chance::Chance;
use crate::lists::Lists;
use crate::words::{MemberPlan, Words};

/// Alleys, as many as the real town has chiefs.
const ALLEYS: usize = 472;

/// The lists, and what stories need to know of them.
pub(crate) struct Layout {
    pub(crate) lists: Lists,
    pub(crate) alleys: Vec<Alley>,
}

/// An alley.
pub(crate) struct Alley {
    pub(crate) key: String,
    pub(crate) name: String,
    /// Its village's name.
    pub(crate) village: String,
    /// Its village's place among the villages, from 0, for the map.
    pub(crate) village_place: usize,
    pub(crate) chief: String,
    pub(crate) branch: String,
    pub(crate) secretary: String,
    /// Places in the list of households.
    pub(crate) households: Range<usize>,
}

/// A village or community while its alleys are laid out.
struct Village<'a> {
    place: usize,
    name: &'a str,
    is_community: bool,
}

impl Village<'_> {
    /// Its number from 1, as keys have it.
    fn number(&self) -> String {
        format!("{:02}", self.place + 1)
    }

    fn key(&self) -> String {
        format!("v{}", self.number())
    }

    fn branch(&self) -> String {
        format!("{}-branch", self.key())
    }
}

/// Lays the town out.
pub(super) fn lay_out(words: &Words, chance: &mut Chance, start: Time) -> Layout {
    let mut builder = Builder::new(words, start);
    offices(words, &mut builder, chance);
    let plan = &words.places.sipai;
    let names = plan.villages.iter().map(|name| (name, false));
    let names: Vec<_> = names
        .chain(plan.communities.iter().map(|name| (name, true)))
        .collect();
    let count = names.len().max(1);
    let mut alleys = Vec::with_capacity(ALLEYS);
    for (place, (name, is_community)) in names.into_iter().enumerate() {
        let village = Village {
            place,
            name,
            is_community,
        };
        lay_out_village(words, &mut builder, chance, &village);
        let here = ALLEYS / count + usize::from(place < ALLEYS % count);
        for name in alley_names(words, chance, here) {
            let number = alleys.len() + 1;
            alleys.push(alley(&mut builder, chance, &village, number, name));
        }
    }
    Layout {
        lists: builder.lists(),
        alleys,
    }
}

fn offices(words: &Words, builder: &mut Builder<'_>, chance: &mut Chance) {
    let plan = &words.places.sipai;
    for unit in &plan.offices {
        builder.planned_unit(unit);
    }
    for member in &plan.members {
        builder.member(chance, member);
    }
    for department in &plan.departments {
        builder.unit(
            &department.key,
            &department.name,
            UnitKind::Department,
            "town",
        );
        for handler in &department.handlers {
            let plan = unnamed(handler, Post::DepartmentHandler, &department.key);
            builder.member(chance, &plan);
        }
    }
}

/// A member whose name is drawn.
fn unnamed(key: &str, post: Post, unit: &str) -> MemberPlan {
    MemberPlan {
        key: key.to_owned(),
        name: None,
        post,
        unit: unit.to_owned(),
    }
}

fn lay_out_village(
    words: &Words,
    builder: &mut Builder<'_>,
    chance: &mut Chance,
    village: &Village<'_>,
) {
    let (key, number, branch) = (village.key(), village.number(), village.branch());
    let centre = format!("{key}-centre");
    let kind = if village.is_community {
        UnitKind::Community
    } else {
        UnitKind::Village
    };
    let named = |builder: &Builder<'_>, template: &str| {
        builder.name(template, &[("village", village.name)])
    };
    let branch_name = named(builder, &words.places.branch);
    let centre_name = named(builder, &words.places.centre);
    builder.unit(&key, village.name, kind, "town");
    builder.unit(&branch, &branch_name, UnitKind::Branch, &key);
    builder.unit(&centre, &centre_name, UnitKind::Centre, &key);
    for (letter, post, unit) in [
        ("s", Post::BranchSecretary, &branch),
        ("k", Post::CentreClerk, &centre),
        ("j", Post::Mediator, &key),
    ] {
        let plan = unnamed(&format!("{letter}{number}"), post, unit);
        builder.member(chance, &plan);
    }
}

/// Names that differ within a village.
fn alley_names(words: &Words, chance: &mut Chance, count: usize) -> Vec<String> {
    let plan = &words.places.sipai;
    let mut names: Vec<String> = Vec::with_capacity(count);
    while names.len() < count {
        let (first, last) = (
            chance.text(&plan.alley_first),
            chance.text(&plan.alley_last),
        );
        let name = format!("{first}{last}");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn alley(
    builder: &mut Builder<'_>,
    chance: &mut Chance,
    village: &Village<'_>,
    number: usize,
    name: String,
) -> Alley {
    let (key, chief) = (format!("a{number:03}"), format!("c{number:03}"));
    builder.unit(&key, &name, UnitKind::Alley, &village.key());
    builder.member(chance, &unnamed(&chief, Post::AlleyChief, &key));
    let first = builder.households_so_far();
    builder.households(chance, &key, &name, village.is_community);
    Alley {
        households: first..builder.households_so_far(),
        branch: village.branch(),
        secretary: format!("s{}", village.number()),
        key,
        name,
        village: village.name.to_owned(),
        village_place: village.place,
        chief,
    }
}
