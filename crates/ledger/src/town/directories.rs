//! Directories follow the unit documents: the server writes what members need offline.

use std::collections::{BTreeMap, BTreeSet};

use crate::Ledger;
use crate::rows::keys;
use crate::rows::records::DeviceRecord;
use crate::town::administer::{AdminCommand, AdminError};
use alleyway_core::command::{Body, Command};
use alleyway_core::crypto::{PublicKey, blake3_keyed};
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::directory::DirectoryCommand;
use alleyway_core::kinds::directory::{
    DeviceRow, OpenDirectory, PostRow, RetireDevices, UnitRow, UpdateDirectory,
};
use alleyway_core::kinds::unit::{UnitCommand, UnitKind};
use alleyway_core::limits::DIRECTORY_ROWS_MAX;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::time::Time;
use alleyway_core::wire::List;

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
            // What they change, directories are told by `publish_clearances`.
            UnitCommand::Clear(_)
            | UnitCommand::ConfirmClearance(_)
            | UnitCommand::EndClearance(_)
            | UnitCommand::NoteDevice(_)
            | UnitCommand::ConfirmDevice(_) => false,
        };
    }
}

impl Touched {
    /// What is below a moved unit has moved with it, and the posts there.
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

/// The villages and towns whose directories name a unit: its village's, and the town's for what
/// the town deals with directly.
pub(crate) fn directories_of(organisation: &Organisation, unit: UnitId) -> BTreeSet<UnitId> {
    let mut directories: BTreeSet<UnitId> = organisation.village_of(unit).into_iter().collect();
    let town_deals_with_it = organisation
        .unit(unit)
        .is_some_and(|row| !matches!(row.kind, UnitKind::Alley | UnitKind::Centre));
    if directories.is_empty() || town_deals_with_it {
        directories.extend(organisation.town_of(unit));
    }
    directories
}

/// Rows for one directory.
#[derive(Default)]
struct Rows {
    units: Vec<UnitRow>,
    posts: Vec<PostRow>,
    devices: Vec<DeviceRow>,
}

impl Ledger {
    /// Puts what changed into the directories.
    pub(crate) fn publish(
        &mut self,
        records: &dyn Records,
        touched: &Touched,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Result<(), AdminError>, StoreError> {
        let mut rows: BTreeMap<UnitId, Rows> = BTreeMap::new();
        let touched = &touched.with_what_moved(&self.organisation);
        for unit in &touched.units {
            let mut directories = directories_of(&self.organisation, *unit);
            directories.extend(touched.before.get(unit).into_iter().flatten());
            let Some(row) = self.organisation.unit(*unit) else {
                continue;
            };
            for directory in directories {
                rows.entry(directory).or_default().units.push(row.clone());
            }
        }
        for appointment in &touched.appointments {
            let Some(row) = self.organisation.appointment(*appointment) else {
                continue;
            };
            if self.organisation.is_cleared(*appointment) {
                self.unpublished.insert(*appointment);
            }
            for directory in directories_of(&self.organisation, row.unit) {
                rows.entry(directory).or_default().posts.push(row.clone());
            }
        }
        self.put_rows(records, rows, seed, now)
    }

    /// Puts a new device's keys into the directories of its member's posts.
    pub(crate) fn publish_device(
        &mut self,
        records: &dyn Records,
        device: &DeviceRecord,
        now: Time,
    ) -> Result<(), StoreError> {
        let row = DeviceRow {
            member: device.member,
            signing: device.key,
            sealing: device.sealing,
        };
        let units: Vec<UnitId> = self
            .organisation
            .posts_of(device.member, now)
            .map(|post| post.unit)
            .collect();
        let mut rows: BTreeMap<UnitId, Rows> = BTreeMap::new();
        for directory in units
            .into_iter()
            .flat_map(|unit| directories_of(&self.organisation, unit))
        {
            let rows = rows.entry(directory).or_default();
            if rows.devices.is_empty() {
                rows.devices.push(row.clone());
            }
        }
        for of in rows.keys().copied().collect::<Vec<_>>() {
            let known: Option<DocumentId> = self.pending.get(records, &keys::directory(of))?;
            // Without its keys there nobody can seal bundles to it; its syncs go on.
            if let Some(known) = known
                && !self.takes_following(records, known, 1)?
            {
                rows.remove(&of);
            }
        }
        // The device's key is unique, so what is derived from it repeats no nonce.
        let seed = blake3_keyed(&self.setup.token_key, &[b"publish device", &device.key.0]);
        self.put_rows(records, rows, seed, now)?
            .map_err(|error| StoreError::Failed(error.to_string()))
    }

    /// Says in every directory that names a device that it is stopped, or goes on.
    pub(crate) fn retire(
        &mut self,
        records: &dyn Records,
        device: &DeviceRecord,
        back: bool,
        seed: [u8; 32],
        now: Time,
    ) -> Result<(), StoreError> {
        let mut commands = Vec::new();
        for (key, value) in self.pending.scan(
            records,
            keys::DIRECTORIES,
            &keys::end_of(keys::DIRECTORIES),
            usize::MAX,
        )? {
            let id: DocumentId = crate::rows::pending::read(&key, &value)?;
            let Some(document) = self.documents.take(records, &self.pending, id)? else {
                continue;
            };
            let named = document.directory_names_device(&device.key);
            self.documents.put(document);
            if named {
                let devices = List::new(vec![device.key]).unwrap_or_default();
                let body = Body::from(DirectoryCommand::Retire(RetireDevices { devices, back }));
                commands.push(AdminCommand {
                    document: Some(id),
                    body,
                });
            }
        }
        self.carry_out_following(records, commands, seed, now)
    }

    fn put_rows(
        &mut self,
        records: &dyn Records,
        rows: BTreeMap<UnitId, Rows>,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Result<(), AdminError>, StoreError> {
        let mut commands = Vec::new();
        for (of, rows) in rows {
            let known: Option<DocumentId> = self.pending.get(records, &keys::directory(of))?;
            let document = known.unwrap_or_else(|| {
                let document = self.admin_document(&seed, commands.len());
                let body = Body::from(DirectoryCommand::Open(OpenDirectory { of }));
                commands.push(AdminCommand {
                    document: None,
                    body,
                });
                document
            });
            commands.extend(rows.updates().into_iter().map(|update| AdminCommand {
                document: Some(document),
                body: Body::from(DirectoryCommand::Update(update)),
            }));
        }
        Ok(self
            .carry_out(records, commands, seed, now, None)?
            .map(|_| ()))
    }
}

impl Rows {
    /// Updates that hold all rows.
    fn updates(self) -> Vec<UpdateDirectory> {
        fn chunks<T: Clone>(rows: &[T]) -> Vec<List<T, DIRECTORY_ROWS_MAX>> {
            rows.chunks(DIRECTORY_ROWS_MAX)
                .map(|chunk| List::new(chunk.to_vec()).unwrap_or_default())
                .collect()
        }
        let empty = UpdateDirectory::default;
        let units = chunks(&self.units)
            .into_iter()
            .map(|units| UpdateDirectory { units, ..empty() });
        let posts = chunks(&self.posts)
            .into_iter()
            .map(|posts| UpdateDirectory { posts, ..empty() });
        let devices = chunks(&self.devices)
            .into_iter()
            .map(|devices| UpdateDirectory { devices, ..empty() });
        units.chain(posts).chain(devices).collect()
    }
}
