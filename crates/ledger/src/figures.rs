//! Figures of cases, kept in rows where a step is admitted: by month, by the place that a case came
//! from, and by category.
//!
//! A **place** is a village or a community with all that is in it, or the town itself for what came
//! from its own offices. There is no row of an alley: an alley has one chief, and no figure is one of
//! a person. Where a case came from is written down when its report is counted, and stays so if its
//! alley is moved to another village.
//!
//! Each case has a row with its part, sealed under the case's key: with it a step costs what it
//! changes, and a check adds the parts up. What is counted, and when: `CaseTally` in the core.
//!
//! | file | what |
//! | --- | --- |
//! | `change` | a change of the rows |
//! | `prints` | what is read of a month, printed once |
//! | `hiding` | what counts few, and what would tell it |
//! | `reading` | a month as a reader gets it |
//! | `counting` | a ledger of before gets its figures |

mod change;
mod counting;
mod hiding;
mod prints;
mod reading;
#[cfg(test)]
mod tests;

pub(crate) use counting::count;
pub(crate) use prints::{print_of, print_one};
pub(crate) use reading::month_figures;
pub use reading::{Amount, MonthFigures, Of, Took};

use crate::rows::gone_through::GoneThrough;
use crate::rows::records::{FIGURES_RULES, FiguresRow, PartRecord};
use crate::rows::{Tx, View, keys, read};
use alleyway_core::admission::Admitted;
use alleyway_core::documents::Document;
use alleyway_core::id::{DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::{CaseTally, FigureKey};
use alleyway_core::limits::CODE_BYTES_MAX;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::text::Text;
use alleyway_core::time::Month;
use alleyway_core::wire::Wire as _;

/// A figure of one month, place and category.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureRow {
    /// The month.
    pub month: Month,
    /// The village, the community, or the town.
    pub place: UnitId,
    /// The category's code.
    pub category: Text<CODE_BYTES_MAX>,
    /// The figure.
    pub key: FigureKey,
    /// How often it was counted, or of days how many.
    pub amount: u64,
}

/// The place that a unit's cases are counted for.
pub(crate) fn place_of(organisation: &Organisation, unit: UnitId) -> UnitId {
    let village = organisation.village_of(unit);
    let place = village.or_else(|| organisation.town_of(unit));
    place.unwrap_or(unit)
}

/// Notes what an admitted command changes in the figures. Of most commands that is nothing, and
/// nothing is read or written.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    admitted: &Admitted,
    document: &Document,
    slot: u64,
) -> Result<(), StoreError> {
    let body = &admitted.command().body;
    let field = body.edit().map(|edit| edit.field.as_str());
    if !CaseTally::is_kept_of(document) || !CaseTally::is_changed_by(body.kind(), field) {
        return Ok(());
    }
    let resident = MemberId::resident_of(tx.setup().town, document.id());
    let known: Option<PartRecord> = tx.get(&keys::part(document.id()))?;
    let tally = match &known {
        Some(known) => {
            let before = known.tally.clone();
            Some(before.with(document, admitted.id(), resident))
        }
        None => CaseTally::of(document, resident),
    };
    match tally {
        Some(tally) => keep(tx, document, known.as_ref(), tally, slot),
        None => Ok(()),
    }
}

/// Keeps a case's part, and changes the figures by what differs.
fn keep(
    tx: &mut Tx<'_>,
    document: &Document,
    known: Option<&PartRecord>,
    tally: CaseTally,
    slot: u64,
) -> Result<(), StoreError> {
    let Some(case) = document.case() else {
        return Ok(());
    };
    let place = match known {
        Some(known) => known.place,
        None => place_of(tx.organisation(), case.owner),
    };
    let before = known.map(|known| known.tally.counts());
    change::change(tx, place, tally.counts().changes(before))?;
    let record = PartRecord { place, tally };
    tx.put_sealed(keys::part(document.id()), record.to_bytes(), slot);
    Ok(())
}

/// The part of a case in the figures, as it is kept; none if nothing of it is counted.
pub(crate) fn kept(view: View<'_>, case: DocumentId) -> Result<Option<PartRecord>, StoreError> {
    view.get(&keys::part(case))
}

/// Whether every case is counted.
pub(crate) fn is_whole(view: View<'_>) -> Result<bool, StoreError> {
    let state: Option<GoneThrough> = view.get(keys::FIGURES_STATE)?;
    Ok(state.is_some_and(|state| state.is_whole(FIGURES_RULES)))
}

/// All figures that are not nothing, in order, for whoever holds the whole store: nothing of them is
/// hidden.
///
/// # Errors
/// Whatever the store says.
pub fn figures(records: &dyn Records) -> Result<Vec<FigureRow>, StoreError> {
    figures_in(View::of_store(records))
}

fn figures_in(view: View<'_>) -> Result<Vec<FigureRow>, StoreError> {
    let mut figures = Vec::new();
    for (key, value) in view.scan_all(keys::FIGURES)? {
        let (month, place, category) = keys::figures_of(&key)?;
        let row: FiguresRow = read(&key, &value)?;
        figures.extend(row.amounts().map(|(key, amount)| FigureRow {
            month,
            place,
            category: category.clone(),
            key: key.clone(),
            amount,
        }));
    }
    Ok(figures)
}
