//! The end of a device: what its owner is told, and the wipe of one that was lost.

use alleyway_core::sync::frame::Stop;
use alleyway_replica::{Replica, SyncSummary};

use super::Shown;
use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::texts::{Message, say, words};
use alleyway_device::store;

/// After a sync: what was to be shown, unless the device is not to go on.
pub(super) fn after_sync(
    context: &Context,
    device: Device,
    summary: &SyncSummary,
    shown: Shown,
) -> Result<Shown, Failure> {
    let Some(why) = device.replica.stopped() else {
        return Ok(shown);
    };
    if device.replica.is_to_be_wiped() {
        return Err(wipe(context, device));
    }
    let (text, code) = match why {
        Stop::Revoked => (say::stopped::REVOKED, "device_revoked"),
        Stop::Lost => (say::stopped::LOST, "device_lost"),
        Stop::Frozen => (say::stopped::FROZEN, "device_frozen"),
    };
    let (sent, unsent) = (
        summary.sent.to_string(),
        device.replica.pending().len().to_string(),
    );
    Err(context.failure(
        Exit::Stopped,
        code,
        text,
        &[("sent", &sent), ("unsent", &unsent)],
    ))
}

/// Before anything is recorded: a device that is not to go on says so, whatever else is missing.
pub(super) fn check(context: &Context, replica: &Replica) -> Result<(), Failure> {
    match replica.stopped() {
        None => Ok(()),
        Some(_) => Err(context.failure(
            Exit::Stopped,
            "device_stopped",
            say::stopped::NOTHING_RECORDED,
            &[],
        )),
    }
}

/// What is said beside what can still be read on a device that is not to go on.
pub(super) fn told(context: &Context, device: &Device) -> Option<String> {
    let text = reading(context, device.replica.stopped()?);
    if context.json {
        context.warn("device_stopped", text.clone());
    }
    Some(text)
}

/// What an empty list says: that the device was stopped, that its member's post has ended, or
/// `nothing`.
pub(super) fn empty(context: &Context, device: &Device, nothing: &Message) -> String {
    match device.replica.stopped() {
        Some(why) => reading(context, why),
        None if has_no_post(context, &device.replica) => context.say(say::member::NO_POST_HOW),
        None => context.say(nothing),
    }
}

/// A case that is not on the device: of one that is stopped, and of one whose member's post has
/// ended, that is no wonder, and no sync brings it.
pub(super) fn case_gone(context: &Context, replica: &Replica) -> Option<Failure> {
    if let Some(why) = replica.stopped() {
        return Some(Failure::new(
            Exit::Stopped,
            "device_stopped",
            reading(context, why),
        ));
    }
    has_no_post(context, replica)
        .then(|| context.failure(Exit::NotFound, "not_found", say::member::NO_POST_HOW, &[]))
}

/// Whether the member holds no post, by what a sync brought.
pub(super) fn has_no_post(context: &Context, replica: &Replica) -> bool {
    let none = || {
        replica
            .status(context.now())
            .is_some_and(|status| status.posts.is_empty())
    };
    replica.has_synced() && !replica.is_locked() && none()
}

fn reading(context: &Context, why: Stop) -> String {
    let word = match why {
        Stop::Revoked => "device_revoked",
        Stop::Lost => "device_lost",
        Stop::Frozen => "device_frozen",
    };
    context.fill(
        say::stopped::HERE,
        &[("why", &context.word(words::KEPT, word))],
    )
}

/// A device that was reported lost, with nothing unsent on it: its keys go first.
pub(super) fn wipe(context: &Context, device: Device) -> Failure {
    let Device { store: open, .. } = device;
    match store::wipe(context.home(), Some(open)) {
        Ok(()) => context.failure(Exit::Wiped, "wiped", say::stopped::WIPED, &[]),
        Err(error) => context.key_failure(&error),
    }
}
