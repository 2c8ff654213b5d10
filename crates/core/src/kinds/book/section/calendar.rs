//! Days off and days worked that a town adds to the national ones that ship: of the country, once a
//! year's paper is out; of its region; of its own.

use std::collections::BTreeSet;

use serde_json::Value;

use super::flaw::FlawKind;
use super::reading::{Reading, Table};
use crate::calendar::NATIONAL_YEARS;
use crate::limits::{BOOK_LAYER_DAYS_MAX, BOOK_LAYERS_MAX, NAME_BYTES_MAX};
use crate::text::Text;
use crate::time::Date;

/// The days of one year that differ from the week's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The year.
    pub year: u16,
    /// The paper that says so: its title, its number or its address.
    pub paper: Text<NAME_BYTES_MAX>,
    /// Nobody works on these.
    pub off: BTreeSet<Date>,
    /// These are worked, though they are of a weekend or of a layer's days off.
    pub work: BTreeSet<Date>,
}

/// The layers that a town adds, in the order in which a later one wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayLayers {
    /// Of the country, for years whose paper came behind this release.
    pub national: Vec<Layer>,
    /// Of the region, by its own notice.
    pub local: Vec<Layer>,
    /// Of the town itself.
    pub town: Vec<Layer>,
}

pub(super) fn read(reading: &mut Reading, value: &Value) -> DayLayers {
    let layers = reading.table(value, |reading, table| {
        let national = layers(reading, table, "national");
        no_gap(reading, &national);
        Some(DayLayers {
            national,
            local: layers(reading, table, "local"),
            town: layers(reading, table, "town"),
        })
    });
    layers.unwrap_or_default()
}

fn layers(reading: &mut Reading, table: &mut Table<'_>, key: &'static str) -> Vec<Layer> {
    table.list(reading, key, |reading, value| {
        let layers = reading.rows(value, BOOK_LAYERS_MAX, layer);
        reading.no_twins(layers.iter().map(|layer| layer.year), Some("year"));
        layers
    })
}

/// Notes a national year that does not follow on those that ship: between two known years there is
/// none that nobody knows.
fn no_gap(reading: &mut Reading, national: &[Layer]) {
    let mut next = NATIONAL_YEARS.1.saturating_add(1);
    let years: BTreeSet<u16> = national.iter().map(|layer| layer.year).collect();
    for year in years {
        if year < NATIONAL_YEARS.0 || year > next {
            reading.flaw_at("national", FlawKind::YearGap);
        }
        next = next.max(year.saturating_add(1));
    }
}

fn layer(reading: &mut Reading, row: &mut Table<'_>) -> Option<Layer> {
    let year = row.number(reading, "year", (2_000, 2_199), 0);
    if year == 0 {
        reading.flaw_at("year", FlawKind::Missing);
    }
    let paper = row.text(reading, "paper");
    let off = days(reading, row, "off", year);
    let work = days(reading, row, "work", year);
    if !off.is_disjoint(&work) {
        reading.flaw(FlawKind::OffAndWork);
    }
    (year > 0).then_some(())?;
    Some(Layer {
        year,
        paper: paper?,
        off,
        work,
    })
}

fn days(
    reading: &mut Reading,
    row: &mut Table<'_>,
    key: &'static str,
    year: u16,
) -> BTreeSet<Date> {
    let days = row.list(reading, key, |reading, value| {
        let days = reading.list(value, BOOK_LAYER_DAYS_MAX, |reading, value| {
            let day = value.as_str().and_then(Date::parse);
            match day {
                None => reading.flaw(FlawKind::NotDate),
                Some(day) if !is_of(day, year) => reading.flaw(FlawKind::WrongYear),
                Some(_) => {}
            }
            day
        });
        reading.no_twins(days.iter(), None);
        days
    });
    days.into_iter().collect()
}

/// Whether a year's paper may speak of a day: one of the year, or of the December before it.
fn is_of(day: Date, year: u16) -> bool {
    let december = Date::civil(year.saturating_sub(1), 12, 1);
    day.year() == year || december.is_some_and(|first| day >= first && day.year() < year)
}
