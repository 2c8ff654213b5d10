//! The end of a device: what its owner is told, and the wipe of one that was lost.

use alleyway_core::replica::SyncSummary;
use alleyway_core::sync::frame::Stop;

use super::Shown;
use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::texts::Say;
use crate::store;

/// After a sync: what was to be shown, unless the device is not to go on.
pub(super) fn after_sync(
    context: &Context,
    device: Device,
    summary: &SyncSummary,
    shown: Shown,
) -> Result<Shown, Failure> {
    let Some(why) = device.replica.stopped() else { return Ok(shown) };
    if device.replica.is_to_be_wiped() {
        return Err(wipe(context, device));
    }
    let (text, code) = match why {
        Stop::Revoked => (Say::StoppedRevoked, "device_revoked"),
        Stop::Lost => (Say::StoppedLost, "device_lost"),
        Stop::Frozen => (Say::StoppedFrozen, "device_frozen"),
    };
    let (sent, unsent) = (summary.sent.to_string(), device.replica.pending().len().to_string());
    Err(context.failure(Exit::Stopped, code, text, &[("sent", &sent), ("unsent", &unsent)]))
}

/// A device that was reported lost, with nothing unsent on it: its keys go first.
pub(super) fn wipe(context: &Context, device: Device) -> Failure {
    let Device { store: open, .. } = device;
    match store::wipe(context.home(), Some(open)) {
        Ok(()) => context.failure(Exit::Wiped, "wiped", Say::StoppedWiped, &[]),
        Err(error) => context.key_failure(&error),
    }
}
