//! The days on which people work, and due dates counted in them.
//!
//! The national days ship, a year at a time, each resting on its paper of the State Council's General
//! Office. Data: holiday-cn (MIT), unchanged, in `crates/core/calendar/`. A town's book adds years
//! whose paper came later, and days of its region and its own; what is added later wins.
//!
//! ```
//! use alleyway_core::calendar::WorkCalendar;
//! use alleyway_core::kinds::book::{DayLayers, Term};
//! use alleyway_core::time::Date;
//!
//! // Ten working days over Spring Festival 2026, in which two Saturdays are worked.
//! let calendar = WorkCalendar::of(&DayLayers::default());
//! let dispatched = Date::parse("2026-02-12").unwrap();
//! let due = calendar.due(dispatched, Term::working(10));
//! assert_eq!(due.day.to_string(), "2026-03-04");
//! assert!(!due.is_provisional);
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use crate::kinds::book::{DayLayers, Layer, Term};
use crate::time::Date;

/// The first and the last year whose paper ships.
pub const NATIONAL_YEARS: (u16, u16) = (2017, 2026);

/// Days off by law that hardly ever move: 1 January, 1 and 2 May, 1 to 3 October (全国年节及纪念日放假办法,
/// 2024, art. 2). They stand in for a year whose paper is not known.
const BY_LAW: &[(u8, u8)] = &[(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)];

/// Days beyond which nothing is counted: a calendar in which nobody works ends there.
const DAYS_MAX: u16 = 4_000;

const SHIPPED: &[&str] = &[
    include_str!("../calendar/2017.json"),
    include_str!("../calendar/2018.json"),
    include_str!("../calendar/2019.json"),
    include_str!("../calendar/2020.json"),
    include_str!("../calendar/2021.json"),
    include_str!("../calendar/2022.json"),
    include_str!("../calendar/2023.json"),
    include_str!("../calendar/2024.json"),
    include_str!("../calendar/2025.json"),
    include_str!("../calendar/2026.json"),
];

/// Days that differ from the week's: whether each is worked. A December may be changed by the next
/// year's paper, which is read behind it.
static NATIONAL: LazyLock<BTreeMap<Date, bool>> = LazyLock::new(|| {
    let files = SHIPPED
        .iter()
        .filter_map(|file| serde_json::from_str(file).ok());
    files.flat_map(|file: Value| days_of(&file)).collect()
});

fn days_of(file: &Value) -> Vec<(Date, bool)> {
    let days = file.get("days").and_then(Value::as_array);
    let day = |day: &Value| {
        let date = Date::parse(day.get("date")?.as_str()?)?;
        Some((date, !day.get("isOffDay")?.as_bool()?))
    };
    days.into_iter().flatten().filter_map(day).collect()
}

/// A day by which something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The day, at whose end in the town's zone it is late.
    pub day: Date,
    /// Whether it rests on a year whose paper is not known: it may move, and is never late.
    pub is_provisional: bool,
}

/// The days on which a town works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    /// Days that differ from the week's: whether each is worked.
    days: BTreeMap<Date, bool>,
    /// The years whose paper is known.
    known: BTreeSet<u16>,
}

impl WorkCalendar {
    /// The national calendar, with what a town adds.
    pub fn of(layers: &DayLayers) -> Self {
        let mut calendar = Self {
            days: NATIONAL.clone(),
            known: (NATIONAL_YEARS.0..=NATIONAL_YEARS.1).collect(),
        };
        for layer in &layers.national {
            calendar.known.insert(layer.year);
        }
        let by_rank = [&layers.national, &layers.local, &layers.town];
        for layer in by_rank.into_iter().flatten() {
            calendar.put(layer);
        }
        calendar
    }

    fn put(&mut self, layer: &Layer) {
        let off = layer.off.iter().map(|day| (*day, false));
        let work = layer.work.iter().map(|day| (*day, true));
        self.days.extend(off.chain(work));
    }

    /// Whether a day is worked.
    pub fn is_worked(&self, day: Date) -> bool {
        let by_week = || day.weekday() <= 5 && (self.is_known(day) || !is_off_by_law(day));
        self.days.get(&day).copied().unwrap_or_else(by_week)
    }

    /// Whether the paper of the day's year is known.
    pub fn is_known(&self, day: Date) -> bool {
        self.known.contains(&day.year())
    }

    /// The last day of a term that an event begins. The day of the event is not counted.
    pub fn due(&self, event: Date, term: Term) -> Due {
        if !term.working {
            return Due {
                day: event.plus(i32::from(term.days)),
                is_provisional: false,
            };
        }
        let (mut day, mut left, mut is_provisional) = (event, term.days, false);
        for _ in 0..DAYS_MAX {
            if left == 0 {
                break;
            }
            day = day.plus(1);
            is_provisional |= !self.is_known(day);
            left -= u16::from(self.is_worked(day));
        }
        Due {
            day,
            is_provisional,
        }
    }

    /// The worked days behind one day, up to another one, which counts. None if that lies before.
    pub fn worked_until(&self, from: Date, until: Date) -> u16 {
        let days = (1..=DAYS_MAX).map(|days| from.plus(i32::from(days)));
        let worked = days
            .take_while(|day| *day <= until)
            .filter(|day| self.is_worked(*day));
        u16::try_from(worked.count()).unwrap_or(u16::MAX)
    }
}

fn is_off_by_law(day: Date) -> bool {
    let of_year = BY_LAW.iter().filter_map(|(month, of_month)| {
        let year = day.year();
        Date::civil(year, *month, *of_month)
    });
    of_year.into_iter().any(|off| off == day)
}

#[cfg(test)]
mod tests;
