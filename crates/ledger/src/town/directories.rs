//! Directories follow the units: what administration changed is put into them.

use std::collections::{BTreeMap, BTreeSet};

use crate::own::{AdminCommand, DirectoryRows, Own, directories_of};
use crate::rows::{FollowUp, Tx};
use alleyway_core::command::Command;
use alleyway_core::crypto::PublicKey;
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::StoreError;

/// Units and appointments that changed, and the directories that named them before.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    units: BTreeSet<UnitId>,
    appointments: BTreeSet<CommandId>,
    before: BTreeMap<UnitId, BTreeSet<UnitId>>,
}

impl Touched {
    /// Notes where a unit is named, before a command moves it.
    pub(crate) fn before(&mut self, organisation: &Organisation, command: &AdminCommand) {
        if let (Some(UnitCommand::Move(_)), Some(unit)) =
            (UnitCommand::of(&command.body), command.document)
        {
            self.before
                .entry(unit)
                .or_default()
                .extend(directories_of(organisation, unit));
        }
    }

    /// Notes what a command changed.
    pub(crate) fn after(&mut self, command: &Command, server: &PublicKey) {
        let Some(body) = UnitCommand::of(&command.body) else {
            return;
        };
        match body {
            UnitCommand::Appoint(_) => self.appointments.insert(command.id(server)),
            UnitCommand::Amend(amend) => self.appointments.insert(amend.appointment),
            UnitCommand::Create(_) | UnitCommand::Rename(_) | UnitCommand::Move(_) => {
                self.units.insert(command.target(server))
            }
            // What they change, follow-ups tell the directories.
            UnitCommand::Clear(_)
            | UnitCommand::ConfirmClearance(_)
            | UnitCommand::EndClearance(_)
            | UnitCommand::NoteDevice(_)
            | UnitCommand::ConfirmDevice(_)
            | UnitCommand::EndPost(_)
            | UnitCommand::StopDevice(_)
            | UnitCommand::AskAppointment(_)
            | UnitCommand::AskInvitation(_)
            | UnitCommand::AskThaw(_)
            | UnitCommand::AskImport(_)
            | UnitCommand::Imported(_)
            | UnitCommand::ImportFailed(_)
            | UnitCommand::ConfirmAsked(_)
            | UnitCommand::WithdrawAsked(_) => false,
        };
    }

    /// Adds the units below a moved one, and the posts there: they have moved with it.
    fn with_what_moved(&self, organisation: &Organisation) -> Self {
        let (mut units, mut appointments) = (self.units.clone(), self.appointments.clone());
        for moved in self.before.keys() {
            let below = |unit: &UnitId| {
                unit == moved || organisation.ancestors(*unit).any(|above| above == *moved)
            };
            let moving: Vec<UnitId> = organisation
                .units()
                .map(|row| row.unit)
                .filter(below)
                .collect();
            for unit in moving {
                units.insert(unit);
                appointments.extend(
                    organisation
                        .appointments_in(unit)
                        .map(|row| row.appointment),
                );
            }
        }
        Self {
            units,
            appointments,
            before: self.before.clone(),
        }
    }
}

/// The commands that put what changed into the directories.
pub(super) fn commands(
    tx: &mut Tx<'_>,
    touched: &Touched,
    own: &Own,
) -> Result<Vec<Command>, StoreError> {
    let mut rows = DirectoryRows::default();
    let touched = &touched.with_what_moved(tx.organisation());
    for unit in &touched.units {
        let mut directories = directories_of(tx.organisation(), *unit);
        directories.extend(touched.before.get(unit).into_iter().flatten());
        let Some(row) = tx.organisation().unit(*unit) else {
            continue;
        };
        for directory in directories {
            rows.unit(directory, row.clone());
        }
    }
    for appointment in &touched.appointments {
        let Some(row) = tx.organisation().appointment(*appointment).cloned() else {
            continue;
        };
        for directory in directories_of(tx.organisation(), row.unit) {
            rows.post(directory, row.clone());
        }
        if tx.organisation().is_cleared(*appointment) {
            tx.follow_up(FollowUp::PublishClearance(*appointment));
        }
    }
    rows.commands(tx, own)
}
