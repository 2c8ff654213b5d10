use super::*;
use crate::{Ledger, Setup};
use alleyway_core::crypto::{SecretKey, Signature};
use alleyway_core::documents::Receipt;
use alleyway_core::id::TownId;
use alleyway_core::store::{MemoryStore, Records as _, Store as _};
use alleyway_core::text::Text;
use alleyway_core::time::Time;

const DEVICE: DeviceId = DeviceId([5; 16]);
const OTHER: DeviceId = DeviceId([6; 16]);

fn ledger() -> (MemoryStore, Ledger) {
    let mut store = MemoryStore::default();
    Ledger::found(&mut store).unwrap();
    let setup = Setup {
        town: TownId([7; 16]),
        town_name: Text::cut("四排镇"),
        secret: SecretKey::from_bytes(&[1; 32]),
        token_key: [2; 32],
        challenge_key: [3; 32],
        loaded_documents_max: 4,
    };
    let ledger = Ledger::open(&store, setup).unwrap();
    (store, ledger)
}

fn record(number: u64) -> BatchRecord {
    BatchRecord {
        previous: [u8::try_from(number - 1).unwrap(); 32],
        hash: [u8::try_from(number).unwrap(); 32],
        signature: Signature([4; 64]),
        leaves: List::new(vec![[8; 32]; 3]).unwrap(),
        receipt: Receipt::new(Time(1_800_000_000_000), 0),
        carried: number.is_multiple_of(7),
    }
}

fn rows(store: &MemoryStore, kind: u8) -> usize {
    store.scan(&[kind], &[kind + 1], usize::MAX).unwrap().len()
}

#[test]
fn every_batch_is_found_whether_it_is_packed_or_not_yet_committed() {
    let (mut store, mut ledger) = ledger();
    for number in 1..=100 {
        ledger
            .tx(&store)
            .put_batch(DEVICE, number, &record(number))
            .unwrap();
        for held in 1..=number {
            assert_eq!(
                ledger.tx(&store).batch(DEVICE, held).unwrap(),
                Some(record(held))
            );
        }
        assert_eq!(ledger.tx(&store).batch(DEVICE, number + 1).unwrap(), None);
        assert_eq!(ledger.tx(&store).batch(OTHER, number).unwrap(), None);
        // In groups of one, and of several.
        if number % 3 == 0 || number > 60 {
            store.commit(&ledger.take_transaction().unwrap()).unwrap();
        }
    }
    // 96 to 100 have rows of their own; 1 to 31, 32 to 63 and 64 to 95 are packed.
    assert_eq!((rows(&store, b'b'), rows(&store, b'B')), (5, 3));
}

#[test]
fn a_batch_that_comes_late_is_packed_with_those_of_its_row() {
    let (mut store, mut ledger) = ledger();
    for number in (1..=64).filter(|number| *number != 40) {
        ledger
            .tx(&store)
            .put_batch(DEVICE, number, &record(number))
            .unwrap();
    }
    ledger
        .tx(&store)
        .put_batch(DEVICE, 40, &record(40))
        .unwrap();
    // What is known better is believed.
    let better = BatchRecord {
        carried: false,
        ..record(42)
    };
    ledger.tx(&store).put_batch(DEVICE, 42, &better).unwrap();
    store.commit(&ledger.take_transaction().unwrap()).unwrap();
    assert_eq!((rows(&store, b'b'), rows(&store, b'B')), (3, 2));
    for number in 65..=96 {
        ledger
            .tx(&store)
            .put_batch(DEVICE, number, &record(number))
            .unwrap();
    }
    store.commit(&ledger.take_transaction().unwrap()).unwrap();
    assert_eq!((rows(&store, b'b'), rows(&store, b'B')), (1, 3));
    assert_eq!(
        ledger.tx(&store).batch(DEVICE, 40).unwrap(),
        Some(record(40))
    );
    assert_eq!(
        ledger.tx(&store).batch(DEVICE, 41).unwrap(),
        Some(record(41))
    );
    assert_eq!(ledger.tx(&store).batch(DEVICE, 42).unwrap(), Some(better));
}
