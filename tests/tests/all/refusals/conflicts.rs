//! Fields of several values.

use alleyway_core::command::Body;
use alleyway_core::limits::LIVE_VALUES_MAX;
use alleyway_core::refusal::RefusalCode;
use alleyway_replica::RecordError;

use super::bench::{Bench, mended, planted, refused, told};
use super::steps::edit;

pub(super) fn a_value_too_many_is_sent_again_after_a_pick() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        lu,
        case,
        aside,
        ..
    } = &mut bench;
    // The report's own value is the first.
    for number in 1..LIVE_VALUES_MAX {
        planted(
            town,
            lu,
            *aside,
            Some(*case),
            Body::Case(edit("place", &format!("第{number}处"))),
        );
    }
    town.sync(lu);
    town.sync(xie);
    let command = planted(
        town,
        xie,
        *aside,
        Some(*case),
        Body::Case(edit("place", "又一处")),
    );
    refused(
        town,
        xie,
        &[*case, *aside],
        (command, RefusalCode::TooManyValues),
    );
    let pick = xie.replica.pick(*case, "place", "第2处").unwrap();
    town.record(xie, pick);
    mended(town, xie, command, &[]);
    assert_eq!(xie.replica.working(*case).unwrap().live("place").len(), 1);
}

/// Keeps both values of a field, as the conflict card asks it of the device.
fn both_of(bench: &Bench, field: &str) -> RefusalCode {
    let kept = bench.xie.replica.keep_both(bench.case, field);
    let Err(RecordError::Refused(refusal)) = kept else {
        panic!("{kept:?}")
    };
    refusal.code
}

pub(super) fn two_categories_are_not_kept_side_by_side() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        lu,
        case,
        aside,
        ..
    } = &mut bench;
    planted(
        town,
        lu,
        *aside,
        Some(*case),
        Body::Case(edit("category", "water")),
    );
    town.sync(lu);
    town.sync(xie);
    let pending = bench.xie.replica.pending();
    assert_eq!(both_of(&bench, "category"), RefusalCode::NotText);
    assert_eq!(bench.xie.replica.pending(), pending, "nothing was typed");
    told(&RefusalCode::NotText);
    // One of them is picked instead.
    let Bench {
        town, xie, case, ..
    } = &mut bench;
    let pick = xie.replica.pick(*case, "category", "water").unwrap();
    town.record(xie, pick);
    assert_eq!(town.sync(xie).summary.admitted, 1);
    assert_eq!(
        xie.replica.working(*case).unwrap().live("category").len(),
        1
    );
}

pub(super) fn a_field_of_one_value_is_not_settled() {
    let bench = Bench::new();
    assert_eq!(both_of(&bench, "title"), RefusalCode::NoConflict);
    assert!(bench.xie.replica.pending().is_empty(), "nothing was typed");
    told(&RefusalCode::NoConflict);
}
