use super::*;
use crate::Ledger;
use crate::resident::tests::{Town, setup};
use alleyway_core::kinds::book::Rulebook;
use alleyway_core::kinds::case::{Figure, Span};
use alleyway_core::store::{Store as _, Write};
use alleyway_core::time::{Date, Time};
use std::collections::BTreeMap;

/// All that is kept of figures: their rows, the cases' parts, how far they are counted.
const ROWS: [&[u8]; 3] = [keys::FIGURES, keys::PARTS, keys::FIGURES_STATE];

#[test]
fn a_closed_case_is_counted_for_its_village() {
    let town = Town::closed();
    let village = town
        .ledger
        .organisation()
        .units()
        .find(|unit| unit.name.as_str() == "village");
    let village = village.unwrap().unit;
    let figures = figures(&town.store).unwrap();
    assert!(figures.iter().all(|row| row.place == village));
    let words: Vec<String> = figures
        .iter()
        .map(|row| format!("{} {} {}", row.key.figure.word(), row.key.code, row.amount))
        .collect();
    for word in ["reported  1", "closed fixed 1", "verified resident 1"] {
        assert!(words.contains(&word.to_owned()), "{words:?}");
    }
    assert_eq!(town.problems(), Vec::<String>::new());
}

#[test]
fn a_ledger_of_before_gets_its_figures_once() {
    let town = Town::closed();
    let kept = town.rows(&ROWS);
    let mut town = town.without(&ROWS);
    assert_eq!(town.rows(&ROWS), Vec::new());
    assert!(town.goes_through(|ledger, store| ledger.count_figures(store)) > 1);
    assert_eq!(town.rows(&ROWS), kept);
    assert_eq!(
        town.goes_through(|ledger, store| ledger.count_figures(store)),
        0
    );
    assert_eq!(town.problems(), Vec::<String>::new());
}

#[test]
fn figures_by_other_rules_are_counted_anew() {
    let mut town = Town::closed();
    let kept = town.rows(&ROWS);
    let other = Write {
        key: keys::FIGURES_STATE.to_vec(),
        value: Some(vec![0, 0]),
        slot: None,
    };
    town.put(vec![other]);
    town.ledger = Ledger::open(&town.store, setup()).unwrap();
    town.goes_through(|ledger, store| ledger.count_figures(store));
    assert_eq!(town.rows(&ROWS), kept);
}

#[test]
fn a_check_finds_figures_that_no_case_adds_and_a_part_that_no_log_comes_to() {
    let mut town = Town::closed();
    let (key, value) = View::of_store(&town.store)
        .scan_all(keys::FIGURES)
        .unwrap()
        .remove(0);
    let without = Write {
        key: key.clone(),
        value: None,
        slot: None,
    };
    town.put(vec![without]);
    assert_eq!(town.problems(), ["FiguresSum { rows: 1 }"]);
    let (value, slot) = (Some(value), None);
    town.put(vec![Write { key, value, slot }]);
    assert_eq!(town.problems(), Vec::<String>::new());
    let (case, view) = (town.case, View::of_store(&town.store));
    let mut part = kept(view, case).unwrap().unwrap();
    part.tally.category = Text::cut("water");
    let slot = town
        .ledger
        .tx(&town.store)
        .head(case)
        .unwrap()
        .unwrap()
        .slot;
    let write = Write {
        key: keys::part(case),
        value: Some(part.to_bytes()),
        slot: Some(slot),
    };
    town.put(vec![write]);
    let found = town.problems();
    assert!(
        found.len() == 1 && found[0].starts_with("FiguresOther"),
        "{found:?}"
    );
}

#[test]
fn a_step_costs_three_small_rows_at_most() {
    use alleyway_core::kinds::case::{Accept, CaseCommand, Note, Start};
    let mut town = Town::new();
    let note = Note {
        text: Text::cut("x"),
    };
    let steps = [
        (CaseCommand::Accept(Accept {}), 2),
        (CaseCommand::Start(Start {}), 0),
        (CaseCommand::Note(note), 0),
    ];
    for (step, most) in steps {
        let before = town.rows(&ROWS);
        town.step(step);
        let changed: Vec<_> = town
            .rows(&ROWS)
            .into_iter()
            .filter(|row| !before.contains(row))
            .collect();
        let bytes: usize = changed
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum();
        println!("{} rows, {bytes} bytes", changed.len());
        assert!(
            changed.len() == most && bytes <= 300,
            "{} {bytes}",
            changed.len()
        );
    }
}

fn printed(town: &mut Town, now: Time) -> Vec<Vec<FigureRow>> {
    while print_one(&mut town.ledger.tx(&town.store), now).unwrap() {
        let transaction = town.ledger.take_transaction().unwrap();
        town.store.commit(&transaction).unwrap();
    }
    let months = (1..=12).map(|month| Month::of_day(Date::civil(2026, month, 1).unwrap()));
    let view = View::of_store(&town.store);
    months.map(|month| print_of(view, month).unwrap()).collect()
}

fn sums(prints: &[Vec<FigureRow>]) -> BTreeMap<FigureKey, u64> {
    let mut sums = BTreeMap::new();
    for row in prints.iter().flatten() {
        *sums.entry(row.key.clone()).or_default() += row.amount;
    }
    sums
}

#[test]
fn a_month_is_printed_once_and_what_comes_later_is_in_the_next_print() {
    use alleyway_core::kinds::case::{CaseCommand, Reopen};
    let reopen = || {
        CaseCommand::Reopen(Reopen {
            reason: Text::cut("x"),
            reviewer: None,
        })
    };
    let mut town = Town::closed();
    let (march, now) = (Month::of(town.now), town.now);
    let behind = |months: usize| {
        let month = (0..months).fold(march, |month, _| month.next());
        let days = i64::from(month.first_day().0);
        Time(days * Date::MILLISECONDS + Date::MILLISECONDS)
    };
    assert_eq!(
        sums(&printed(&mut town, now)),
        BTreeMap::new(),
        "March is not over"
    );
    let first = printed(&mut town, behind(1));
    assert!(!first[2].is_empty() && first[2].iter().all(|row| row.key.figure != Figure::Open));
    // The server's clock was set back: a step of March that came behind March's print.
    town.step(reopen());
    assert_eq!(printed(&mut town, behind(1)), first);
    // Without a step in April there is no print of April that it could be in.
    assert_eq!(printed(&mut town, behind(2)), first);
    town.now = Time(behind(1).0);
    town.step(CaseCommand::Accept(alleyway_core::kinds::case::Accept {}));
    let later = printed(&mut town, behind(2));
    assert_eq!(later[2], first[2]);
    let reopened = |row: &&FigureRow| row.key.figure == Figure::Reopened;
    assert_eq!(later[3].iter().filter(reopened).count(), 1);
    let mut all = BTreeMap::new();
    for row in figures(&town.store).unwrap() {
        *all.entry(row.key).or_default() += row.amount;
    }
    all.remove(&Figure::Open.key());
    assert_eq!(sums(&later), all);
}

/// A row of March.
fn row(place: u8, category: &str, key: FigureKey, amount: u64) -> FigureRow {
    FigureRow {
        month: Month::parse("2026-03").unwrap(),
        place: DocumentId([place; 16]),
        category: Text::cut(category),
        key,
        amount,
    }
}

#[test]
fn every_reader_gets_a_part_of_the_same_page() {
    let reported = || Figure::Reported.key();
    let print = [
        row(1, "road", reported(), 7),
        row(1, "water", reported(), 3),
        row(2, "road", reported(), 9),
        row(2, "water", reported(), 8),
        row(2, "road", Figure::WaitingDays.of(&Text::cut("weather")), 40),
        row(2, "road", Figure::Waits.of(&Text::cut("weather")), 2),
    ];
    let (book, month) = (Rulebook::default(), print[0].month);
    let read = |only: Option<u8>| {
        let only = only.map(|place| DocumentId([place; 16]));
        month_figures(&book, month, &print, only).amounts
    };
    let (town, village) = (read(None), read(Some(1)));
    let of = |place: Option<u8>, category: &str| Of {
        place: place.map(|place| DocumentId([place; 16])),
        class: None,
        category: (!category.is_empty()).then(|| Text::cut(category)),
    };
    let amount = |page: &[Amount], figure, of: Of| {
        let mut cells = page
            .iter()
            .filter(|cell| cell.figure == figure && cell.of == of);
        cells.next().unwrap().amount
    };
    assert_eq!(amount(&town, Figure::Reported, of(None, "")), Some(27));
    assert_eq!(
        amount(&village, Figure::Reported, of(Some(1), "")),
        Some(10)
    );
    assert_eq!(
        amount(&village, Figure::Reported, of(Some(1), "water")),
        None
    );
    assert_eq!(
        amount(&village, Figure::Reported, of(Some(1), "road")),
        None
    );
    // Two cases waited: forty days are as good as a name.
    assert_eq!(amount(&town, Figure::WaitingDays, of(None, "")), None);
    let whole = |cell: &&Amount| cell.of.place.is_some() && cell.of.category.is_none();
    let (in_town, own): (Vec<_>, Vec<_>) = (
        town.iter()
            .filter(whole)
            .filter(|cell| cell.of.class.is_none())
            .collect(),
        village.iter().filter(whole).collect(),
    );
    assert!(
        in_town
            .iter()
            .filter(|cell| cell.of == of(Some(1), ""))
            .all(|cell| own.contains(cell))
    );
    assert!(town.iter().all(|cell| cell.figure != Figure::Waits));
}

#[test]
fn how_long_it_took_is_told_of_five_and_of_no_fewer() {
    let took = |hours: i64, amount| {
        let span = Span::of(hours * 3_600_000);
        row(1, "road", Figure::AcceptTime.of_span(span), amount)
    };
    let (book, month) = (Rulebook::default(), Month::parse("2026-03").unwrap());
    let times = |print: &[FigureRow]| month_figures(&book, month, print, None).times;
    assert_eq!(times(&[took(1, 2), took(30, 2)]), Vec::new());
    let told = times(&[took(1, 2), took(30, 2), took(100, 1)]);
    assert!(
        told.iter()
            .all(|took| (took.median_hours, took.ninth_hours) == (30, 96))
    );
    assert!(told.len() >= 3, "{told:?}");
}
