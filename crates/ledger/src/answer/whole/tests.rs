use super::*;
use crate::resident::tests::Town;
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::text::Text;

#[test]
fn whoever_is_sent_the_same_version_of_a_long_document_shares_its_bytes() {
    let mut town = Town::new();
    let mut shared = SharedDocuments::default();
    let note = || {
        CaseCommand::Note(Note {
            text: Text::cut(&"路".repeat(1_900)),
        })
    };
    (0..6).for_each(|_| town.step(note()));
    let encode = |town: &mut Town, shared: &mut SharedDocuments, why| {
        let case = town.case;
        let mut tx = town.ledger.tx(&town.store);
        let head = tx.head(case).unwrap().unwrap();
        shared.encoded(&mut tx, case, &head, why).unwrap()
    };
    let first = encode(&mut town, &mut shared, Why::Differs);
    assert!(first.len() > PART_BYTES_MAX);
    assert!(Arc::ptr_eq(
        &first,
        &encode(&mut town, &mut shared, Why::Differs)
    ));
    assert!(
        !Arc::ptr_eq(&first, &encode(&mut town, &mut shared, Why::Missing)),
        "as its commands it is another"
    );
    town.step(note());
    assert!(
        !Arc::ptr_eq(&first, &encode(&mut town, &mut shared, Why::Differs)),
        "and another version too"
    );
    drop(first);
    // What nobody is sent any more is not kept.
    let last = encode(&mut town, &mut shared, Why::Differs);
    assert_eq!(shared.sent.len(), 1);
    drop(last);
    assert!(shared.sent.values().all(|sent| sent.strong_count() == 0));
}
