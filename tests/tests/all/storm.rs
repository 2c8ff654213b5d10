//! A small storm over real processes: nothing is lost, and the server answers throughout. Times are
//! not asserted; `make storm` measures them.

use alleyway_tests::storm::{Plan, play};

#[test]
fn forty_phones_come_back_at_once_and_all_that_was_typed_is_admitted() {
    let plan = Plan {
        phones: 42,
        seconds: 2,
        seed: 1,
        memory_mib_max: 1_024,
        one_address: true,
    };
    let report = play(&plan).unwrap();
    assert_eq!(report.complete, 42);
    // Forty chiefs with five commands each, two secretaries who receive five cases each.
    assert_eq!(
        (report.typed, report.admitted, report.not_admitted),
        (210, 210, 0)
    );
    assert_eq!((report.cases, report.differing), ((80, 80), 0));
    assert_eq!((report.synced.len(), report.waits.len()), (42, 42));
    let (asked, failed) = report.health;
    assert!(asked > 0);
    assert_eq!(failed, 0);
    assert!(report.memory.iter().all(|(_, kb)| *kb > 0) && !report.memory.is_empty());
    assert!(report.is_good(), "{report}");
}
