//! A bundle is read: what it holds is kept, shown, and carried on.

use thiserror::Error;

use super::super::Replica;
use super::super::carried::{CarriedBatch, Carrying, Place};
use alleyway_core::bundle::{Bundle, BundleError, Item};
use alleyway_core::crypto::SealingSecret;
use alleyway_core::id::TownId;
use alleyway_core::store::Write;
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// What a bundle held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Batches that were not known here.
    pub batches: usize,
    /// Commands shown that were not shown before.
    pub commands: usize,
    /// Batches of which nothing was new, this device's own among them.
    pub known: usize,
    /// Commands that are not to be seen here, in all batches of the bundle.
    pub withheld: usize,
    /// Batches that differ from the ones carried under the same number: the first ones are kept.
    pub differing: usize,
}

/// Why a bundle was not taken. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// The device has no identity yet.
    #[error("this device is not enrolled")]
    NotEnrolled,
    /// The device is not to go on.
    #[error("this device is not to go on")]
    Stopped,
    /// The bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// With it, this device would carry more than it may: it has to hand in first.
    #[error("this device carries as much as it may for others")]
    TooMuchCarried,
}

impl Replica {
    /// Takes a bundle. The same one again changes nothing. The writes must be durable before
    /// anybody is told that it was taken.
    ///
    /// # Errors
    /// [`ImportError`]; nothing has changed then.
    pub fn import(
        &mut self,
        file: &[u8],
        now: Time,
    ) -> Result<(Vec<Write>, Imported), ImportError> {
        let (identity, enrolled) = self.enrolled_row().ok_or(ImportError::NotEnrolled)?;
        if self.state.stopped.is_some() {
            return Err(ImportError::Stopped);
        }
        let secret = SealingSecret::from_bytes(*identity.sealing_secret.as_bytes());
        let own = enrolled.certificate.id();
        let town = enrolled.town;
        let bundle = Bundle::open(file, town, &enrolled.server, &secret)?;
        let since = self.server_time(now);
        let mut imported = Imported::default();
        let mut changed: Vec<(Place, Option<CarriedBatch>)> = Vec::new();
        for item in bundle.items.iter() {
            let place = (item.certificate.id(), item.closed.number);
            if place.0 == own {
                imported.known += 1;
                continue;
            }
            let before = self.carrying.get(place).cloned();
            if take(&mut self.carrying, town, place, item, since, &mut imported) {
                changed.push((place, before));
            }
        }
        if self.carrying.is_too_much() {
            // Back, the last one first: a batch may be in the bundle twice.
            for (place, before) in changed.into_iter().rev() {
                match before {
                    Some(before) => self.carrying.put(place, before),
                    None => drop(self.carrying.remove(place)),
                }
            }
            return Err(ImportError::TooMuchCarried);
        }
        if self.is_locked() {
            // Carried on, and not to be read here now. What changed is written below.
            imported.withheld += std::mem::take(&mut imported.commands);
            drop(self.withhold_all_carried());
        }
        let places: std::collections::BTreeSet<Place> =
            changed.into_iter().map(|(place, _)| place).collect();
        Ok((
            places
                .into_iter()
                .map(|place| self.carrying.write(place))
                .collect(),
            imported,
        ))
    }
}

/// Keeps a batch. Whether that changed anything.
fn take(
    carrying: &mut Carrying,
    town: TownId,
    place: Place,
    item: &Item,
    since: Time,
    imported: &mut Imported,
) -> bool {
    let mut shown = item.shown.clone();
    shown.withhold(|command| command.body.is_shown_before_admission());
    imported.withheld += shown.withheld();
    let Some(held) = carrying.get(place) else {
        let mut batch = new_batch(item, since);
        imported.batches += 1;
        imported.commands += batch.show(&shown);
        carrying.put(place, batch);
        return true;
    };
    if held.shown.hash(town, place.0) != shown.hash(town, place.0) {
        imported.differing += 1;
        return false;
    }
    let mut batch = held.clone();
    let new = batch.show(&shown);
    imported.commands += new;
    // Which of two seals holds the batch, only the server can tell.
    let another = batch.add_copy(&item.closed.sealed);
    if new == 0 && !another {
        imported.known += 1;
        return false;
    }
    carrying.put(place, batch);
    true
}

/// A batch of which nothing is shown yet.
fn new_batch(item: &Item, since: Time) -> CarriedBatch {
    let mut shown = item.shown.clone();
    shown.withhold(|_| false);
    let mut batch = CarriedBatch {
        certificate: item.certificate,
        shown,
        sealed: List::default(),
        seen: List::default(),
        since,
        done: false,
    };
    batch.add_copy(&item.closed.sealed);
    batch
}
