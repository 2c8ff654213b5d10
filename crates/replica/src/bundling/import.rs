//! A bundle is read: what it holds is kept, shown, and carried on.

use std::collections::BTreeSet;

use thiserror::Error;

use super::super::Replica;
use super::super::carrying::{CarriedBatch, Carrying, Place};
use alleyway_core::bundle::{Bundle, BundleError, Item};
use alleyway_core::crypto::SealingSecret;
use alleyway_core::id::TownId;
use alleyway_core::store::Write;
use alleyway_core::time::Time;

/// The content of a bundle, counted.
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
    /// Batches that were not taken, for as much of their device is carried already as may be.
    pub left: usize,
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
        let device = self.as_enrolled().ok_or(ImportError::NotEnrolled)?;
        if self.stopped().is_some() {
            return Err(ImportError::Stopped);
        }
        let secret = SealingSecret::from_bytes(*device.sealing_secret().as_bytes());
        let (own, town) = (device.certificate().id(), device.town());
        let bundle = Bundle::open(file, town, device.server(), &secret)?;
        let since = self.server_time(now);
        let mut taking = Taking {
            carrying: &mut self.carrying,
            town,
            since,
            imported: Imported::default(),
        };
        let mut changed: Vec<(Place, Option<CarriedBatch>)> = Vec::new();
        for item in bundle.items.iter() {
            let place = (item.certificate.id(), item.closed.number);
            if place.0 == own {
                taking.imported.known += 1;
                continue;
            }
            let before = taking.carrying.get(place).cloned();
            if taking.take(place, item) {
                changed.push((place, before));
            }
        }
        let mut imported = taking.imported;
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
            drop(self.carrying.withhold_all());
        }
        let places: BTreeSet<Place> = changed.into_iter().map(|(place, _)| place).collect();
        Ok((
            places
                .into_iter()
                .map(|place| self.carrying.write(place))
                .collect(),
            imported,
        ))
    }
}

/// A bundle that is being taken.
struct Taking<'a> {
    carrying: &'a mut Carrying,
    town: TownId,
    /// The time by the server's clock, as far as this device can tell.
    since: Time,
    imported: Imported,
}

impl Taking<'_> {
    /// Keeps a batch. Returns whether that changed anything.
    fn take(&mut self, place: Place, item: &Item) -> bool {
        let imported = &mut self.imported;
        let mut shown = item.shown.clone();
        shown.withhold(|command| command.body.is_shown_before_admission());
        imported.withheld += shown.withheld();
        let Some(held) = self.carrying.get(place) else {
            let mut batch = CarriedBatch::new(item, self.since);
            if !self.carrying.has_room_of(place.0, &batch) {
                imported.left += 1;
                return false;
            }
            imported.batches += 1;
            imported.commands += batch.show(&shown);
            self.carrying.put(place, batch);
            return true;
        };
        if held.shown().hash(self.town, place.0) != shown.hash(self.town, place.0) {
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
        self.carrying.put(place, batch);
        true
    }
}
