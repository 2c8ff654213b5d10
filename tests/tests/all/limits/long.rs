//! Long work: months of batches, long documents, two tills.
//!
//! Canteens are not built yet, and so no tills: what two tills would do is done by two devices that
//! each write as many entries offline into one case as one author may add.

use alleyway_core::id::DocumentId;
use alleyway_core::limits::{CHANGES_ENTRIES_MAX, FLIGHT_FRAMES_MAX};
use alleyway_replica::Effect;
use alleyway_tests::pure::{Device, Town};

/// Batches of a phone that tried to sync each day and never reached the server.
const BATCHES: usize = 600;
/// Entries of a long document.
const ENTRIES: usize = 10_000;
// More than are sent one by one: it is sent whole.
const _: () = assert!(ENTRIES > CHANGES_ENTRIES_MAX);
/// Of those, how many are handed in with one sync.
const ENTRIES_A_SYNC: usize = 1_000;
/// Lunches of one till.
const LUNCHES: usize = 999;

/// A town with a case of the chief's that both chiefs have.
fn town() -> (Town, Device, Device, DocumentId) {
    let mut town = Town::new();
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    town.sync(&mut xie);
    let case = town
        .report(&mut xie, "食堂", "甜橙巷食堂的午餐。", "巷口", "")
        .document;
    town.sync(&mut xie);
    town.sync(&mut lu);
    (town, xie, lu, case)
}

/// A sync that is sealed, sent, and heard by nobody.
fn lost_sync(town: &mut Town, device: &mut Device) {
    let random = town.random();
    for effect in device.replica.begin_sync(town.now, random) {
        if let Effect::Persist(writes) = effect {
            device.persist(writes);
        }
    }
}

fn entries(device: &Device, case: DocumentId) -> usize {
    device.replica.case(case).expect("a case").log.len()
}

#[test]
fn months_of_batches_come_in_as_several_flights_and_all_is_admitted() {
    let (mut town, mut xie, mut lu, case) = town();
    for day in 0..BATCHES {
        town.note(&mut xie, case, &format!("第 {day} 天的午餐"));
        lost_sync(&mut town, &mut xie);
    }
    let cost = town.sync(&mut xie);
    let summary = &cost.summary;
    println!("{BATCHES} batches: {cost:?}");
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (BATCHES as u64, 0, true),
        "{cost:?}"
    );
    // The first flight may be told to come again with a new challenge.
    assert!(
        (BATCHES.div_ceil(FLIGHT_FRAMES_MAX)..10).contains(&cost.round_trips),
        "{cost:?}"
    );
    let fetched = town.sync(&mut lu);
    assert!(fetched.summary.up_to_date);
    assert_eq!(entries(&lu, case), BATCHES + 1);
    assert_eq!(
        town.sync(&mut xie).round_trips,
        1,
        "and then it is as any other phone"
    );
}

#[test]
fn a_document_of_ten_thousand_entries_is_written_sent_whole_and_then_by_what_changes() {
    let (mut town, mut xie, mut lu, case) = town();
    let mut written = 0;
    while written < ENTRIES {
        for at in 0..ENTRIES_A_SYNC {
            town.step_without_end(&mut xie, case, (written + at) as u64);
        }
        written += ENTRIES_A_SYNC;
        let cost = town.sync(&mut xie);
        assert_eq!(
            (cost.summary.admitted, cost.summary.up_to_date),
            (ENTRIES_A_SYNC as u64, true),
            "{cost:?}"
        );
    }
    let whole = town.sync(&mut lu);
    assert!(whole.summary.up_to_date, "{whole:?}");
    assert_eq!(entries(&lu, case), ENTRIES + 1);
    town.step_without_end(&mut xie, case, written as u64);
    town.sync(&mut xie);
    let one = town.sync(&mut lu);
    println!(
        "{ENTRIES} entries: whole {} bytes, one more {} bytes",
        whole.down, one.down
    );
    assert_eq!((one.round_trips, one.summary.up_to_date), (1, true));
    assert!(one.down < 600, "what changes is small: {one:?}");
    assert_eq!(entries(&lu, case), ENTRIES + 2);
}

#[test]
fn two_tills_of_999_lunches_each_lose_none() {
    let (mut town, mut xie, mut lu, case) = town();
    for lunch in 0..LUNCHES {
        town.note(&mut xie, case, &format!("甲窗口第 {lunch} 份"));
        town.note(&mut lu, case, &format!("乙窗口第 {lunch} 份"));
    }
    for till in [&mut xie, &mut lu] {
        let cost = town.sync(till);
        assert_eq!(
            (cost.summary.admitted, cost.summary.refused),
            (LUNCHES as u64, 0),
            "{cost:?}"
        );
    }
    for till in [&mut xie, &mut lu] {
        assert!(town.sync(till).summary.up_to_date);
        assert_eq!(entries(till, case), 2 * LUNCHES + 1);
    }
    assert_eq!(town.ledger.stats().comparisons, 0, "nobody had to compare");
}
