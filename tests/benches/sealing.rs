//! Signatures, hashes, seals, and a durable commit of sealed records.

use alleyway_core::crypto::{SealingSecret, SecretKey, hash, seal_token};
use alleyway_core::id::TownId;
use alleyway_core::store::{HighWater, Store as _, Transaction, Write};
use alleyway_server::store::{OpenOptions, SledStore};
use alleyway_tests::pure::Town;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};

const DOMAIN: &str = "bench";
/// About what a version's record is: the command, the change, the receipt.
const RECORD_BYTES: usize = 700;
const RECORDS: u64 = 100;

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("crypto");
    let secret = SecretKey::from_bytes(&[1; 32]);
    let (public, message) = (secret.public(), hash(DOMAIN, &[b"message"]));
    let signature = secret.sign(DOMAIN, &message);
    group.bench_function("sign", |bencher| {
        bencher.iter(|| secret.sign(DOMAIN, &message));
    });
    group.bench_function("verify", |bencher| {
        bencher.iter(|| public.verifies(DOMAIN, &message, &signature));
    });
    let record = vec![7; RECORD_BYTES];
    group.bench_function("seal a record of 700 bytes", |bencher| {
        bencher.iter(|| seal_token(&[2; 32], b"t0123456789abcdef01234567", &record));
    });
    group.bench_function("hash a record of 700 bytes", |bencher| {
        bencher.iter(|| hash(DOMAIN, &[&record]));
    });
    group.bench_function("hash 32 bytes", |bencher| {
        bencher.iter(|| hash(DOMAIN, &[&message]));
    });
    boxes(&mut group);
    group.finish();
    committing(criterion);
}

/// About what a day's batch is, packed.
const BATCH_BYTES: usize = 2_000;
const NOTES: usize = 20;

fn boxes(group: &mut BenchmarkGroup<'_, WallTime>) {
    let reader = SealingSecret::from_bytes([3; 32]);
    let (key, batch) = (reader.public(), vec![7; BATCH_BYTES]);
    let sealed = key.seal([4; 32], b"bench", &batch).expect("a key");
    group.bench_function("seal a box of 2,000 bytes", |bencher| {
        bencher.iter(|| key.seal([4; 32], b"bench", &batch));
    });
    group.bench_function("open a box of 2,000 bytes", |bencher| {
        bencher.iter(|| reader.open(b"bench", &sealed));
    });

    let mut town = Town::new();
    let (mut from, mut to) = (town.device("xie"), town.device("lu"));
    town.sync(&mut from);
    let case = town
        .report(&mut from, "甜橙路坏了", "去果园的路全是坑。", "村口", "")
        .document;
    town.sync(&mut from);
    town.sync(&mut to);
    for note in 0..NOTES {
        town.note(&mut from, case, &format!("{note}：又下雨了，坑更深。"));
    }
    let (now, member) = (town.now, town.member("lu"));
    from.replica.seal_typed([6; 32]);
    let file = from
        .replica
        .export(Some(member), now, [5; 32])
        .expect("something unsent")
        .file;
    group.bench_function("write a bundle of 20 notes", |bencher| {
        bencher.iter(|| {
            from.replica
                .export(Some(member), now, [5; 32])
                .expect("something unsent")
        });
    });
    group.bench_function("read a bundle of 20 notes", |bencher| {
        bencher.iter(|| {
            to.replica
                .import(&file, now)
                .expect("a bundle for this device")
        });
    });
}

/// With its two fsyncs: wall time, which is the disk's as much as ours.
fn committing(criterion: &mut Criterion) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join("data");
    let mut store =
        SledStore::create(&path, TownId([1; 16]), OpenOptions::default()).expect("an empty folder");
    let mut group = criterion.benchmark_group("commit, durable");
    group.throughput(Throughput::Elements(RECORDS));
    let mut number = 0_u64;
    for (name, sealed) in [("100 sealed records", true), ("100 plain records", false)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let writes = (0..RECORDS).map(|_| {
                    number += 1;
                    let key = [
                        b"t".as_slice(),
                        &hash(DOMAIN, &[&number.to_be_bytes()])[..24],
                    ]
                    .concat();
                    Write {
                        key,
                        value: Some(vec![7; RECORD_BYTES]),
                        slot: sealed.then_some(number % 1_000),
                    }
                });
                let writes = writes.collect();
                let high_water = HighWater {
                    sequence: number,
                    chain: [0; 32],
                };
                store
                    .commit(&Transaction {
                        writes,
                        high_water,
                        ..Transaction::default()
                    })
                    .expect("a disk");
            });
        });
    }
    group.finish();
}
