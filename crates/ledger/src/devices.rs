//! Devices: who has which, and how they are stopped.

pub(crate) mod enrolment;
pub(crate) mod journal;

use thiserror::Error;

use crate::devices::journal::{JournalRecord, ReinstatedNote, StoppedNote};
use crate::rows::keys;
use crate::rows::pending::read;
use crate::rows::records::DeviceRecord;
use crate::{Audited, DeviceAudited, Ledger, LedgerStats, StoppedAudited};
use alleyway_core::crypto::blake3_keyed;
use alleyway_core::id::{DeviceId, MemberId, UnitId};
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::enrol::MovedFrom;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;

/// A device, for an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceRow {
    /// The device.
    pub device: DeviceId,
    /// Its code, of which case numbers are made.
    pub code: u32,
    /// What its owner, or an administrator, calls it.
    pub name: Text<NAME_BYTES_MAX>,
    /// Whose it is.
    pub member: MemberId,
    /// Since when it is enrolled.
    pub enrolled: Time,
    /// The last batch held of it; 0 if there is none.
    pub last_batch: u64,
    /// When that was received.
    pub last_received: Option<Time>,
    /// Batches before it that have not come.
    pub missing: u64,
    /// Its commands that stand.
    pub admitted: u64,
    /// Its commands that were refused.
    pub refused: u64,
    /// Its commands that lie in a tray.
    pub kept: u64,
    /// Why it is not to go on, if it is not.
    pub stopped: Option<Stop>,
    /// The units for whose confidential cases a second person has confirmed it.
    pub confirmed: Vec<UnitId>,
    /// The number of the newest scope that it has shown to know.
    pub scope_known: u32,
    /// Whether its chain of batches has forked: the phone was restored from a backup.
    pub forked: bool,
}

/// Why nothing was done to a device.
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

/// What an administrator does to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceChange {
    /// Gives it another name.
    Rename(Text<NAME_BYTES_MAX>),
    /// Revokes it, or orders what is on it to be wiped.
    Stop(Stop),
    /// Lets a frozen one go on.
    Thaw,
}

impl Ledger {
    /// All devices, by code; the server's own is not among them.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn devices(&self, records: &dyn Records) -> Result<Vec<DeviceRow>, StoreError> {
        let devices = self.device_records(records)?;
        devices
            .iter()
            .map(|device| self.device_row(records, device))
            .collect()
    }

    /// Changes the device with this code.
    ///
    /// # Errors
    /// [`DeviceError`]; the outer one if the store fails.
    pub fn change_device(
        &mut self,
        records: &dyn Records,
        code: u32,
        change: DeviceChange,
        now: Time,
    ) -> Result<Result<DeviceRow, DeviceError>, StoreError> {
        if self.quarantine().is_some() {
            return Ok(Err(DeviceError::Quarantine));
        }
        let Some(mut device) = self
            .device_records(records)?
            .into_iter()
            .find(|device| device.code == code)
        else {
            return Ok(Err(DeviceError::Unknown));
        };
        let id = DeviceId::of(&device.key);
        match change {
            DeviceChange::Rename(name) => {
                device.name = name;
                self.pending.put(keys::device(id), &device);
                self.audit(now, Audited::Renamed(DeviceAudited { device: id }));
            }
            DeviceChange::Stop(why) => {
                if device
                    .stopped
                    .is_some_and(|stopped| !goes_further(stopped, why))
                {
                    return Ok(Err(DeviceError::AlreadyStopped));
                }
                self.stop(records, &mut device, why, now)?;
            }
            DeviceChange::Thaw => {
                if device.stopped != Some(Stop::Frozen) {
                    return Ok(Err(DeviceError::NotFrozen));
                }
                // The count of forks begins anew.
                device.forked = None;
                self.set_stopped(records, &mut device, None, now)?;
                self.note_security(&JournalRecord::Reinstated(ReinstatedNote {
                    device: id,
                    at: now,
                }));
                self.audit(now, Audited::Reinstated(DeviceAudited { device: id }));
            }
        }
        self.device_row(records, &device).map(Ok)
    }

    /// Stops a device: its owner, the journal and the audit are told, nobody seals to it any more.
    pub(crate) fn stop(
        &mut self,
        records: &dyn Records,
        device: &mut DeviceRecord,
        why: Stop,
        now: Time,
    ) -> Result<(), StoreError> {
        let id = DeviceId::of(&device.key);
        self.set_stopped(records, device, Some(why), now)?;
        LedgerStats::count(self.stats.stopped.entry(stop_word(why)).or_default(), 1);
        self.note_security(&JournalRecord::Stopped(StoppedNote {
            device: id,
            why,
            at: now,
        }));
        self.audit(now, Audited::Stopped(StoppedAudited { device: id, why }));
        Ok(())
    }

    /// Notes whether a device is stopped, here and in the directories.
    pub(crate) fn set_stopped(
        &mut self,
        records: &dyn Records,
        device: &mut DeviceRecord,
        stopped: Option<Stop>,
        now: Time,
    ) -> Result<(), StoreError> {
        let was = device.stopped.is_some();
        device.stopped = stopped;
        self.pending
            .put(keys::device(DeviceId::of(&device.key)), device);
        if was == stopped.is_some() {
            return Ok(());
        }
        // The counter never repeats, so that what is derived from it repeats no nonce.
        let counter = self.state.counter.to_be_bytes();
        let seed = blake3_keyed(
            &self.setup.token_key,
            &[b"retire device", &device.key.0, &counter],
        );
        self.retire(records, device, stopped.is_none(), seed, now)
    }

    /// Every device but the server's own, by code.
    pub(crate) fn device_records(
        &self,
        records: &dyn Records,
    ) -> Result<Vec<DeviceRecord>, StoreError> {
        let rows = self.pending.scan(
            records,
            keys::DEVICES,
            &keys::end_of(keys::DEVICES),
            usize::MAX,
        )?;
        let mut devices: Vec<DeviceRecord> = rows
            .iter()
            .map(|(key, value)| read(key, value))
            .collect::<Result<_, StoreError>>()?;
        devices.retain(|device| device.key != self.server);
        devices.sort_by_key(|device| device.code);
        Ok(devices)
    }

    fn device_row(
        &self,
        records: &dyn Records,
        device: &DeviceRecord,
    ) -> Result<DeviceRow, StoreError> {
        let id = DeviceId::of(&device.key);
        Ok(DeviceRow {
            device: id,
            code: device.code,
            name: device.name.clone(),
            member: device.member,
            enrolled: device.enrolled,
            last_batch: device.last,
            last_received: self.last_received(records, device)?,
            missing: device.missing.len() as u64,
            admitted: device.tally.admitted,
            refused: device.tally.refused,
            kept: device.tally.kept,
            stopped: device.stopped,
            confirmed: device.confirmed.to_vec(),
            scope_known: device.scope_known,
            forked: device.forked.is_some(),
        })
    }

    fn last_received(
        &self,
        records: &dyn Records,
        device: &DeviceRecord,
    ) -> Result<Option<Time>, StoreError> {
        let batch = self.batch(records, DeviceId::of(&device.key), device.last)?;
        Ok(batch.map(|batch| batch.receipt.received))
    }

    /// What the server has of a device that another one takes the place of.
    pub(crate) fn moved_from(
        &self,
        records: &dyn Records,
        device: &DeviceRecord,
    ) -> Result<MovedFrom, StoreError> {
        Ok(MovedFrom {
            device_code: device.code,
            held: device.last,
            missing: device.missing.len() as u64,
            last_received: self.last_received(records, device)?,
            admitted: device.tally.admitted,
            refused: device.tally.refused,
            kept: device.tally.kept,
        })
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
pub(crate) fn goes_further(stopped: Stop, why: Stop) -> bool {
    let rank = |stop| match stop {
        Stop::Frozen => 0,
        Stop::Revoked => 1,
        Stop::Lost => 2,
    };
    rank(why) > rank(stopped)
}

#[cfg(test)]
mod tests;
