//! Demos, made and opened again.

use std::collections::BTreeSet;

use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::number::TrackingCode;
use alleyway_core::time::Time;
use alleyway_demo::{Lists, Size, Town, generate, make};
use serde_json::Value;

use super::codes::write_codes;
use super::folder::{self, Kind, clock, is_there};
use crate::direct::{Folder, files};
use crate::import::{Current, parse, plan};
use crate::instance::Instance;

/// 2026-03-01.
const START: Time = Time(1_772_323_200_000);

#[test]
fn a_demo_is_made_once_and_opened_unchanged_with_new_codes_for_the_same_members() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("demo");
    let codes = dir.path().join("codes.json");
    let read =
        || -> Vec<Value> { serde_json::from_slice(&std::fs::read(&codes).unwrap()).unwrap() };

    let kind = Kind {
        size: Size::Small,
        seed: 1,
        start: START,
    };
    let mut instance = folder::make(&folder, kind, 64, &mut |_, _| ()).unwrap();
    assert!(is_there(&folder));
    assert_eq!(write_codes(&mut instance, &codes, START).unwrap(), 15);
    let first = read();
    let (town, sequence) = (instance.town, instance.ledger.stats().sequence);
    drop(instance);

    let mut instance = Instance::open(&folder, 64).unwrap();
    assert_eq!(
        (instance.town, instance.ledger.stats().sequence),
        (town, sequence)
    );
    write_codes(&mut instance, &codes, START).unwrap();
    for (before, after) in first.iter().zip(&read()) {
        for field in ["member", "name", "post", "unit"] {
            assert_eq!(before[field], after[field]);
        }
        assert_ne!(before["code"], after["code"]);
        assert!(TrackingCode::parse(after["code"].as_str().unwrap()).is_some());
    }
    let report = alleyway_ledger::check(&*instance.store, &mut |_| ()).unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}

#[test]
fn a_demos_clock_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    clock(dir.path(), Some(START)).unwrap();
    let (clock, _) = clock(dir.path(), None).unwrap();
    assert!(clock.now() >= START && clock.now() < START.plus_days(1));
}

#[test]
fn an_import_takes_the_lists_of_every_town() {
    for size in [Size::Small, Size::Sipai] {
        let lists = generate(size, 7, START).unwrap().lists;
        let current = Current::empty(alleyway_core::id::TownId([1; 16]));
        let rows = parse(&files(&lists).unwrap(), &current).unwrap();
        let steps = plan(&current, &rows).steps.len();
        assert_eq!(
            steps,
            lists.units.len() + lists.members.len() + lists.households.len()
        );
    }
}

/// Some alleys of the large town's first village, with the offices of the town, and the cases that
/// went on there.
fn part_of_sipai(alleys: usize) -> Town {
    let Town { name, lists, cases } = generate(Size::Sipai, 7, START).unwrap();
    let in_village = |parent: &Option<String>| parent.as_deref() == Some("v01");
    let mut left = alleys;
    let mut keeps = |unit: &alleyway_demo::Unit| match unit.kind {
        UnitKind::Village | UnitKind::Community => unit.key == "v01",
        UnitKind::Alley if in_village(&unit.parent) && left > 0 => {
            left -= 1;
            true
        }
        UnitKind::Alley => false,
        UnitKind::Branch => in_village(&unit.parent),
        UnitKind::Centre => in_village(&unit.parent) || unit.parent.as_deref() == Some("town"),
        _ => true,
    };
    let units: Vec<_> = lists.units.into_iter().filter(|unit| keeps(unit)).collect();
    let kept: BTreeSet<&str> = units.iter().map(|unit| unit.key.as_str()).collect();
    let mut members = lists.members;
    members.retain(|member| kept.contains(member.unit.as_str()));
    let mut cases = cases;
    cases.retain(|case| kept.contains(case.alley.as_str()));
    // The first alleys have the first households: their places stay.
    let mut households = lists.households;
    households.retain(|household| kept.contains(household.alley.as_str()));
    let lists = Lists {
        units,
        members,
        households,
    };
    Town { name, lists, cases }
}

#[test]
fn every_step_of_the_large_towns_stories_is_typed_on_a_phone_and_admitted() {
    let dir = tempfile::tempdir().unwrap();
    let town = part_of_sipai(10);
    let steps: usize = town.cases.iter().map(|case| case.steps.len()).sum();
    assert!(town.cases.len() >= 12 && steps >= 100, "{steps}");

    let name = alleyway_core::text::Text::cut(&town.name);
    let mut instance = Instance::create(dir.path(), name, 64).unwrap();
    let mut told = Vec::new();
    let made = make(
        &mut Folder(&mut instance),
        &town,
        START,
        [5; 32],
        &mut |done, all| told.push((done, all)),
    )
    .unwrap();
    assert_eq!((made.admitted, made.refused), (steps, 0));
    assert_eq!(told.last(), Some(&(steps, steps)));
    assert!(told.is_sorted());

    // Everybody has the phone that the member was invited for, and the ledger is whole.
    let actors = town.cases.iter().flat_map(|case| &case.steps);
    let actors: BTreeSet<&str> = actors.map(|step| step.actor.as_str()).collect();
    let devices = instance.ledger.devices(&*instance.store).unwrap();
    assert_eq!(devices.len(), actors.len());
    let report = alleyway_ledger::check(&*instance.store, &mut |_| ()).unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}
