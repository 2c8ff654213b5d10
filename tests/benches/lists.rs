//! A list of 3,000 cases on a device that was just opened: of rows, and as it was, of documents.

use std::time::{Duration, Instant};

use alleyway_core::store::{MemoryStore, Records as _};
use alleyway_replica::Replica;
use alleyway_tests::pure::Town;
use criterion::Criterion;

const CASES: usize = 3_000;

/// The store of a chief with so many cases of four steps.
fn store() -> MemoryStore {
    let mut town = Town::new();
    let mut device = town.device("xie");
    for _ in 0..CASES {
        let case = town
            .report(&mut device, "路灯不亮，晚上看不见路", "不亮", "巷口", "")
            .document;
        for _ in 0..3 {
            town.note(&mut device, case, "还没有修好");
        }
    }
    town.sync(&mut device);
    town.sync(&mut device);
    device.store
}

/// The bytes of the values of a kind of record.
fn bytes(store: &MemoryStore, kind: u8) -> usize {
    let rows = store.scan(&[kind], &[kind + 1], usize::MAX).expect("rows");
    rows.iter().map(|(_, value)| value.len()).sum()
}

/// The time that `read` takes on a device that was just opened.
fn behind_an_opening(store: &MemoryStore, read: impl Fn(&Replica) -> usize) -> Duration {
    let replica = Replica::open(store).expect("a store");
    let begun = Instant::now();
    assert_eq!(read(&replica), CASES);
    begun.elapsed()
}

fn of_documents(replica: &Replica) -> usize {
    let lines = replica.cases().into_iter();
    lines
        .filter(|line| replica.working(line.document).is_some())
        .count()
}

pub(crate) fn benches(criterion: &mut Criterion) {
    let store = store();
    println!(
        "{CASES} cases: {} bytes of documents, {} of rows",
        bytes(&store, b'd'),
        bytes(&store, b't')
    );
    let mut group = criterion.benchmark_group("3,000 cases");
    group.sample_size(10);
    group.bench_function("opening", |bencher| {
        bencher.iter(|| Replica::open(&store).expect("a store"));
    });
    group.bench_function("the list, of rows", |bencher| {
        bencher.iter_custom(|rounds| {
            let list = |_| behind_an_opening(&store, |replica| replica.cases().len());
            (0..rounds).map(list).sum()
        });
    });
    group.bench_function("the list, each document looked at", |bencher| {
        bencher.iter_custom(|rounds| {
            let list = |_| behind_an_opening(&store, of_documents);
            (0..rounds).map(list).sum()
        });
    });
    group.finish();
}
