//! The tree: keys, parents, one root, no cycle, kinds that fit.

use std::collections::BTreeMap;

use alleyway_core::kinds::unit::UnitKind;

use super::{SeenKeys, Suspects, Tree, parent_fits};
use crate::import::current::Current;
use crate::import::fault::{Fault, Faults};
use crate::import::row::{File, UnitRow};

/// How far parents are followed to find a cycle. A tree of kinds that fit is four deep; a longer
/// cycle holds a kind that does not fit, and is found by that.
const CYCLE_STEPS_MAX: usize = 32;

pub(super) fn check(
    rows: &[UnitRow],
    current: &Current,
    tree: &Tree<'_>,
    suspects: &Suspects,
    faults: &mut Faults,
) {
    let mut first_lines: BTreeMap<&str, u64> = BTreeMap::new();
    let root = root(rows, current, tree);
    let town = town(rows, current);
    let mut keys = SeenKeys::of(current.units.keys().map(String::as_str));
    for row in rows {
        if let Some(first) = first_lines.get(row.key.as_str()) {
            faults.add(
                File::Units,
                row.line,
                Some("unit"),
                &Fault::Duplicate { first: *first },
            );
            continue;
        }
        first_lines.insert(&row.key, row.line);
        if let Some(other) = keys.looks_like(&row.key) {
            let fault = Fault::KeyLooksLike(other.to_owned());
            faults.add(File::Units, row.line, Some("unit"), &fault);
        }
        if let Some((column, fault)) = fault_of(row, current, tree, suspects, root) {
            faults.add(File::Units, row.line, Some(column), &fault);
        } else if let Some(town) = town.filter(|town| is_second_town(row, town, current)) {
            let fault = Fault::SecondTown(town.to_owned());
            faults.add(File::Units, row.line, Some("kind"), &fault);
        }
    }
    if root.is_none() && !suspects.any() && !rows.is_empty() {
        faults.add(File::Units, 1, Some("parent"), &Fault::NoRoot);
    }
}

/// The root: the town's, if it has one and it stays one, otherwise the file's first.
fn root<'a>(rows: &'a [UnitRow], current: &Current, tree: &Tree<'a>) -> Option<&'a str> {
    let stays = tree.roots().find(|key| {
        current
            .units
            .get(*key)
            .is_some_and(|unit| unit.parent.is_none())
    });
    stays.or_else(|| {
        rows.iter()
            .find(|row| row.parent.is_none())
            .map(|row| row.key.as_str())
    })
}

/// The town: the ledger's, otherwise the file's first.
fn town<'a>(rows: &'a [UnitRow], current: &'a Current) -> Option<&'a str> {
    let has = current
        .units
        .iter()
        .find(|(_, unit)| unit.kind == UnitKind::Town)
        .map(|(key, _)| key.as_str());
    has.or_else(|| {
        rows.iter()
            .find(|row| row.kind == UnitKind::Town)
            .map(|row| row.key.as_str())
    })
}

/// Whether a row would make a town beside the one that there is. A second one that an earlier release
/// let in keeps its row: it changes nothing.
fn is_second_town(row: &UnitRow, town: &str, current: &Current) -> bool {
    row.kind == UnitKind::Town
        && row.key.as_str() != town
        && !current.units.contains_key(row.key.as_str())
}

fn fault_of(
    row: &UnitRow,
    current: &Current,
    tree: &Tree<'_>,
    suspects: &Suspects,
    root: Option<&str>,
) -> Option<(&'static str, Fault)> {
    let now = current.units.get(row.key.as_str());
    if let Some(unit) = now.filter(|unit| unit.kind != row.kind) {
        return Some((
            "kind",
            Fault::KindChanged {
                from: unit.kind.clone(),
            },
        ));
    }
    let fault = match &row.parent {
        None if !matches!(row.kind, UnitKind::Town | UnitKind::County) => {
            Fault::NeedsParent(row.kind.clone())
        }
        None if now.is_some_and(|unit| unit.parent.is_some()) => Fault::CannotBecomeRoot,
        None => root
            .filter(|root| *root != row.key.as_str())
            .map(|root| Fault::SecondRoot(root.to_owned()))?,
        Some(parent) => match tree.kind(parent) {
            None if suspects.holds(parent) => return None,
            None => Fault::UnknownParent(parent.to_string()),
            Some(_) if is_in_cycle(&row.key, tree) => Fault::Cycle,
            Some(kind) if parent_fits(&row.kind, kind) => return None,
            Some(kind) => Fault::ParentKind {
                kind: row.kind.clone(),
                parent: kind.clone(),
            },
        },
    };
    Some(("parent", fault))
}

fn is_in_cycle(key: &str, tree: &Tree<'_>) -> bool {
    std::iter::successors(tree.parent(key), |at| tree.parent(at))
        .take(CYCLE_STEPS_MAX)
        .any(|at| at == key)
}
