//! What is due today, and what this week.

use alleyway_core::kinds::case::clocks::{ClockItem, ClockKind};
use alleyway_core::wire::List;

use super::*;

/// 28 February 2026 is a Saturday, 1 March a Sunday.
fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// A clock that began in February.
fn clock(kind: ClockKind, due: Option<&str>) -> ClockItem {
    let due = due.map(day);
    ClockItem {
        kind,
        start: day("2026-02-12"),
        due,
        near: due,
        is_provisional: false,
        is_stopped: due.is_none(),
    }
}

fn dues(clocks: Vec<ClockItem>) -> Dues {
    Dues {
        clocks: List::new(clocks).unwrap(),
        supervised: false,
    }
}

#[test]
fn a_week_ends_with_its_sunday_and_begins_with_its_monday() {
    let due_on = |due: &str, within: DueIn, today: &str| {
        let dues = dues(vec![clock(ClockKind::Accept, Some(due))]);
        within.has(&dues, day(today))
    };
    let (sunday, monday) = ("2026-03-01", "2026-03-02");
    assert!(due_on(sunday, DueIn::Today, sunday));
    assert!(due_on(sunday, DueIn::Week, sunday));
    assert!(due_on(sunday, DueIn::Week, "2026-02-23"));
    // The next day is another week.
    assert!(!due_on(monday, DueIn::Week, sunday));
    assert!(!due_on(monday, DueIn::Week, "2026-02-23"));
    assert!(due_on(monday, DueIn::Today, monday));
    assert!(due_on("2026-03-08", DueIn::Week, monday));
    assert!(!due_on("2026-03-09", DueIn::Week, monday));
    assert!(!due_on("2026-03-03", DueIn::Today, monday));
    // Late is not due.
    assert!(!due_on(sunday, DueIn::Today, monday));
    assert!(!due_on(sunday, DueIn::Week, monday));
}

#[test]
fn a_clock_that_stands_still_is_not_due_and_hides_no_other() {
    let stopped = clock(ClockKind::Handle, None);
    let today = day("2026-03-02");
    assert!(!DueIn::Week.has(&dues(Vec::new()), today));
    assert!(!DueIn::Week.has(&dues(vec![stopped.clone()]), today));
    let late = clock(ClockKind::Inform, Some("2026-02-27"));
    let soon = clock(ClockKind::Waiting, Some("2026-03-04"));
    let all = dues(vec![late, soon, stopped]);
    assert!(DueIn::Week.has(&all, today));
    assert!(!DueIn::Today.has(&all, today));
}
