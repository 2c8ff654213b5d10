//! Households: alleys that exist, one row a door.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::text::fold::fold;

use super::{Suspects, Tree};
use crate::import::current::Current;
use crate::import::fault::{Fault, Faults};
use crate::import::row::{File, HouseholdRow};

pub(super) fn check(
    rows: &[HouseholdRow],
    current: &Current,
    tree: &Tree<'_>,
    suspects: &Suspects,
    faults: &mut Faults,
) {
    let doors = doors(current);
    let has = |row: &HouseholdRow| doors.contains(&(row.alley.as_str(), row.door.as_str()));
    let mut first_rows: BTreeMap<(&str, String), &HouseholdRow> = BTreeMap::new();
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
        let first = *first_rows
            .entry((&row.alley, fold(&row.door)))
            .or_insert(row);
        // Two doors that read the same stay two where the town has both.
        let are_two = first.door != row.door && has(first) && has(row);
        if first.line != row.line && !are_two {
            let first = first.line;
            faults.add(
                File::Households,
                row.line,
                Some("door"),
                &Fault::Duplicate { first },
            );
        }
    }
}

/// The doors that the town has, by alley.
fn doors(current: &Current) -> BTreeSet<(&str, &str)> {
    let households = current.households.iter();
    let doors = households.flat_map(|household| {
        let values = household.door.values.iter();
        values.map(|(_, door)| (household.alley.as_str(), door.as_str()))
    });
    doors.collect()
}
