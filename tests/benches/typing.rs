//! One more note on a case, by how many wait on it already: what is pending is not executed again.

use std::time::{Duration, Instant};

use alleyway_tests::pure::Town;
use criterion::{BenchmarkId, Criterion};

/// Notes that wait on the case: one author adds 1,000 at most.
const PENDING: [usize; 3] = [10, 300, 900];
/// Notes that are timed.
const TIMED: u32 = 20;

/// The time that a note takes on a case of a new phone with so many pending; if `touched`, after a note
/// on another case.
fn note(town: &mut Town, pending: usize, touched: bool) -> Duration {
    let mut device = town.device("xie");
    town.sync(&mut device);
    let case = town
        .report(&mut device, "路灯", "不亮", "巷口", "")
        .document;
    let other = town
        .report(&mut device, "井盖", "松了", "路口", "")
        .document;
    for _ in 0..pending {
        town.note(&mut device, case, "还没有修好");
    }
    let mut taken = Duration::ZERO;
    for _ in 0..TIMED {
        if touched {
            town.note(&mut device, other, "还没有修好");
        }
        let begun = Instant::now();
        town.note(&mut device, case, "还没有修好");
        taken += begun.elapsed();
    }
    taken / TIMED
}

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut town = Town::new();
    for (name, touched) in [
        ("one more note", false),
        ("one more note after another case", true),
    ] {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        for pending in PENDING {
            let id = BenchmarkId::from_parameter(pending);
            group.bench_function(id, |bencher| {
                bencher.iter_custom(|rounds| {
                    let rounds = (0..rounds).map(|_| note(&mut town, pending, touched));
                    rounds.sum()
                });
            });
        }
        group.finish();
    }
}
