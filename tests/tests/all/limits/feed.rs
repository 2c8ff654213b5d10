//! A large feed: what a device and the server pay for it each day does not grow with it. The same with
//! 100,000 documents is measured by the load program (`load feed`).

use std::cell::Cell;

use alleyway_core::store::{MemoryStore, Records, Row, StoreError};
use alleyway_core::sync::flight::{Flight, SignedFlight};
use alleyway_ledger::device_key;
use alleyway_replica::Effect;
use alleyway_tests::pure::{Device, TOWN, Town};

/// Documents of the small feed and of the large one.
const SIZES: [usize; 2] = [300, 6_000];
/// What a sync that finds nothing may cost, in bytes both ways.
const IDLE_BYTES_MAX: usize = 500;

/// A store that counts the rows it is asked for.
struct Counting<'a> {
    store: &'a MemoryStore,
    rows: Cell<usize>,
}

impl Records for Counting<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.rows.set(self.rows.get() + 1);
        self.store.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        let rows = self.store.scan(from, to, limit)?;
        self.rows.set(self.rows.get() + 1 + rows.len());
        Ok(rows)
    }
}

/// How many rows the server reads to answer the device's next sync. The answer is lost.
fn rows_read(town: &mut Town, device: &mut Device) -> usize {
    let random = town.random();
    let mut flight = None;
    for effect in device.replica.begin_sync(town.now, random) {
        match effect {
            Effect::Persist(writes) | Effect::PersistAnew(writes) => device.persist(writes),
            Effect::Send(bytes) => flight = Some(bytes),
            Effect::Wipe | Effect::Done(_) => {}
        }
    }
    let parsed = Flight::parse(&flight.expect("a flight")).expect("its own");
    let key = device_key(&town.store, parsed.device())
        .expect("memory")
        .expect("enrolled");
    let verified = parsed
        .verify(TOWN, &key)
        .and_then(SignedFlight::read)
        .expect("signed");
    let counting = Counting {
        store: &town.store,
        rows: Cell::new(0),
    };
    let reply = town
        .ledger
        .sync(&counting, &verified, town.now)
        .expect("memory");
    assert!(reply.next.is_none(), "one page");
    let rows = counting.rows.get();
    town.commit();
    rows
}

/// What the three syncs cost with a feed of so many documents.
#[derive(Debug)]
struct Paid {
    idle_bytes: usize,
    idle_rows: usize,
    one_bytes: usize,
    one_rows: usize,
}

fn pay(documents: usize) -> Paid {
    let mut town = Town::new();
    town.households(documents);
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    let first = town.sync(&mut xie);
    assert!(
        first.summary.up_to_date && first.summary.received >= documents as u64,
        "{first:?}"
    );
    assert_eq!(first.round_trips, 1);
    town.sync(&mut lu);
    // That another phone was enrolled is in the directory.
    town.sync(&mut xie);
    let idle = town.sync(&mut xie);
    let idle_rows = rows_read(&mut town, &mut xie);
    town.sync(&mut xie);
    let case = town
        .report(&mut lu, "路坏了", "全是坑。", "村口", "")
        .document;
    town.sync(&mut lu);
    let one_rows = rows_read(&mut town, &mut xie);
    let one = town.sync(&mut xie);
    assert!(
        one.summary.up_to_date && one.summary.received == 1,
        "{one:?}"
    );
    assert!(xie.replica.case(case).is_some());
    Paid {
        idle_bytes: idle.up + idle.down,
        idle_rows,
        one_bytes: one.up + one.down,
        one_rows,
    }
}

#[test]
fn a_days_sync_costs_the_same_with_a_feed_of_any_size() {
    let [small, large] = SIZES.map(pay);
    println!("{SIZES:?} documents: {small:?}, {large:?}");
    for paid in [&small, &large] {
        assert!(paid.idle_bytes <= IDLE_BYTES_MAX, "{paid:?}");
    }
    // Numbers in the cursor are a byte or two longer; a row more is read where a page of a log begins.
    assert!(
        large.idle_rows <= small.idle_rows + 2,
        "{small:?} {large:?}"
    );
    assert!(large.one_rows <= small.one_rows + 4, "{small:?} {large:?}");
    assert!(
        large.one_bytes <= small.one_bytes + 40,
        "{small:?} {large:?}"
    );
}
