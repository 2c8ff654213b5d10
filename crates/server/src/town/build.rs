//! Rows of a town while it is laid out.

use std::collections::BTreeSet;

use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::time::{Date, Time};

use super::dice::Dice;
use super::names;
use crate::import::{HouseholdRow, Key, MemberRow, Name, Rows, UnitRow};

/// Lays out units, members and households.
pub(super) struct Builder {
    units: Vec<UnitRow>,
    members: Vec<MemberRow>,
    households: Vec<HouseholdRow>,
    names: BTreeSet<String>,
    /// The day from which everybody has had their posts: before any story begins.
    since: Date,
}

impl Builder {
    pub(super) fn new(start: Time) -> Self {
        // The first story begins a year before the start.
        let since = Date::of(start.plus_days(-400));
        Self {
            units: Vec::new(),
            members: Vec::new(),
            households: Vec::new(),
            names: BTreeSet::new(),
            since,
        }
    }

    pub(super) fn unit(&mut self, key: &str, name: &str, kind: UnitKind, parent: &str) {
        let parent = (!parent.is_empty()).then(|| Key::cut(parent));
        let line = line(self.units.len());
        self.units.push(UnitRow {
            line,
            key: Key::cut(key),
            name: Name::cut(name),
            kind,
            parent,
        });
    }

    /// A member with a given name.
    pub(super) fn named(&mut self, dice: &mut Dice, key: &str, name: &str, post: Post, unit: &str) {
        self.names.insert(name.to_owned());
        self.appoint(dice, key, Name::cut(name), post, unit);
    }

    /// A member whose name is drawn.
    pub(super) fn member(&mut self, dice: &mut Dice, key: &str, post: Post, unit: &str) {
        let name = names::unique(dice, &mut self.names);
        self.appoint(dice, key, name, post, unit);
    }

    fn appoint(&mut self, dice: &mut Dice, key: &str, name: Name, post: Post, unit: &str) {
        let earlier = i32::try_from(dice.between(0, 900)).unwrap_or_default();
        let from = Date(self.since.0.saturating_sub(earlier)).max(Date::of(Time::EARLIEST));
        let line = line(self.members.len());
        self.members.push(MemberRow {
            line,
            key: Key::cut(key),
            name,
            post,
            unit: Key::cut(unit),
            from,
            until: None,
        });
    }

    /// An alley's 10 to 20 households.
    pub(super) fn households(&mut self, dice: &mut Dice, alley: &str, name: &str, in_blocks: bool) {
        for at in 0..dice.between(10, 20) {
            let number = at + 1;
            let door = if in_blocks {
                format!("{name}{}栋{}0{}室", at / 8 + 1, at / 2 % 4 + 1, at % 2 + 1)
            } else if dice.chance(4) {
                format!("{name}{number}号之一")
            } else {
                format!("{name}{number}号")
            };
            let contact = names::contact(dice);
            let count = u16::try_from(dice.between(1, 4) + dice.between(0, 4)).unwrap_or(1);
            let line = line(self.households.len());
            self.households.push(HouseholdRow {
                line,
                alley: Key::cut(alley),
                door: Name::cut(&door),
                contact,
                count,
            });
        }
    }

    pub(super) fn households_so_far(&self) -> usize {
        self.households.len()
    }

    pub(super) fn rows(self) -> Rows {
        Rows {
            units: Some(self.units),
            members: Some(self.members),
            households: Some(self.households),
        }
    }
}

/// The line that a row would have in its file, below the header.
fn line(place: usize) -> u64 {
    place as u64 + 2
}
