//! Scopes: which feeds a member has, and had when a device was last here.

use std::collections::BTreeSet;

use super::Ledger;
use super::keys;
use super::records::{HeadRecord, ScopeRecord};
use crate::feeds::{FeedId, subscriptions};
use crate::id::MemberId;
use crate::limits::SUBSCRIPTIONS_MAX;
use crate::store::{Records, StoreError};
use crate::time::Time;
use crate::wire::List;

/// A set of feeds with its number.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) version: u32,
    pub(super) feeds: BTreeSet<FeedId>,
}

/// Whether a document is in one of the feeds.
pub(super) fn meets(head: &HeadRecord, feeds: &BTreeSet<FeedId>) -> bool {
    head.placed.iter().any(|place| feeds.contains(&place.feed))
}

impl Ledger {
    /// The member's feeds now. A set that differs from the last one gets the next number; every
    /// set is kept, so that a device's cursor need only name it.
    pub(super) fn current_scope(
        &mut self,
        records: &dyn Records,
        member: MemberId,
        now: Time,
    ) -> Result<Scope, StoreError> {
        // Nobody has so many posts; whoever does is sent the first of them.
        let all = subscriptions(&self.organisation, member, now);
        let feeds: BTreeSet<FeedId> = all.into_iter().take(SUBSCRIPTIONS_MAX).collect();
        let key = keys::scope(member, 0);
        let newest: ScopeRecord = self.pending.get(records, &key)?.unwrap_or_default();
        if newest.feeds.iter().copied().collect::<BTreeSet<_>>() == feeds {
            return Ok(Scope { version: newest.version, feeds });
        }
        let version = newest.version + 1;
        let list = List::new(feeds.iter().copied().collect()).map_err(|_| StoreError::damaged(&key))?;
        let record = ScopeRecord { version, feeds: list };
        self.pending.put(keys::scope(member, version), &record);
        self.pending.put(key, &record);
        Ok(Scope { version, feeds })
    }

    /// The member's feeds of one number; 0 is the empty set.
    pub(super) fn scope_of(&self, records: &dyn Records, member: MemberId, version: u32) -> Result<Scope, StoreError> {
        if version == 0 {
            return Ok(Scope::default());
        }
        let record: ScopeRecord = self.pending.get(records, &keys::scope(member, version))?.unwrap_or_default();
        Ok(Scope { version, feeds: record.feeds.iter().copied().collect() })
    }
}
