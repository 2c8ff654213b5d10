//! Devices drop what a verified backup covers, and only that.

use alleyway_ledger::batches_held;

use super::stage::{
    Stage, accept, batches_kept, entries, flight_of, hears_only, id_of, kinds, note, restore,
    types, verdicts_of, verdicts_unheard,
};

#[test]
fn devices_drop_what_a_backup_covers_but_the_newest_and_nothing_is_lost_by_it() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.town.sync(&mut stage.xie);
    for number in 0..4 {
        types(
            &mut stage.town,
            &mut stage.xie,
            case,
            note(&format!("{number}")),
        );
        stage.town.sync(&mut stage.xie);
    }
    assert_eq!(batches_kept(&stage.xie), [1, 2, 3, 4, 5]);
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.xie, case, accept());
    stage.town.sync(&mut stage.xie);
    let held = batches_held(&backup).unwrap();
    assert!(held.contains(&(id_of(&stage.xie), 5)));
    assert_eq!(
        stage.town.ledger.cover(&stage.town.store, &held).unwrap(),
        2,
        "the chief's, and the server's own"
    );
    assert_eq!(
        stage.town.ledger.cover(&stage.town.store, &held).unwrap(),
        0
    );
    assert_eq!(
        stage
            .town
            .ledger
            .cover(&stage.town.store, &[(id_of(&stage.xie), 2)])
            .unwrap(),
        0,
        "it never lowers"
    );
    stage.town.commit();
    stage.town.sync(&mut stage.xie);
    assert_eq!(batches_kept(&stage.xie), [6]);
    assert_eq!(
        verdicts_of(&stage.xie)
            .iter()
            .map(|said| said.batch)
            .collect::<Vec<_>>(),
        [6]
    );
    stage.all_sync();
    let before = entries(&stage.lu, case);
    restore(&mut stage.town, &backup);
    stage.all_sync();
    assert_eq!(entries(&stage.lu, case), before);
    stage.assert_same(case);
}

#[test]
fn a_batch_of_which_a_command_waits_is_not_covered_and_is_asked_for_after_a_restore() {
    let mut stage = Stage::new();
    let first = stage.town.store.clone();
    let case = stage.reports();
    stage.all_sync();
    types(&mut stage.town, &mut stage.lu, case, note("waits"));
    restore(&mut stage.town, &first);
    stage.town.sync(&mut stage.lu);
    assert_eq!(stage.lu.replica.pending().len(), 1);
    let backup = stage.town.store.clone();
    let lu = id_of(&stage.lu);
    let covers = |store: &alleyway_core::store::MemoryStore| {
        batches_held(store)
            .unwrap()
            .into_iter()
            .find(|(device, _)| *device == lu)
            .unwrap()
            .1
    };
    assert_eq!(covers(&backup), 0);
    stage.all_sync();
    assert_eq!(covers(&stage.town.store), 1);
    let before = entries(&stage.lu, case);
    assert_eq!(before.len(), 2);
    restore(&mut stage.town, &backup);
    stage.all_sync();
    assert_eq!(entries(&stage.lu, case), before);
    stage.assert_same(case);
}

#[test]
fn a_server_restored_from_long_before_what_was_covered_locks_no_device_out() {
    let mut stage = Stage::new();
    let long_ago = stage.town.store.clone();
    let case = stage.reports();
    stage.town.sync(&mut stage.xie);
    for number in 0..40 {
        types(
            &mut stage.town,
            &mut stage.xie,
            case,
            note(&format!("{number}")),
        );
        stage.town.sync(&mut stage.xie);
    }
    stage.is_backed_up();
    stage.town.sync(&mut stage.xie);
    assert_eq!(batches_kept(&stage.xie), [41]);
    restore(&mut stage.town, &long_ago);
    stage.town.sync(&mut stage.xie);
    let again = stage.reports();
    assert!(stage.town.sync(&mut stage.xie).summary.admitted == 1);
    stage.town.sync(&mut stage.lu);
    assert_eq!(entries(&stage.lu, again).len(), 1);
    // What stood on what is gone for good waits; nothing else does.
    assert_eq!(stage.xie.replica.pending().len(), 1);
}

#[test]
fn what_was_covered_is_not_said_again() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    stage.is_backed_up();
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.xie, case, note("new"));
    stage.town.sync(&mut stage.xie);
    restore(&mut stage.town, &backup);
    let flight = flight_of(&mut stage.town, &mut stage.xie);
    assert!(
        super::stage::frames_of(&flight).is_empty(),
        "it is not known yet that anything was lost"
    );
    stage.xie.replica.sync_failed();
    assert_eq!(stage.town.sync(&mut stage.xie).summary.sent, 1);
}

/// Found by the simulator, seed 5329.
#[test]
fn a_backup_does_not_cover_what_a_phone_has_not_handed_in_again_yet() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    let case = stage.reports();
    stage.town.sync(&mut stage.xie);
    restore(&mut stage.town, &backup);
    let other = stage.reports();
    types(
        &mut stage.town,
        &mut stage.xie,
        case,
        note("waits for the first report"),
    );
    let said = verdicts_unheard(&mut stage.town, &mut stage.xie, 1);
    hears_only(&stage.town, &mut stage.xie, said[0].clone());
    restore(&mut stage.town, &backup);
    // The second report comes with the word for it, before its phone knows that the first one is lost.
    verdicts_unheard(&mut stage.town, &mut stage.xie, 1);
    stage.xie.replica.sync_failed();
    let xie = id_of(&stage.xie);
    let held = stage.is_backed_up();
    assert!(held.contains(&(xie, 0)), "{held:?}");
    stage.all_sync();
    assert_eq!(kinds(&entries(&stage.lu, case)), ["report", "note"]);
    assert_eq!(kinds(&entries(&stage.lu, other)), ["report"]);
    stage.assert_same(case);
    let held = batches_held(&stage.town.store).unwrap();
    assert!(held.contains(&(xie, 2)), "{held:?}");
}
