//! The index of documents in which the server has something to say by time alone: by the day behind
//! which it has, and by the unit whose answer they wait for; and of those that are late, as it has said.
//! What is not due costs nothing.

use crate::rows::records::{ByTimeRecord, Place};
use crate::rows::{Tx, keys};
use alleyway_core::admission::Admitted;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::StoreError;

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
    let known = place_of(tx, document.id())?;
    let place = Place {
        day: Some(Place::NEXT),
        waits_for: document.waits_for(),
        late: known.late.clone(),
    };
    move_to(tx, document.id(), &known, &place);
    Ok(())
}

impl Place {
    /// Where a document belongs in the index.
    pub(crate) fn of(document: &Document, organisation: &Organisation) -> Self {
        let state = document.turn_state(organisation).unwrap_or_default();
        Self {
            day: state.next_turn,
            waits_for: document.waits_for(),
            late: state.late,
        }
    }
}

/// The place of a document in the index; an empty one if it is not there.
pub(crate) fn place_of(tx: &Tx<'_>, document: DocumentId) -> Result<Place, StoreError> {
    let place: Option<Place> = tx.get(&keys::place(document))?;
    Ok(place.unwrap_or_default())
}

/// Has a document worked out anew at the next look.
pub(crate) fn look_again(tx: &mut Tx<'_>, document: DocumentId) -> Result<(), StoreError> {
    let known = place_of(tx, document)?;
    let place = Place {
        day: Some(Place::NEXT),
        ..known.clone()
    };
    move_to(tx, document, &known, &place);
    Ok(())
}

/// Puts a document into another place of the index, or out of it.
pub(crate) fn put(tx: &mut Tx<'_>, document: DocumentId, place: &Place) -> Result<(), StoreError> {
    let known = place_of(tx, document)?;
    move_to(tx, document, &known, place);
    Ok(())
}

fn move_to(tx: &mut Tx<'_>, document: DocumentId, known: &Place, place: &Place) {
    if known == place {
        return;
    }
    let day = |day| keys::turn(day, document);
    move_row(tx, known.day.map(day), place.day.map(day));
    let unit = |unit| keys::waiting(unit, document);
    move_row(tx, known.waits_for.map(unit), place.waits_for.map(unit));
    let late = |place: &Place| Some(keys::late(place.late.as_ref()?.due, document));
    move_row(tx, late(known), late(place));
    if *place == Place::default() {
        tx.remove(keys::place(document));
    } else {
        tx.put(keys::place(document), place);
    }
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
