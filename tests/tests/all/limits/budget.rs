//! A phone that hands in more than it may is told from when on the rest is taken, and keeps it.

use alleyway_core::time::{Date, Time};
use alleyway_ledger::DeviceBudget;
use alleyway_tests::pure::Town;

fn next_midnight(now: Time) -> Time {
    let tomorrow = i64::from(Date::of(now).0) + 1;
    Time(tomorrow * Date::MILLISECONDS - Date::OFFSET_MILLISECONDS)
}

#[test]
fn a_phone_keeps_what_is_beyond_its_budget_says_when_it_is_taken_and_hears_all_else() {
    let mut town = Town::new();
    let budget = DeviceBudget {
        commands_per_day: 4,
        days: 1,
        ..DeviceBudget::default()
    };
    town.ledger.set_device_budget(budget);
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    town.sync(&mut xie);
    let case = town.report(&mut xie, "a lamp", "dark", "", "").document;
    for text in ["one", "two", "three"] {
        town.note(&mut xie, case, text);
    }
    let summary = town.sync(&mut xie).summary;
    assert_eq!((summary.admitted, summary.later_until), (4, None));
    for text in ["four", "five"] {
        town.note(&mut xie, case, text);
    }
    town.sync(&mut lu);
    town.note(&mut lu, case, "another's");
    assert_eq!(town.sync(&mut lu).summary.admitted, 1, "nobody else waits");
    let exchange = town.sync(&mut xie);
    let summary = exchange.summary;
    assert_eq!(summary.later_until, Some(next_midnight(town.now)));
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (0, 0, false)
    );
    assert_eq!(summary.received, 1, "what others did arrives all the same");
    assert_eq!(xie.replica.pending().len(), 2);
    assert!(exchange.round_trips <= 4, "{}", exchange.round_trips);
    town.now = next_midnight(town.now);
    let summary = town.sync(&mut xie).summary;
    assert_eq!((summary.admitted, summary.later_until), (2, None));
    assert!(summary.up_to_date && xie.replica.pending().is_empty());
}

#[test]
fn of_a_long_backlog_as_much_is_taken_as_there_is_room_for_and_the_rest_is_not_even_sent() {
    let mut town = Town::new();
    let budget = DeviceBudget {
        bytes_per_day: 100_000,
        days: 1,
        ..DeviceBudget::default()
    };
    town.ledger.set_device_budget(budget);
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let case = town.report(&mut xie, "a lamp", "dark", "", "").document;
    for number in 0..60 {
        let text = format!("{number} {}", "long ".repeat(1_000));
        town.note(&mut xie, case, &text);
    }
    let exchange = town.sync(&mut xie);
    assert_eq!(
        exchange.round_trips, 5,
        "nothing more is said once the rest is to wait"
    );
    let summary = exchange.summary;
    let left = xie.replica.pending().len();
    // Two flights of 64 KiB, and a third was told to come later; five are left.
    assert!((20..=30).contains(&summary.admitted), "{summary:?}");
    assert_eq!(left as u64, 61 - summary.admitted);
    assert!(summary.sent < 45, "{summary:?}");
    let mut days = 0;
    while !xie.replica.pending().is_empty() {
        town.now = next_midnight(town.now);
        town.sync(&mut xie);
        days += 1;
    }
    assert!((2..=4).contains(&days), "{days}");
}
