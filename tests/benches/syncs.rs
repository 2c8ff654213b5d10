//! The three syncs as pure machines, both ends of them, and zstd on what they send.

use std::time::{Duration, Instant};

use alleyway_core::id::DocumentId;
use alleyway_tests::pure::{Device, Town};
use alleyway_tests::workload::{self, Edit};
use criterion::Criterion;

/// The workload's cases on the server, handed in by one device; another one beside it.
struct World {
    town: Town,
    one: Device,
    other: Device,
    cases: Vec<DocumentId>,
}

impl World {
    fn new() -> Self {
        let mut town = Town::new();
        let (mut one, mut other) = (town.device("xie"), town.device("lu"));
        town.sync(&mut one);
        let mut cases = Vec::new();
        for case in workload::cases() {
            cases.push(report(&mut town, &mut one, &case));
        }
        town.sync(&mut one);
        town.sync(&mut other);
        town.sync(&mut one);
        Self {
            town,
            one,
            other,
            cases,
        }
    }

    /// A day's work is typed on both; the other one hands its share in.
    fn day(&mut self) {
        let day = workload::day();
        type_edits(&mut self.town, &mut self.other, &self.cases, &day.other);
        self.town.sync(&mut self.other);
        type_edits(&mut self.town, &mut self.one, &self.cases, &day.client);
        for case in &day.fresh {
            report(&mut self.town, &mut self.one, case);
        }
    }
}

fn report(town: &mut Town, device: &mut Device, case: &workload::Case) -> DocumentId {
    let typed = case.typed();
    let document = town
        .report(
            device,
            &typed.title,
            &typed.text,
            &typed.place,
            &typed.contact,
        )
        .document;
    for text in &typed.notes {
        town.note(device, document, text);
    }
    document
}

fn type_edits(town: &mut Town, device: &mut Device, cases: &[DocumentId], edits: &[Edit]) {
    for edit in edits {
        match edit {
            Edit::Set {
                doc, key, value, ..
            } => {
                town.edit(
                    device,
                    cases[*doc],
                    workload::field(key),
                    &workload::plain(value),
                );
            }
            Edit::Log { doc, entry, .. } => {
                town.note(device, cases[*doc], &entry.note());
            }
        }
    }
}

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut world = World::new();
    let mut group = criterion.benchmark_group("sync, both ends in memory");
    group.sample_size(10);
    group.bench_function("nothing changed, 300 documents", |bencher| {
        bencher.iter(|| world.town.sync(&mut world.one));
    });
    // The same edits again make the same commands' sizes; the documents grow by a day each time.
    group.bench_function("a day's work", |bencher| {
        bencher.iter_custom(|times| {
            (0..times)
                .map(|_| {
                    world.day();
                    timed(|| world.town.sync(&mut world.one))
                })
                .sum()
        });
    });
    let mut world = World::new();
    group.bench_function("a fresh device, 300 documents", |bencher| {
        bencher.iter_custom(|times| {
            (0..times)
                .map(|_| {
                    let mut fresh = world.town.device("lu");
                    timed(|| world.town.sync(&mut fresh))
                })
                .sum()
        });
    });
    group.finish();
    packing(criterion);
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    drop(work());
    begun.elapsed()
}

/// What the server's compression costs for an answer of a page, at the levels one might take.
fn packing(criterion: &mut Criterion) {
    let texts: Vec<u8> = workload::cases()
        .iter()
        .flat_map(|case| case.typed().notes)
        .flat_map(String::into_bytes)
        .collect();
    let mut group = criterion.benchmark_group("zstd");
    for (name, bytes) in [
        ("200 bytes", 200),
        ("a page, 32 KiB", 32 * 1_024),
        ("300 documents' notes", texts.len()),
    ] {
        for level in [3, 9] {
            let plain = &texts[..bytes.min(texts.len())];
            group.bench_function(format!("{name}, level {level}"), |bencher| {
                bencher.iter(|| zstd::bulk::compress(plain, level).expect("memory"));
            });
        }
    }
    group.finish();
}
