//! A month's figures are printed once, when the month is over, and are read from that print.
//!
//! What reaches the ledger later with a receipt of that month is in the next print. So all prints
//! together are all that was counted, and whoever reads the same month again learns nothing of what
//! came between. Which cases are open is in no print: of two prints and what came and went between
//! one would know a figure that is hidden. How many are late when the month is over is in its print: what
//! stops being late is counted nowhere.

use std::collections::BTreeMap;

use super::{FigureRow, figures_in, kept};
use crate::rows::records::PrintRecord;
use crate::rows::{Tx, View, keys, read};
use alleyway_core::id::UnitId;
use alleyway_core::kinds::case::{Figure, FigureKey};
use alleyway_core::limits::CODE_BYTES_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::text::Text;
use alleyway_core::time::{Month, Time};
use alleyway_core::wire::List;

/// A place, a category and a figure.
type Line = (UnitId, Text<CODE_BYTES_MAX>, FigureKey);

/// Prints the first month that is over and not printed yet. Whether there may be more.
pub(crate) fn print_one(tx: &mut Tx<'_>, now: Time) -> Result<bool, StoreError> {
    let printed = printed_months(tx.view())?;
    let (last, over) = (printed.last().copied(), Month::of(now).before());
    let counted = figures_in(tx.view())?;
    let is_due = |month: &Month| last.is_none_or(|last| *month > last) && *month <= over;
    let late = if is_due(&over) {
        late_now(tx.view())?
    } else {
        BTreeMap::new()
    };
    let months = counted.iter().map(|row| row.month);
    let due = months.filter(is_due);
    let Some(month) = due.chain((!late.is_empty()).then_some(over)).min() else {
        return Ok(false);
    };
    let mut lines: BTreeMap<Line, u64> = BTreeMap::new();
    for row in counted {
        if row.month <= month && !row.key.figure.is_state() {
            let line = (row.place, row.category, row.key);
            let sum = lines.entry(line).or_default();
            *sum = sum.saturating_add(row.amount);
        }
    }
    for month in printed {
        for row in print_of(tx.view(), month)? {
            let line = (row.place, row.category, row.key);
            if let Some(left) = lines.get_mut(&line) {
                *left = left.saturating_sub(row.amount);
            }
        }
    }
    if month == over {
        lines.extend(late);
    }
    let key = keys::print(month);
    let lines = lines.into_iter().filter(|(_, amount)| *amount > 0);
    let lines =
        lines.map(|((place, category, figure), amount)| ((place, category), (figure, amount)));
    let lines = List::new(lines.collect()).map_err(|_| StoreError::damaged(&key))?;
    tx.put(key, &PrintRecord { lines });
    Ok(true)
}

/// How many cases are late now, by place and category. Confidential ones have no part in the figures.
fn late_now(view: View<'_>) -> Result<BTreeMap<Line, u64>, StoreError> {
    let mut late = BTreeMap::new();
    for (key, _) in view.scan_all(keys::LATE)? {
        let Some(part) = kept(view, keys::document_of(&key)?)? else {
            continue;
        };
        if part.tally.is_open() {
            let line = (part.place, part.tally.category, Figure::LateNow.key());
            *late.entry(line).or_default() += 1;
        }
    }
    Ok(late)
}

/// The months that are printed, in order.
fn printed_months(view: View<'_>) -> Result<Vec<Month>, StoreError> {
    let rows = view.scan_all(keys::PRINTS)?;
    rows.iter().map(|(key, _)| keys::print_of(key)).collect()
}

/// A month's print; nothing of a month that is not printed.
pub(crate) fn print_of(view: View<'_>, month: Month) -> Result<Vec<FigureRow>, StoreError> {
    let key = keys::print(month);
    let Some(bytes) = view.get_bytes(&key)? else {
        return Ok(Vec::new());
    };
    let record: PrintRecord = read(&key, &bytes)?;
    let line = |((place, category), (key, amount))| FigureRow {
        month,
        place,
        category,
        key,
        amount,
    };
    Ok(record.lines.into_vec().into_iter().map(line).collect())
}
