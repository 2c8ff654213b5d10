//! The lists of a town while it is laid out.

use std::collections::BTreeSet;

use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::time::{Date, Time};

use crate::chance::Chance;
use crate::lists::{Household, Lists, Member, Unit};
use crate::phrase::{Phrases, Slots};
use crate::words::{MemberPlan, UnitPlan, Words};

/// Days before the start on which everybody has had their posts: the first story begins a year
/// before it.
const POSTS_BEFORE_DAYS: i64 = 400;

/// Lays out units, members and households.
pub(super) struct Builder<'a> {
    words: &'a Words,
    slots: Slots,
    lists: Lists,
    /// Names that somebody has.
    names: BTreeSet<String>,
    since: Date,
}

impl<'a> Builder<'a> {
    pub(super) fn new(words: &'a Words, start: Time) -> Self {
        Self {
            words,
            slots: Slots::new(),
            lists: Lists::default(),
            names: BTreeSet::new(),
            since: Date::of(start.plus_days(-POSTS_BEFORE_DAYS)),
        }
    }

    /// A name made of a template that draws nothing.
    pub(super) fn name(&self, template: &str, with: &[(&str, &str)]) -> String {
        let phrases = Phrases {
            names: &self.words.names,
            slots: &self.slots,
            known: Vec::new(),
        };
        phrases.fill(&mut Chance::new(0), template, with)
    }

    pub(super) fn unit(&mut self, key: &str, name: &str, kind: UnitKind, parent: &str) {
        self.lists.units.push(Unit {
            key: key.to_owned(),
            name: name.to_owned(),
            kind,
            parent: (!parent.is_empty()).then(|| parent.to_owned()),
        });
    }

    pub(super) fn planned_unit(&mut self, plan: &UnitPlan) {
        self.unit(&plan.key, &plan.name, plan.kind.clone(), &plan.parent);
    }

    pub(super) fn member(&mut self, chance: &mut Chance, plan: &MemberPlan) {
        let name = match &plan.name {
            Some(name) => {
                self.names.insert(name.clone());
                name.clone()
            }
            None => self.words.names.unique(chance, &mut self.names),
        };
        let earlier = i32::try_from(chance.within(0..=900)).unwrap_or_default();
        let from = Date(self.since.0.saturating_sub(earlier)).max(Date::of(Time::EARLIEST));
        self.lists.members.push(Member {
            key: plan.key.clone(),
            name,
            post: plan.post.clone(),
            unit: plan.unit.clone(),
            from,
        });
    }

    /// An alley's 10 to 20 households.
    pub(super) fn households(
        &mut self,
        chance: &mut Chance,
        alley: &str,
        name: &str,
        in_blocks: bool,
    ) {
        for at in 0..chance.within(10..=20) {
            let door = self.door(chance, name, at, in_blocks);
            let (person, contact) = self.contact(chance);
            let count = u16::try_from(chance.within(1..=4) + chance.within(0..=4)).unwrap_or(1);
            self.lists.households.push(Household {
                alley: alley.to_owned(),
                door,
                person,
                contact,
                count,
            });
        }
    }

    fn door(&self, chance: &mut Chance, alley: &str, at: i64, in_blocks: bool) -> String {
        let places = &self.words.places;
        if in_blocks {
            let (block, floor, flat) = (at / 8 + 1, at / 2 % 4 + 1, at % 2 + 1);
            let [block, floor, flat] = [block, floor, flat].map(|number| number.to_string());
            let with = [
                ("alley", alley),
                ("block", &block),
                ("floor", &floor),
                ("flat", &flat),
            ];
            return self.name(&places.flat, &with);
        }
        let template = if chance.percent(4) {
            &places.annex
        } else {
            &places.door
        };
        self.name(
            template,
            &[("alley", alley), ("number", &(at + 1).to_string())],
        )
    }

    /// A household's contact: mostly a name, sometimes with who that is, sometimes none.
    fn contact(&self, chance: &mut Chance) -> (Option<String>, String) {
        let person = self.words.names.person(chance);
        match chance.within(0..=19) {
            0 => (None, String::new()),
            1..=4 => {
                let kin = chance.text(&self.words.names.kin);
                let with = [("name", person.as_str()), ("kin", kin)];
                let contact = self.name(&self.words.places.contact, &with);
                (Some(person), contact)
            }
            _ => (Some(person.clone()), person),
        }
    }

    /// Households laid out so far.
    pub(super) fn households_so_far(&self) -> usize {
        self.lists.households.len()
    }

    pub(super) fn lists(self) -> Lists {
        self.lists
    }
}
