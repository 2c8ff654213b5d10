//! Dates that phones show, worked out anew by the book as the oracle has it: each is that one, or none.

use alleyway_core::documents::Document;
use alleyway_core::kinds::case::clocks::{ClockItem, Dues, ReadBy};
use alleyway_core::organisation::Organisation;
use alleyway_core::time::{Date, Time};
use alleyway_replica::Replica;

use super::Oracle;
use crate::sim::violation::{Checked, SAME, ensure};

/// Dates that were looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dated {
    /// Those that were the one by the book.
    pub(crate) dated: u64,
    /// Those that a phone did not show, for it lacked the rules.
    pub(crate) undated: u64,
}

impl Oracle {
    /// Units as they were heard of, and the book as it is.
    pub(crate) fn by_the_book(&self, heard: &Organisation) -> Option<Organisation> {
        let mut organisation = heard.clone();
        let town = organisation.towns().next()?;
        organisation.put_rulebook(self.rulebook(town)?);
        Some(organisation)
    }

    /// No date that a phone shows is another than the one by the book, whatever it has heard.
    pub(crate) fn dates(&self, phone: &Replica) -> Result<Dated, super::Broken> {
        let mut seen = Dated::default();
        let Some(organisation) = self.by_the_book(phone.organisation()) else {
            return Ok(seen);
        };
        for line in phone.cases() {
            let Some(document) = phone.working(line.document) else {
                continue;
            };
            let of_book = of_book(&document, &organisation);
            for shown in line.row.dues.clocks.iter() {
                let is_it =
                    |clock: &&ClockItem| (&clock.kind, clock.start) == (&shown.kind, shown.start);
                let clock = of_book.clocks.iter().find(is_it);
                let is_right = clock.is_some_and(|clock| *clock == *shown);
                let undated = clock.map(|clock| ClockItem {
                    near: None,
                    ..clock.clone()
                });
                // A day that another system set is known without rules; when it is near is not.
                let is_undated =
                    (shown.due.is_none() && !shown.is_stopped) || undated.as_ref() == Some(shown);
                ensure(is_right || is_undated, SAME, || {
                    format!(
                        "{} shows {shown:?}, and by the book it is {clock:?}",
                        line.row.number
                    )
                })?;
                seen.dated += u64::from(is_right && shown.due.is_some());
                seen.undated += u64::from(!is_right);
            }
        }
        Ok(seen)
    }

    /// A phone that is up to date shows every date; where the server's clock was set back over midnight, it
    /// has not heard of the day of what the server received before.
    pub(super) fn all_dates(&self, phone: &Replica, now: Time) -> Checked {
        let undated = self.dates(phone)?.undated;
        let is_back = Date::of(now) < Date::of(self.latest);
        ensure(undated == 0 || is_back, SAME, || {
            format!("{undated} dates are not shown, and all rules are there")
        })
    }
}

fn of_book(document: &Document, organisation: &Organisation) -> Dues {
    let times = document.case_times(ReadBy::all(organisation));
    times.as_ref().map(Dues::of).unwrap_or_default()
}
