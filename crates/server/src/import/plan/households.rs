//! Households: create, move, edit contact, telephone number, consent to messages, and count.
//!
//! A row belongs to the household of its alley that has its door, or had it when it was last
//! imported, as it is written or else as people read it. Otherwise, if a household vanished from one alley's rows and one row of another alley
//! has its door and its contact, and neither could be another's, the household was moved.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::command::Body;
use alleyway_core::command::fields::Edit;
use alleyway_core::documents::{NO, YES};
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::text::Text;
use alleyway_core::text::fold::fold;
use alleyway_core::wire::List;

use super::Planner;
use super::step::{PlannedBody, Target, What};
use crate::import::current::{CurrentField, CurrentHousehold};
use crate::import::row::{File, HouseholdRow, Rows};

pub(super) fn plan(planner: &mut Planner<'_>, rows: &Rows) {
    let Some(rows) = &rows.households else { return };
    let current = planner.current;
    let doors = Doors::of(&current.households);
    let mut unnamed: BTreeSet<usize> = (0..current.households.len()).collect();
    // Two rows cannot be one household: the second is a new one.
    let exact = rows.iter().map(|row| {
        let at = doors.exact.get(&(row.alley.as_str(), row.door.as_str()));
        at.copied().filter(|at| unnamed.remove(at))
    });
    let mut found: Vec<Option<usize>> = exact.collect();
    // Then doors that are written otherwise and read the same.
    for (row, found) in rows.iter().zip(&mut found).filter(|(_, at)| at.is_none()) {
        let same = doors.folded.get(&(row.alley.as_str(), fold(&row.door)));
        *found = same
            .into_iter()
            .flatten()
            .copied()
            .find(|at| unnamed.remove(at));
    }
    let moved = moved(rows, &found, &current.households, &unnamed);
    for (place, (row, found)) in rows.iter().zip(found).enumerate() {
        let at = found.or_else(|| moved.get(&place).copied());
        if let Some(at) = at {
            unnamed.remove(&at);
        }
        match at.and_then(|at| current.households.get(at)) {
            None => create(planner, row),
            Some(household) => change(planner, row, household),
        }
    }
    for household in unnamed.iter().filter_map(|at| current.households.get(*at)) {
        planner.left(
            File::Households,
            format!("{} {}", household.alley, household.door.shown()),
        );
    }
}

/// Places in the town's list by alley and door; what a door is goes before what it was.
#[derive(Default)]
struct Doors<'a> {
    exact: BTreeMap<(&'a str, &'a str), usize>,
    /// By what people read.
    folded: BTreeMap<(&'a str, String), Vec<usize>>,
}

impl<'a> Doors<'a> {
    fn of(households: &'a [CurrentHousehold]) -> Self {
        let mut doors = Self::default();
        for (at, household) in households.iter().enumerate() {
            for (_, door) in &household.door.values {
                doors.put(&household.alley, door, at);
            }
        }
        for (at, household) in households.iter().enumerate() {
            if let Some(door) = &household.door.imported {
                doors.put(&household.alley, door, at);
            }
        }
        doors
    }

    fn put(&mut self, alley: &'a str, door: &'a str, at: usize) {
        self.exact.entry((alley, door)).or_insert(at);
        self.folded.entry((alley, fold(door))).or_default().push(at);
    }
}

/// Rows and households of one door and contact, by their places.
#[derive(Default)]
struct Pair {
    rows: Vec<usize>,
    households: Vec<usize>,
}

/// Which rows without a household are households without a row, in another alley.
fn moved(
    rows: &[HouseholdRow],
    found: &[Option<usize>],
    households: &[CurrentHousehold],
    unnamed: &BTreeSet<usize>,
) -> BTreeMap<usize, usize> {
    let mut pairs: BTreeMap<(String, String), Pair> = BTreeMap::new();
    for (place, (row, _)) in rows
        .iter()
        .zip(found)
        .enumerate()
        .filter(|(_, (_, found))| found.is_none())
    {
        if !row.contact.is_empty() {
            pairs
                .entry((fold(&row.door), fold(&row.contact)))
                .or_default()
                .rows
                .push(place);
        }
    }
    for at in unnamed {
        let Some(household) = households.get(*at) else {
            continue;
        };
        if let ([(_, door)], [(_, contact)]) = (
            household.door.values.as_slice(),
            household.contact.values.as_slice(),
        ) && let Some(pair) = pairs.get_mut(&(fold(door), fold(contact)))
        {
            pair.households.push(*at);
        }
    }
    let one_to_one = |pair: Pair| match (pair.rows.as_slice(), pair.households.as_slice()) {
        ([place], [at]) => Some((*place, *at)),
        _ => None,
    };
    pairs.into_values().filter_map(one_to_one).collect()
}

fn key(row: &HouseholdRow) -> String {
    format!("{} {}", row.alley, row.door)
}

fn create(planner: &mut Planner<'_>, row: &HouseholdRow) {
    let Some(alley) = planner.unit(&row.alley) else {
        return;
    };
    let body = PlannedBody::CreateHousehold {
        alley,
        door: row.door.clone(),
        contact: row.contact.clone(),
        phone: row.phone.clone().unwrap_or_default(),
        may_text: row.may_text.unwrap_or_default(),
        count: row.count,
    };
    planner.step(
        File::Households,
        row.line,
        key(row),
        What::HouseholdCreated,
        Target::New,
        body,
    );
}

fn change(planner: &mut Planner<'_>, row: &HouseholdRow, household: &CurrentHousehold) {
    let target = Target::Existing(household.document);
    if household.alley != row.alley.as_str() {
        let Some(alley) = planner.unit(&row.alley) else {
            return;
        };
        let what = What::HouseholdMoved {
            from: household.alley.clone(),
            to: row.alley.to_string(),
        };
        planner.step(
            File::Households,
            row.line,
            key(row),
            what,
            target,
            PlannedBody::MoveHousehold { alley },
        );
    }
    if !household.contact.stays(&row.contact) {
        let body = edit("contact", &row.contact, &household.contact);
        planner.step(
            File::Households,
            row.line,
            key(row),
            What::ContactChanged,
            target,
            body,
        );
    }
    if let Some(phone) = row
        .phone
        .as_ref()
        .filter(|phone| !household.phone.stays(phone))
    {
        let body = edit("phone", phone, &household.phone);
        let what = What::PhoneChanged;
        planner.step(File::Households, row.line, key(row), what, target, body);
    }
    let stays = |may: bool| {
        // A field nobody has set is a no.
        let is_unset = !may && household.may_text.stays("");
        is_unset || household.may_text.stays(answer(may))
    };
    if let Some(may) = row.may_text.filter(|may| !stays(*may)) {
        let answer = answer(may);
        let body = edit("may_text", answer, &household.may_text);
        let what = What::MayTextChanged;
        planner.step(File::Households, row.line, key(row), what, target, body);
    }
    let count = row.count.to_string();
    if !household.count.stays(&count) {
        let body = edit("count", &count, &household.count);
        let what = What::CountChanged {
            from: household.count.shown(),
            to: count,
        };
        planner.step(File::Households, row.line, key(row), what, target, body);
    }
}

fn answer(yes: bool) -> &'static str {
    if yes { YES } else { NO }
}

fn edit(field: &str, value: &str, now: &CurrentField) -> PlannedBody {
    // A field has fewer live values than an edit can replace (`limits.rs`).
    let replaces = List::new(now.ids()).unwrap_or_default();
    let edit = Edit {
        field: Text::cut(field),
        value: Text::cut(value),
        replaces,
        door: None,
    };
    PlannedBody::Ready(Body::from(HouseholdCommand::Edit(edit)))
}
