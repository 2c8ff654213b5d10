//! Signatures, hashes, seals, and a durable commit of sealed records.

use alleyway_core::crypto::{SecretKey, hash, seal_token};
use alleyway_core::id::TownId;
use alleyway_core::store::{HighWater, Store as _, Transaction, Write};
use alleyway_server::store::{OpenOptions, SledStore};
use criterion::{Criterion, Throughput};

const DOMAIN: &str = "bench";
/// About what a version's record is: the command, the change, the receipt.
const RECORD_BYTES: usize = 700;
const RECORDS: u64 = 100;

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("crypto");
    let secret = SecretKey::from_bytes(&[1; 32]);
    let (public, message) = (secret.public(), hash(DOMAIN, &[b"message"]));
    let signature = secret.sign(DOMAIN, &message);
    group.bench_function("sign", |bencher| bencher.iter(|| secret.sign(DOMAIN, &message)));
    group.bench_function("verify", |bencher| bencher.iter(|| public.verifies(DOMAIN, &message, &signature)));
    let record = vec![7; RECORD_BYTES];
    group.bench_function("seal a record of 700 bytes", |bencher| {
        bencher.iter(|| seal_token(&[2; 32], b"t0123456789abcdef01234567", &record));
    });
    group.bench_function("hash a record of 700 bytes", |bencher| bencher.iter(|| hash(DOMAIN, &[&record])));
    group.bench_function("hash 32 bytes", |bencher| bencher.iter(|| hash(DOMAIN, &[&message])));
    group.finish();
    committing(criterion);
}

/// With its two fsyncs: wall time, which is the disk's as much as ours.
fn committing(criterion: &mut Criterion) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join("data");
    let mut store = SledStore::create(&path, TownId([1; 16]), OpenOptions::default()).expect("an empty folder");
    let mut group = criterion.benchmark_group("commit, durable");
    group.throughput(Throughput::Elements(RECORDS));
    let mut number = 0_u64;
    for (name, sealed) in [("100 sealed records", true), ("100 plain records", false)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let writes = (0..RECORDS).map(|_| {
                    number += 1;
                    let key = [b"t".as_slice(), &hash(DOMAIN, &[&number.to_be_bytes()])[..24]].concat();
                    Write { key, value: Some(vec![7; RECORD_BYTES]), slot: sealed.then_some(number % 1_000) }
                });
                let writes = writes.collect();
                let high_water = HighWater { sequence: number, chain: [0; 32] };
                store.commit(&Transaction { writes, high_water }).expect("a disk");
            });
        });
    }
    group.finish();
}
