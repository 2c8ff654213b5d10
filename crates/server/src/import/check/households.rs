//! Households: alleys that exist, one row a door.

use std::collections::BTreeMap;

use alleyway_core::kinds::unit::UnitKind;

use super::{Suspects, Tree};
use crate::import::fault::{Fault, Faults};
use crate::import::row::{File, HouseholdRow};

pub(super) fn check(
    rows: &[HouseholdRow],
    tree: &Tree<'_>,
    suspects: &Suspects,
    faults: &mut Faults,
) {
    let mut lines: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for row in rows {
        match tree.kind(&row.alley) {
            None if suspects.holds(&row.alley) => {}
            None => faults.add(
                File::Households,
                row.line,
                Some("alley"),
                &Fault::UnknownUnit(row.alley.to_string()),
            ),
            Some(UnitKind::Alley) => {}
            Some(kind) => faults.add(
                File::Households,
                row.line,
                Some("alley"),
                &Fault::NotAnAlley(kind.clone()),
            ),
        }
        let first = *lines.entry((&row.alley, &row.door)).or_insert(row.line);
        if first != row.line {
            faults.add(
                File::Households,
                row.line,
                Some("door"),
                &Fault::Duplicate { first },
            );
        }
    }
}
