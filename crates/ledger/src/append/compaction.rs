//! Compaction: a tail that has outgrown the snapshot goes into a new one.

use crate::rows::loaded::tail_rows;
use crate::rows::records::{HeadRecord, TailRecord};
use crate::rows::{Tx, keys};
use alleyway_core::documents::Document;
use alleyway_core::limits::{TAIL_BYTES_MIN, TAIL_VERSIONS_KEPT};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Saved;
use alleyway_core::sync::history::{HISTORY_ENTRIES_MAX, History};
use alleyway_core::wire::Wire;

/// Whether a document's tail is to be compacted.
pub(super) fn is_due(head: &HeadRecord) -> bool {
    // So many versions are one piece of history: a long document is few rows, too.
    let many = head.version.saturating_sub(head.snapshot_version) >= HISTORY_ENTRIES_MAX as u64;
    many || head.tail_bytes > TAIL_BYTES_MIN.max(head.snapshot_bytes)
}

/// Compacts the tail: the changes go into a new snapshot, the commands into a piece of history. The
/// newest versions stay in the tail too, for devices that are little behind, and with them those that lie
/// in one row with the first of them.
pub(super) fn compact(
    tx: &mut Tx<'_>,
    document: &Document,
    head: &mut HeadRecord,
) -> Result<(), StoreError> {
    let id = document.id();
    let snapshot = Saved::of(document).to_bytes();
    head.snapshot_version = head.version;
    head.snapshot_bytes = snapshot.len() as u64;
    head.tail_bytes = 0;
    tx.put_sealed(keys::snapshot(id), snapshot, head.slot);
    let keep_from = (head.version + 1)
        .saturating_sub(TAIL_VERSIONS_KEPT)
        .max(head.first_tail);
    let (mut piece, mut kept_from) = (History::default(), head.first_tail);
    for (first, row) in tail_rows(tx.view(), id, head.first_tail)? {
        let behind = first.saturating_add(row.versions.len() as u64);
        if behind > keep_from {
            break;
        }
        if let Some(record) = row.versions.first() {
            tx.remove_written_at(keys::tail(id, first), record.sequence);
        }
        let past = row.versions.iter().map(TailRecord::past);
        piece.entries.extend(past);
        kept_from = behind;
    }
    for (pieces, first) in piece
        .entries
        .chunks(HISTORY_ENTRIES_MAX)
        .zip((head.first_tail..).step_by(HISTORY_ENTRIES_MAX))
    {
        let piece = History {
            entries: pieces.to_vec(),
        };
        tx.put_sealed(keys::history(id, first), piece.to_bytes(), head.slot);
    }
    head.first_tail = kept_from;
    Ok(())
}
