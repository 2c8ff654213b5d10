//! When a step was received: everybody says the same, whatever was lost and handed in again.

use alleyway_core::id::DocumentId;
use alleyway_core::sync::frame::Verdict;
use alleyway_core::time::Time;

use super::stage::{Entry, Stage, entries, note, restore, types, verdicts_unheard};
use crate::bundles::{hand_over, restored};

fn an_hour_goes_by(stage: &mut Stage) {
    stage.town.now = Time(stage.town.now.0 + 3_600_000);
}

/// When the newest step of the case was received, as each phone shows it.
fn newest(stage: &Stage, case: DocumentId) -> Vec<Time> {
    let of = |device| {
        entries(device, case)
            .last()
            .and_then(|(.., receipt)| *receipt)
            .map(|receipt| receipt.received)
    };
    [&stage.xie, &stage.lu, &stage.qin]
        .into_iter()
        .filter_map(of)
        .collect()
}

/// The chief's phone hands in what it has, and never hears what became of it.
fn hands_in_and_loses_the_line(stage: &mut Stage) {
    verdicts_unheard(&mut stage.town, &mut stage.xie, 1);
    stage.xie.replica.sync_failed();
}

/// Found by the simulator, seed 900.
#[test]
fn what_was_shown_before_a_restore_has_its_new_time_when_its_author_hands_it_in_anew() {
    // A few steps travel as commands, many as a whole document.
    for notes in [1, 150] {
        let mut stage = Stage::new();
        let case = stage.reports();
        stage.all_sync();
        let backup = stage.town.store.clone();
        for number in 0..notes {
            types(
                &mut stage.town,
                &mut stage.xie,
                case,
                note(&format!("{number}: {}", "rain again ".repeat(20))),
            );
        }
        let before = stage.town.now;
        hands_in_and_loses_the_line(&mut stage);
        stage.town.sync(&mut stage.lu);
        let shown = entries(&stage.lu, case);
        assert_eq!(shown.len(), 1 + notes);
        restore(&mut stage.town, &backup);
        an_hour_goes_by(&mut stage);
        let after = stage.town.now;
        stage.town.sync(&mut stage.xie);
        an_hour_goes_by(&mut stage);
        stage.all_sync();
        stage.assert_same(case);
        let now = entries(&stage.lu, case);
        let commands = |entries: &[Entry]| entries.iter().map(|entry| entry.0).collect::<Vec<_>>();
        assert_eq!(
            commands(&now),
            commands(&shown),
            "no version is another one's"
        );
        let times = newest(&stage, case);
        assert!(
            times.iter().all(|time| *time >= after && *time > before),
            "{times:?}"
        );
        assert!(stage.town.sync(&mut stage.lu).summary.up_to_date);
    }
}

#[test]
fn a_second_restore_that_loses_the_first_ones_incarnation_leaves_no_old_time_either() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    restore(&mut stage.town, &backup);
    stage.all_sync();
    types(&mut stage.town, &mut stage.xie, case, note("rain again"));
    hands_in_and_loses_the_line(&mut stage);
    stage.town.sync(&mut stage.lu);
    assert_eq!(entries(&stage.lu, case).len(), 2);
    restore(&mut stage.town, &backup);
    an_hour_goes_by(&mut stage);
    stage.all_sync();
    stage.assert_same(case);
    let times = newest(&stage, case);
    assert!(
        times.windows(2).all(|pair| pair[0] == pair[1]) && times.len() >= 2,
        "{times:?}"
    );
}

/// Found by the simulator, seed 1705.
#[test]
fn a_phone_from_an_old_copy_is_told_when_its_step_was_received_first() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    types(&mut stage.town, &mut stage.xie, case, note("rain again"));
    let copy = stage.xie.store.clone();
    stage.town.sync(&mut stage.xie);
    let received = newest(&stage, case)[0];
    an_hour_goes_by(&mut stage);
    stage.xie = restored(copy);
    assert!(stage.town.sync(&mut stage.xie).summary.forked);
    assert_eq!(newest(&stage, case)[0], received);
    stage.all_sync();
    stage.assert_same(case);
}

#[test]
fn the_author_is_told_the_time_of_a_courier_who_came_first_to_a_restored_server() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.xie, case, note("rain again"));
    hand_over(&mut stage.town, &mut stage.xie, &mut stage.lu);
    let courier = stage.lu.store.clone();
    stage.all_sync();
    restore(&mut stage.town, &backup);
    an_hour_goes_by(&mut stage);
    stage.lu = restored(courier);
    let brought = stage.town.now;
    assert_eq!(stage.town.sync(&mut stage.lu).summary.carried, 1);
    an_hour_goes_by(&mut stage);
    stage.town.sync(&mut stage.xie);
    assert!(
        newest(&stage, case).iter().all(|time| *time >= brought),
        "{:?}",
        newest(&stage, case)
    );
    stage.all_sync();
    stage.assert_same(case);
}

#[test]
fn a_batch_with_a_step_of_another_batch_is_answered_with_the_receipt_of_each() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    types(&mut stage.town, &mut stage.xie, case, note("first"));
    let copy = stage.xie.store.clone();
    stage.town.sync(&mut stage.xie);
    let received = newest(&stage, case)[0];
    stage.xie = restored(copy);
    an_hour_goes_by(&mut stage);
    types(&mut stage.town, &mut stage.xie, case, note("second"));
    // The fork is answered, and perhaps a challenge; then what was sealed anew is judged.
    let verdicts = &verdicts_unheard(&mut stage.town, &mut stage.xie, 1)[0];
    let [Verdict::Stands(stands), Verdict::Admitted(_)] = &verdicts.verdicts[..] else {
        panic!("{verdicts:?}")
    };
    assert_eq!(stands.receipt.received, received);
    assert!(verdicts.receipt.received > received);
}
