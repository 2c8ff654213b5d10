//! Names of people.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::chance::Chance;

/// The characters that names are made of, common ones several times.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    pub(crate) surnames: Vec<String>,
    first: Vec<String>,
    second: Vec<String>,
    /// The relation of a contact to the household, or where that contact lives.
    pub(crate) kin: Vec<String>,
}

impl Names {
    /// A person's name.
    pub(crate) fn person(&self, chance: &mut Chance) -> String {
        let first = if chance.percent(12) {
            ""
        } else {
            chance.text(&self.first)
        };
        let (surname, second) = (chance.text(&self.surnames), chance.text(&self.second));
        format!("{surname}{first}{second}")
    }

    /// A person's name that nobody in `taken` has.
    pub(crate) fn unique(&self, chance: &mut Chance, taken: &mut BTreeSet<String>) -> String {
        loop {
            let name = self.person(chance);
            if taken.insert(name.clone()) {
                return name;
            }
        }
    }
}
