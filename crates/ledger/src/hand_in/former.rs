//! What a device may still believe: feeds that its member had, and of whose end it was not told.
//!
//! A scope ends for a device when a cursor that it shows says so, or it comes with the challenge of
//! the welcome that told it. What it has still open then is answered in the light of the scope it
//! knew; what it hands in behind that is not.

use std::collections::BTreeSet;

use super::Judging;
use crate::Ledger;
use crate::rows::keys;
use crate::rows::records::{DeviceRecord, HeadRecord, ScopeRecord};
use crate::scopes::meets;
use alleyway_core::command::Command;
use alleyway_core::documents::Document;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId};
use alleyway_core::kinds::directory::PostRow;
use alleyway_core::kinds::tray::TrayCommand;
use alleyway_core::kinds::unit::Post;
use alleyway_core::limits::TOLD_BATCHES_MAX;
use alleyway_core::organisation::{Standing, is_active};
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::Hello;
use alleyway_core::time::Time;

/// Scopes of one device that are looked through, from the newest back: nobody's feeds change so
/// often between two syncs.
const SCOPES_LOOKED_THROUGH_MAX: u32 = 64;
/// How often one item of a tray is followed to what was made of it.
const TAKEN_AGAIN_MAX: usize = 16;

/// What a flight showed of how far its device was told, and left open.
pub(crate) struct Told {
    /// The scope of the last welcome, if the flight is signed over its challenge.
    pub(crate) by_welcome: Option<u32>,
    /// Every batch of the device is here: none is to follow, or to be sealed again.
    pub(crate) whole: bool,
    /// Every verdict is final.
    pub(crate) all_final: bool,
}

impl Ledger {
    /// The feeds of the scopes from the last that the device is known to have known when it sealed a
    /// batch up to the newest. Empty if no post of its member has ended.
    pub(super) fn former_feeds(
        &self,
        records: &dyn Records,
        device: &DeviceRecord,
        batch: u64,
        now: Time,
    ) -> Result<BTreeSet<FeedId>, StoreError> {
        let mut feeds = BTreeSet::new();
        if !self.has_ended_post(device.member, now) {
            return Ok(feeds);
        }
        let id = DeviceId::of(&device.key);
        let newest: ScopeRecord = self
            .pending
            .get(records, &keys::scope(id, 0))?
            .unwrap_or_default();
        let known = if batch <= device.told_at {
            device.scope_known
        } else {
            device.scope_known.max(device.scope_told)
        };
        let first = known.max(newest.version.saturating_sub(SCOPES_LOOKED_THROUGH_MAX));
        for version in first..=newest.version {
            feeds.extend(self.scope_of(records, device, version)?.feeds);
        }
        Ok(feeds)
    }

    /// Notes what scope the device was told of. To be called when its batches have been judged.
    pub(crate) fn note_told(
        &mut self,
        records: &dyn Records,
        hello: &Hello,
        told: &Told,
        device: &mut DeviceRecord,
        now: Time,
    ) -> Result<(), StoreError> {
        if !self.has_ended_post(device.member, now) {
            return Ok(());
        }
        let by_cursor = self.open_cursor(records, hello)?.map(|cursor| cursor.scope);
        let scope = by_cursor
            .max(told.by_welcome)
            .unwrap_or(0)
            .max(device.scope_told);
        let before = (device.scope_known, device.scope_told);
        if scope > device.scope_told {
            device.scope_told = scope;
            // What it had sealed by then is not all here, perhaps: so much more is given to it.
            device.told_at = if told.whole {
                device.last
            } else {
                device.last.saturating_add(TOLD_BATCHES_MAX)
            };
        }
        if told.whole && told.all_final && device.missing.is_empty() {
            device.scope_known = scope.max(device.scope_known);
        }
        if before != (device.scope_known, device.scope_told) {
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
        head: Option<&HeadRecord>,
    ) -> Result<bool, StoreError> {
        if command.document.is_none() || at.by.feeds.is_none() {
            return Ok(true);
        }
        if at.sees(head) {
            return Ok(true);
        }
        let id = DeviceId::of(&at.device.key);
        let by_word = keys::stands_by_word(id, command.target(&at.device.key));
        let stands_by_word = self.pending.get_bytes(records, &by_word)?.is_some();
        let newest: ScopeRecord = self
            .pending
            .get(records, &keys::scope(id, 0))?
            .unwrap_or_default();
        let mut ever = BTreeSet::new();
        for version in newest.version.saturating_sub(SCOPES_LOOKED_THROUGH_MAX)..=newest.version {
            ever.extend(self.scope_of(records, at.device, version)?.feeds);
        }
        let was_sent = |head: &HeadRecord| {
            stands_by_word
                || meets(head, &ever)
                || head.left.iter().any(|(feed, _)| ever.contains(feed))
        };
        Ok(head.is_some_and(was_sent))
    }

    fn has_ended_post(&self, member: MemberId, now: Time) -> bool {
        self.organisation
            .posts_standing(member, now, Standing::Ended)
            .any(|post| !is_active(post, now))
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

    /// Whether what settles an item of a tray, if the command does, comes behind what was made of
    /// the item: the same thing, typed on the same device, in the same batch, and not refused.
    pub(super) fn has_done_what_it_settles(&self, command: &Command, tray: &Document) -> bool {
        let Some(TrayCommand::Settle(settle)) = TrayCommand::of(&command.body) else {
            return true;
        };
        let Some(item) = tray.tray_item(settle.item).and_then(|item| item.command()) else {
            return false;
        };
        self.done.iter().any(|own| {
            let created = own
                .document
                .is_none()
                .then(|| own.target(&self.by.origin.device));
            settle.became == created
                && own.document == item.document.map(|document| present(tray, document))
                && own.body.says_the_same(&item.body)
        })
    }
}

/// The document that an item's command is about now.
fn present(tray: &Document, mut document: DocumentId) -> DocumentId {
    for _ in 0..TAKEN_AGAIN_MAX {
        let Some(next) = tray
            .tray_settled(CommandId(document.0))
            .and_then(|settled| settled.became)
        else {
            break;
        };
        document = next;
    }
    document
}
