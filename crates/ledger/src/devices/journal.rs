//! The security journal: whose devices there are, which codes were used, which devices are stopped.
//!
//! It lies outside the ledger's backup ([`alleyway_core::store::Store::journal`]), so that a restored ledger
//! does not forget a revocation. The ledger's state counts its entries and chains them: entries
//! beyond what a restored ledger counts are carried out again when it is opened; a journal that is
//! missing, shorter or of another history puts the server into quarantine until an administrator has
//! said which devices go on. A journal that began anew then is a history of its own, and whole: an
//! older ledger carries all of it out.

use std::collections::BTreeSet;

use crate::Ledger;
use crate::rows::keys;
use crate::rows::pending::read;
use crate::rows::records::{DeviceRecord, Invitation, Reach};
use alleyway_core::crypto::hash;
use alleyway_core::id::{DeviceId, MemberId};
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::{JournalWrites, Records, StoreError};
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire;
use alleyway_core::{wire_enum, wire_struct};

/// Device codes that are left out after the journal was lost: those given since are unknown, and a
/// code is never given twice.
const CODES_LEFT_OUT: u32 = 1_000;

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JournalRecord {
    /// A device was taken in.
    Enrolled(EnrolledNote),
    /// An invitation's code was used.
    CodeUsed(CodeUsedNote),
    /// A device is not to go on.
    Stopped(StoppedNote),
    /// A device that was stopped goes on.
    Reinstated(ReinstatedNote),
    /// The ledger was restored from a backup.
    Restored(RestoredNote),
}
wire_enum!(JournalRecord { 1 => Enrolled, 2 => CodeUsed, 3 => Stopped, 4 => Reinstated, 5 => Restored });

/// A device was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnrolledNote {
    pub(crate) certificate: Certificate,
    pub(crate) name: Text<NAME_BYTES_MAX>,
    pub(crate) at: Time,
}
wire_struct!(EnrolledNote {
    certificate,
    name,
    at
});

/// An invitation's code was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodeUsedNote {
    pub(crate) index: [u8; 16],
    pub(crate) member: MemberId,
    pub(crate) device: DeviceId,
    pub(crate) replaces: Option<DeviceId>,
    pub(crate) at: Time,
}
wire_struct!(CodeUsedNote {
    index,
    member,
    device,
    replaces,
    at
});

/// A device is not to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoppedNote {
    pub(crate) device: DeviceId,
    pub(crate) why: Stop,
    pub(crate) at: Time,
}
wire_struct!(StoppedNote { device, why, at });

/// A device that was stopped goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReinstatedNote {
    pub(crate) device: DeviceId,
    pub(crate) at: Time,
}
wire_struct!(ReinstatedNote { device, at });

/// The ledger was restored from a backup, as this incarnation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RestoredNote {
    pub(crate) incarnation: u32,
    pub(crate) at: Time,
}
wire_struct!(RestoredNote { incarnation, at });

/// Why nobody is answered until an administrator has confirmed the devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quarantine {
    /// The security journal is missing or damaged.
    Missing,
    /// It ends before what the ledger counts.
    Shorter,
    /// It is of another history.
    Another,
}

impl JournalRecord {
    /// The device that was taken in.
    fn enrolled(&self) -> Option<DeviceId> {
        match self {
            Self::Enrolled(note) => Some(DeviceId::of(&note.certificate.device)),
            _ => None,
        }
    }
}

impl Quarantine {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Shorter => "shorter",
            Self::Another => "another",
        }
    }
}

/// What an administrator's confirmation did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confirmed {
    /// Devices that go on.
    pub kept: u64,
    /// Devices that were revoked.
    pub revoked: u64,
    /// Invitations that were withdrawn: their codes may have been used.
    pub withdrawn: u64,
}

impl Reach {
    /// The reach once `entry` is written behind it.
    pub(crate) fn with(self, domain: &str, entry: &[u8]) -> Self {
        Self {
            count: self.count.saturating_add(1),
            chain: hash(domain, &[&self.chain, entry]),
        }
    }
}

const DOMAIN: &str = "alleyway security journal 1";

impl Ledger {
    /// Writes an entry, in the transaction in progress.
    pub(crate) fn note_security(&mut self, record: &JournalRecord) {
        let entry = record.to_bytes();
        self.state.journal = self.state.journal.with(DOMAIN, &entry);
        self.journal.entries.push(entry);
    }

    /// Why nobody is to be answered, if so.
    pub fn quarantine(&self) -> Option<Quarantine> {
        self.quarantine
    }

    /// Carries out what the journal has and the ledger does not know.
    pub(crate) fn replay_journal(
        &mut self,
        records: &dyn Records,
        entries: Option<Vec<Vec<u8>>>,
    ) -> Result<(), StoreError> {
        match self.unknown_to_ledger(entries) {
            Err(why) => self.quarantine = Some(why),
            Ok(unknown) => {
                let anew = unknown.first().and_then(|(reach, record)| match record {
                    JournalRecord::Restored(note) if reach.count == 1 => Some(note.at),
                    _ => None,
                });
                let enrolled: BTreeSet<DeviceId> = unknown
                    .iter()
                    .filter_map(|(_, record)| record.enrolled())
                    .collect();
                for (reach, record) in unknown {
                    self.carry_out_again(records, &record)?;
                    self.state.journal = reach;
                }
                if let Some(at) = anew {
                    self.forget_what_is_not_in_it(records, &enrolled, at)?;
                }
            }
        }
        Ok(())
    }

    /// The entries beyond those that the ledger counts, each with the reach behind it.
    fn unknown_to_ledger(
        &self,
        entries: Option<Vec<Vec<u8>>>,
    ) -> Result<Vec<(Reach, JournalRecord)>, Quarantine> {
        let entries = entries.ok_or(Quarantine::Missing)?;
        let known = if self.is_older_than(&entries) {
            Reach::default()
        } else {
            self.state.journal
        };
        let mut reach = Reach::default();
        let mut unknown = Vec::new();
        for entry in entries {
            if reach.count == known.count && reach.chain != known.chain {
                return Err(Quarantine::Another);
            }
            let beyond = reach.count >= known.count;
            reach = reach.with(DOMAIN, &entry);
            if beyond {
                let record = JournalRecord::from_bytes(&entry).map_err(|_| Quarantine::Missing)?;
                if !self.is_of_this_town(&record) {
                    return Err(Quarantine::Another);
                }
                unknown.push((reach, record));
            }
        }
        match reach.count {
            count if count < known.count => Err(Quarantine::Shorter),
            count if count == known.count && reach.chain != known.chain => Err(Quarantine::Another),
            _ => Ok(unknown),
        }
    }

    /// Whether the journal began anew, when a quarantine ended, in a later incarnation than the
    /// ledger's: everything in it is news, and everything that counts is in it.
    fn is_older_than(&self, entries: &[Vec<u8>]) -> bool {
        let first = entries
            .first()
            .map(|entry| JournalRecord::from_bytes(entry));
        matches!(first, Some(Ok(JournalRecord::Restored(note))) if note.incarnation > self.state.incarnation)
    }

    /// A journal that began anew says all that counts: a device of the older ledger that is not in it
    /// was left out when the devices were confirmed, or came and was stopped while nothing was known of
    /// it; an invitation that looks unused was withdrawn; and device codes were given that nobody knows.
    fn forget_what_is_not_in_it(
        &mut self,
        records: &dyn Records,
        enrolled: &BTreeSet<DeviceId>,
        at: Time,
    ) -> Result<(), StoreError> {
        self.state.next_device_code = self.state.next_device_code.saturating_add(CODES_LEFT_OUT);
        for mut device in self.device_records(records)? {
            if device.stopped.is_none() && !enrolled.contains(&DeviceId::of(&device.key)) {
                self.stop(records, &mut device, Stop::Revoked, at)?;
            }
        }
        let to = keys::end_of(keys::INVITATIONS);
        for (key, value) in self
            .pending
            .scan(records, keys::INVITATIONS, &to, usize::MAX)?
        {
            if read::<Invitation>(&key, &value)?.used.is_none() {
                self.pending.remove(key);
            }
        }
        Ok(())
    }

    fn is_of_this_town(&self, record: &JournalRecord) -> bool {
        match record {
            JournalRecord::Enrolled(note) => note.certificate.is_of(self.setup.town, &self.server),
            _ => true,
        }
    }

    fn carry_out_again(
        &mut self,
        records: &dyn Records,
        record: &JournalRecord,
    ) -> Result<(), StoreError> {
        match record {
            JournalRecord::Enrolled(note) => {
                let Certificate {
                    device,
                    sealing,
                    member,
                    code,
                    ..
                } = note.certificate;
                self.state.next_device_code =
                    self.state.next_device_code.max(code.saturating_add(1));
                if self.device(records, DeviceId::of(&device))?.is_none() {
                    let record =
                        DeviceRecord::new(device, sealing.0, member, code, &note.name, note.at);
                    self.pending
                        .put(keys::device(DeviceId::of(&device)), &record);
                    self.publish_device(records, &record, note.at)?;
                    self.note_device(records, &record, note.at)?;
                }
            }
            JournalRecord::CodeUsed(note) => {
                let (used, expires) = (Some(note.device), note.at);
                let used = Invitation {
                    member: note.member,
                    expires,
                    used,
                    replaces: note.replaces,
                };
                self.pending.put(keys::invitation(note.index), &used);
            }
            JournalRecord::Stopped(note) => {
                if let Some(mut device) = self.device(records, note.device)? {
                    self.set_stopped(records, &mut device, Some(note.why), note.at)?;
                }
            }
            JournalRecord::Reinstated(note) => {
                if let Some(mut device) = self.device(records, note.device)? {
                    self.set_stopped(records, &mut device, None, note.at)?;
                }
            }
            // Never lower: the ledger of a later restore may know more than an older entry.
            JournalRecord::Restored(note) => {
                self.state.incarnation = self.state.incarnation.max(note.incarnation);
            }
        }
        Ok(())
    }

    /// Ends the quarantine: `goes_on` says which devices go on, the others are revoked. Invitations
    /// that look unused are withdrawn. The journal begins anew, from what the ledger then knows.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn end_quarantine(
        &mut self,
        records: &dyn Records,
        goes_on: &dyn Fn(u32) -> bool,
        now: Time,
    ) -> Result<Option<Confirmed>, StoreError> {
        if self.quarantine.is_none() {
            return Ok(None);
        }
        self.state.journal = Reach::default();
        self.journal = JournalWrites {
            entries: Vec::new(),
            anew: true,
        };
        self.state.next_device_code = self.state.next_device_code.saturating_add(CODES_LEFT_OUT);
        let mut confirmed = Confirmed::default();
        let incarnation = self.state.incarnation;
        if incarnation > 1 {
            self.note_security(&JournalRecord::Restored(RestoredNote {
                incarnation,
                at: now,
            }));
        }
        for mut device in self.device_records(records)? {
            let id = DeviceId::of(&device.key);
            let certificate = self.certificate(&device);
            let (name, at) = (device.name.clone(), device.enrolled);
            self.note_security(&JournalRecord::Enrolled(EnrolledNote {
                certificate,
                name,
                at,
            }));
            if let Some(why) = device.stopped {
                self.note_security(&JournalRecord::Stopped(StoppedNote {
                    device: id,
                    why,
                    at: now,
                }));
            } else if goes_on(device.code) {
                confirmed.kept += 1;
            } else {
                self.stop(records, &mut device, Stop::Revoked, now)?;
                confirmed.revoked += 1;
            }
        }
        let to = keys::end_of(keys::INVITATIONS);
        for (key, value) in self
            .pending
            .scan(records, keys::INVITATIONS, &to, usize::MAX)?
        {
            let Invitation {
                member,
                used,
                replaces,
                ..
            } = read(&key, &value)?;
            if let Some(device) = used {
                let index = key
                    .last_chunk()
                    .copied()
                    .ok_or_else(|| StoreError::damaged(&key))?;
                self.note_security(&JournalRecord::CodeUsed(CodeUsedNote {
                    index,
                    member,
                    device,
                    replaces,
                    at: now,
                }));
            } else {
                self.pending.remove(key);
                confirmed.withdrawn += 1;
            }
        }
        self.quarantine = None;
        let Confirmed {
            kept,
            revoked,
            withdrawn,
        } = confirmed;
        self.audit(
            now,
            crate::Audited::QuarantineEnded(crate::QuarantineEnded {
                kept,
                revoked,
                withdrawn,
            }),
        );
        Ok(Some(confirmed))
    }
}
