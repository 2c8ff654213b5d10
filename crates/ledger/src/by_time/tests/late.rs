//! What is late: the list of it, and its number when a month ends.

use super::*;
use crate::figures::print_of;
use crate::rows::View;
use alleyway_core::kinds::case::clocks::ClockKind;
use alleyway_core::kinds::case::{Figure, Withdraw};

impl Town {
    /// The documents in the list of what is late, with their days.
    fn late(&mut self) -> Vec<(String, DocumentId)> {
        let tx = self.ledger.tx(&self.store);
        let rows = tx.scan_all(keys::LATE).unwrap();
        let read = |(key, _): (Vec<u8>, Vec<u8>)| keys::late_of(&key).unwrap();
        let rows = rows.into_iter().map(read);
        rows.map(|(due, document)| (due.to_string(), document))
            .collect()
    }

    fn kept(&mut self) -> Place {
        let case = self.case;
        place_of(&self.ledger.tx(&self.store), case).unwrap()
    }

    /// A figure as the prints of all months have it, each month that has it.
    fn printed(&self, figure: Figure) -> Vec<(String, u64)> {
        let view = View::of_store(&self.store);
        let months =
            ["2026-02", "2026-03", "2026-04", "2026-05"].map(|text| Month::parse(text).unwrap());
        let rows = months
            .into_iter()
            .flat_map(|month| print_of(view, month).unwrap());
        rows.filter(|row| row.key.figure == figure)
            .map(|row| (row.month.to_string(), row.amount))
            .collect()
    }
}

#[test]
fn a_case_is_listed_from_the_servers_word_until_what_was_due_is_done() {
    let mut town = Town::new();
    town.every_day(0, 1);
    assert_eq!(town.late(), []);
    town.behind(2);
    let case = town.case;
    assert_eq!(town.late(), [("2026-03-03".to_owned(), case)]);
    assert_eq!(town.kept().late.unwrap().kind, ClockKind::Accept);
    assert_eq!(town.problems(), Vec::<String>::new());
    town.step(CaseCommand::Accept(Accept {}));
    // The step says nothing of days: the next look does.
    assert_eq!(town.late().len(), 1);
    assert_eq!(town.problems(), Vec::<String>::new());
    town.behind(2);
    assert_eq!(town.late(), []);
    assert_eq!(town.problems(), Vec::<String>::new());
}

#[test]
fn a_check_finds_a_list_that_says_otherwise_and_the_next_look_mends_it() {
    let mut town = Town::new();
    town.every_day(0, 2);
    let case = town.case;
    let mut tx = town.ledger.tx(&town.store);
    let known = place_of(&tx, case).unwrap();
    turns::put(
        &mut tx,
        case,
        &Place {
            late: None,
            ..known
        },
    )
    .unwrap();
    town.commit();
    assert_eq!(town.late(), []);
    assert_eq!(
        town.problems(),
        [format!("LateOther {{ document: {case:?} }}")]
    );
    town.ledger.make_row_anew(&town.store, case).unwrap();
    town.commit();
    town.behind(2);
    assert_eq!(town.late().len(), 1);
    assert_eq!(town.problems(), Vec::<String>::new());
}

#[test]
fn who_is_late_as_a_month_ends_is_in_its_print_and_turning_late_is_counted_once() {
    let mut town = Town::new();
    town.every_day(0, 40);
    assert_eq!(town.printed(Figure::LateEver), [("2026-03".to_owned(), 1)]);
    assert_eq!(town.printed(Figure::LateNow), [("2026-03".to_owned(), 1)]);
    assert_eq!(town.printed(Figure::Open), []);
    // Nothing was counted in April, and the case is late at its end too.
    town.every_day(41, 62);
    let late = |month: &str| (month.to_owned(), 1);
    assert_eq!(
        town.printed(Figure::LateNow),
        [late("2026-03"), late("2026-04")]
    );
    assert_eq!(town.printed(Figure::LateEver), [late("2026-03")]);
    town.step(CaseCommand::Withdraw(Withdraw {
        text: Text::cut("修好了"),
    }));
    town.every_day(62, 95);
    assert_eq!(
        town.printed(Figure::LateNow),
        [late("2026-03"), late("2026-04")]
    );
    assert_eq!(town.late(), []);
    assert_eq!(town.problems(), Vec::<String>::new());
}

#[test]
fn under_a_clock_that_leapt_no_month_is_printed() {
    let mut town = Town::new();
    town.every_day(0, 3);
    let leapt = town.behind(370);
    assert!(leapt.held_since.is_some());
    assert_eq!(town.printed(Figure::Reported), []);
    // Back again, the month is printed when it is over, and whole.
    town.behind(3);
    town.step(CaseCommand::Accept(Accept {}));
    town.every_day(4, 40);
    assert_eq!(town.printed(Figure::Reported), [("2026-03".to_owned(), 1)]);
    assert_eq!(town.printed(Figure::AcceptTime).len(), 1);
}
