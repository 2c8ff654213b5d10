//! The store's rows grow with documents, not with what is done to them; and nothing is lost by it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong ends the test"
)]

use alleyway_core::store::{MemoryStore, Records as _};
use alleyway_ledger::check;
use alleyway_tests::pure::{Device, Town};

/// Steps in the life of the long document: these never end, as notes do.
const STEPS: u64 = 10_000;
/// Steps that are handed in together.
const STEPS_PER_SYNC: u64 = 250;
/// Batches of the device that hands in often.
const BATCHES: u64 = 1_000;
/// Four months, in milliseconds.
const MONTHS: i64 = 120 * 24 * 60 * 60 * 1_000;

/// How many rows of a kind the store has.
fn rows(store: &MemoryStore, kind: u8) -> usize {
    store.scan(&[kind], &[kind + 1], usize::MAX).unwrap().len()
}

fn is_sound(town: &Town) -> u64 {
    let report = check(&town.store, &mut |_| ()).unwrap();
    assert_eq!(report.problem_count, 0, "{:?}", report.problems);
    report.entries
}

fn same_case(one: &Device, other: &Device, case: alleyway_core::id::DocumentId, version: u64) {
    let [one, other] = [one, other].map(|device| device.replica.working(case).expect("the case"));
    assert_eq!((one.version(), one.head()), (other.version(), other.head()));
    assert_eq!(one.version(), version);
}

#[test]
fn a_document_of_ten_thousand_entries_is_few_rows_and_a_phone_months_behind_gets_all_of_it() {
    let mut town = Town::new();
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    town.sync(&mut xie);
    let case = town
        .report(&mut xie, "橘园路坏了", "路面塌了", "橘园路", "谢家")
        .document;
    town.sync(&mut xie);
    town.sync(&mut lu);
    same_case(&xie, &lu, case, 1);
    let documents = rows(&town.store, b'h');
    for number in 0..STEPS {
        town.step_without_end(&mut xie, case, number);
        if (number + 1).is_multiple_of(STEPS_PER_SYNC) {
            assert_eq!(town.sync(&mut xie).summary.admitted, STEPS_PER_SYNC);
        }
    }
    assert_eq!(rows(&town.store, b'h'), documents, "no document came");
    assert_eq!(rows(&town.store, b's'), 1, "one snapshot");
    let entries = is_sound(&town);
    // Sixteen entries of the log are one row.
    assert_eq!(rows(&town.store, b'L') as u64, entries / 16 + 1);
    // Versions not yet folded, and pieces of history: less than one row for ten commands.
    let (tail, pieces) = (
        rows(&town.store, b't') as u64,
        rows(&town.store, b'k') as u64,
    );
    assert!(
        tail + pieces < STEPS / 10,
        "{tail} versions, {pieces} pieces"
    );
    let proofs = rows(&town.store, b'b') + rows(&town.store, b'B');
    assert!(proofs < 64, "{proofs} rows prove what was handed in");
    // The long case is still one place in each of its feeds.
    assert!(
        rows(&town.store, b'f') < 2 * documents + 8,
        "{}",
        rows(&town.store, b'f')
    );

    town.now.0 += MONTHS;
    let cost = town.sync(&mut lu);
    assert!(cost.summary.up_to_date, "{cost:?}");
    town.sync(&mut xie);
    same_case(&xie, &lu, case, STEPS + 1);
    let mut fresh = town.device("lu");
    assert!(town.sync(&mut fresh).summary.up_to_date);
    same_case(&xie, &fresh, case, STEPS + 1);
}

#[test]
fn a_device_with_a_thousand_batches_is_proved_by_few_rows() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let case = town
        .report(&mut xie, "橘园路坏了", "路面塌了", "橘园路", "谢家")
        .document;
    town.sync(&mut xie);
    for batch in 1..BATCHES {
        town.note(&mut xie, case, &format!("第{batch}次"));
        assert_eq!(town.sync(&mut xie).summary.admitted, 1);
    }
    is_sound(&town);
    let (single, packed) = (rows(&town.store, b'b'), rows(&town.store, b'B'));
    // The server's own few batches are among them.
    assert!(single <= 32 + 8, "{single} rows of one batch");
    assert_eq!(
        packed as u64,
        BATCHES / 32,
        "1 to 31, 32 to 63, … are packed"
    );
}
