use super::*;
use crate::text::Text;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn days(texts: &[&str]) -> BTreeSet<Date> {
    texts.iter().map(|text| day(text)).collect()
}

fn layer(year: u16, off: &[&str], work: &[&str]) -> Layer {
    Layer {
        year,
        paper: Text::cut("a paper"),
        off: days(off),
        work: days(work),
    }
}

/// Guangxi's own days of 2017, by its notice: two days off, and what is worked for them.
fn guangxi() -> DayLayers {
    let of_2017 = layer(
        2017,
        &["2017-03-30", "2017-03-31", "2017-04-01"],
        &["2017-04-08"],
    );
    DayLayers {
        local: vec![of_2017],
        ..DayLayers::default()
    }
}

#[test]
fn working_days_are_counted_over_every_kind_of_holiday() {
    let calendar = WorkCalendar::of(&DayLayers::default());
    // The day of the event, and 1, 2, 5, 10 and 15 working days behind it.
    for (event, dues) in [
        (
            "2024-09-13",
            [
                "2024-09-14",
                "2024-09-18",
                "2024-09-23",
                "2024-09-29",
                "2024-10-11",
            ],
        ),
        (
            "2025-09-26",
            [
                "2025-09-28",
                "2025-09-29",
                "2025-10-10",
                "2025-10-16",
                "2025-10-23",
            ],
        ),
        (
            "2026-02-12",
            [
                "2026-02-13",
                "2026-02-14",
                "2026-02-26",
                "2026-03-04",
                "2026-03-11",
            ],
        ),
        (
            "2026-09-18",
            [
                "2026-09-20",
                "2026-09-21",
                "2026-09-24",
                "2026-10-09",
                "2026-10-15",
            ],
        ),
    ] {
        for (days, due) in [1, 2, 5, 10, 15].into_iter().zip(dues) {
            let found = calendar.due(day(event), Term::working(days));
            assert_eq!(found.day, day(due), "{event} + {days}");
            assert!(!found.is_provisional);
            assert_eq!(calendar.worked_until(day(event), found.day), days);
        }
    }
}

#[test]
fn a_region_has_days_of_its_own_and_they_win() {
    let national = WorkCalendar::of(&DayLayers::default());
    let regional = WorkCalendar::of(&guangxi());
    let term = Term::working(5);
    assert_eq!(national.due(day("2017-03-29"), term).day, day("2017-04-06"));
    assert_eq!(regional.due(day("2017-03-29"), term).day, day("2017-04-10"));
}

#[test]
fn the_years_that_ship_have_as_many_working_days_as_their_papers_say() {
    let calendar = WorkCalendar::of(&DayLayers::default());
    for (year, days) in [(2024, 251), (2025, 248), (2026, 248)] {
        let last_of = |year| Date::civil(year, 12, 31).unwrap();
        let worked = calendar.worked_until(last_of(year - 1), last_of(year));
        assert_eq!(worked, days, "{year}");
    }
    let shipped = NATIONAL_YEARS.0..=NATIONAL_YEARS.1;
    assert_eq!(shipped.count(), SHIPPED.len());
    for (file, year) in SHIPPED.iter().zip(NATIONAL_YEARS.0..) {
        let file: Value = serde_json::from_str(file).unwrap();
        assert_eq!(file["year"], year);
        assert!(!file["papers"].as_array().unwrap().is_empty(), "{year}");
        let listed = file["days"].as_array().unwrap().len();
        assert_eq!(days_of(&file).len(), listed, "{year}");
    }
}

#[test]
fn a_year_without_a_paper_is_provisional_until_the_paper_is_known() {
    let calendar = WorkCalendar::of(&DayLayers::default());
    let term = Term::working(5);
    let due = calendar.due(day("2026-12-25"), term);
    assert_eq!(due.day, day("2027-01-04"));
    assert!(due.is_provisional);
    assert!(
        !calendar
            .due(day("2026-12-24"), Term::working(5))
            .is_provisional
    );
    // The paper comes, and moves what rests on it.
    let layers = DayLayers {
        national: vec![layer(2027, &["2027-01-01", "2027-01-04"], &["2027-01-03"])],
        ..DayLayers::default()
    };
    let due = WorkCalendar::of(&layers).due(day("2026-12-25"), term);
    assert_eq!((due.day, due.is_provisional), (day("2027-01-03"), false));
}

#[test]
fn calendar_days_are_counted_as_they_are() {
    let calendar = WorkCalendar::of(&DayLayers::default());
    let due = |days| calendar.due(day("2026-03-01"), Term::calendar(days)).day;
    assert_eq!((due(60), due(30)), (day("2026-04-30"), day("2026-03-31")));
}

#[test]
fn a_calendar_in_which_nobody_works_ends() {
    let off = (0..4_000)
        .map(|days| day("2030-01-01").plus(days))
        .collect();
    let never = Layer {
        off,
        ..layer(2030, &[], &[])
    };
    let layers = DayLayers {
        town: vec![never],
        ..DayLayers::default()
    };
    let due = WorkCalendar::of(&layers).due(day("2029-12-31"), Term::working(1));
    assert!(due.day > day("2030-01-01"));
}
