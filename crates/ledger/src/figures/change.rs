//! A change of the rows of figures.

use std::collections::BTreeMap;

use crate::rows::records::FiguresRow;
use crate::rows::{Tx, keys};
use alleyway_core::id::UnitId;
use alleyway_core::kinds::case::{Counted, FigureKey};
use alleyway_core::store::StoreError;

/// Changes the figures of a place.
pub(super) fn change(
    tx: &mut Tx<'_>,
    place: UnitId,
    changes: Vec<(Counted, u64, u64)>,
) -> Result<(), StoreError> {
    let mut rows: BTreeMap<Vec<u8>, Vec<(FigureKey, u64, u64)>> = BTreeMap::new();
    for (counted, before, now) in changes {
        let key = keys::figures(counted.month, place, &counted.category);
        rows.entry(key)
            .or_default()
            .push((counted.key, before, now));
    }
    for (key, changes) in rows {
        let row: FiguresRow = tx.get(&key)?.unwrap_or_default();
        let mut amounts: BTreeMap<FigureKey, u64> = row
            .amounts()
            .map(|(figure, amount)| (figure.clone(), amount))
            .collect();
        for (figure, before, now) in changes {
            let amount = amounts.entry(figure).or_default();
            *amount = amount.saturating_add(now).saturating_sub(before);
        }
        match FiguresRow::of(amounts) {
            Some(row) => tx.put(key, &row),
            None => tx.remove(key),
        }
    }
    Ok(())
}
