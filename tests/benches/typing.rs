//! One more note on a case, by how many wait on it already: what is pending is not executed again.

use std::time::{Duration, Instant};

use alleyway_tests::pure::Town;
use criterion::{BenchmarkId, Criterion};

/// Notes that wait on the case: one author adds 1,000 at most.
const PENDING: [usize; 3] = [10, 300, 900];
/// Notes that are timed.
const TIMED: u32 = 20;

/// The time that a note takes on a case of a new phone with so many pending.
fn note(town: &mut Town, pending: usize) -> Duration {
    let mut device = town.device("xie");
    town.sync(&mut device);
    let case = town
        .report(&mut device, "路灯", "不亮", "巷口", "")
        .document;
    for _ in 0..pending {
        town.note(&mut device, case, "还没有修好");
    }
    let begun = Instant::now();
    for _ in 0..TIMED {
        town.note(&mut device, case, "还没有修好");
    }
    begun.elapsed() / TIMED
}

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut town = Town::new();
    let mut group = criterion.benchmark_group("one more note");
    group.sample_size(10);
    for pending in PENDING {
        let id = BenchmarkId::from_parameter(pending);
        group.bench_function(id, |bencher| {
            bencher.iter_custom(|rounds| (0..rounds).map(|_| note(&mut town, pending)).sum());
        });
    }
    group.finish();
}
