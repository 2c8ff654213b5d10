//! Directories: documents that tell members, offline, of units, posts and devices.

use std::collections::{BTreeMap, BTreeSet};

use super::{AdminCommand, Own};
use crate::rows::{Tx, keys};
use alleyway_core::command::{Body, Command};
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::book::{BookCommand, OpenBook};
use alleyway_core::kinds::directory::{
    DeviceRow, DirectoryCommand, OpenDirectory, PostRow, UnitRow, UpdateDirectory,
};
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::limits::DIRECTORY_ROWS_MAX;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::StoreError;
use alleyway_core::wire::List;

/// The villages and towns whose directories name a unit: its village's, and the town's for what
/// the town deals with directly.
pub(crate) fn directories_of(organisation: &Organisation, unit: UnitId) -> BTreeSet<UnitId> {
    let mut directories: BTreeSet<UnitId> = organisation.village_of(unit).into_iter().collect();
    let town_deals_with_it = organisation.unit(unit).is_some_and(|row| {
        !matches!(
            row.kind,
            UnitKind::Alley | UnitKind::Centre | UnitKind::Committee
        )
    });
    if directories.is_empty() || town_deals_with_it {
        directories.extend(organisation.town_of(unit));
    }
    directories
}

/// Rows that are to get into directories, by the village or town whose directory it is.
#[derive(Default)]
pub(crate) struct DirectoryRows {
    of: BTreeMap<UnitId, Rows>,
}

/// Rows for one directory.
#[derive(Default)]
struct Rows {
    units: Vec<UnitRow>,
    posts: Vec<PostRow>,
    devices: Vec<DeviceRow>,
}

impl DirectoryRows {
    /// A unit, for the directory of `of`.
    pub(crate) fn unit(&mut self, of: UnitId, row: UnitRow) {
        self.of.entry(of).or_default().units.push(row);
    }

    /// An appointment, for the directory of `of`.
    pub(crate) fn post(&mut self, of: UnitId, row: PostRow) {
        self.of.entry(of).or_default().posts.push(row);
    }

    /// A device, for the directory of `of`.
    pub(crate) fn device(&mut self, of: UnitId, row: DeviceRow) {
        self.of.entry(of).or_default().devices.push(row);
    }

    /// The commands that put the rows into the directories. A directory that is not there yet is
    /// opened.
    pub(crate) fn commands(self, tx: &mut Tx<'_>, own: &Own) -> Result<Vec<Command>, StoreError> {
        let mut commands = Vec::new();
        for (of, rows) in self.of {
            let known: Option<DocumentId> = tx.get(&keys::directory(of))?;
            let document = if let Some(document) = known {
                document
            } else {
                let body = Body::from(DirectoryCommand::Open(OpenDirectory { of }));
                let open = own.command(
                    tx,
                    AdminCommand {
                        document: None,
                        body,
                    },
                );
                let document = open.target(&tx.server());
                commands.push(open);
                document
            };
            for update in rows.updates() {
                let update = AdminCommand {
                    document: Some(document),
                    body: Body::from(DirectoryCommand::Update(update)),
                };
                commands.push(own.command(tx, update));
            }
        }
        commands.extend(book_to_open(tx, own));
        Ok(commands)
    }
}

/// The command that opens the town's book, if the town is there and has none: its administrators
/// propose on what is there.
fn book_to_open(tx: &mut Tx<'_>, own: &Own) -> Option<Command> {
    if tx.organisation().rulebook().town().is_some() {
        return None;
    }
    let town = tx.organisation().towns().next()?;
    let body = Body::from(BookCommand::Open(OpenBook { town }));
    let open = AdminCommand {
        document: None,
        body,
    };
    Some(own.command(tx, open))
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
