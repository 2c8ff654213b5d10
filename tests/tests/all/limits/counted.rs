//! What the counters tell apart: a restored server, whose phones know another past, and a digest that
//! differs, which is an alarm.

use alleyway_tests::pure::Town;

#[test]
fn phones_of_a_restored_server_are_counted_as_such_and_not_as_mismatches() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let case = town
        .report(&mut xie, "路坏了", "全是坑。", "村口", "")
        .document;
    town.sync(&mut xie);
    let backup = town.store.clone();
    town.note(&mut xie, case, "又下雨了");
    town.sync(&mut xie);
    let stats = town.ledger.stats();
    assert_eq!(
        (stats.lost_cursors, stats.comparisons, stats.later),
        (0, 0, 0)
    );
    town.restore(backup);
    assert!(town.sync(&mut xie).summary.up_to_date);
    let stats = town.ledger.stats();
    assert_eq!((stats.lost_cursors, stats.comparisons), (1, 0), "{stats:?}");
    assert!(town.sync(&mut xie).summary.up_to_date);
    assert_eq!(town.ledger.stats().lost_cursors, 1, "once for each phone");
}
