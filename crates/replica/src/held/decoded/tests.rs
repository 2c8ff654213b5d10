use super::*;
use crate::{Replica, samples};
use alleyway_core::documents::samples::{Chain, note, report, unit};
use alleyway_core::store::{MemoryStore, Store as _, Transaction};

fn case(number: u16) -> Arc<Document> {
    Arc::new(Chain::new(number).then(1, report(unit(1))).document)
}

fn ids(decoded: &Decoded) -> Vec<DocumentId> {
    decoded.by_use.values().copied().collect()
}

#[test]
fn what_was_used_longest_ago_goes_first() {
    let cases: Vec<_> = (1..=4).map(case).collect();
    let [one, two, three, four] = [0, 1, 2, 3].map(|at: usize| cases[at].id());
    let mut decoded = Decoded::new(cases[0].memory_bytes() * 3);
    for case in &cases[..3] {
        decoded.put(Arc::clone(case));
    }
    assert!(decoded.get(one).is_some());
    decoded.put(Arc::clone(&cases[3]));
    assert!(decoded.get(two).is_none());
    assert_eq!(ids(&decoded), [three, one, four]);
    decoded.remove(one);
    assert_eq!(ids(&decoded), [three, four]);
    let both = cases[2].memory_bytes() + cases[3].memory_bytes();
    assert_eq!(decoded.bytes(), both);
    decoded.clear();
    assert_eq!((decoded.bytes(), ids(&decoded).len()), (0, 0));
}

#[test]
fn a_document_that_is_put_again_counts_once_and_as_long_as_it_is_now() {
    let mut decoded = Decoded::default();
    decoded.put(case(1));
    let chain = Chain::new(1).then(1, report(unit(1))).then(2, note());
    let longer = Arc::new(chain.document);
    decoded.put(Arc::clone(&longer));
    assert_eq!(decoded.bytes(), longer.memory_bytes());
    assert_eq!(decoded.get(longer.id()).unwrap().version(), 2);
}

#[test]
fn one_that_is_longer_than_the_bound_is_kept_alone() {
    let mut decoded = Decoded::new(1);
    decoded.put(case(1));
    decoded.put(case(2));
    assert_eq!(ids(&decoded), [case(2).id()]);
}

#[test]
fn a_device_that_looks_at_every_case_keeps_its_bound() {
    const CASES: u16 = 300;
    let mut sample = samples::device();
    for number in 2..=CASES {
        let case = Arc::unwrap_or_clone(case(number));
        sample.writes.extend(sample.replica.held.put(case));
    }
    let mut store = MemoryStore::default();
    let transaction = Transaction {
        writes: sample.written(),
        ..Transaction::default()
    };
    store.commit(&transaction).unwrap();
    let mut replica = Replica::open(&store).unwrap();
    let bytes_max = case(1).memory_bytes() * 20;
    replica.held.bound_decoded(bytes_max);
    let lines = replica.cases();
    for line in &lines {
        assert!(replica.case(line.document).is_some());
        assert!(replica.decoded_bytes() <= bytes_max);
    }
    assert!(replica.decoded_bytes() > bytes_max / 2);
    let decoded = replica.decoded_count();
    assert!(replica.case(lines[lines.len() - 1].document).is_some());
    assert_eq!(replica.decoded_count(), decoded, "the last one is here");
    assert!(replica.case(lines[0].document).is_some());
    assert_eq!(replica.decoded_count(), decoded + 1, "the first one went");
}
