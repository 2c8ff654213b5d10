//! Admission in memory: a flight is verified, its commands judged, executed, appended, answered.
//! Without sled, HTTP and fsyncs: what is left of the load program's figure is theirs.

use std::time::{Duration, Instant};

use alleyway_core::id::TownId;
use alleyway_core::sync::flight::{Flight, SignedFlight, VerifiedFlight};
use alleyway_core::sync::frame::{PROTOCOL_VERSION, next_frame};
use alleyway_core::wire::Reader;
use alleyway_ledger::{Reply, device_key};
use alleyway_replica::Effect;
use alleyway_tests::pure::{Device, Town};
use alleyway_tests::workload::{self, Typed};
use criterion::{Criterion, Throughput};

/// The town of the harness.
const TOWN: TownId = TownId([7; 16]);
/// Cases of one flight: a report and 5 to 10 notes each.
const CASES: usize = 4;

struct Bench {
    town: Town,
    device: Device,
    typed: Vec<Typed>,
    next: usize,
}

impl Bench {
    fn new() -> Self {
        let mut town = Town::new();
        let mut device = town.device("xie");
        town.sync(&mut device);
        let typed = workload::cases()
            .iter()
            .map(workload::Case::typed)
            .collect();
        Self {
            town,
            device,
            typed,
            next: 0,
        }
    }

    /// Types cases; returns how many commands they are.
    fn types(&mut self) -> u64 {
        let mut commands = 0;
        for _ in 0..CASES {
            let case = &self.typed[self.next % self.typed.len()];
            self.next += 1;
            let recorded = self.town.report(
                &mut self.device,
                &case.title,
                &case.text,
                &case.place,
                &case.contact,
            );
            for text in &case.notes {
                self.town.note(&mut self.device, recorded.document, text);
            }
            commands += 1 + case.notes.len() as u64;
        }
        commands
    }

    fn flight(&mut self) -> Vec<u8> {
        let random = self.town.random();
        let mut flight = Vec::new();
        for effect in self.device.replica.begin_sync(self.town.now, random) {
            match effect {
                Effect::Persist(writes) | Effect::PersistAnew(writes) => {
                    self.device.persist(writes);
                }
                Effect::Send(bytes) => flight = bytes,
                Effect::Wipe | Effect::Done(_) => {}
            }
        }
        flight
    }

    fn verify(&self, flight: &[u8]) -> VerifiedFlight {
        let parsed = Flight::parse(flight).expect("a flight");
        let key = device_key(&self.town.store, parsed.device())
            .expect("memory")
            .expect("enrolled");
        parsed
            .verify(TOWN, &key)
            .and_then(SignedFlight::read)
            .expect("signed")
    }

    /// Judges, executes, appends, answers, commits.
    fn admit(&mut self, flight: &VerifiedFlight) -> Vec<Reply> {
        let Town {
            ledger, store, now, ..
        } = &mut self.town;
        let mut replies = vec![ledger.sync(store, flight, *now).expect("memory")];
        while let Some(next) = replies.last().and_then(|reply| reply.next.clone()) {
            replies.push(ledger.page(store, &next, *now).expect("memory"));
        }
        self.town.commit();
        replies
    }

    /// The device takes the answer, so that its next flight is a new one.
    fn take(&mut self, replies: &[Reply]) {
        let answer = replies
            .iter()
            .fold(vec![PROTOCOL_VERSION], |mut all, reply| {
                all.extend_from_slice(&reply.frames);
                all
            });
        let mut from = Reader::new(&answer[1..]);
        while let Some(frame) = next_frame(&mut from).expect("frames") {
            for effect in self
                .device
                .replica
                .receive(frame, self.town.now)
                .expect("a good frame")
            {
                if let Effect::Persist(writes) = effect {
                    self.device.persist(writes);
                }
            }
        }
        let random = self.town.random();
        self.device.replica.response_ended(self.town.now, random);
    }

    /// One flight: the time to verify it, and the time to admit it.
    fn once(&mut self) -> (Duration, Duration) {
        self.types();
        let flight = self.flight();
        let begun = Instant::now();
        let verified = self.verify(&flight);
        let verifying = begun.elapsed();
        let replies = self.admit(&verified);
        let all = begun.elapsed();
        self.take(&replies);
        (verifying, all.saturating_sub(verifying))
    }
}

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut bench = Bench::new();
    // The mean, as the flights differ: a case has 6 to 11 commands.
    let flights = bench.typed.len() / CASES;
    let mean = (0..flights).map(|_| bench.types()).sum::<u64>() / flights as u64;
    let mut group = criterion.benchmark_group("admission in memory");
    group.throughput(Throughput::Elements(mean));
    for (name, part) in [
        ("verify a flight of 4 cases", 0),
        ("admit a flight of 4 cases", 1),
    ] {
        let mut bench = Bench::new();
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| {
                let timed = (0..times).map(|_| bench.once());
                timed
                    .map(|(verifying, admitting)| if part == 0 { verifying } else { admitting })
                    .sum()
            });
        });
    }
    group.finish();
}
