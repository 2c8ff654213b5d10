//! Units: create from the top down, rename, move.

use std::collections::BTreeSet;

use alleyway_core::command::Body;
use alleyway_core::kinds::unit::{RenameUnit, UnitCommand, UnitKind};

use super::step::{PlannedBody, Target, What};
use super::{Planner, UnitRef};
use crate::import::current::CurrentUnit;
use crate::import::row::{File, Rows, UnitRow};

pub(super) fn plan(planner: &mut Planner<'_>, rows: &Rows) {
    let Some(units) = &rows.units else { return };
    let current = planner.current;
    // The kinds say who can belong to whom: in their order parents come first.
    let mut new: Vec<&UnitRow> = units
        .iter()
        .filter(|row| !current.units.contains_key(row.key.as_str()))
        .collect();
    new.sort_by_key(|row| depth(&row.kind));
    for row in new {
        create(planner, row);
    }
    for row in units {
        if let Some(unit) = current.units.get(row.key.as_str()) {
            change(planner, row, unit);
        }
    }
    let named: BTreeSet<&str> = units.iter().map(|row| row.key.as_str()).collect();
    for key in current
        .units
        .keys()
        .filter(|key| !named.contains(key.as_str()))
    {
        planner.left(File::Units, key.clone());
    }
}

fn depth(kind: &UnitKind) -> u8 {
    match kind {
        UnitKind::County => 0,
        UnitKind::Town => 1,
        UnitKind::Village | UnitKind::Community => 2,
        _ => 3,
    }
}

fn create(planner: &mut Planner<'_>, row: &UnitRow) {
    let parent = row.parent.as_ref().and_then(|parent| planner.unit(parent));
    let body = PlannedBody::CreateUnit {
        key: row.key.clone(),
        name: row.name.clone(),
        kind: row.kind.clone(),
        parent,
    };
    planner
        .created
        .insert(row.key.to_string(), planner.plan.steps.len());
    planner.step(
        File::Units,
        row.line,
        row.key.to_string(),
        What::UnitCreated,
        Target::New,
        body,
    );
}

fn change(planner: &mut Planner<'_>, row: &UnitRow, unit: &CurrentUnit) {
    let target = Target::Existing(unit.id);
    if unit.name != row.name.as_str() {
        let what = What::UnitRenamed {
            from: unit.name.clone(),
            to: row.name.to_string(),
        };
        let body = Body::from(UnitCommand::Rename(RenameUnit {
            name: row.name.clone(),
        }));
        planner.step(
            File::Units,
            row.line,
            row.key.to_string(),
            what,
            target,
            PlannedBody::Ready(body),
        );
    }
    let Some(parent) = row
        .parent
        .as_ref()
        .filter(|parent| unit.parent.as_deref() != Some(parent.as_str()))
    else {
        return;
    };
    let id: Option<UnitRef> = planner.unit(parent);
    if let Some(id) = id {
        let what = What::UnitMoved {
            from: unit.parent.clone(),
            to: parent.to_string(),
        };
        planner.step(
            File::Units,
            row.line,
            row.key.to_string(),
            what,
            target,
            PlannedBody::MoveUnit { parent: id },
        );
    }
}
