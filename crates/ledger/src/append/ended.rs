//! Posts and clearances that have ended stay ended behind a restore.
//!
//! A backup may hold a post as it was before its end, and devices may give back the commands that
//! began it while the one that ended it, typed at the server, is lost with the server. So every
//! change of an appointment's end or clearance is in the security journal, and a restored ledger is
//! held to the newest entry about each appointment: at once, and when something that was typed before
//! the restore is given back. A decision of the new incarnation goes before the entry.

use crate::journal::{self, JournalRecord, PostNote};
use crate::rows::{FollowUp, Tx, keys};
use alleyway_core::admission::Admitted;
use alleyway_core::id::CommandId;
use alleyway_core::kinds::unit::{Amend, EndClearance, UnitCommand};
use alleyway_core::store::StoreError;
use alleyway_core::time::Time;

/// Writes an appointment's end and clearance, as they are now, into the security journal.
pub(crate) fn note(tx: &mut Tx<'_>, appointment: CommandId, at: Time) {
    let organisation = tx.organisation();
    let Some(post) = organisation.appointment(appointment) else {
        return;
    };
    let note = PostNote {
        unit: post.unit,
        appointment,
        until: post.until,
        is_cleared: organisation.is_cleared(appointment),
        at,
    };
    journal::note(tx, &JournalRecord::Post(note));
}

/// Holds a restored ledger to an entry of the journal from now on.
pub(crate) fn remember(tx: &mut Tx<'_>, note: &PostNote) {
    tx.put(keys::ended(note.appointment), note);
    hold(tx, note);
}

/// Looks at an appointment that a command has just changed, behind a restore: what was typed before
/// the restore revives nothing, a decision of this incarnation goes before the journal's entry.
pub(super) fn look_at(
    tx: &mut Tx<'_>,
    appointment: CommandId,
    admitted: &Admitted,
) -> Result<(), StoreError> {
    let key = keys::ended(appointment);
    let Some(note) = tx.get::<PostNote>(&key)? else {
        return Ok(());
    };
    let is_of_before = admitted.command().base.incarnation < tx.incarnation();
    if is_of_before {
        hold(tx, &note);
    } else if !against(tx, &note).is_empty() {
        tx.remove(key);
    }
    Ok(())
}

/// Has the server end what the entry says is over.
fn hold(tx: &mut Tx<'_>, note: &PostNote) {
    for command in against(tx, note) {
        tx.follow_up(FollowUp::Change(note.unit, command.into()));
    }
}

/// The commands that end what goes on against an entry of the journal.
fn against(tx: &Tx<'_>, note: &PostNote) -> Vec<UnitCommand> {
    let organisation = tx.organisation();
    let appointment = note.appointment;
    let Some(post) = organisation.appointment(appointment) else {
        return Vec::new();
    };
    let mut commands = Vec::new();
    if !note.is_cleared && organisation.is_cleared(appointment) {
        commands.push(UnitCommand::EndClearance(EndClearance { appointment }));
    }
    if let Some(until) = note.until
        && post.until.is_none_or(|known| known > until)
    {
        commands.push(UnitCommand::Amend(Amend {
            appointment,
            name: post.name.clone(),
            from: post.from.min(until),
            until: Some(until),
        }));
    }
    commands
}
