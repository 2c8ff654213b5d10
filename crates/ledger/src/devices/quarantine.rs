//! Quarantine: the security journal is not this ledger's, and nobody is answered until an
//! administrator has said which devices go on.

use super::{enrolment, stopping};
use crate::append::ended;
use crate::audit::{self, Audited, QuarantineEnded};
use crate::journal::{self, CodeUsedNote, EnrolledNote, JournalRecord, RestoredNote, StoppedNote};
use crate::own;
use crate::rows::records::Invitation;
use crate::rows::{Tx, keys, read};
use alleyway_core::id::CommandId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;

/// Device codes that are left out after the journal was lost: those given since are unknown, and a
/// code is never given twice.
pub(super) const CODES_LEFT_OUT: u32 = 1_000;

/// The reason for which nobody is answered until an administrator has confirmed the devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quarantine {
    /// The security journal is missing or damaged.
    Missing,
    /// It ends before what the ledger counts.
    Shorter,
    /// It is of another history.
    Another,
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

/// The effect of an administrator's confirmation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confirmed {
    /// Devices that go on.
    pub kept: u64,
    /// Devices that were revoked.
    pub revoked: u64,
    /// Invitations that were withdrawn: their codes may have been used.
    pub withdrawn: u64,
}

/// Ends the quarantine: `goes_on` says which devices go on, the others are revoked. Invitations
/// that look unused are withdrawn. The journal begins anew, from what the ledger then knows.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    goes_on: &dyn Fn(u32) -> bool,
    now: Time,
) -> Result<Confirmed, StoreError> {
    tx.begin_journal_anew();
    tx.skip_device_codes(CODES_LEFT_OUT);
    let mut confirmed = Confirmed::default();
    let incarnation = tx.incarnation();
    if incarnation > 1 {
        journal::note(
            tx,
            &JournalRecord::Restored(RestoredNote {
                incarnation,
                at: now,
            }),
        );
    }
    for mut device in super::records(tx.view(), &tx.server())? {
        let id = device.id();
        let certificate = enrolment::certificate(tx, &device);
        let (name, at) = (device.name.clone(), device.enrolled);
        journal::note(
            tx,
            &JournalRecord::Enrolled(EnrolledNote {
                certificate,
                name,
                at,
            }),
        );
        if let Some(why) = device.stopped {
            journal::note(
                tx,
                &JournalRecord::Stopped(StoppedNote {
                    device: id,
                    why,
                    at: now,
                }),
            );
        } else if goes_on(device.code) {
            confirmed.kept += 1;
        } else {
            stopping::stop(tx, &mut device, Stop::Revoked, now);
            confirmed.revoked += 1;
        }
    }
    let posts = tx.organisation().appointments();
    let posts: Vec<CommandId> = posts.map(|post| post.appointment).collect();
    for appointment in posts {
        ended::note(tx, appointment, now);
    }
    confirmed.withdrawn = settle_invitations(tx, now)?;
    let Confirmed {
        kept,
        revoked,
        withdrawn,
    } = confirmed;
    let ended = QuarantineEnded {
        kept,
        revoked,
        withdrawn,
    };
    audit::write(tx, now, Audited::QuarantineEnded(ended));
    own::carry_out_follow_ups(tx, now)?;
    Ok(confirmed)
}

/// Notes used invitations in the new journal, and withdraws the others. Returns how many those are.
fn settle_invitations(tx: &mut Tx<'_>, now: Time) -> Result<u64, StoreError> {
    let mut withdrawn = 0;
    for (key, value) in tx.scan_all(keys::INVITATIONS)? {
        let invitation: Invitation = read(&key, &value)?;
        if let Some(device) = invitation.used {
            let index = key
                .last_chunk()
                .copied()
                .ok_or_else(|| StoreError::damaged(&key))?;
            let used = CodeUsedNote {
                index,
                member: invitation.member,
                device,
                replaces: invitation.replaces,
                at: now,
            };
            journal::note(tx, &JournalRecord::CodeUsed(used));
        } else {
            tx.remove(key);
            withdrawn += 1;
        }
    }
    Ok(withdrawn)
}
