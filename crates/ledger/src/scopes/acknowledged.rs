//! Scopes that a device knows, and feeds that it may still believe its member to have, for it was not
//! told of their end.
//!
//! A scope ends for a device when a cursor that it shows says so, or it comes with the challenge of
//! the welcome that told it. What it has still open then is answered in the light of the scope it
//! knew; what it hands in behind that is not.

use std::collections::BTreeSet;

use super::{cursors, feeds_since};
use crate::rows::Tx;
use crate::rows::records::DeviceRecord;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::MemberId;
use alleyway_core::limits::TOLD_BATCHES_MAX;
use alleyway_core::organisation::{Standing, is_active};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Hello;
use alleyway_core::time::Time;

/// The signs in a flight of which scope its device was told, and whether it has left anything open.
pub(crate) struct Acknowledgement {
    /// The scope of the last welcome, if the flight is signed over its challenge.
    pub(crate) by_welcome: Option<u32>,
    /// Every batch of the device is here: none is to follow, or to be sealed again.
    pub(crate) is_whole: bool,
    /// Every verdict is final.
    pub(crate) is_final: bool,
}

/// The feeds of the scopes from the last that the device is known to have known when it sealed a
/// batch up to the newest. Empty if no post of its member has ended.
pub(crate) fn former_feeds(
    tx: &Tx<'_>,
    device: &DeviceRecord,
    batch: u64,
    now: Time,
) -> Result<BTreeSet<FeedId>, StoreError> {
    if !has_ended_post(tx, device.member, now) {
        return Ok(BTreeSet::new());
    }
    let known = if batch <= device.scope_acknowledged_at {
        device.scope_known
    } else {
        device.scope_known.max(device.scope_acknowledged)
    };
    feeds_since(tx, device.id(), known)
}

/// Notes which scope the device was told of. To be called when its batches have been judged.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    hello: &Hello,
    shown: &Acknowledgement,
    device: &mut DeviceRecord,
    now: Time,
) -> Result<(), StoreError> {
    if !has_ended_post(tx, device.member, now) {
        return Ok(());
    }
    let by_cursor = cursors::open(tx, hello)?.map(|cursor| cursor.scope);
    let scope = by_cursor
        .max(shown.by_welcome)
        .unwrap_or(0)
        .max(device.scope_acknowledged);
    let before = (device.scope_known, device.scope_acknowledged);
    if scope > device.scope_acknowledged {
        device.scope_acknowledged = scope;
        // What it had sealed by then is not all here, perhaps: so much more is given to it.
        device.scope_acknowledged_at = if shown.is_whole {
            device.last
        } else {
            device.last.saturating_add(TOLD_BATCHES_MAX)
        };
    }
    if shown.is_whole && shown.is_final && device.missing.is_empty() {
        device.scope_known = scope.max(device.scope_known);
    }
    if before != (device.scope_known, device.scope_acknowledged) {
        tx.put_device(device);
    }
    Ok(())
}

fn has_ended_post(tx: &Tx<'_>, member: MemberId, now: Time) -> bool {
    tx.organisation()
        .posts_standing(member, now, Standing::Ended)
        .any(|post| !is_active(post, now))
}
