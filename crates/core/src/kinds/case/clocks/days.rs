//! Whose days they were.

use super::Times;
use crate::id::UnitId;
use crate::time::Date;

/// Days in a row that one unit had the case. One span begins where the one before ends, so that all of
/// them sum to the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The unit: the receiver of a referral from the moment it is sent, the town while a ruling is
    /// awaited, who is to verify once the work is done, else the holder.
    pub unit: UnitId,
    /// The day on which it began.
    pub from: Date,
    /// The day on which it ended; none if it goes on.
    pub until: Option<Date>,
    /// Whether the case waited.
    pub waited: bool,
}

impl Span {
    fn days(&self, today: Date) -> u32 {
        days_between(self.from, self.until, today)
    }
}

/// The days of the calendar that a unit had a case, in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaysOf {
    /// The unit.
    pub unit: UnitId,
    /// The days.
    pub days: u32,
    /// Those of them on which the case waited.
    pub waited: u32,
}

impl Times {
    /// The days of each unit until a day, in the order in which the units first had the case.
    pub fn days(&self, today: Date) -> Vec<DaysOf> {
        let mut rows: Vec<DaysOf> = Vec::new();
        for span in &self.spans {
            let days = span.days(today);
            let waited = if span.waited { days } else { 0 };
            match rows.iter_mut().find(|row| row.unit == span.unit) {
                Some(row) => {
                    row.days = row.days.saturating_add(days);
                    row.waited = row.waited.saturating_add(waited);
                }
                None => rows.push(DaysOf {
                    unit: span.unit,
                    days,
                    waited,
                }),
            }
        }
        rows
    }

    /// The days of the calendar on which it was open, until a day.
    pub fn days_in_all(&self, today: Date) -> u32 {
        let rounds = self.rounds.iter();
        rounds
            .map(|(from, until)| days_between(*from, *until, today))
            .sum()
    }
}

fn days_between(from: Date, until: Option<Date>, today: Date) -> u32 {
    let until = until.unwrap_or(today.max(from));
    u32::try_from(until.0.saturating_sub(from.0)).unwrap_or(0)
}
