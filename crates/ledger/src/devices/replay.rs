//! Entries of the security journal that a restored ledger does not know, carried out again.
//!
//! A journal that is missing, shorter or of another history puts the server into quarantine until an
//! administrator has said which devices go on. A journal that began anew then is a history of its
//! own, and whole: an older ledger carries all of it out.

use std::collections::{BTreeMap, BTreeSet};

use super::quarantine::{CODES_LEFT_OUT, Quarantine};
use super::{enrolment, stopping};
use crate::append::ended;
use crate::journal::{DOMAIN, JournalRecord};
use crate::own;
use crate::rows::records::{AskedInvitation, ChainTip, DeviceRecord, Invitation};
use crate::rows::{Tx, keys, read};
use alleyway_core::id::DeviceId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire;

/// Carries out the entries of the journal that the ledger does not know.
///
/// Returns why nobody is to be answered, if the journal is not this ledger's.
pub(crate) fn replay(
    tx: &mut Tx<'_>,
    entries: Option<Vec<Vec<u8>>>,
) -> Result<Option<Quarantine>, StoreError> {
    let unknown = match unknown_to_ledger(tx, entries) {
        Ok(unknown) => unknown,
        Err(why) => return Ok(Some(why)),
    };
    let anew = unknown.first().and_then(|(tip, record)| match record {
        JournalRecord::Restored(note) if tip.count == 1 => Some(note.at),
        _ => None,
    });
    let enrolled: BTreeSet<DeviceId> = unknown
        .iter()
        .filter_map(|(_, record)| record.enrolled())
        .collect();
    let mut posts = BTreeMap::new();
    for (tip, record) in unknown {
        match record {
            // The newest word about each appointment counts.
            JournalRecord::Post(note) => drop(posts.insert(note.appointment, note)),
            record => carry_out_again(tx, &record)?,
        }
        tx.reach_journal(tip);
    }
    // Only now: the server's own commands about them are entries behind all that were read.
    for note in posts.values() {
        ended::remember(tx, note);
    }
    if let Some(at) = posts.values().map(|note| note.at).max() {
        own::carry_out_follow_ups(tx, at)?;
    }
    if let Some(at) = anew {
        forget_what_is_not_in_it(tx, &enrolled, at)?;
    }
    Ok(None)
}

/// The entries beyond those that the ledger counts, each with the tip behind it.
fn unknown_to_ledger(
    tx: &Tx<'_>,
    entries: Option<Vec<Vec<u8>>>,
) -> Result<Vec<(ChainTip, JournalRecord)>, Quarantine> {
    let entries = entries.ok_or(Quarantine::Missing)?;
    let known = if is_older_than(tx, &entries) {
        ChainTip::default()
    } else {
        tx.journal()
    };
    let mut tip = ChainTip::default();
    let mut unknown = Vec::new();
    for entry in entries {
        if tip.count == known.count && tip.chain != known.chain {
            return Err(Quarantine::Another);
        }
        let beyond = tip.count >= known.count;
        tip = tip.with(DOMAIN, &entry);
        if beyond {
            let record = JournalRecord::from_bytes(&entry).map_err(|_| Quarantine::Missing)?;
            if !is_of_this_town(tx, &record) {
                return Err(Quarantine::Another);
            }
            unknown.push((tip, record));
        }
    }
    match tip.count {
        count if count < known.count => Err(Quarantine::Shorter),
        count if count == known.count && tip.chain != known.chain => Err(Quarantine::Another),
        _ => Ok(unknown),
    }
}

/// Whether the journal began anew, when a quarantine ended, in a later incarnation than the
/// ledger's: everything in it is news, and everything that counts is in it.
fn is_older_than(tx: &Tx<'_>, entries: &[Vec<u8>]) -> bool {
    let first = entries
        .first()
        .map(|entry| JournalRecord::from_bytes(entry));
    matches!(first, Some(Ok(JournalRecord::Restored(note))) if note.incarnation > tx.incarnation())
}

/// A journal restarted at the end of a quarantine lists every valid device and invitation. Devices
/// that it does not list are revoked, unused invitations withdrawn, and some device codes skipped,
/// because the codes issued since are unknown.
fn forget_what_is_not_in_it(
    tx: &mut Tx<'_>,
    enrolled: &BTreeSet<DeviceId>,
    at: Time,
) -> Result<(), StoreError> {
    tx.skip_device_codes(CODES_LEFT_OUT);
    for mut device in super::records(tx.view(), &tx.server())? {
        if device.stopped.is_none() && !enrolled.contains(&device.id()) {
            stopping::stop(tx, &mut device, Stop::Revoked, at);
        }
    }
    for (key, value) in tx.scan_all(keys::INVITATIONS)? {
        if read::<Invitation>(&key, &value)?.used.is_none() {
            tx.remove(key);
        }
    }
    own::carry_out_follow_ups(tx, at)
}

fn is_of_this_town(tx: &Tx<'_>, record: &JournalRecord) -> bool {
    match record {
        JournalRecord::Enrolled(note) => note.certificate.is_of(tx.setup().town, &tx.server()),
        _ => true,
    }
}

fn carry_out_again(tx: &mut Tx<'_>, record: &JournalRecord) -> Result<(), StoreError> {
    match record {
        JournalRecord::Enrolled(note) => {
            let Certificate {
                device,
                sealing,
                member,
                code,
                ..
            } = note.certificate;
            tx.note_device_code(code);
            if tx.device(DeviceId::of(&device))?.is_none() {
                let record =
                    DeviceRecord::new(device, sealing.0, member, code, &note.name, note.at);
                tx.put_device(&record);
                enrolment::announce(tx, &record);
                own::carry_out_follow_ups(tx, note.at)?;
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
            tx.put(keys::invitation(note.index), &used);
        }
        JournalRecord::Withdrawn(note) => {
            // It is as one that is too old: whoever asks for it again makes another.
            let expires = Time(note.at.0.saturating_sub(1));
            let withdrawn = Invitation {
                member: note.member,
                expires,
                used: None,
                replaces: None,
            };
            tx.put(keys::invitation(note.index), &withdrawn);
        }
        JournalRecord::Shown(note) => {
            let key = keys::asked_invitation(note.asked);
            let known = tx.get::<AskedInvitation>(&key)?;
            // One that was confirmed anew has another code, which nobody has seen.
            if let Some(known) = known.filter(|known| known.granted == Some(note.granted)) {
                let shown = Some(note.at);
                tx.put(key, &AskedInvitation { shown, ..known });
            }
        }
        JournalRecord::Stopped(note) => {
            if let Some(mut device) = tx.device(note.device)? {
                stopping::set_stopped(tx, &mut device, Some(note.why));
                own::carry_out_follow_ups(tx, note.at)?;
            }
        }
        JournalRecord::Reinstated(note) => {
            if let Some(mut device) = tx.device(note.device)? {
                stopping::set_stopped(tx, &mut device, None);
                own::carry_out_follow_ups(tx, note.at)?;
            }
        }
        // Never lower: the ledger of a later restore may know more than an older entry.
        JournalRecord::Restored(note) => {
            tx.raise_incarnation(note.incarnation);
        }
        // Held to once all are read.
        JournalRecord::Post(_) => {}
    }
    Ok(())
}
