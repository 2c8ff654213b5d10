//! Scopes: which feeds a device is sent, and how far it has been told of them.
//!
//! | file | what |
//! | --- | --- |
//! | `cursors` | where a device stands, sealed |
//! | `challenges` | every flight is signed over one, once |
//! | `acknowledged` | which scope a device knows, and what it may still believe |

pub(crate) mod acknowledged;
mod challenges;
pub(crate) mod cursors;

pub(crate) use challenges::Challenges;

use std::collections::BTreeSet;

use crate::rows::records::{DeviceRecord, HeadRecord, ScopeRecord};
use crate::rows::{Tx, keys};
use alleyway_core::feeds::{FeedClass, FeedId, subscriptions};
use alleyway_core::id::DeviceId;
use alleyway_core::limits::SUBSCRIPTIONS_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// Scopes of one device that are looked through, from the newest back: nobody's feeds change so
/// often between two syncs.
const SCOPES_LOOKED_THROUGH_MAX: u32 = 64;

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

/// The device's feeds now: its member's, less the confidential ones of units for which no second
/// person has confirmed the device, and none if it is not to go on. A set that differs from the
/// last one gets the next number; every set is kept, so that a device's cursor need only name it.
pub(crate) fn current(
    tx: &mut Tx<'_>,
    device: &DeviceRecord,
    now: Time,
) -> Result<Scope, StoreError> {
    let feeds = feeds_of(tx, device, now);
    let newest = newest(tx, device.id())?;
    if newest.feeds.iter().copied().collect::<BTreeSet<_>>() == feeds {
        return Ok(Scope {
            version: newest.version,
            feeds,
        });
    }
    let key = keys::scope(device.id(), 0);
    let version = newest.version + 1;
    let list = List::new(feeds.iter().copied().collect()).map_err(|_| StoreError::damaged(&key))?;
    let record = ScopeRecord {
        version,
        feeds: list,
    };
    tx.put(keys::scope(device.id(), version), &record);
    tx.put(key, &record);
    Ok(Scope { version, feeds })
}

/// The feeds of [`current`], without a number.
pub(crate) fn feeds_of(tx: &Tx<'_>, device: &DeviceRecord, now: Time) -> BTreeSet<FeedId> {
    if device.stopped.is_some() {
        return BTreeSet::new();
    }
    // Nobody has so many posts; whoever does is sent the first of them.
    subscriptions(tx.organisation(), device.member, now)
        .into_iter()
        .filter(|feed| {
            feed.class != FeedClass::Confidential || device.confirmed.contains(&feed.unit)
        })
        .take(SUBSCRIPTIONS_MAX)
        .collect()
}

fn newest(tx: &Tx<'_>, device: DeviceId) -> Result<ScopeRecord, StoreError> {
    Ok(tx.get(&keys::scope(device, 0))?.unwrap_or_default())
}

/// The device's scope of one number; 0 is the empty set.
pub(crate) fn of(tx: &Tx<'_>, device: DeviceId, version: u32) -> Result<Scope, StoreError> {
    if version == 0 {
        return Ok(Scope::default());
    }
    let record: ScopeRecord = tx.get(&keys::scope(device, version))?.unwrap_or_default();
    Ok(Scope {
        version,
        feeds: record.feeds.iter().copied().collect(),
    })
}

/// All feeds of the device's scopes from a number up to the newest; of many scopes the newest.
fn feeds_since(
    tx: &Tx<'_>,
    device: DeviceId,
    version: u32,
) -> Result<BTreeSet<FeedId>, StoreError> {
    let newest = newest(tx, device)?.version;
    let first = version.max(newest.saturating_sub(SCOPES_LOOKED_THROUGH_MAX));
    let mut feeds = BTreeSet::new();
    for version in first..=newest {
        feeds.extend(of(tx, device, version)?.feeds);
    }
    Ok(feeds)
}

/// Every feed that a device was ever sent; of many scopes those of the newest.
pub(crate) fn ever(tx: &Tx<'_>, device: DeviceId) -> Result<BTreeSet<FeedId>, StoreError> {
    feeds_since(tx, device, 0)
}

/// The same, and every feed that its member is sent now.
pub(crate) fn ever_or_now(
    tx: &Tx<'_>,
    device: &DeviceRecord,
    now: Time,
) -> Result<BTreeSet<FeedId>, StoreError> {
    let mut feeds = ever(tx, device.id())?;
    feeds.extend(feeds_of(tx, device, now));
    Ok(feeds)
}

/// Whether a document is in one of the feeds, or has left one of them.
pub(crate) fn was_in(head: &HeadRecord, feeds: &BTreeSet<FeedId>) -> bool {
    meets(head, feeds) || head.left.iter().any(|(feed, _)| feeds.contains(feed))
}
