//! `GET /v1/q/coverage`: how alleys are looked after.

use std::sync::Arc;

use alleyway_core::id::{DeviceId, UnitId};
use alleyway_ledger::{Coverage, HouseholdCount, LedgerError, ReadError};
use serde::Serialize;

use super::super::App;
use super::super::error::HttpError;
use super::Refused;
use super::query::{self, Field};
use crate::disk::Writes;
use crate::writer::{Desk, Slice};

/// The fields of the query.
pub(super) const FIELDS: [Field; 1] = [Field {
    name: "unit",
    pattern: "^[0-9a-f]{32}$",
    meaning: "the town, or a village or community; without it the widest unit that the reader may read",
}];

/// Reads the query.
///
/// # Errors
/// A field is not as it is to be.
pub(super) fn read(text: &str) -> Result<Option<UnitId>, HttpError> {
    let [unit] = query::values(text, FIELDS)?;
    query::read(unit, UnitId::parse)
}

/// Asks the writer: it counts households some thousand documents a turn, and then reads.
///
/// # Errors
/// Whatever the writer answers; that the device may not read it.
pub(super) async fn ask(
    app: &Arc<App>,
    device: DeviceId,
    unit: Option<UnitId>,
) -> Result<Coverage, HttpError> {
    let mut counted = HouseholdCount::default();
    let mut is_whole = false;
    let read = move |desk: &mut Desk<'_>| -> Result<Slice<Result<Coverage, ReadError>>, _> {
        let (now, store) = (desk.now, desk.store);
        let covered = desk
            .ledger
            .read_coverage(store, device, unit, &counted, now);
        match covered {
            // Nothing is counted for who may not read it.
            Err(LedgerError::Refused(refusal)) => Ok(Slice::Done(Err(refusal))),
            Err(LedgerError::Store(error)) => Err(error),
            Ok(covered) if is_whole => Ok(Slice::Done(Ok(covered))),
            Ok(_) => {
                is_whole = counted.step(store)?;
                Ok(Slice::More)
            }
        }
    };
    let done = app.writer.ask_in_slices(Writes::Nothing, 0, read).await;
    let covered = done.map_err(Refused::Ask)?;
    Ok(covered.map_err(Refused::Read)?)
}

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    unit: String,
    name: String,
    alley_min: u16,
    alley_max: u16,
    alleys: Vec<ShownAlley>,
}

#[derive(Debug, Serialize)]
struct ShownAlley {
    id: String,
    name: String,
    has_chief: bool,
    /// The last day of the term, if it ends soon.
    ends: Option<String>,
    households: u64,
}

impl Shown {
    pub(super) fn of(coverage: Coverage) -> Self {
        let alleys = coverage.alleys.into_iter().map(|alley| ShownAlley {
            id: alley.alley.key(),
            name: alley.name,
            has_chief: alley.has_chief,
            ends: alley.ends.map(|day| day.to_string()),
            households: alley.households,
        });
        Self {
            alleys: alleys.collect(),
            unit: coverage.unit.key(),
            name: coverage.name,
            alley_min: coverage.alley_min,
            alley_max: coverage.alley_max,
        }
    }
}
