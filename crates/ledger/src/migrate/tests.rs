use super::*;
use crate::rows::records::BatchRecord;
use alleyway_core::crypto::{SecretKey, Signature};
use alleyway_core::documents::Receipt;
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::store::{MemoryStore, Store as _, Write};
use alleyway_core::time::Time;
use alleyway_core::wire::Wire;

const NOW: Time = Time(1_800_000_000_000);

fn entry(version: u64) -> LedgerEntry {
    LedgerEntry {
        document: DocumentId([1; 16]),
        generation: 1,
        version,
        head: [9; 32],
        command: CommandId([2; 16]),
        device: DeviceId([3; 16]),
        received: NOW,
    }
}

fn batch(number: u64) -> BatchRecord {
    BatchRecord {
        previous: [0; 32],
        hash: [u8::try_from(number % 251).unwrap(); 32],
        signature: Signature([4; 64]),
        leaves: List::new(vec![[8; 32]]).unwrap(),
        receipt: Receipt::new(NOW, 0),
        carried: false,
    }
}

fn device(number: u8, last: u64) -> DeviceRecord {
    let key = SecretKey::from_bytes(&[number; 32]).public();
    DeviceRecord {
        last,
        ..DeviceRecord::new(key, [0; 32], MemberId([5; 16]), 1_000, "phone", NOW)
    }
}

/// A store of format 2: so many entries, and devices with so many batches. With its high water.
fn format_2(entries: u64, batches: &[u64]) -> MemoryStore {
    let mut writes: Vec<Write> = Vec::new();
    let mut put = |key: Vec<u8>, value: Vec<u8>| {
        writes.push(Write {
            key,
            value: Some(value),
            slot: None,
        });
    };
    let mut chain = [0; 32];
    for sequence in 1..=entries {
        chain = entry(sequence).chain_on(&chain, sequence);
        put(
            old_entry(sequence),
            OldEntry {
                entry: entry(sequence),
                chain,
            }
            .to_bytes(),
        );
    }
    for (number, last) in (1..).zip(batches) {
        let record = device(number, *last);
        let id = DeviceId::of(&record.key);
        put(keys::device(id), record.to_bytes());
        for number in 1..=*last {
            put(keys::batch(id, number), batch(number).to_bytes());
        }
    }
    let mut store = MemoryStore::default();
    let high_water = HighWater {
        sequence: entries,
        chain,
    };
    store
        .commit(&Transaction {
            writes,
            high_water,
            journal: JournalWrites::default(),
        })
        .unwrap();
    store
}

fn count(store: &MemoryStore, kind: u8) -> usize {
    store.scan(&[kind], &[kind + 1], usize::MAX).unwrap().len()
}

/// Migrates in one go, or with a new start before each step.
fn migrate(store: &mut MemoryStore, anew: bool) -> usize {
    let (mut migration, mut steps) = (Migration::default(), 0);
    while let Some(transaction) = migration.step(store, store.high_water().unwrap()).unwrap() {
        assert!(!transaction.writes.is_empty());
        store.commit(&transaction).unwrap();
        steps += 1;
        if anew {
            migration = Migration::default();
        }
    }
    steps
}

#[test]
fn entries_and_batches_are_packed_and_nothing_is_lost() {
    for entries in [0, 1, 15, 16, 17, 1_023, 1_024, 3_000] {
        let mut store = format_2(entries, &[0, 31, 32, 100]);
        let high_water = store.high_water().unwrap();
        migrate(&mut store, false);
        assert_eq!(store.high_water().unwrap(), high_water);
        let there = stored_chain_at(View::of_store(&store), entries).unwrap();
        assert_eq!(there, Some(high_water.chain), "{entries} entries");
        let blocks = if entries == 0 {
            0
        } else {
            usize::try_from(entries / 16).unwrap() + 1
        };
        assert_eq!(
            (count(&store, b'l'), count(&store, b'L')),
            (0, blocks),
            "{entries} entries"
        );
        // 31; 1 to 31 packed, 32; 1 to 95 packed, 96 to 100.
        assert_eq!(
            (count(&store, b'b'), count(&store, b'B')),
            (31 + 1 + 5, 1 + 3)
        );
    }
}

#[test]
fn a_migration_that_is_cut_off_after_every_step_ends_the_same() {
    let (mut at_once, mut cut) = (format_2(3_000, &[5_000, 40]), format_2(3_000, &[5_000, 40]));
    assert!(migrate(&mut at_once, false) > 4, "in steps");
    migrate(&mut cut, true);
    let all = |store: &MemoryStore| store.scan(&[], &[0xff; 8], usize::MAX).unwrap();
    assert_eq!(all(&at_once), all(&cut));
    assert_eq!(migrate(&mut cut, false), 0, "nothing is left to do");
}

#[test]
fn a_chain_that_does_not_hold_is_not_migrated() {
    for missing in [1, 700, 1_500] {
        let mut store = format_2(2_000, &[]);
        let write = Write {
            key: old_entry(missing),
            value: None,
            slot: None,
        };
        let high_water = store.high_water().unwrap();
        store
            .commit(&Transaction {
                writes: vec![write],
                high_water,
                journal: JournalWrites::default(),
            })
            .unwrap();
        let mut migration = Migration::default();
        let failed = loop {
            match migration.step(&store, high_water) {
                Ok(Some(transaction)) => store.commit(&transaction).unwrap(),
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        assert!(
            matches!(failed, Some(StoreError::Damaged(_))),
            "{missing} is missing"
        );
    }
}

#[test]
fn what_may_wait_in_format_2_is_covered_once_its_device_has_acknowledged_it() {
    let mut store = format_2(1, &[6]);
    let id = DeviceId::of(&device(1, 6).key);
    let put = |store: &mut MemoryStore, record: DeviceRecord| {
        let write = Write {
            key: keys::device(id),
            value: Some(record.to_bytes()),
            slot: None,
        };
        let high_water = store.high_water().unwrap();
        store
            .commit(&Transaction {
                writes: vec![write],
                high_water,
                journal: JournalWrites::default(),
            })
            .unwrap();
    };
    let covered = |store: &MemoryStore| crate::batches_held(store).unwrap();
    put(
        &mut store,
        DeviceRecord {
            acknowledged: 3,
            ..device(1, 6)
        },
    );
    migrate(&mut store, false);
    assert_eq!(covered(&store), [(id, 3)]);
    put(
        &mut store,
        DeviceRecord {
            acknowledged: 5,
            ..device(1, 7)
        },
    );
    assert_eq!(covered(&store), [(id, 5)]);
    put(
        &mut store,
        DeviceRecord {
            acknowledged: 6,
            ..device(1, 7)
        },
    );
    assert_eq!(covered(&store), [(id, 7)], "of what came since it is noted");
}
