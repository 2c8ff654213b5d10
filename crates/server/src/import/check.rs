//! Rows against each other and against the town.

mod households;
mod members;
mod units;

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::text::fold::fold;

use super::current::Current;
use super::fault::{Fault, Faults, Rejected};
use super::row::{File, Rows};

/// Units whose own rows are bad: what names them is not bad for that.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// The keys of bad rows.
    pub(super) units: BTreeSet<String>,
    /// The file holds rows that could not be read: any key may be among them.
    pub(super) unreadable: bool,
}

impl Suspects {
    fn holds(&self, key: &str) -> bool {
        self.unreadable || self.units.contains(key)
    }

    fn any(&self) -> bool {
        self.unreadable || !self.units.is_empty()
    }
}

/// Checks rows that did not come from files.
///
/// # Errors
/// Every bad row, as [`super::parse`].
pub fn check(rows: &Rows, current: &Current) -> Result<(), Rejected> {
    let mut faults = Faults::default();
    all(rows, current, &Suspects::default(), &mut faults);
    faults.into_result(())
}

/// Every check that needs more than one row.
pub(super) fn all(rows: &Rows, current: &Current, suspects: &Suspects, faults: &mut Faults) {
    if current.units.is_empty() && rows.units().is_empty() && !suspects.any() {
        faults.add(File::Units, 1, None, &Fault::NeedsUnits);
        return;
    }
    let tree = Tree::of(rows, current);
    units::check(rows.units(), current, &tree, suspects, faults);
    members::check(rows.members(), current, &tree, suspects, faults);
    households::check(rows.households(), current, &tree, suspects, faults);
}

/// The units as they will be: the file's rows over what the town has.
struct Tree<'a> {
    nodes: BTreeMap<&'a str, Node<'a>>,
}

struct Node<'a> {
    kind: &'a UnitKind,
    parent: Option<&'a str>,
}

impl<'a> Tree<'a> {
    fn of(rows: &'a Rows, current: &'a Current) -> Self {
        let mut nodes: BTreeMap<&str, Node<'_>> = BTreeMap::new();
        for (key, unit) in &current.units {
            nodes.insert(
                key,
                Node {
                    kind: &unit.kind,
                    parent: unit.parent.as_deref(),
                },
            );
        }
        // A key's first row counts; a later one is a fault of its own.
        for row in rows.units().iter().rev() {
            nodes.insert(
                &row.key,
                Node {
                    kind: &row.kind,
                    parent: row.parent.as_deref(),
                },
            );
        }
        Self { nodes }
    }

    fn kind(&self, key: &str) -> Option<&'a UnitKind> {
        self.nodes.get(key).map(|node| node.kind)
    }

    fn parent(&self, key: &str) -> Option<&'a str> {
        self.nodes.get(key).and_then(|node| node.parent)
    }

    /// Whether the unit's people have their posts here: it is no county, and belongs to none.
    fn has_people(&self, key: &str, kind: &UnitKind) -> bool {
        let parent = || self.parent(key).and_then(|parent| self.kind(parent));
        match kind {
            UnitKind::County => false,
            UnitKind::Town => true,
            _ => parent() != Some(&UnitKind::County),
        }
    }

    fn roots(&self) -> impl Iterator<Item = &'a str> {
        self.nodes
            .iter()
            .filter(|(_, node)| node.parent.is_none())
            .map(|(key, _)| *key)
    }
}

/// Keys, to find those that look the same and are written otherwise: they would be two units or two
/// persons whom nobody tells apart.
struct SeenKeys<'a> {
    known: BTreeSet<&'a str>,
    read: BTreeMap<String, &'a str>,
}

impl<'a> SeenKeys<'a> {
    fn of(known: impl Iterator<Item = &'a str>) -> Self {
        let known: BTreeSet<&str> = known.collect();
        let read = known.iter().map(|key| (fold(key), *key)).collect();
        Self { known, read }
    }

    /// Another key that looks the same; never one for a key that the town has.
    fn looks_like(&mut self, key: &'a str) -> Option<&'a str> {
        if self.known.contains(key) {
            return None;
        }
        let other = *self.read.entry(fold(key)).or_insert(key);
        (other != key).then_some(other)
    }
}

/// Whether a unit of this kind can belong to a parent of that kind.
pub(super) fn parent_fits(kind: &UnitKind, parent: &UnitKind) -> bool {
    use UnitKind::{
        Alley, Branch, Centre, Committee, Community, County, Department, Desk, Town, Village,
    };
    match kind {
        Town => matches!(parent, County),
        Village | Community | Desk => matches!(parent, Town),
        Alley | Branch => matches!(parent, Village | Community),
        Department => matches!(parent, Town | County),
        Centre | Committee => matches!(parent, Village | Community | Town),
        County | UnitKind::Unknown(_) => false,
    }
}
