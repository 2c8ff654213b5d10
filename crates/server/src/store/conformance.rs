//! The contract of [`Upkeep`] as tests: every adapter has to pass them, beside those of the port
//! ([`alleyway_core::store::conformance`]).
//!
//! An adapter, in whichever crate, says by a [`Bench`] where its stores come from, and gets a test
//! for each rule by one line:
//!
//! ```ignore
//! mod conformance {
//!     alleyway_core::store_conformance!(super::MyBench);
//!     alleyway_server::upkeep_conformance!(super::MyBench);
//! }
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test says what is wrong by a panic"
)]

use std::collections::BTreeMap;

use alleyway_core::store::{Row, Transaction, Write};

use super::rows::{open_row, row_of};
use super::{Changed, Contents, Copied, CopyEnd, Upkeep, Verified, VerifyReport};

/// Where an adapter's stores come from.
pub trait Bench: alleyway_core::store::conformance::Bench {
    /// The store.
    fn upkeep(&mut self) -> &mut dyn Upkeep;
}

/// Makes a test of each rule for the adapter of a [`Bench`](crate::store::conformance::Bench).
#[macro_export]
macro_rules! upkeep_conformance {
    ($bench:ty) => {
        $crate::upkeep_conformance! { $bench:
            a_check_reads_every_record_and_finds_them_whole,
            a_check_goes_on_while_records_are_committed,
            checks_of_different_numbers_do_not_disturb_each_other,
            a_copy_is_the_store_of_its_last_slice,
            a_copy_of_nothing_is_whole_too,
            a_copy_that_was_abandoned_is_in_nobodys_way,
            room_is_told_without_the_store,
        }
    };
    ($bench:ty: $($rule:ident,)*) => {$(
        #[test]
        fn $rule() {
            use alleyway_core::store::conformance::Bench as _;
            $crate::store::conformance::$rule(&mut <$bench>::create());
        }
    )*};
}

/// A long value now and then, so that some rows have parts.
fn value(round: u64) -> Vec<u8> {
    let length = if round.is_multiple_of(7) { 9_000 } else { 60 };
    vec![u8::try_from(round % 251).unwrap(); length]
}

fn key(number: u64) -> Vec<u8> {
    format!("row {number:05}").into_bytes()
}

fn commit(bench: &mut impl Bench, writes: Vec<Write>) {
    let mut high_water = bench.store().high_water().unwrap();
    high_water.sequence += 1;
    let transaction = Transaction {
        writes,
        high_water,
        ..Transaction::default()
    };
    bench.store().commit(&transaction).unwrap();
}

/// Commits `rows` records, every second one sealed.
fn fill(bench: &mut impl Bench, rows: u64) {
    let write = |number: u64| Write {
        key: key(number),
        value: Some(value(number)),
        slot: number.is_multiple_of(2).then_some(number),
    };
    commit(bench, (0..rows).map(write).collect());
}

/// Something of everything: ahead of a walk through the records and behind it, new, replaced, grown,
/// shrunk and removed.
fn disturb(bench: &mut impl Bench, round: u64) {
    let removed = Write {
        key: key(round * 17),
        value: None,
        slot: None,
    };
    let replaced = Write {
        key: key(round * 17 + 5),
        value: Some(value(round)),
        slot: Some(round),
    };
    let new = Write {
        key: format!("a {}", round % 4).into_bytes(),
        value: Some(value(round * 7)),
        slot: None,
    };
    commit(bench, vec![removed, replaced, new]);
}

fn rows(bench: &mut impl Bench) -> Vec<Row> {
    bench.store().scan(b"", &[0xff; 300], usize::MAX).unwrap()
}

fn report(bench: &mut impl Bench) -> VerifyReport {
    bench.upkeep().verify_all(&mut |_| ()).unwrap()
}

/// A check reads every record once, before a restart and behind it, and finds nothing wrong.
pub fn a_check_reads_every_record_and_finds_them_whole(bench: &mut impl Bench) {
    assert!(report(bench).is_sound());
    fill(bench, 700);
    bench.restart();
    let found = report(bench);
    assert!(found.is_sound(), "{found}");
    let bytes: usize = (0..700).map(|number| value(number).len()).sum();
    assert_eq!((found.rows, found.erased), (700, 0));
    assert_eq!(found.bytes, bytes as u64);
}

/// Commits between two steps of a check are accounted for, and each round comes to an end.
pub fn a_check_goes_on_while_records_are_committed(bench: &mut impl Bench) {
    fill(bench, 700);
    let mut reports = Vec::new();
    for round in 0..40 {
        if let Verified::All(report) = bench.upkeep().verify_some(0).unwrap() {
            reports.push(report);
        }
        disturb(bench, round);
    }
    assert!(!reports.is_empty(), "no round ended");
    assert!(reports.iter().all(VerifyReport::is_sound), "{reports:?}");
}

/// Each check reads every record, whatever other checks are in the middle of.
pub fn checks_of_different_numbers_do_not_disturb_each_other(bench: &mut impl Bench) {
    fill(bench, 700);
    let mut ended = BTreeMap::new();
    // The second begins later, and so does not end with the first.
    for step in 0..100 {
        for check in [0, 1].into_iter().take(1 + step.min(1)) {
            if let Verified::All(report) = bench.upkeep().verify_some(check).unwrap() {
                ended.entry(check).or_insert(report.rows);
            }
        }
    }
    assert_eq!(ended, BTreeMap::from([(0, 700), (1, 700)]));
}

/// Copies all of the store; `between` is done after each slice but the last.
fn copy<B: Bench>(
    bench: &mut B,
    mut between: impl FnMut(&mut B),
) -> (BTreeMap<Vec<u8>, Vec<u8>>, CopyEnd) {
    assert!(bench.upkeep().begin_copy());
    let mut entries = BTreeMap::new();
    let mut last = None;
    loop {
        let (slice, end) = match bench.upkeep().copy_some().unwrap() {
            Copied::Entries(slice) => (slice, None),
            Copied::End(mut end) => (std::mem::take(&mut end.entries), Some(end)),
            Copied::Abandoned => panic!("little was written"),
        };
        for (key, value) in slice {
            assert!(last.as_ref() < Some(&key), "the slices are in order");
            last = Some(key.clone());
            entries.insert(key, value);
        }
        match end {
            Some(end) => return (entries, end),
            None => between(bench),
        }
    }
}

fn lay_over(entries: &mut BTreeMap<Vec<u8>, Vec<u8>>, changed: &Changed) {
    for (key, value) in changed {
        match value {
            Some(value) => entries.insert(key.clone(), value.clone()),
            None => entries.remove(key),
        };
    }
}

/// With what changed laid over, a copy is the store of its last slice: its sum says so, and every row
/// opens from the copied entries and document keys alone.
pub fn a_copy_is_the_store_of_its_last_slice(bench: &mut impl Bench) {
    fill(bench, 700);
    let mut round = 0;
    let (mut entries, end) = copy(bench, |bench| {
        round += 1;
        disturb(bench, round);
    });
    lay_over(&mut entries, &end.changed);
    let mut sum = Contents::default();
    for (key, value) in &entries {
        sum.add(key, value);
    }
    assert_eq!(sum, end.tail.contents);
    assert_eq!(end.tail.reach, bench.store().high_water().unwrap());

    let mut keys = Vec::new();
    while (keys.len() as u64) < end.tail.slots * 32 {
        let slots = keys.len() as u64 / 32..end.tail.slots;
        keys.extend(bench.upkeep().document_keys(slots).unwrap());
    }
    let slot_key = |slot: u64| {
        let at = usize::try_from(slot).unwrap() * 32;
        keys.get(at..at + 32)?.try_into().ok()
    };
    let find = |key: &[u8]| Ok(entries.get(key).cloned());
    let opened: Vec<Row> = entries
        .iter()
        .filter_map(|(key, value)| Some((row_of(key)?, value)))
        .map(|(row, value)| {
            let opened = open_row(row, value, &find, &slot_key).unwrap().unwrap();
            (row.to_vec(), opened.value)
        })
        .collect();
    assert!(opened == rows(bench), "the rows are those of the store");
}

/// An empty store is copied like any other.
pub fn a_copy_of_nothing_is_whole_too(bench: &mut impl Bench) {
    let (entries, end) = copy(bench, |_| ());
    assert_eq!((entries.len(), end.changed.len()), (0, 0));
    assert_eq!(end.tail.contents, Contents::default());
}

/// The beginning of an abandoned copy does not show in the next one.
pub fn a_copy_that_was_abandoned_is_in_nobodys_way(bench: &mut impl Bench) {
    fill(bench, 700);
    assert!(bench.upkeep().begin_copy());
    bench.upkeep().copy_some().unwrap();
    bench.upkeep().abandon_copy();
    disturb(bench, 1);
    let (entries, end) = copy(bench, |_| ());
    assert_eq!(end.changed.len(), 0);
    assert_eq!(entries.len() as u64, end.tail.contents.entries);
}

/// Another thread asks for the room while this one has the store.
pub fn room_is_told_without_the_store(bench: &mut impl Bench) {
    let room = bench.upkeep().room();
    let asked = std::thread::spawn(move || (room.free_bytes(), room.used_bytes()));
    fill(bench, 10);
    let (free, used) = asked.join().unwrap();
    assert!(free.is_none_or(|free| free > 0), "{used:?}");
}
