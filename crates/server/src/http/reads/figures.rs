//! `GET /v1/q/figures`: the figures of cases, of months that are over.

use std::sync::Arc;

use alleyway_core::id::{DeviceId, UnitId};
use alleyway_core::time::Month;
use alleyway_ledger::{Figures, FiguresQuery, LedgerError, MonthFigures, Of};
use serde::Serialize;

use super::super::App;
use super::super::error::HttpError;
use super::query::{self, Field};
use super::{Refused, error};
use crate::disk::Writes;
use crate::writer::Desk;

/// Months that one read may ask for.
pub(super) const MONTHS_MAX: u16 = 24;

/// The fields of the query.
pub(super) const FIELDS: [Field; 3] = [
    Field {
        name: "unit",
        pattern: "^[0-9a-f]{32}$",
        meaning: "the town, or a village or community; without it the widest unit that the reader may read",
    },
    Field {
        name: "from",
        pattern: MONTH,
        meaning: "the first month",
    },
    Field {
        name: "to",
        pattern: MONTH,
        meaning: "the last month, at most 23 months later; without it the first one",
    },
];

const MONTH: &str = "^(19[7-9][0-9]|20[0-9]{2}|21[0-9]{2})-(0[1-9]|1[0-2])$";

/// Reads the query. `from` is needed.
///
/// # Errors
/// A field is not as it is to be.
pub(super) fn read(text: &str) -> Result<FiguresQuery, HttpError> {
    let [unit, from, to] = query::values(text, FIELDS)?;
    let from = query::read(from, Month::parse)?.ok_or_else(error::bad_query)?;
    let to = query::read(to, Month::parse)?.unwrap_or(from);
    let months = to.number().checked_sub(from.number());
    if months.is_none_or(|months| months >= MONTHS_MAX) {
        return Err(error::bad_query());
    }
    let unit = query::read(unit, UnitId::parse)?;
    Ok(FiguresQuery { unit, from, to })
}

/// Asks the writer.
///
/// # Errors
/// Whatever the writer answers; that the device may not read it.
pub(super) async fn ask(
    app: &Arc<App>,
    device: DeviceId,
    query: FiguresQuery,
) -> Result<Figures, HttpError> {
    let read = move |desk: &mut Desk<'_>| {
        let figures = desk
            .ledger
            .read_figures(desk.store, device, query, desk.now);
        figures.map_err(|error: LedgerError<_>| error.map(Refused::Read))
    };
    let read = app.writer.ask_or_be_refused(Writes::Nothing, 0, read);
    Ok(read.await?)
}

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    unit: ShownUnit,
    /// Other units that are spoken of.
    places: Vec<ShownUnit>,
    months: Vec<ShownMonth>,
}

#[derive(Debug, Serialize)]
struct ShownUnit {
    id: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct ShownMonth {
    month: String,
    floor: u16,
    amounts: Vec<ShownAmount>,
    times: Vec<ShownTime>,
}

/// Of which cases a figure speaks: what is not there is all.
#[derive(Debug, Serialize)]
struct ShownOf {
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
}

#[derive(Debug, Serialize)]
struct ShownAmount {
    figure: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    code: String,
    #[serde(flatten)]
    of: ShownOf,
    /// None is hidden.
    amount: Option<u64>,
}

#[derive(Debug, Serialize)]
struct ShownTime {
    figure: &'static str,
    #[serde(flatten)]
    of: ShownOf,
    median_hours: u64,
    ninth_hours: u64,
}

impl Shown {
    pub(super) fn of(figures: &Figures) -> Self {
        let name = |id: &UnitId| figures.names.get(id).cloned().unwrap_or_default();
        let shown = |id: &UnitId| ShownUnit {
            id: id.key(),
            name: name(id),
        };
        let others = figures.names.keys().filter(|id| **id != figures.unit);
        Self {
            unit: shown(&figures.unit),
            places: others.map(shown).collect(),
            months: figures.months.iter().map(month).collect(),
        }
    }
}

fn month(read: &MonthFigures) -> ShownMonth {
    let amounts = read.amounts.iter().map(|amount| ShownAmount {
        figure: amount.figure.word(),
        code: amount.code.to_string(),
        of: of(&amount.of),
        amount: amount.amount,
    });
    let times = read.times.iter().map(|took| ShownTime {
        figure: took.figure.word(),
        of: of(&took.of),
        median_hours: took.median_hours,
        ninth_hours: took.ninth_hours,
    });
    ShownMonth {
        month: read.month.to_string(),
        floor: read.floor,
        amounts: amounts.collect(),
        times: times.collect(),
    }
}

fn of(of: &Of) -> ShownOf {
    ShownOf {
        place: of.place.map(UnitId::key),
        class: of.class.clone(),
        category: of.category.as_ref().map(ToString::to_string),
    }
}
