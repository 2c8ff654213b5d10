//! The port's contract as tests: every adapter has to pass them.
//!
//! An adapter, in whichever crate, says by a [`Bench`] where its stores come from, and gets a test
//! for each rule by one line:
//!
//! ```ignore
//! mod conformance {
//!     alleyway_core::store_conformance!(super::MyBench);
//! }
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test says what is wrong by a panic"
)]

use std::collections::BTreeMap;

use super::{HighWater, JournalWrites, Row, Store, Transaction, Write};

/// Where an adapter's stores come from.
pub trait Bench {
    /// A new, empty store.
    fn create() -> Self;
    /// The store.
    fn store(&mut self) -> &mut dyn Store;
    /// Closes the store and opens it again, as a process that ends and another that starts.
    fn restart(&mut self);
}

/// Makes a test of each rule for the adapter of a [`Bench`](crate::store::conformance::Bench).
#[macro_export]
macro_rules! store_conformance {
    ($bench:ty) => {
        $crate::store_conformance! { $bench:
            what_was_committed_is_read_back,
            a_scan_is_ordered_bytewise_within_its_bounds,
            a_scan_returns_no_more_than_its_limit,
            a_key_that_is_written_again_has_its_last_value,
            a_removed_key_is_gone_and_its_neighbours_are_not,
            values_of_every_length_survive,
            a_long_value_shrinks_and_grows_whole,
            a_value_moves_to_another_slot,
            slots_far_apart_are_kept_apart,
            the_high_water_is_that_of_the_last_commit,
            a_transaction_without_writes_moves_the_high_water,
            a_thousand_random_commits_match_a_map,
            the_journal_has_every_entry_in_order,
            a_journal_that_begins_anew_has_the_new_entries_alone,
        }
    };
    ($bench:ty: $($rule:ident,)*) => {$(
        #[test]
        fn $rule() {
            use $crate::store::conformance::{self, Bench as _};
            conformance::$rule(&mut <$bench>::create());
        }
    )*};
}

fn put(key: &[u8], value: &[u8], slot: Option<u64>) -> Write {
    Write {
        key: key.to_vec(),
        value: Some(value.to_vec()),
        slot,
    }
}

fn remove(key: &[u8]) -> Write {
    Write {
        key: key.to_vec(),
        value: None,
        slot: None,
    }
}

fn commit(bench: &mut impl Bench, writes: Vec<Write>) {
    let mut high_water = bench.store().high_water().unwrap();
    high_water.sequence += 1;
    bench
        .store()
        .commit(&Transaction {
            writes,
            high_water,
            ..Transaction::default()
        })
        .unwrap();
}

fn all(bench: &mut impl Bench) -> Vec<Row> {
    bench.store().scan(b"", &[0xff; 300], usize::MAX).unwrap()
}

/// Bytes that do not repeat within a part, so that parts in a wrong order are seen.
fn bytes(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| u8::try_from((at ^ (at >> 8)) & 0xff).unwrap())
        .collect()
}

/// Committed rows are read back, after a restart too; others are absent.
pub fn what_was_committed_is_read_back(bench: &mut impl Bench) {
    assert_eq!(bench.store().get(b"a").unwrap(), None);
    assert_eq!(all(bench), vec![]);
    commit(
        bench,
        vec![
            put(b"a", b"1", None),
            put(b"b", b"2", Some(0)),
            put(b"", b"3", None),
        ],
    );
    bench.restart();
    assert_eq!(bench.store().get(b"a").unwrap(), Some(b"1".to_vec()));
    assert_eq!(bench.store().get(b"b").unwrap(), Some(b"2".to_vec()));
    assert_eq!(bench.store().get(b"").unwrap(), Some(b"3".to_vec()));
    assert_eq!(bench.store().get(b"c").unwrap(), None);
    assert_eq!(bench.store().get(&[7; 1_000]).unwrap(), None);
}

/// A scan is in the order of the bytes, from its lower bound to before its upper one.
pub fn a_scan_is_ordered_bytewise_within_its_bounds(bench: &mut impl Bench) {
    let keys: [&[u8]; 8] = [
        b"",
        b"\0",
        b"a",
        b"a\0",
        b"a\xff",
        b"b",
        b"\xff",
        b"\xff\xfftail",
    ];
    commit(
        bench,
        keys.iter().rev().map(|key| put(key, key, None)).collect(),
    );
    let found = |bench: &mut dyn Store, from: &[u8], to: &[u8]| -> Vec<Vec<u8>> {
        bench
            .scan(from, to, 100)
            .unwrap()
            .into_iter()
            .map(|(key, _)| key)
            .collect()
    };
    assert_eq!(found(bench.store(), b"", &[0xff; 9]), keys);
    assert_eq!(found(bench.store(), b"a", b"b"), keys[2..5]);
    assert_eq!(found(bench.store(), b"a\0", b"b\0"), keys[3..6]);
    assert_eq!(found(bench.store(), b"b", b"b"), [b""; 0]);
    assert_eq!(found(bench.store(), b"b", b"a"), [b""; 0]);
}

/// A scan returns the first rows, as many as its limit says.
pub fn a_scan_returns_no_more_than_its_limit(bench: &mut impl Bench) {
    commit(
        bench,
        (0..100_u8)
            .map(|key| put(&[key], &bytes(5_000), Some(u64::from(key))))
            .collect(),
    );
    let rows = bench.store().scan(&[10], &[200], 7).unwrap();
    assert_eq!(
        rows.iter().map(|(key, _)| key[0]).collect::<Vec<_>>(),
        (10..17).collect::<Vec<_>>()
    );
    assert_eq!(bench.store().scan(&[10], &[200], 0).unwrap(), vec![]);
}

/// A key that is written again has its last value.
pub fn a_key_that_is_written_again_has_its_last_value(bench: &mut impl Bench) {
    commit(bench, vec![put(b"a", b"1", None), put(b"b", b"1", Some(1))]);
    commit(bench, vec![put(b"a", b"2", None), put(b"b", b"2", Some(1))]);
    bench.restart();
    assert_eq!(
        all(bench),
        vec![
            (b"a".to_vec(), b"2".to_vec()),
            (b"b".to_vec(), b"2".to_vec())
        ]
    );
}

/// A removed key is gone, long values and all; keys that begin like it are not.
pub fn a_removed_key_is_gone_and_its_neighbours_are_not(bench: &mut impl Bench) {
    let keys: [&[u8]; 4] = [b"a", b"a\0", b"a\0\0\0\x01", b"ab"];
    commit(
        bench,
        keys.iter()
            .map(|key| put(key, &bytes(9_000), Some(2)))
            .collect(),
    );
    commit(bench, vec![remove(b"a"), remove(b"never there")]);
    bench.restart();
    assert_eq!(
        all(bench),
        keys[1..]
            .iter()
            .map(|key| (key.to_vec(), bytes(9_000)))
            .collect::<Vec<_>>()
    );
}

/// Values around every length at which an adapter may cut them survive, sealed and not.
pub fn values_of_every_length_survive(bench: &mut impl Bench) {
    let lengths = [
        0, 1, 4_054, 4_055, 4_087, 4_088, 4_096, 4_097, 8_187, 8_188, 100_000, 1_000_000,
    ];
    for slot in [None, Some(3)] {
        for length in lengths {
            commit(
                bench,
                vec![put(&length.to_string().into_bytes(), &bytes(length), slot)],
            );
        }
        bench.restart();
        for length in lengths {
            let value = bench.store().get(length.to_string().as_bytes()).unwrap();
            assert!(
                value == Some(bytes(length)),
                "{length} bytes, slot {slot:?}"
            );
        }
        assert_eq!(all(bench).len(), lengths.len());
    }
}

/// A long value that shrinks, grows, goes and comes again leaves nothing behind.
pub fn a_long_value_shrinks_and_grows_whole(bench: &mut impl Bench) {
    for length in [20_000, 5_000, 10, 0, 4_097, 50_000, 49_999, 1] {
        commit(
            bench,
            vec![
                put(b"a", &bytes(length), Some(1)),
                put(b"b", &bytes(length), None),
            ],
        );
        assert_eq!(
            all(bench),
            vec![
                (b"a".to_vec(), bytes(length)),
                (b"b".to_vec(), bytes(length))
            ]
        );
    }
    commit(bench, vec![remove(b"a")]);
    commit(bench, vec![put(b"a", &bytes(9_000), None)]);
    bench.restart();
    assert_eq!(bench.store().get(b"a").unwrap(), Some(bytes(9_000)));
}

/// A value may be sealed under another slot than before, or under none.
pub fn a_value_moves_to_another_slot(bench: &mut impl Bench) {
    for slot in [None, Some(1), Some(2), None, Some(1)] {
        commit(
            bench,
            vec![put(b"a", &bytes(6_000), slot), put(b"b", b"short", slot)],
        );
        bench.restart();
        assert_eq!(bench.store().get(b"a").unwrap(), Some(bytes(6_000)));
        assert_eq!(bench.store().get(b"b").unwrap(), Some(b"short".to_vec()));
    }
}

/// Slots need not be used in order, nor one after the other.
pub fn slots_far_apart_are_kept_apart(bench: &mut impl Bench) {
    let slots = [0, 1, 1_023, 1_024, 1_025, 10_000];
    for slot in slots {
        commit(
            bench,
            vec![put(&slot.to_string().into_bytes(), b"value", Some(slot))],
        );
    }
    bench.restart();
    assert_eq!(all(bench).len(), slots.len());
    commit(bench, vec![put(b"between", b"value", Some(5_000))]);
    assert_eq!(all(bench).len(), slots.len() + 1);
}

/// The high water is that of the last commit, after a restart too.
pub fn the_high_water_is_that_of_the_last_commit(bench: &mut impl Bench) {
    assert_eq!(bench.store().high_water().unwrap(), HighWater::default());
    for sequence in 1..20 {
        let high_water = HighWater {
            sequence,
            chain: [u8::try_from(sequence).unwrap(); 32],
        };
        let writes = vec![put(b"a", b"1", None)];
        bench
            .store()
            .commit(&Transaction {
                writes,
                high_water,
                ..Transaction::default()
            })
            .unwrap();
        assert_eq!(bench.store().high_water().unwrap(), high_water);
        if sequence % 5 == 0 {
            bench.restart();
            assert_eq!(bench.store().high_water().unwrap(), high_water);
        }
    }
}

/// A transaction without writes is a commit as well.
pub fn a_transaction_without_writes_moves_the_high_water(bench: &mut impl Bench) {
    commit(bench, vec![put(b"a", b"1", None)]);
    commit(bench, vec![]);
    bench.restart();
    assert_eq!(bench.store().high_water().unwrap().sequence, 2);
    assert_eq!(all(bench).len(), 1);
}

/// A thousand commits at random leave what they would leave in a map.
pub fn a_thousand_random_commits_match_a_map(bench: &mut impl Bench) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut map = BTreeMap::new();
    for round in 0..1_000 {
        let mut writes = BTreeMap::new();
        for _ in 0..random(6) {
            let key = random(60).to_string().into_bytes();
            let longest = if random(10) == 0 { 20_000 } else { 50 };
            let length = usize::try_from(random(longest)).unwrap();
            let slot = (random(3) > 0).then(|| random(40));
            let value = (random(4) > 0).then(|| bytes(length));
            writes.insert(key.clone(), Write { key, value, slot });
        }
        for write in writes.values() {
            match &write.value {
                Some(value) => map.insert(write.key.clone(), value.clone()),
                None => map.remove(&write.key),
            };
        }
        commit(bench, writes.into_values().collect());
        if round % 250 == 249 {
            bench.restart();
            assert!(
                all(bench).into_iter().eq(map.clone()),
                "after round {round}"
            );
        }
    }
}

fn journal(bench: &mut impl Bench, entries: &[&[u8]], anew: bool) {
    let entries = entries.iter().map(|entry| entry.to_vec()).collect();
    let journal = JournalWrites { entries, anew };
    bench
        .store()
        .commit(&Transaction {
            journal,
            ..Transaction::default()
        })
        .unwrap();
}

fn journalled(bench: &mut impl Bench) -> Vec<Vec<u8>> {
    bench.store().journal().unwrap().unwrap()
}

/// The journal returns every entry in order, empty and long ones too.
pub fn the_journal_has_every_entry_in_order(bench: &mut impl Bench) {
    assert_eq!(journalled(bench), Vec::<Vec<u8>>::new());
    journal(bench, &[b"a", b""], false);
    journal(bench, &[], false);
    journal(bench, &[&[7; 5_000]], false);
    for _ in 0..2 {
        assert_eq!(
            journalled(bench),
            vec![b"a".to_vec(), Vec::new(), vec![7; 5_000]]
        );
        bench.restart();
    }
}

/// A journal that begins anew forgets what was there.
pub fn a_journal_that_begins_anew_has_the_new_entries_alone(bench: &mut impl Bench) {
    journal(bench, &[b"a"], false);
    journal(bench, &[b"b", b"c"], true);
    journal(bench, &[b"d"], false);
    for _ in 0..2 {
        assert_eq!(
            journalled(bench),
            vec![b"b".to_vec(), b"c".to_vec(), b"d".to_vec()]
        );
        bench.restart();
    }
    journal(bench, &[], true);
    assert_eq!(journalled(bench), Vec::<Vec<u8>>::new());
}
