//! Scopes: which feeds a device is sent, and was sent when it was last here.

use std::collections::BTreeSet;

use crate::Ledger;
use crate::rows::keys;
use crate::rows::records::{DeviceRecord, HeadRecord, ScopeRecord};
use alleyway_core::feeds::{FeedClass, FeedId, subscriptions};
use alleyway_core::id::DeviceId;
use alleyway_core::limits::SUBSCRIPTIONS_MAX;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// A set of feeds with its number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) version: u32,
    pub(crate) feeds: BTreeSet<FeedId>,
}

/// Whether a document is in one of the feeds.
pub(crate) fn meets(head: &HeadRecord, feeds: &BTreeSet<FeedId>) -> bool {
    head.placed.iter().any(|place| feeds.contains(&place.feed))
}

impl Ledger {
    /// The device's feeds now: its member's, less the confidential ones of units for which no
    /// second person has confirmed the device, and none if it is not to go on. A set that differs from the last one
    /// gets the next number; every set is kept, so that a device's cursor need only name it.
    pub(crate) fn current_scope(
        &mut self,
        records: &dyn Records,
        device: &DeviceRecord,
        now: Time,
    ) -> Result<Scope, StoreError> {
        let id = DeviceId::of(&device.key);
        let feeds = self.feeds_of(device, now);
        let key = keys::scope(id, 0);
        let newest: ScopeRecord = self.pending.get(records, &key)?.unwrap_or_default();
        if newest.feeds.iter().copied().collect::<BTreeSet<_>>() == feeds {
            return Ok(Scope {
                version: newest.version,
                feeds,
            });
        }
        let version = newest.version + 1;
        let list =
            List::new(feeds.iter().copied().collect()).map_err(|_| StoreError::damaged(&key))?;
        let record = ScopeRecord {
            version,
            feeds: list,
        };
        self.pending.put(keys::scope(id, version), &record);
        self.pending.put(key, &record);
        Ok(Scope { version, feeds })
    }

    fn feeds_of(&self, device: &DeviceRecord, now: Time) -> BTreeSet<FeedId> {
        if device.stopped.is_some() {
            return BTreeSet::new();
        }
        // Nobody has so many posts; whoever does is sent the first of them.
        subscriptions(&self.organisation, device.member, now)
            .into_iter()
            .filter(|feed| {
                feed.class != FeedClass::Confidential || device.confirmed.contains(&feed.unit)
            })
            .take(SUBSCRIPTIONS_MAX)
            .collect()
    }

    /// The device's feeds of one number; 0 is the empty set.
    pub(crate) fn scope_of(
        &self,
        records: &dyn Records,
        device: &DeviceRecord,
        version: u32,
    ) -> Result<Scope, StoreError> {
        if version == 0 {
            return Ok(Scope::default());
        }
        let key = keys::scope(DeviceId::of(&device.key), version);
        let record: ScopeRecord = self.pending.get(records, &key)?.unwrap_or_default();
        Ok(Scope {
            version,
            feeds: record.feeds.iter().copied().collect(),
        })
    }
}
