//! The index of documents in which the server has something to say by time alone: by the day behind
//! which it has, and by the unit whose answer they wait for. What is not due costs nothing.

use crate::rows::records::{ByTimeRecord, Place};
use crate::rows::{Tx, keys};
use alleyway_core::admission::Admitted;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::StoreError;
use alleyway_core::time::Date;

/// The place of what is to be looked at next: before every day.
const NEXT: Date = Date(i32::MIN);

/// Notes that something was done to a document that time alone does something to. Its day is worked out at
/// the next look, for that takes as long as its log is: here a step costs what it changes. What merely adds
/// moves no day.
pub(super) fn note(
    tx: &mut Tx<'_>,
    admitted: &Admitted,
    document: &Document,
) -> Result<(), StoreError> {
    if !admitted.kind().has_clocks() || admitted.command().body.takes_room() {
        return Ok(());
    }
    let place = Place {
        day: Some(NEXT),
        waits_for: document.waits_for(),
    };
    put(tx, document.id(), place)
}

impl Place {
    /// Where a document belongs in the index.
    pub(crate) fn of(document: &Document, organisation: &Organisation) -> Self {
        Self {
            day: document.next_turn(organisation),
            waits_for: document.waits_for(),
        }
    }
}

/// Puts a document into another place of the index, or out of it.
pub(crate) fn put(tx: &mut Tx<'_>, document: DocumentId, place: Place) -> Result<(), StoreError> {
    let known: Option<Place> = tx.get(&keys::place(document))?;
    let known = known.unwrap_or_default();
    if known == place {
        return Ok(());
    }
    let day = |day| keys::turn(day, document);
    move_row(tx, known.day.map(day), place.day.map(day));
    let unit = |unit| keys::waiting(unit, document);
    move_row(tx, known.waits_for.map(unit), place.waits_for.map(unit));
    if place == Place::default() {
        tx.remove(keys::place(document));
    } else {
        tx.put(keys::place(document), &place);
    }
    Ok(())
}

fn move_row(tx: &mut Tx<'_>, from: Option<Vec<u8>>, to: Option<Vec<u8>>) {
    if from == to {
        return;
    }
    if let Some(from) = from {
        tx.remove(from);
    }
    if let Some(to) = to {
        tx.put(to, &true);
    }
}

/// Lets the index be made anew, behind this: its days were by other rules.
pub(super) fn make_anew(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let known: Option<ByTimeRecord> = tx.get(keys::BY_TIME)?;
    if let Some(record) = known {
        let record = ByTimeRecord {
            indexed: Some(DocumentId([0; 16])),
            ..record
        };
        tx.put(keys::BY_TIME.to_vec(), &record);
    }
    Ok(())
}
