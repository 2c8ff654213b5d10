//! A server that was restored from a backup: a new incarnation, and what devices give it back.
//!
//! The ledger has gone back to an older state; the security journal and the devices have not.
//! Devices keep what they sealed, and the server's signed verdicts on it, until a verified backup
//! covers it ([`Ledger::cover`]). What a restored server lacks they hand in again, each batch with
//! its verdicts ([`alleyway_core::sync::frame::DeviceFrame::Stood`]): the server believes its own signature
//! of an older incarnation.
//!
//! | file | what |
//! | --- | --- |
//! | `proof` | the server's older word for a batch |
//! | `standing` | what becomes of a command that it speaks of |

mod proof;
mod standing;

use crate::devices::journal::{JournalRecord, RestoredNote};
use crate::rows::keys;
use crate::rows::pending::{Pending, read};
use crate::rows::records::DeviceRecord;
use crate::{Audited, Ledger, RestoredAudited};
use alleyway_core::id::DeviceId;
use alleyway_core::limits::STOOD_WAIT_DAYS;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::time::Time;
use alleyway_core::wire_struct;
pub(crate) use proof::Proof;
pub(crate) use standing::order_of;

/// The newest incarnation that began with a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RestoredRecord {
    pub(crate) incarnation: u32,
    pub(crate) at: Time,
}
wire_struct!(RestoredRecord { incarnation, at });

/// A batch that is held and of which some command waits: in which incarnation that was said; 0 if
/// format 2 held it, which did not note whether any does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenRecord {
    incarnation: u32,
}
wire_struct!(OpenRecord { incarnation });

impl OpenRecord {
    /// What is put for a batch of format 2 whose verdicts the device has not acknowledged.
    pub(crate) const UNKNOWN: Self = Self { incarnation: 0 };
}

impl Ledger {
    /// Begins the next incarnation, once, on a store that was restored from a backup, before
    /// anything is answered: 1 beyond the highest that the ledger or the security journal knows. A
    /// server whose journal is lost cannot know how often it was restored since, and asks the clock:
    /// its number is at least that of the seconds since 2026, which no restore before can have
    /// reached. To be committed with [`Ledger::take_transaction`].
    ///
    /// # Errors
    /// [`StoreError::Failed`] if there is no higher incarnation.
    pub fn begin_incarnation(&mut self, now: Time) -> Result<u32, StoreError> {
        let is_journal_lost = self.quarantine().is_some();
        let next = self.state.incarnation.checked_add(1);
        let next = next.ok_or_else(|| StoreError::Failed("no incarnation is left".to_owned()))?;
        let incarnation = if is_journal_lost {
            next.max(seconds_since_2026(now))
        } else {
            next
        };
        self.state.incarnation = incarnation;
        self.pending.put(
            keys::RESTORED.to_vec(),
            &RestoredRecord {
                incarnation,
                at: now,
            },
        );
        self.pending
            .put(keys::began(incarnation), &self.state.sequence);
        if !is_journal_lost {
            // A lost one begins anew when the quarantine ends, and then names the incarnation.
            self.note_security(&JournalRecord::Restored(RestoredNote {
                incarnation,
                at: now,
            }));
        }
        self.audit(now, Audited::Restored(RestoredAudited { incarnation }));
        Ok(incarnation)
    }

    /// Notes that a verified backup holds the batches of these devices up to the numbers given; never
    /// lowers what was noted before. Devices hear it in their next welcome, and need not keep those
    /// batches any longer. How many devices it is news for.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn cover(
        &mut self,
        records: &dyn Records,
        held: &[(DeviceId, u64)],
    ) -> Result<u64, StoreError> {
        let mut news = 0;
        for (id, number) in held {
            let Some(mut device) = self.device(records, *id)? else {
                continue;
            };
            let covered = (*number).min(device.last);
            if covered > device.covered {
                device.covered = covered;
                self.pending.put(keys::device(*id), &device);
                news += 1;
            }
        }
        Ok(news)
    }

    /// The last sequence that this ledger's past and that of another incarnation surely have in common:
    /// where the next one on this past began. 0 if the other one was lost in a restore, with what it
    /// began at.
    pub(crate) fn parting_from(
        &self,
        records: &dyn Records,
        incarnation: u32,
    ) -> Result<u64, StoreError> {
        let is_ours = incarnation == 1
            || self
                .pending
                .get_bytes(records, &keys::began(incarnation))?
                .is_some();
        if !is_ours {
            return Ok(0);
        }
        let next = keys::began(incarnation.saturating_add(1));
        let rows = self
            .pending
            .scan(records, &next, &keys::end_of(keys::BEGAN), 1)?;
        rows.first().map_or(Ok(0), |(key, value)| read(key, value))
    }

    /// Whether it is so long ago that the server was restored that what was lost then, and has not
    /// come, is waited for no longer. Also if it never was.
    pub(crate) fn has_waited(&self, records: &dyn Records, now: Time) -> Result<bool, StoreError> {
        let restored: Option<RestoredRecord> = self.pending.get(records, keys::RESTORED)?;
        Ok(restored.is_none_or(|restored| now > restored.at.plus_days(STOOD_WAIT_DAYS)))
    }

    /// Notes whether some command of a batch that is held waits, or its author's word for it. Such a
    /// batch is not covered by a backup, and is asked for again by a server that is restored from one.
    pub(crate) fn note_open(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        number: u64,
        waits: bool,
    ) -> Result<(), StoreError> {
        let key = keys::open_batch(device, number);
        let known: Option<OpenRecord> = self.pending.get(records, &key)?;
        let incarnation = self.state.incarnation;
        if !waits {
            if known.is_some() {
                self.pending.remove(key);
            }
        } else if known.is_none_or(|known| known.incarnation != incarnation) {
            self.pending.put(key, &OpenRecord { incarnation });
        }
        Ok(())
    }

    /// Batches that are held, and of which some command waited when the server that was backed up
    /// last saw them: whether it has its verdict since is not known here.
    pub(crate) fn open_before_restore(
        &self,
        records: &dyn Records,
        device: DeviceId,
    ) -> Result<Vec<u64>, StoreError> {
        let prefix = keys::open_batches(device);
        let mut open = Vec::new();
        for (key, value) in
            self.pending
                .scan(records, &prefix, &keys::end_of(&prefix), usize::MAX)?
        {
            if read::<OpenRecord>(&key, &value)?.incarnation < self.state.incarnation {
                open.push(keys::open_batch_of(&key)?.1);
            }
        }
        Ok(open)
    }
}

/// 2026-01-01T00:00:00Z, in seconds since 1970.
const BEGIN_OF_2026: i64 = 1_767_225_600;

/// At most as many as an incarnation can count: until 2162.
fn seconds_since_2026(now: Time) -> u32 {
    let seconds = now.0.div_euclid(1_000).saturating_sub(BEGIN_OF_2026).max(0);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

/// Of each device the last batch up to which these rows hold everything: every batch, with a final
/// verdict on each command. For [`Ledger::cover`], from the rows of a backup.
///
/// # Errors
/// Whatever the store says.
pub fn batches_held(records: &dyn Records) -> Result<Vec<(DeviceId, u64)>, StoreError> {
    let pending = Pending::default();
    let is_restored = records.get(keys::RESTORED)?.is_some();
    let mut held = Vec::new();
    for (key, value) in pending.scan(
        records,
        keys::DEVICES,
        &keys::end_of(keys::DEVICES),
        usize::MAX,
    )? {
        let device: DeviceRecord = read(&key, &value)?;
        let id = DeviceId::of(&device.key);
        // After a restore a device acknowledges what it heard of before it.
        let known_up_to = if is_restored { 0 } else { device.acknowledged };
        let first_open = first_open(records, &pending, id, known_up_to)?;
        let lacking = device
            .missing
            .iter()
            .copied()
            .min()
            .into_iter()
            .chain(first_open)
            .min();
        held.push((
            id,
            lacking.map_or(device.last, |first| {
                first.saturating_sub(1).min(device.last)
            }),
        ));
    }
    Ok(held)
}

/// The first batch of a device of which a command waits, or may wait: one of format 2 does not if the
/// device knows all verdicts up to there.
fn first_open(
    records: &dyn Records,
    pending: &Pending,
    device: DeviceId,
    known_up_to: u64,
) -> Result<Option<u64>, StoreError> {
    let prefix = keys::open_batches(device);
    for (key, value) in pending.scan(records, &prefix, &keys::end_of(&prefix), usize::MAX)? {
        let number = keys::open_batch_of(&key)?.1;
        if read::<OpenRecord>(&key, &value)? != OpenRecord::UNKNOWN || number > known_up_to {
            return Ok(Some(number));
        }
    }
    Ok(None)
}
