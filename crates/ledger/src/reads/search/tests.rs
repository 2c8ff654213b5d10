use super::*;
use crate::resident::tests::Town;

#[test]
fn a_page_ends_behind_so_many_places_and_the_next_one_goes_on_there() {
    let mut town = Town::closed();
    let feeds = BTreeSet::from([FeedId::SUPERVISION]);
    let mut tx = town.ledger.tx(&town.store);
    let mut page = |mut search: Search| {
        while !look(&mut tx, &feeds, &mut search).unwrap() {}
        search
    };
    assert_eq!(page(Search::new("", None)).found.len(), 1);
    let last = Search {
        looked: LOOKED_MAX - 1,
        ..Search::new("没有这样的", None)
    };
    let first = page(last);
    assert_eq!((first.looked, first.found.len()), (LOOKED_MAX, 0));
    assert!(first.next().is_some());
    assert_eq!(page(Search::new("", first.next())).next(), None);
}
