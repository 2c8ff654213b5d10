//! Devices that are renamed, stopped, frozen and thawed.

use thiserror::Error;

use super::{DeviceRow, records, row};
use crate::audit::{self, Audited, DeviceAudited, ForkedAudited, StoppedAudited};
use crate::error::LedgerError;
use crate::journal::{self, JournalRecord, ReinstatedNote, StoppedNote};
use crate::own;
use crate::rows::records::DeviceRecord;
use crate::rows::{FollowUp, Tx};
use crate::stats::LedgerStats;
use alleyway_core::crypto::Hash;
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;

/// The reason for which nothing was done to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DeviceError {
    /// No device has the code.
    #[error("no device has this code")]
    Unknown,
    /// It is stopped already, as finally as asked.
    #[error("the device is stopped already")]
    AlreadyStopped,
    /// Only a frozen device can be thawed.
    #[error("the device is not frozen")]
    NotFrozen,
    /// The server is in quarantine: its devices are to be confirmed first.
    #[error("the server is in quarantine")]
    Quarantine,
}

impl DeviceError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown_device",
            Self::AlreadyStopped => "already_stopped",
            Self::NotFrozen => "not_frozen",
            Self::Quarantine => "quarantine",
        }
    }
}

/// A change of a device by an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceChange {
    /// Gives it another name.
    Rename(Text<NAME_BYTES_MAX>),
    /// Revokes it, or orders what is on it to be wiped.
    Stop(Stop),
    /// Lets a frozen one go on.
    Thaw,
}

/// Changes the device with this code.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    code: u32,
    change: DeviceChange,
    now: Time,
) -> Result<DeviceRow, LedgerError<DeviceError>> {
    let Some(mut device) = records(tx.view(), &tx.server())?
        .into_iter()
        .find(|device| device.code == code)
    else {
        return Err(LedgerError::Refused(DeviceError::Unknown));
    };
    let id = device.id();
    match change {
        DeviceChange::Rename(name) => {
            device.name = name;
            tx.put_device(&device);
            audit::write(tx, now, Audited::Renamed(DeviceAudited { device: id }));
        }
        DeviceChange::Stop(why) => {
            if device
                .stopped
                .is_some_and(|stopped| !goes_further(stopped, why))
            {
                return Err(LedgerError::Refused(DeviceError::AlreadyStopped));
            }
            stop(tx, &mut device, why, now);
        }
        DeviceChange::Thaw => {
            if device.stopped != Some(Stop::Frozen) {
                return Err(LedgerError::Refused(DeviceError::NotFrozen));
            }
            thaw(tx, &mut device, now);
        }
    }
    own::carry_out_follow_ups(tx, now)?;
    Ok(row(tx.view(), &device)?)
}

/// Stops a device: its owner, the journal and the audit are told, nobody seals to it any more.
pub(crate) fn stop(tx: &mut Tx<'_>, device: &mut DeviceRecord, why: Stop, now: Time) {
    let id = device.id();
    set_stopped(tx, device, Some(why));
    LedgerStats::count(tx.stats().stopped.entry(stop_word(why)).or_default(), 1);
    let note = StoppedNote {
        device: id,
        why,
        at: now,
    };
    journal::note(tx, &JournalRecord::Stopped(note));
    let audited = StoppedAudited { device: id, why };
    audit::write(tx, now, Audited::Stopped(audited));
}

/// Lets a frozen device go on: its owner, the journal and the audit are told. The count of forks
/// begins anew.
pub(super) fn thaw(tx: &mut Tx<'_>, device: &mut DeviceRecord, now: Time) {
    let id = device.id();
    device.forked = None;
    set_stopped(tx, device, None);
    let note = ReinstatedNote {
        device: id,
        at: now,
    };
    journal::note(tx, &JournalRecord::Reinstated(note));
    audit::write(tx, now, Audited::Reinstated(DeviceAudited { device: id }));
}

/// Notes whether a device is stopped; directories follow. What was asked for it as it stood ends: an
/// old asking lets nobody go on who is frozen later.
pub(super) fn set_stopped(tx: &mut Tx<'_>, device: &mut DeviceRecord, stopped: Option<Stop>) {
    let was = device.stopped.is_some();
    device.stopped = stopped;
    tx.put_device(device);
    tx.follow_up(FollowUp::EndThaws(device.id()));
    if was != stopped.is_some() {
        tx.follow_up(FollowUp::Retire {
            device: device.key,
            back: was,
        });
    }
}

/// A device handed in a second, different batch of one number: its phone was restored from a
/// backup. The same batch again says nothing new. Another one is a repetition: two phones use the
/// identity, and neither is to go on until an administrator has looked.
pub(crate) fn note_fork(
    tx: &mut Tx<'_>,
    device: &mut DeviceRecord,
    number: u64,
    hash: Hash,
    now: Time,
) {
    if device.stopped.is_some() || device.forked == Some(hash) {
        return;
    }
    let again = device.forked.replace(hash).is_some();
    LedgerStats::count(&mut tx.stats().forked_chains, 1);
    tx.put_device(device);
    let forked = ForkedAudited {
        device: device.id(),
        batch: number,
    };
    audit::write(tx, now, Audited::Forked(forked));
    if again {
        stop(tx, device, Stop::Frozen, now);
    }
}

/// The word for a reason to stop, in metrics and for programs.
pub fn stop_word(why: Stop) -> &'static str {
    match why {
        Stop::Revoked => "revoked",
        Stop::Lost => "lost",
        Stop::Frozen => "frozen",
    }
}

/// A frozen device can be revoked, and a revoked one turn out to be lost.
pub(super) fn goes_further(stopped: Stop, why: Stop) -> bool {
    let rank = |stop| match stop {
        Stop::Frozen => 0,
        Stop::Revoked => 1,
        Stop::Lost => 2,
    };
    rank(why) > rank(stopped)
}
