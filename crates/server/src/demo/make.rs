//! Making a demo.

use std::collections::BTreeMap;
use std::path::Path;

use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::store::{Store as _, StoreError};
use alleyway_core::text::Text;
use alleyway_core::time::Time;

use super::{DemoError, play, put_mark};
use crate::admin::{self, Undone};
use crate::import::{Current, Rows};
use crate::instance::{Instance, InstanceError};
use crate::secrets;
use crate::town::{self, Size};
use crate::writer::Desk;

/// The town is loaded so long before the start, before any of its stories begins.
const LOADED_BEFORE_DAYS: i64 = 400;

/// Makes a town of this size and seed as it stands at `start`, in an empty folder. `progress` hears
/// how many steps of how many have been played.
///
/// # Errors
/// [`DemoError`]; the folder is then not a demo's.
pub fn make(
    folder: &Path,
    size: Size,
    seed: u64,
    start: Time,
    loaded_documents_max: usize,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Instance, DemoError> {
    let town = town::generate(size, seed, start);
    let mut instance = Instance::create(folder, Text::cut("四排镇"), loaded_documents_max)?;
    let places = load(
        &mut instance,
        &town.rows,
        start.plus_days(-LOADED_BEFORE_DAYS),
    )?;
    play::all(&mut instance, &town, &places, seed, progress)?;
    put_mark(folder, size, seed)?;
    Ok(instance)
}

/// Where the town's units and households are.
pub(super) struct Places {
    /// Units by key.
    pub(super) units: BTreeMap<String, UnitId>,
    /// Households by their places in the rows.
    pub(super) households: Vec<Option<DocumentId>>,
}

/// Loads the rows as an import does.
fn load(instance: &mut Instance, rows: &Rows, now: Time) -> Result<Places, DemoError> {
    let seed = secrets::random()?;
    let town = instance.town;
    let mut desk = Desk {
        ledger: &mut instance.ledger,
        store: &*instance.store,
        now,
    };
    admin::make_town(&mut desk, &Current::empty(town), rows, false, seed).map_err(|undone| {
        match undone {
            Undone::Failed(failure) => {
                DemoError::Town(format!("{} {:?}", failure.text_en, failure.rows))
            }
            Undone::Store(error) => InstanceError::from(error).into(),
        }
    })?;
    commit(instance).map_err(InstanceError::from)?;

    let mut desk = Desk {
        ledger: &mut instance.ledger,
        store: &*instance.store,
        now,
    };
    let current = admin::current_town(&mut desk, town).map_err(InstanceError::from)?;
    let doors: BTreeMap<(&str, &str), DocumentId> = current
        .households
        .iter()
        .filter_map(|household| {
            let (_, door) = household.door.values.first()?;
            Some((
                (household.alley.as_str(), door.as_str()),
                household.document,
            ))
        })
        .collect();
    let place = |row: &crate::import::HouseholdRow| {
        doors.get(&(row.alley.as_str(), row.door.as_str())).copied()
    };
    let households = rows.households().iter().map(place).collect();
    let units = current
        .units
        .into_iter()
        .map(|(key, unit)| (key, unit.id))
        .collect();
    Ok(Places { units, households })
}

/// Commits what the ledger has collected.
pub(super) fn commit(instance: &mut Instance) -> Result<(), StoreError> {
    match instance.ledger.take_transaction() {
        Some(transaction) => instance.store.commit(&transaction),
        None => Ok(()),
    }
}
