//! Carrying: batches of other devices, handed over phone to phone, kept, shown, and carried to the
//! server.

mod batch;

pub(super) use batch::CarriedBatch;

use std::collections::{BTreeMap, BTreeSet};

use super::rows;
use alleyway_core::batch::Visible;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::limits::{
    CARRIED_BATCHES_BY_DEVICE_MAX, CARRIED_BATCHES_MAX, CARRIED_BYTES_BY_DEVICE_MAX,
    CARRIED_BYTES_MAX,
};
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::wire::Wire;

/// Whose batch, and its number.
pub(super) type Place = (DeviceId, u64);

/// All batches of other devices.
#[derive(Debug, Default)]
pub(super) struct Carrying {
    batches: BTreeMap<Place, CarriedBatch>,
    /// The batches that show a command of a document.
    by_document: BTreeMap<DocumentId, BTreeSet<Place>>,
    bytes: usize,
}

impl Carrying {
    /// Reads what is carried; `damaged` takes the keys of rows that cannot be read.
    pub(super) fn read(
        records: &dyn Records,
        damaged: &mut Vec<Vec<u8>>,
    ) -> Result<Self, StoreError> {
        let mut carrying = Self::default();
        damaged.extend(rows::each(
            records,
            rows::CARRIED,
            |(device, number): (DeviceId, [u8; 8]), value| {
                let place = (device, u64::from_be_bytes(number));
                carrying.put(place, Wire::from_bytes(value).ok()?);
                Some(())
            },
        )?);
        Ok(carrying)
    }

    pub(super) fn get(&self, place: Place) -> Option<&CarriedBatch> {
        self.batches.get(&place)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Place, &CarriedBatch)> {
        self.batches.iter().map(|(place, batch)| (*place, batch))
    }

    /// Those that are still to be handed in.
    pub(super) fn open(&self) -> impl Iterator<Item = (Place, &CarriedBatch)> {
        self.iter().filter(|(_, batch)| !batch.is_done())
    }

    /// Those that are still to be handed in, one of each device in turn, and of each device the
    /// oldest first: where there is not room for all, the many of one do not keep out the few of others.
    pub(super) fn in_turn(&self) -> Vec<(Place, &CarriedBatch)> {
        let mut last = None;
        let mut turn = 0_usize;
        let mut rows: Vec<(usize, Place, &CarriedBatch)> = Vec::new();
        for (place, batch) in self.open() {
            turn = if last == Some(place.0) { turn + 1 } else { 0 };
            last = Some(place.0);
            rows.push((turn, place, batch));
        }
        rows.sort_by_key(|(turn, place, _)| (*turn, *place));
        let rows = rows.into_iter();
        rows.map(|(_, place, batch)| (place, batch)).collect()
    }

    /// Whether there is room for one more batch of a device beside those that are carried of it.
    /// Further copies of a batch do not count: whoever passes it on may add them.
    pub(super) fn has_room_of(&self, device: DeviceId, batch: &CarriedBatch) -> bool {
        let carried = self.batches.range((device, 0)..=(device, u64::MAX));
        let (count, bytes) = carried
            .fold((1, batch.one_copy_bytes()), |(count, bytes), (_, of)| {
                (count + 1, bytes + of.one_copy_bytes())
            });
        count <= CARRIED_BATCHES_BY_DEVICE_MAX && bytes <= CARRIED_BYTES_BY_DEVICE_MAX
    }

    /// Puts a batch in place of what was known of it.
    pub(super) fn put(&mut self, place: Place, batch: CarriedBatch) {
        self.remove(place);
        self.bytes += batch.bytes();
        for document in batch.documents() {
            self.by_document.entry(document).or_default().insert(place);
        }
        self.batches.insert(place, batch);
    }

    pub(super) fn remove(&mut self, place: Place) -> Option<CarriedBatch> {
        let batch = self.batches.remove(&place)?;
        self.bytes = self.bytes.saturating_sub(batch.bytes());
        for document in batch.documents() {
            if let Some(places) = self.by_document.get_mut(&document) {
                places.remove(&place);
                if places.is_empty() {
                    self.by_document.remove(&document);
                }
            }
        }
        Some(batch)
    }

    /// Whether more is carried than may be.
    pub(super) fn is_too_much(&self) -> bool {
        self.batches.len() > CARRIED_BATCHES_MAX || self.bytes > CARRIED_BYTES_MAX
    }

    /// A document's commands, as far as they are shown.
    pub(super) fn of(
        &self,
        document: DocumentId,
    ) -> impl Iterator<Item = (&CarriedBatch, &Visible)> {
        let batches = self
            .by_document
            .get(&document)
            .into_iter()
            .flatten()
            .filter_map(|place| self.batches.get(place));
        batches.flat_map(move |batch| {
            batch
                .commands()
                .filter(move |(of, _)| *of == document)
                .map(move |(_, visible)| (batch, visible))
        })
    }

    /// Documents that commands shown here change or create.
    pub(super) fn documents(&self) -> impl Iterator<Item = DocumentId> + '_ {
        self.by_document.keys().copied()
    }

    /// Withholds everything that others did: it may not be read any longer. All of it is still
    /// carried, sealed to the town.
    pub(super) fn withhold_all(&mut self) -> Vec<Write> {
        self.withhold_unless(|_| false)
    }

    /// Withholds what others did to documents that `sees` denies.
    pub(super) fn withhold_unless(&mut self, sees: impl Fn(DocumentId) -> bool) -> Vec<Write> {
        let hides = |batch: &CarriedBatch| batch.documents().into_iter().any(|id| !sees(id));
        let places: Vec<Place> = self
            .iter()
            .filter(|(_, batch)| hides(batch))
            .map(|(place, _)| place)
            .collect();
        let mut writes = Vec::new();
        for place in places {
            let Some(mut batch) = self.remove(place) else {
                continue;
            };
            batch.withhold(&sees);
            self.put(place, batch);
            writes.push(self.write(place));
        }
        writes
    }

    /// The row of a batch, as it is to be stored.
    pub(super) fn write(&self, place: Place) -> Write {
        let key = rows::key(rows::CARRIED, &(place.0, place.1.to_be_bytes()));
        match self.batches.get(&place) {
            Some(batch) => rows::put(key, batch),
            None => rows::remove(key),
        }
    }
}
