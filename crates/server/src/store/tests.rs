//! What only the store on a disk can do wrong.

mod conformance;
mod harm;
mod opening;

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use alleyway_core::id::TownId;
use alleyway_core::store::{HighWater, Records, Store, StoreError, Transaction, Write};
use tempfile::TempDir;

use super::packing::noise;
use super::{
    Damaged, OpenCheck, OpenError, OpenOptions, SledStore, Upkeep as _, Verified, VerifyReport,
};

const TOWN: TownId = TownId([1; 16]);

fn create() -> (TempDir, SledStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::create(folder.path(), TOWN, OpenOptions::default()).unwrap();
    (folder, store)
}

fn open(folder: &Path) -> Result<SledStore, OpenError> {
    SledStore::open(folder, OpenOptions::default())
}

fn put(key: &str, value: &[u8], slot: Option<u64>) -> Write {
    Write {
        key: key.as_bytes().to_vec(),
        value: Some(value.to_vec()),
        slot,
    }
}

fn commit(store: &mut SledStore, writes: Vec<Write>) {
    let sequence = store.high_water().unwrap().sequence + 1;
    let high_water = HighWater {
        sequence,
        chain: [u8::try_from(sequence % 251).unwrap(); 32],
    };
    store
        .commit(&Transaction {
            writes,
            high_water,
            ..Transaction::default()
        })
        .unwrap();
}

/// Commits with sealed and plain, short and long values; the expected rows.
fn fill(store: &mut SledStore, commits: u64) -> Vec<(Vec<u8>, Vec<u8>)> {
    for n in 0..commits {
        let length = if n % 10 == 0 { 9_000 } else { 200 };
        // Some are packed before they are sealed, some are not.
        let value = match n % 4 {
            0 => [&n.to_le_bytes(), noise(length).as_slice()].concat(),
            _ => vec![u8::try_from(n % 256).unwrap(); length],
        };
        // Every third key is written again by a later commit.
        let key = format!("row {:05}", n - n % 3 * (n % 2));
        commit(store, vec![put(&key, &value, (n % 2 == 0).then_some(n))]);
    }
    store.scan(b"", b"\xff", usize::MAX).unwrap()
}

fn copy(from: &Path, to: &Path) {
    for entry in from.read_dir().unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_commit_syncs_twice_and_once_more_when_key_slots_are_drawn() {
    let (_folder, mut store) = create();
    commit(&mut store, vec![put("a", b"1", None)]);
    assert_eq!(store.stats().fsyncs, 2);
    commit(&mut store, vec![put("b", b"1", Some(0))]);
    assert_eq!(store.stats().fsyncs, 5);
    for slot in 1..100 {
        commit(
            &mut store,
            vec![put("c", &noise(10_000), Some(slot)), put("d", b"2", None)],
        );
    }
    let stats = store.stats();
    assert_eq!((stats.commits, stats.fsyncs), (101, 5 + 2 * 99));
    assert_eq!(stats.blob_alarms, 0);
    assert!(stats.bytes_written > 99 * 10_000);
}

#[test]
fn replaced_and_removed_long_values_leave_no_parts() {
    let (_folder, mut store) = create();
    for length in [1_000_000, 10_000, 3, 50_000] {
        commit(
            &mut store,
            vec![
                put("a", &noise(length), Some(0)),
                put("ab", &vec![8; length], None),
            ],
        );
        assert!(store.verify_all(&mut |_| ()).unwrap().is_sound());
    }
    let removals = ["a", "ab"].map(|key| Write {
        key: key.as_bytes().to_vec(),
        value: None,
        slot: None,
    });
    commit(&mut store, removals.to_vec());
    assert_eq!(store.tail.contents, super::tail::Contents::default());
    assert_eq!(store.engine.db.len(), 1, "the tail alone");
}

#[test]
fn large_values_and_transactions_never_reach_the_blobs_folder() {
    let (folder, mut store) = create();
    let key = |n: u32| format!("{}{n:05}", "k".repeat(251));
    commit(
        &mut store,
        (0..3_000)
            .map(|n| put(&key(n), &[5; 4_087], None))
            .collect(),
    );
    commit(&mut store, vec![put("one", &noise(5_000_000), Some(0))]);
    for n in (0..3_000).step_by(7) {
        commit(&mut store, vec![put(&key(n), &[6; 4_087], None)]);
    }
    assert_eq!(store.stats().blob_alarms, 0);
    drop(store);
    let store = open(folder.path()).unwrap();
    assert_eq!(store.stats().blob_alarms, 0);
    assert_eq!(store.scan(b"", b"\xff", usize::MAX).unwrap().len(), 3_001);
}

#[test]
fn a_failed_sync_stops_the_store_and_does_not_move_the_high_water() {
    let (folder, mut store) = create();
    commit(&mut store, vec![put("a", b"1", None)]);
    let high_water = store.high_water().unwrap();
    let acknowledged = fs::read(folder.path().join("high-water")).unwrap();
    // The system refuses to sync a device that is no disk.
    let disk = std::mem::replace(&mut store.engine.file, fs::File::open("/dev/null").unwrap());
    let transaction = Transaction {
        writes: vec![put("b", b"2", None)],
        high_water,
        ..Transaction::default()
    };
    assert!(matches!(
        store.commit(&transaction),
        Err(StoreError::Failed(_))
    ));
    store.engine.file = disk;
    assert!(
        matches!(store.commit(&transaction), Err(StoreError::Failed(_))),
        "not even when the disk is back"
    );
    assert_eq!(store.high_water().unwrap(), high_water);
    assert_eq!(
        fs::read(folder.path().join("high-water")).unwrap(),
        acknowledged
    );
    drop(store);
    assert_eq!(
        open(folder.path()).unwrap().get(b"a").unwrap(),
        Some(b"1".to_vec())
    );
}

#[test]
fn nothing_that_is_stored_shows_in_what_is_printed_for_debugging() {
    let (_folder, mut store) = create();
    commit(
        &mut store,
        vec![
            put("a", b"the drain", Some(0)),
            put("b", b"the drain", None),
        ],
    );
    let printed = format!("{store:?}");
    assert!(
        !printed.contains("drain") && !printed.contains("116, 104, 101"),
        "{printed}"
    );
}

#[test]
fn a_file_in_the_blobs_folder_raises_the_alarm() {
    let (folder, mut store) = create();
    fs::write(folder.path().join("ledger/blobs/1"), b"x").unwrap();
    commit(&mut store, vec![put("a", b"1", None)]);
    assert_eq!(store.stats().blob_alarms, 1);
}

/// Not a rule of the port: what an adapter may refuse, it refuses before anything is written.
#[test]
fn a_transaction_that_names_a_key_twice_is_refused() {
    let (folder, mut store) = create();
    let twice = Transaction {
        writes: vec![put("a", b"1", None), put("a", b"2", None)],
        ..Transaction::default()
    };
    assert!(matches!(store.commit(&twice), Err(StoreError::Failed(_))));
    assert!(
        store.commit(&Transaction::default()).is_err(),
        "a failed commit leaves the store unusable"
    );
    drop(store);
    let store = open(folder.path()).unwrap();
    assert_eq!(store.scan(b"", b"\xff", usize::MAX).unwrap(), []);
}

#[test]
fn a_key_that_sled_would_not_take_well_is_refused() {
    let (_folder, mut store) = create();
    let transaction = Transaction {
        writes: vec![put(&"k".repeat(257), b"1", None)],
        ..Transaction::default()
    };
    assert!(matches!(
        store.commit(&transaction),
        Err(StoreError::Failed(_))
    ));
}

#[test]
fn a_destroyed_key_makes_its_values_unreadable_and_the_store_stays_sound() {
    let (folder, mut store) = create();
    commit(
        &mut store,
        vec![put("a", &[1; 9_000], Some(4)), put("b", b"2", Some(5))],
    );
    store.destroy_key(4).unwrap();
    assert!(matches!(store.get(b"a"), Err(StoreError::Damaged(_))));
    drop(store);
    let mut store = open(folder.path()).unwrap();
    assert!(matches!(store.get(b"a"), Err(StoreError::Damaged(_))));
    assert_eq!(store.get(b"b").unwrap(), Some(b"2".to_vec()));
    let report = store.verify_all(&mut |_| ()).unwrap();
    assert_eq!(
        (report.rows, report.erased, report.is_sound()),
        (2, 1, true)
    );
    // The slot is never used again.
    let reuse = Transaction {
        writes: vec![put("c", b"3", Some(4))],
        ..Transaction::default()
    };
    assert!(store.commit(&reuse).is_err());
}

#[test]
fn a_value_sealed_under_another_key_is_damaged() {
    let (folder, mut store) = create();
    commit(
        &mut store,
        vec![put("a", b"1", Some(4)), put("b", b"2", Some(5))],
    );
    drop(store);
    let keys = fs::OpenOptions::new()
        .write(true)
        .open(folder.path().join("keys/slots"))
        .unwrap();
    keys.write_all_at(&[3; 32], 4 * 32).unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(OpenError::Unsound { .. })
    ));
    let options = OpenOptions {
        check: OpenCheck::Tail,
        ..OpenOptions::default()
    };
    let store = SledStore::open(folder.path(), options).unwrap();
    assert_eq!(store.get(b"a"), Err(StoreError::Damaged("61".to_owned())));
    assert_eq!(
        store.verify_all(&mut |_| ()).unwrap().damaged,
        [Damaged::Record {
            record: "61".to_owned()
        }]
    );
}

#[test]
fn what_people_wrote_is_not_in_the_ledgers_file() {
    let (folder, mut store) = create();
    commit(
        &mut store,
        vec![
            put("a", b"the drain at the east gate", Some(0)),
            put("b", b"plain to see", None),
        ],
    );
    drop(store);
    let file = fs::read(folder.path().join("ledger/db")).unwrap();
    let holds = |text: &[u8]| file.windows(text.len()).any(|window| window == text);
    assert!(holds(b"plain to see") && !holds(b"east gate"));
}

#[test]
fn a_row_that_sled_lost_or_put_back_is_found_by_the_sum() {
    let (folder, mut store) = create();
    fill(&mut store, 30);
    let old = store.engine.db.get(b"\0row 00009").unwrap();
    store.engine.db.remove(b"\0row 00009").unwrap();
    let report = store.verify_all(&mut |_| ()).unwrap();
    assert_eq!((report.damaged_count, report.complete), (0, false));
    store
        .engine
        .db
        .insert(b"\0row 00009", old.unwrap())
        .unwrap();
    assert!(store.verify_all(&mut |_| ()).unwrap().is_sound());
    let other = store.engine.db.get(b"\0row 00008").unwrap().unwrap();
    store.engine.db.insert(b"\0row 00009", other).unwrap();
    assert_eq!(store.verify_all(&mut |_| ()).unwrap().damaged_count, 1);
    drop(store);
    assert!(matches!(
        open(folder.path()),
        Err(OpenError::Unsound { .. })
    ));
}

/// The next step of the background scan: its report, if that was the last.
fn next(store: &SledStore) -> Option<VerifyReport> {
    match store.verify_some(0).unwrap() {
        Verified::Some(_) => None,
        Verified::All(report) => Some(report),
    }
}

#[test]
fn a_check_in_the_background_goes_on_while_records_are_committed() {
    let (_folder, mut store) = create();
    fill(&mut store, 700);
    let mut reports = Vec::new();
    for n in 0..40_u64 {
        reports.extend(next(&store));
        // Ahead of the check and behind it: new, replaced, grown, shrunk and removed.
        let length = if n % 3 == 0 { 9_000 } else { 5 };
        let removed = Write {
            key: format!("row {:05}", n * 17).into_bytes(),
            value: None,
            slot: None,
        };
        let replaced = put(
            &format!("row {:05}", n * 16 + 100),
            &vec![1; length],
            Some(n),
        );
        commit(
            &mut store,
            vec![
                removed,
                replaced,
                put(&format!("a {}", n % 4), &vec![2; length], None),
            ],
        );
    }
    assert!(
        reports.len() > 3 && reports.iter().all(VerifyReport::is_sound),
        "{reports:?}"
    );
    store.engine.db.remove(b"\0a 1").unwrap();
    let last = std::iter::repeat_with(|| next(&store))
        .flatten()
        .nth(1)
        .unwrap();
    assert!(!last.complete);
}
