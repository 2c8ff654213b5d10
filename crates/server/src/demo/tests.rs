//! The small demo, made and opened again.

use alleyway_core::number::TrackingCode;
use alleyway_core::time::Time;
use serde_json::Value;

use super::*;
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

    let mut instance = make(&folder, Size::Small, 1, START, 64, &mut |_, _| ()).unwrap();
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
    let report = alleyway_ledger::check(&instance.store, &mut |_| ()).unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
}

#[test]
fn a_demos_clock_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    clock(dir.path(), Some(START)).unwrap();
    let (clock, _) = clock(dir.path(), None).unwrap();
    assert!(clock.now() >= START && clock.now() < START.plus_days(1));
}
