//! Rows that are found by other keys than the document's id.

use super::{clearances, ended, people, rulebook};
use crate::audit;
use crate::codes::{self, Giving};
use crate::lists;
use crate::rows::{FollowUp, Tx, keys};
use alleyway_core::admission::Admitted;
use alleyway_core::documents::Document;
use alleyway_core::kinds::Index;
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::store::StoreError;

/// Writes the rows that are found by other keys than the document's id.
pub(super) fn index(
    tx: &mut Tx<'_>,
    admitted: &Admitted,
    document: &Document,
) -> Result<(), StoreError> {
    match admitted.command().body.index() {
        Some(Index::Code(slip)) => {
            let origin = admitted.origin();
            let giving = Giving {
                command: admitted.id(),
                body: &admitted.command().body,
                device: origin.device,
                by: origin.author,
                case: document.id(),
            };
            codes::give_out(tx, &giving, slip)?;
        }
        Some(Index::DirectoryOf(unit)) => tx.put(keys::directory(unit), &document.id()),
        Some(Index::Book) => rulebook::index(tx, admitted, document)?,
        Some(Index::Organisation(body)) => index_unit(tx, body, admitted, document)?,
        None => {}
    }
    Ok(())
}

fn index_unit(
    tx: &mut Tx<'_>,
    body: &UnitCommand,
    admitted: &Admitted,
    document: &Document,
) -> Result<(), StoreError> {
    let Some(view) = document.unit() else {
        return Ok(());
    };
    let row = view.row();
    tx.put_unit(row);
    people::order(tx, body, &view, admitted)?;
    lists::note(tx, body, &view, admitted)?;
    let Some(appointment) = people::appointment_of(body, &view, admitted) else {
        clearances::index_clearances(tx, body, &view, admitted)?;
        return match body {
            UnitCommand::ConfirmClearance(confirm) => {
                ended::look_at(tx, confirm.appointment, admitted)
            }
            _ => Ok(()),
        };
    };
    if let Some(row) = view
        .appointments
        .iter()
        .find(|known| known.id == appointment)
        .map(|known| known.row(view.id))
    {
        audit::write_post(tx, body, &view, appointment, admitted);
        tx.put_appointment(row);
    }
    if matches!(body, UnitCommand::EndPost(_) | UnitCommand::ConfirmAsked(_)) {
        tx.follow_up(FollowUp::PublishPost(appointment));
    }
    if matches!(body, UnitCommand::Amend(_) | UnitCommand::EndPost(_)) {
        ended::note(tx, appointment, admitted.receipt().received);
    }
    // New dates may have ended a clearance.
    clearances::note_clearances(tx, &view, admitted)?;
    ended::look_at(tx, appointment, admitted)
}
