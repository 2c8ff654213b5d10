//! What cannot be read or written on a device, and what becomes of it.

use alleyway_catalogue::Lang;
use alleyway_client::Problem;
use alleyway_client::views::list::{CaseQuery, Listing};
use alleyway_core::store::Records as _;
use alleyway_device::Device;

use super::stage::{Phone, Stage, lock, problem, reported, synced};

/// The kind of the rows of sealed batches.
const BATCHES: u8 = b'b';
const DAYS: i64 = 86_400_000;

/// A device that sealed its report for a bundle, and can read the batch no more.
fn without_its_batch(stage: &mut Stage) -> (Device<Phone>, String) {
    let xie = stage.device("xie");
    reported(&xie, "The road is broken");
    let pending = xie.pending().unwrap();
    let report = pending.first().unwrap().command.to_string();
    xie.export(None).unwrap();
    lock(&xie.platform().disk).spoil(BATCHES, 1);
    xie.reopen().unwrap();
    (xie, report)
}

fn damaged(device: &Device<Phone>, drop: bool) -> Vec<(&'static str, bool)> {
    let records = device.damaged(drop).unwrap().into_iter();
    records
        .map(|record| (record.kind, record.dropped))
        .collect()
}

#[test]
fn what_may_have_been_sent_is_not_taken_back() {
    let mut stage = Stage::new();
    let (xie, report) = without_its_batch(&mut stage);
    for _ in 0..2 {
        assert_eq!(problem(xie.take_back(&report)), Problem::PerhapsSent);
        xie.reopen().unwrap();
    }
    // What is typed behind it is nobody else's.
    reported(&xie, "A lamp is out");
    let lamp = xie.pending().unwrap()[1].command.to_string();
    assert_eq!(xie.take_back(&lamp).unwrap().len(), 1);
    synced(&xie);
    assert_eq!(problem(xie.take_back(&report)), Problem::CommandNotFound);
    assert_eq!(xie.pending().unwrap(), []);
}

#[test]
fn a_damaged_batch_that_was_written_anew_is_not_given_up() {
    let mut stage = Stage::new();
    let xie = stage.device("xie");
    reported(&xie, "The road is broken");
    synced(&xie);
    // It goes on from a copy of before its second batch, and seals that batch and a third one.
    let copy = lock(&xie.platform().disk).rows.clone();
    reported(&xie, "A lamp is out");
    synced(&xie);
    lock(&xie.platform().disk).rows = copy;
    xie.reopen().unwrap();
    for title in ["A pipe leaks", "A wall leans"] {
        reported(&xie, title);
        xie.export(None).unwrap();
    }
    lock(&xie.platform().disk).spoil(BATCHES, 3);
    xie.reopen().unwrap();
    assert_eq!(damaged(&xie, false), [("batch", false)]);
    // The server has another second batch: all is sealed again behind it, as the third.
    synced(&xie);
    assert_eq!(damaged(&xie, true), []);
    let third = [[BATCHES].as_slice(), &3_u64.to_be_bytes()].concat();
    let kept = lock(&xie.platform().disk).rows.get(&third).unwrap();
    assert!(kept.is_some_and(|batch| batch.len() > 1));
    assert_eq!(xie.pending().unwrap(), []);
}

#[test]
fn a_damaged_batch_is_given_up_once() {
    let mut stage = Stage::new();
    let (xie, _) = without_its_batch(&mut stage);
    assert_eq!(damaged(&xie, true), [("batch", true)]);
    assert_eq!(damaged(&xie, true), []);
    xie.reopen().unwrap();
    assert_eq!(damaged(&xie, false), []);
}

#[test]
fn a_store_that_another_program_holds_is_asked_for_once() {
    let mut stage = Stage::new();
    let phone = stage.phone();
    let disk = phone.disk.clone();
    lock(&disk).is_held = true;
    let opened = Device::open(phone, Lang::En);
    assert_eq!(problem(opened), Problem::StoreLocked);
    assert_eq!(lock(&disk).openings, 1);
}

#[test]
fn a_lease_whose_end_could_not_be_kept_is_ended_before_anything_is_shown() {
    let mut stage = Stage::new();
    let xie = stage.device("xie");
    let case = reported(&xie, "The road is broken");
    lock(&stage.town).now.0 += 15 * DAYS;
    lock(&xie.platform().disk).fill(true);
    assert_eq!(problem(xie.tick()), Problem::StorageFull);
    for _ in 0..2 {
        assert_eq!(problem(xie.case(&case)), Problem::StorageFull);
        let cases = xie.cases(&CaseQuery::default());
        assert_eq!(problem(cases), Problem::StorageFull);
    }
    lock(&xie.platform().disk).fill(false);
    let cases = xie.cases(&CaseQuery::default()).unwrap();
    assert!(matches!(cases, Listing::Index(_)), "{cases:?}");
    synced(&xie);
    assert!(matches!(
        xie.cases(&CaseQuery::default()).unwrap(),
        Listing::Rows(rows) if rows.len() == 1
    ));
}
