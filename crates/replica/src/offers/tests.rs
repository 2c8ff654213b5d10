use super::*;
use crate::samples;
use alleyway_core::documents::samples::{Chain, confidential, report, unit, withdraw};
use alleyway_core::store::{MemoryStore, Store as _, Transaction, Write};

/// A device that was opened anew, with these cases besides its own, of which none is decoded.
fn opened(others: Vec<Document>) -> (Replica, DocumentId) {
    let mut sample = samples::device();
    for other in others {
        let writes = sample.replica.held.put(other);
        sample.writes.extend(writes);
    }
    let writes: Vec<Write> = sample.written();
    let mut store = MemoryStore::default();
    let transaction = Transaction {
        writes,
        ..Transaction::default()
    };
    store.commit(&transaction).unwrap();
    let replica = Replica::open(&store).unwrap();
    assert_eq!(replica.decoded_count(), 0);
    (replica, sample.case)
}

fn case(number: u16, is_confidential: bool) -> Document {
    let reported = report(unit(1));
    let reported = if is_confidential {
        confidential(reported)
    } else {
        reported
    };
    Chain::new(number).then(1, reported).document
}

#[test]
fn cases_that_may_not_be_named_are_not_decoded_to_find_one_to_merge_into() {
    let (replica, id) = opened((2..10).map(|number| case(number, true)).collect());
    let here = replica.working(id).unwrap();
    assert_eq!(replica.decoded_count(), 1);
    for _ in 0..2 {
        assert!(!replica.has_another_for(&here));
    }
    assert_eq!(replica.decoded_count(), 1, "their indices say enough");
}

#[test]
fn one_open_case_is_enough_and_its_row_says_so() {
    let closed = |number| {
        Chain::new(number)
            .then(1, report(unit(1)))
            .then(1, withdraw())
    };
    let ended: Vec<Document> = (2..10).map(|number| closed(number).document).collect();
    let (replica, id) = opened(ended.clone());
    let here = replica.working(id).unwrap();
    assert!(!replica.has_another_for(&here), "all others have ended");
    assert_eq!(replica.decoded_count(), 1, "the case itself");
    let (replica, _) = opened(ended.into_iter().chain([case(10, false)]).collect());
    assert!(replica.has_another_for(&here));
    assert_eq!(replica.decoded_count(), 0);
}
