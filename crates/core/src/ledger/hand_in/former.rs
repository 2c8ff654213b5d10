//! What a device may still believe: feeds that its member had, and of whose end it was not told.
//!
//! A scope ends for a device when a cursor that it shows says so, and it has nothing left to hand
//! in: what it typed before was then answered in the light of the scope it knew.

use std::collections::BTreeSet;

use super::Judging;
use crate::command::Command;
use crate::command::directory::PostRow;
use crate::command::unit::Post;
use crate::feeds::FeedId;
use crate::id::{DeviceId, DocumentId, MemberId};
use crate::ledger::records::{DeviceRecord, HeadRecord, ScopeRecord};
use crate::ledger::scopes::meets;
use crate::ledger::{Ledger, keys};
use crate::organisation::{Standing, is_active};
use crate::store::{Records, StoreError};
use crate::sync::frame::Hello;
use crate::time::Time;

/// Scopes of one device that are looked through, from the newest back: nobody's feeds change so
/// often between two syncs.
const SCOPES_LOOKED_THROUGH_MAX: u32 = 64;

impl Ledger {
    /// The feeds of the scopes from the last that the device is known to know up to the newest.
    /// Empty if no post of its member has ended.
    pub(super) fn former_feeds(
        &self,
        records: &dyn Records,
        device: &DeviceRecord,
        now: Time,
    ) -> Result<BTreeSet<FeedId>, StoreError> {
        let mut feeds = BTreeSet::new();
        if !self.has_ended_post(device.member, now) {
            return Ok(feeds);
        }
        let id = DeviceId::of(&device.key);
        let newest: ScopeRecord = self.pending.get(records, &keys::scope(id, 0))?.unwrap_or_default();
        let first = device.scope_known.max(newest.version.saturating_sub(SCOPES_LOOKED_THROUGH_MAX));
        for version in first..=newest.version {
            feeds.extend(self.scope_of(records, device, version)?.feeds);
        }
        Ok(feeds)
    }

    /// Notes that the device knows the scope of the cursor it shows. To be called when everything
    /// that it had to hand in has its final verdict.
    pub(in crate::ledger) fn note_told(
        &mut self,
        records: &dyn Records,
        hello: &Hello,
        device: &mut DeviceRecord,
        now: Time,
    ) -> Result<(), StoreError> {
        if hello.more || !device.missing.is_empty() || !self.has_ended_post(device.member, now) {
            return Ok(());
        }
        let Some(cursor) = self.open_cursor(records, hello)? else { return Ok(()) };
        if cursor.scope > device.scope_known {
            device.scope_known = cursor.scope;
            self.pending.put(keys::device(hello.device), device);
        }
        Ok(())
    }

    /// Whether the document may be looked at for this device: it creates it, or is sent it, or was
    /// once, so that a command of its own may stand there. What it never was sent is not loaded: it
    /// takes no more time than what does not exist.
    pub(super) fn may_have_seen(
        &self,
        records: &dyn Records,
        at: &Judging<'_>,
        command: &Command,
        target: DocumentId,
    ) -> Result<bool, StoreError> {
        if command.document.is_none() || at.by.feeds.is_none() {
            return Ok(true);
        }
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(target))?;
        if at.sees(head.as_ref()) {
            return Ok(true);
        }
        let id = DeviceId::of(&at.device.key);
        let newest: ScopeRecord = self.pending.get(records, &keys::scope(id, 0))?.unwrap_or_default();
        let mut ever = BTreeSet::new();
        for version in newest.version.saturating_sub(SCOPES_LOOKED_THROUGH_MAX)..=newest.version {
            ever.extend(self.scope_of(records, at.device, version)?.feeds);
        }
        Ok(head.is_some_and(|head| meets(&head, &ever) || head.left.iter().any(|(feed, _)| ever.contains(feed))))
    }

    fn has_ended_post(&self, member: MemberId, now: Time) -> bool {
        self.organisation.posts_standing(member, now, Standing::Ended).any(|post| !is_active(post, now))
    }
}

impl Judging<'_> {
    /// Whether the device could not know that the post had ended.
    pub(super) fn was_not_told(&self, post: &PostRow) -> bool {
        let feed = match post.post {
            Post::Auditor => FeedId::SUPERVISION,
            _ => FeedId::unit(post.unit),
        };
        self.former.contains(&feed)
    }
}
