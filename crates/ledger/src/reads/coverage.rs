//! Which alleys have no chief, whose term ends, and which are too small or too large for one.
//!
//! Units and days are told, no names and no doors; and nothing of what chiefs do.

use std::collections::BTreeMap;

use super::{ReadError, member_of, towns_read, villages_read};
use crate::error::LedgerError;
use crate::rows::records::HeadRecord;
use crate::rows::{Tx, View, keys, read};
use alleyway_core::feeds::FeedClass;
use alleyway_core::id::{DeviceId, UnitId};
use alleyway_core::kinds::View as _;
use alleyway_core::kinds::household::HouseholdView;
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::time::{Date, Time};

/// Days before the end of a term from which it is told.
const ENDING_DAYS: i64 = 60;
/// Documents looked at in one step, some microseconds each.
const HEADS_AT_ONCE: usize = 5_000;

/// The households of each alley, counted by where they stand: no document is loaded.
#[derive(Debug, Clone, Default)]
pub struct HouseholdCount {
    /// The key behind the last one that was looked at; empty before the first.
    from: Vec<u8>,
    by_unit: BTreeMap<UnitId, u64>,
}

impl HouseholdCount {
    /// Counts some more. Whether those were the last.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn step(&mut self, records: &dyn Records) -> Result<bool, StoreError> {
        if self.from.is_empty() {
            self.from = keys::HEADS.to_vec();
        }
        let view = View::of_store(records);
        let rows = view.scan(&self.from, &keys::end_of(keys::HEADS), HEADS_AT_ONCE)?;
        let Some((last, _)) = rows.last() else {
            return Ok(true);
        };
        self.from.clone_from(last);
        self.from.push(0);
        for (key, value) in &rows {
            let head: HeadRecord = read(key, value)?;
            if head.kind != HouseholdView::KIND {
                continue;
            }
            for feed in head
                .feeds()
                .into_iter()
                .filter(|feed| feed.class == FeedClass::Unit)
            {
                *self.by_unit.entry(feed.unit).or_default() += 1;
            }
        }
        Ok(rows.len() < HEADS_AT_ONCE)
    }
}

/// How the alleys of a town, or of a village, are looked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The town, or the village.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// The households that an alley has at least, by the town's book.
    pub alley_min: u16,
    /// The households that an alley has at most.
    pub alley_max: u16,
    /// Every alley in it.
    pub alleys: Vec<AlleyCovered>,
}

/// An alley.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlleyCovered {
    /// The alley.
    pub alley: UnitId,
    /// Its name.
    pub name: String,
    /// Whether it has a chief now.
    pub has_chief: bool,
    /// The last day of its chief's term, if it has one that ends within sixty days.
    pub ends: Option<Date>,
    /// Its households.
    pub households: u64,
}

/// Answers a read of coverage: of the widest unit that the reader may read, or of `unit`.
pub(crate) fn coverage(
    tx: &mut Tx<'_>,
    device: DeviceId,
    unit: Option<UnitId>,
    counted: &HouseholdCount,
    now: Time,
) -> Result<Coverage, LedgerError<ReadError>> {
    let member = member_of(tx, device)?;
    let organisation = tx.organisation();
    let town = towns_read(organisation, member, now).next();
    let mut villages = villages_read(organisation, member, now);
    let unit = match unit {
        None => town.or_else(|| villages.next()),
        Some(unit) => {
            let in_town = town.is_some() && organisation.town_of(unit) == town;
            let is_place = organisation.village_of(unit) == Some(unit) || Some(unit) == town;
            let may = in_town || villages.any(|village| village == unit);
            (may && is_place).then_some(unit)
        }
    };
    let unit = unit.ok_or(LedgerError::Refused(ReadError::OutOfScope))?;
    let measures = organisation.rulebook().at(Date::of(now)).measures();
    let alleys = organisation.units().filter(|row| {
        let is_in = organisation.ancestors(row.unit).any(|above| above == unit);
        row.kind == UnitKind::Alley && is_in
    });
    let covered = alleys.map(|row| AlleyCovered {
        alley: row.unit,
        name: row.name.to_string(),
        households: counted.by_unit.get(&row.unit).copied().unwrap_or_default(),
        ..chief_of(organisation, row.unit, now)
    });
    Ok(Coverage {
        unit,
        name: organisation
            .unit(unit)
            .map_or_else(String::new, |row| row.name.to_string()),
        alley_min: measures.alley_min,
        alley_max: measures.alley_max,
        alleys: covered.collect(),
    })
}

/// An alley with its chief, and until when. Of several the one who stays longest counts.
fn chief_of(organisation: &Organisation, alley: UnitId, now: Time) -> AlleyCovered {
    let acts = |member| organisation.acts_for(member, alley, now);
    let chiefs = organisation.appointments_in(alley);
    let ends: Vec<Option<Time>> = chiefs
        .filter(|held| acts(held.member) && held.from <= now)
        .filter(|held| held.until.is_none_or(|until| now < until))
        .map(|held| held.until)
        .collect();
    let last = if ends.contains(&None) {
        None
    } else {
        ends.iter().flatten().max().copied()
    };
    AlleyCovered {
        alley,
        name: String::new(),
        has_chief: !ends.is_empty(),
        ends: last
            .filter(|until| *until <= now.plus_days(ENDING_DAYS))
            .map(|until| Date::of(Time(until.0.saturating_sub(1)))),
        households: 0,
    }
}
