//! The small town: two villages, six alleys.

use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::time::Time;

use super::builder::Builder;
use crate::chance::Chance;
use crate::lists::Lists;
use crate::words::Words;

/// The town's lists.
pub(super) fn lists(words: &Words, chance: &mut Chance, start: Time) -> Lists {
    let mut builder = Builder::new(words, start);
    let plan = &words.places.small;
    for unit in &plan.units {
        builder.planned_unit(unit);
        if unit.kind == UnitKind::Alley {
            builder.households(chance, &unit.key, &unit.name, false);
        }
    }
    for member in &plan.members {
        builder.member(chance, member);
    }
    builder.lists()
}
