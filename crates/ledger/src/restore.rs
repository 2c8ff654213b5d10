//! A server that was restored from a backup: a new incarnation, and what devices give it back.
//!
//! The ledger has gone back to an older state; the security journal and the devices have not.
//! Devices keep what they sealed, and the server's signed verdicts on it, until a verified backup
//! covers it ([`crate::Ledger::cover`]). What a restored server lacks they hand in again, each batch
//! with its verdicts ([`alleyway_core::sync::frame::DeviceFrame::Stood`]): the server believes its
//! own signature of an older incarnation.
//!
//! A server that was never restored has no [`GiveBack`], and nothing here is asked.
//!
//! | file | what |
//! | --- | --- |
//! | `proof` | the server's verdicts on a batch from before the restore |
//! | `give_back` | what may still come, and from whom |
//! | `open` | batches of which some command waits |

mod give_back;
pub(crate) mod open;
mod proof;

pub(crate) use give_back::GiveBack;
pub use open::batches_held;
pub(crate) use proof::Proof;

use crate::audit::{self, Audited, RestoredAudited};
use crate::journal::{self, JournalRecord, RestoredNote};
use crate::rows::records::RestoredRecord;
use crate::rows::{Tx, keys, read};
use alleyway_core::id::DeviceId;
use alleyway_core::store::StoreError;
use alleyway_core::time::Time;

/// Begins the next incarnation, once, on a store that was restored from a backup, before
/// anything is answered: 1 beyond the highest that the ledger or the security journal knows. A
/// server whose journal is lost cannot know how often it was restored since, and asks the clock:
/// its number is at least that of the seconds since 2026, which no restore before can have
/// reached.
pub(crate) fn begin_incarnation(
    tx: &mut Tx<'_>,
    is_journal_lost: bool,
    now: Time,
) -> Result<u32, StoreError> {
    let next = tx.incarnation().checked_add(1);
    let next = next.ok_or_else(|| StoreError::Failed("no incarnation is left".to_owned()))?;
    let incarnation = if is_journal_lost {
        next.max(seconds_since_2026(now))
    } else {
        next
    };
    tx.raise_incarnation(incarnation);
    tx.put_restored(RestoredRecord {
        incarnation,
        at: now,
    });
    let sequence = tx.sequence();
    tx.put(keys::began(incarnation), &sequence);
    if !is_journal_lost {
        // A lost one begins anew when the quarantine ends, and then names the incarnation.
        journal::note(
            tx,
            &JournalRecord::Restored(RestoredNote {
                incarnation,
                at: now,
            }),
        );
    }
    audit::write(tx, now, Audited::Restored(RestoredAudited { incarnation }));
    Ok(incarnation)
}

/// Notes that a verified backup holds the batches of these devices up to the numbers given; never
/// lowers what was noted before. Devices hear it in their next welcome, and need not keep those
/// batches any longer. How many devices it is news for.
pub(crate) fn cover(tx: &mut Tx<'_>, held: &[(DeviceId, u64)]) -> Result<u64, StoreError> {
    let mut news = 0;
    for (id, number) in held {
        let Some(mut device) = tx.device(*id)? else {
            continue;
        };
        let covered = (*number).min(device.last);
        if covered > device.covered {
            device.covered = covered;
            tx.put_device(&device);
            news += 1;
        }
    }
    Ok(news)
}

/// The last sequence that this ledger's past and that of another incarnation surely have in common:
/// where the next one on this past began. 0 if the other one was lost in a restore, with what it
/// began at.
pub(crate) fn parting_from(tx: &Tx<'_>, incarnation: u32) -> Result<u64, StoreError> {
    let is_ours = incarnation == 1 || tx.has(&keys::began(incarnation))?;
    if !is_ours {
        return Ok(0);
    }
    let next = keys::began(incarnation.saturating_add(1));
    let rows = tx.scan(&next, &keys::end_of(keys::BEGAN), 1)?;
    rows.first().map_or(Ok(0), |(key, value)| read(key, value))
}

/// 2026-01-01T00:00:00Z, in seconds since 1970.
const BEGIN_OF_2026: i64 = 1_767_225_600;

/// At most as many as an incarnation can count: until 2162.
fn seconds_since_2026(now: Time) -> u32 {
    let seconds = now.0.div_euclid(1_000).saturating_sub(BEGIN_OF_2026).max(0);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}
