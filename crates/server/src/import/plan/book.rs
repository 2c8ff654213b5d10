//! The town's book: what differs is proposed and put into force at once. Whoever imports is root on
//! the town's machine, and stands for those who wrote the file.

use alleyway_core::command::Body;
use alleyway_core::command::fields::Edit;
use alleyway_core::kinds::book::BookCommand;
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::text::Text;
use alleyway_core::time::Date;
use alleyway_core::wire::List;

use super::step::{PlannedBody, Target, What};
use super::{Planner, UnitRef};
use crate::import::book::{BookRows, SectionRow};
use crate::import::row::{File, Rows};

pub(super) fn plan(planner: &mut Planner<'_>, rows: &Rows) {
    let Some(book) = &rows.book else { return };
    let current = planner.current;
    let changed: Vec<&SectionRow> = book
        .sections
        .iter()
        .filter(|row| current.rules(row.name) != row.section)
        .collect();
    if changed.is_empty() {
        return;
    }
    let Some(target) = target(planner, rows) else {
        return;
    };
    for row in changed {
        change(planner, book, row, target);
    }
}

/// The town's book; one that is not there yet is opened.
fn target(planner: &mut Planner<'_>, rows: &Rows) -> Option<Target> {
    if let Some(book) = &planner.current.book {
        return Some(Target::Existing(book.document));
    }
    let town = town(planner, rows)?;
    let step = planner.plan.steps.len();
    planner.step(
        File::Book,
        1,
        String::new(),
        What::BookOpened,
        Target::New,
        PlannedBody::OpenBook { town },
    );
    Some(Target::CreatedBy(step))
}

fn town(planner: &Planner<'_>, rows: &Rows) -> Option<UnitRef> {
    let is_town = |kind: &UnitKind| *kind == UnitKind::Town;
    let known = planner.current.units.iter();
    let mut known = known.filter(|(_, unit)| is_town(&unit.kind));
    let created = || rows.units().iter().find(|row| is_town(&row.kind));
    let key = known
        .next()
        .map(|(key, _)| key.clone())
        .or_else(|| created().map(|row| row.key.to_string()))?;
    planner.unit(&key)
}

fn change(planner: &mut Planner<'_>, book: &BookRows, row: &SectionRow, target: Target) {
    let current = planner.current;
    let standing = current.book.as_ref().map(|book| book.standing(row.name));
    let edit = Edit {
        field: Text::cut(row.name.word()),
        value: Text::new(&row.json).unwrap_or_default(),
        replaces: List::new(standing.unwrap_or_default()).unwrap_or_default(),
        door: None,
    };
    let proposal = planner.plan.steps.len();
    let mut step = |what, body| {
        let key = row.name.word().to_owned();
        planner.step(File::Book, row.line, key, what, target, body);
    };
    let from = book
        .from
        .unwrap_or_else(|| first_day(current.today, current.has_rules(row.name)));
    step(
        What::RulesProposed,
        PlannedBody::Ready(Body::from(BookCommand::Propose(edit))),
    );
    step(
        What::RulesAdopted { from },
        PlannedBody::AdoptRules { proposal, from },
    );
}

/// The first rules of a town hold at once; what it changes, from tomorrow: the rules of a day that has
/// begun do not change.
fn first_day(today: Date, has_rules: bool) -> Date {
    if has_rules { today.plus(1) } else { today }
}
