//! The writes of an admitted command: a ledger entry, the version, feed logs, sums, indexes.
//!
//! Only an [`Admitted`] can be appended, and only [`alleyway_core::admission`] makes one.
//!
//! | file | what |
//! | --- | --- |
//! | `places` | where a document stands in the logs of its feeds |
//! | `compaction` | a long tail goes into a snapshot |
//! | `index` | rows that are found by other keys than the document's id |
//! | `ended` | posts and clearances stay ended behind a restore |
//! | `rulebook` | the town's rules, so that no step loads the book's document |
//! | `turns` | the index of what is due by time alone |
//! | `people` | posts, devices and invitations by administrators' commands |
//! | `clearances` | consequences from a clearance or a confirmation of a device |

mod clearances;
mod compaction;
pub(crate) mod ended;
mod index;
mod people;
mod places;
mod rulebook;
pub(crate) mod turns;

use crate::rows::records::{CHANGE_BYTES_MAX, HeadRecord, LedgerEntry, TailRecord};
use crate::rows::{FollowUp, Tx, keys};
use crate::stats::LedgerStats;
use crate::{figures, listed, tracked};
use alleyway_core::admission::Admitted;
use alleyway_core::documents::Document;
use alleyway_core::id::DeviceId;
use alleyway_core::kinds::Said;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{AdmittedAt, check_of};
use alleyway_core::wire::{Blob, List, Wire};

/// Appends an admitted command: ledger entry, version, feed logs, sums, indexes.
pub(crate) fn append(
    tx: &mut Tx<'_>,
    admitted: &Admitted,
    document: &Document,
) -> Result<AdmittedAt, StoreError> {
    let sequence = append_entry(tx, admitted);
    let mut head = match tx.head(admitted.document())? {
        Some(head) => head,
        None => new_head(tx, admitted),
    };
    places::move_in_feeds(tx, admitted, &mut head, sequence)?;
    head.version = admitted.version();
    head.head = admitted.head();
    put_version(tx, admitted, document, &mut head, sequence)?;
    tx.put(keys::head(admitted.document()), &head);
    index::index(tx, admitted, document)?;
    say_elsewhere(tx, admitted, document);
    tracked::note(tx, admitted, document, head.slot)?;
    figures::note(tx, admitted, document, head.slot)?;
    listed::note(tx, document, head.slot)?;
    turns::note(tx, admitted, document)?;
    LedgerStats::count(&mut tx.stats().admitted, 1);
    Ok(AdmittedAt {
        version: admitted.version(),
        check: check_of(&admitted.head()),
    })
}

/// Lets the server say on another document what follows there.
fn say_elsewhere(tx: &mut Tx<'_>, admitted: &Admitted, document: &Document) {
    let by = Said {
        id: admitted.id(),
        author: admitted.origin().author,
    };
    if let Some((other, said)) = admitted.command().body.said_elsewhere(document, by) {
        tx.follow_up(FollowUp::GoOn(document.id(), other, said));
    }
}

fn append_entry(tx: &mut Tx<'_>, admitted: &Admitted) -> u64 {
    tx.push_entry(LedgerEntry {
        document: admitted.document(),
        generation: admitted.generation(),
        version: admitted.version(),
        head: admitted.head(),
        command: admitted.id(),
        device: DeviceId::of(&admitted.origin().device),
        received: admitted.receipt().received,
    })
}

fn new_head(tx: &mut Tx<'_>, admitted: &Admitted) -> HeadRecord {
    HeadRecord {
        kind: admitted.kind(),
        generation: admitted.generation(),
        version: 0,
        head: admitted.before(),
        slot: tx.next_slot(),
        snapshot_version: 0,
        snapshot_bytes: 0,
        first_tail: 1,
        tail_bytes: 0,
        placed: List::default(),
        left: List::default(),
    }
}

/// Stores the version, and compacts the tail when that is due.
fn put_version(
    tx: &mut Tx<'_>,
    admitted: &Admitted,
    document: &Document,
    head: &mut HeadRecord,
    sequence: u64,
) -> Result<(), StoreError> {
    let key = keys::tail(document.id(), head.version);
    let origin = admitted.origin();
    let record = TailRecord {
        sequence,
        author: origin.author,
        device: origin.device,
        command: admitted.command().clone(),
        receipt: admitted.receipt(),
        change: Blob::<CHANGE_BYTES_MAX>::new(admitted.change().to_vec())
            .map_err(|_| StoreError::damaged(&key))?,
    };
    let bytes = record.to_bytes();
    head.tail_bytes += bytes.len() as u64;
    tx.put_version(document.id(), head, bytes);
    if compaction::is_due(head) {
        compaction::compact(tx, document, head)?;
    }
    Ok(())
}
