//! Appending: what an admitted command writes.

use crate::rows::keys;
use crate::rows::loaded::tail;
use crate::rows::records::{
    CHANGE_BYTES_MAX, FeedEntry, FeedSum, HeadRecord, LedgerEntry, Placed, TailRecord,
};
use crate::{Ledger, LedgerStats};
use alleyway_core::admission::Admitted;
use alleyway_core::documents::Document;
use alleyway_core::feeds::{FeedId, digest_of};
use alleyway_core::id::DeviceId;
use alleyway_core::kinds::Index;
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::limits::{TAIL_BYTES_MIN, TAIL_VERSIONS_KEPT};
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::{AdmittedAt, Saved, check_of};
use alleyway_core::sync::history::{HISTORY_ENTRIES_MAX, History};
use alleyway_core::wire::{Blob, List, Wire};

impl Ledger {
    /// Appends an admitted command: ledger entry, version, feed logs, sums, indexes.
    pub(crate) fn append(
        &mut self,
        records: &dyn Records,
        admitted: &Admitted,
        document: &Document,
    ) -> Result<AdmittedAt, StoreError> {
        let sequence = self.append_entry(admitted);
        let key = keys::head(admitted.document());
        let old = self.pending.get::<HeadRecord>(records, &key)?;
        let mut head = match old {
            Some(head) => head,
            None => self.new_head(admitted),
        };
        let known = head.version > 0;
        self.move_in_feeds(records, admitted, &mut head, known, sequence)?;
        head.version = admitted.version();
        head.head = admitted.head();
        self.put_version(records, admitted, document, &mut head, sequence)?;
        self.pending.put(key, &head);
        self.index(records, admitted, document)?;
        LedgerStats::count(&mut self.stats.admitted, 1);
        Ok(AdmittedAt {
            version: admitted.version(),
            check: check_of(&admitted.head()),
        })
    }

    fn append_entry(&mut self, admitted: &Admitted) -> u64 {
        self.push_entry(LedgerEntry {
            document: admitted.document(),
            generation: admitted.generation(),
            version: admitted.version(),
            head: admitted.head(),
            command: admitted.id(),
            device: DeviceId::of(&admitted.origin().device),
            received: admitted.receipt().received,
        })
    }

    fn new_head(&mut self, admitted: &Admitted) -> HeadRecord {
        let slot = self.state.next_slot;
        self.state.next_slot += 1;
        HeadRecord {
            kind: admitted.kind(),
            generation: admitted.generation(),
            version: 0,
            head: admitted.before(),
            slot,
            folded: 0,
            folded_bytes: 0,
            first_tail: 1,
            tail_bytes: 0,
            placed: List::default(),
            left: List::default(),
        }
    }

    /// Moves the document's places to the end of the logs of its feeds, and keeps the sums.
    fn move_in_feeds(
        &mut self,
        records: &dyn Records,
        admitted: &Admitted,
        head: &mut HeadRecord,
        known: bool,
        sequence: u64,
    ) -> Result<(), StoreError> {
        let document = admitted.document();
        let before = digest_of(document, head.generation, &head.head);
        let after = digest_of(document, admitted.generation(), &admitted.head());
        let mut placed = Vec::new();
        let mut left: Vec<(FeedId, u64)> = head.left.to_vec();
        for place in head.placed.iter() {
            self.pending.remove_since(
                keys::feed(place.feed, place.sequence),
                self.is_stored(place.sequence),
            );
            let stays = admitted.audience().contains(&place.feed);
            if stays {
                placed.push(Placed { sequence, ..*place });
            } else {
                self.pending.put(
                    keys::feed(place.feed, sequence),
                    &FeedEntry {
                        document,
                        leaves: true,
                    },
                );
                left.push((place.feed, sequence));
            }
            let (taken, put) = (known.then_some(before), stays.then_some(after));
            self.change_sum(records, place.feed, taken, put)?;
        }
        for feed in admitted.audience() {
            if !placed.iter().any(|place| place.feed == *feed) {
                placed.push(Placed {
                    feed: *feed,
                    sequence,
                    entered: sequence,
                });
                self.change_sum(records, *feed, None, Some(after))?;
            }
            if let Some(at) = left.iter().position(|(other, _)| other == feed) {
                let (_, gone) = left.swap_remove(at);
                self.pending
                    .remove_since(keys::feed(*feed, gone), self.is_stored(gone));
            }
            self.pending.put(
                keys::feed(*feed, sequence),
                &FeedEntry {
                    document,
                    leaves: false,
                },
            );
        }
        let key = keys::head(document);
        head.placed = List::new(placed).map_err(|_| StoreError::damaged(&key))?;
        head.left = List::new(left).map_err(|_| StoreError::damaged(&key))?;
        Ok(())
    }

    /// Whether what was written at a sequence can be in the store: what is written since the last
    /// transaction was taken is not.
    fn is_stored(&self, sequence: u64) -> bool {
        sequence <= self.stored_state.sequence
    }

    fn change_sum(
        &mut self,
        records: &dyn Records,
        feed: FeedId,
        taken: Option<u128>,
        put: Option<u128>,
    ) -> Result<(), StoreError> {
        let key = keys::sum(feed);
        let mut sum = self
            .pending
            .get::<FeedSum>(records, &key)?
            .unwrap_or_default();
        let mut value = u128::from_le_bytes(sum.sum);
        if let Some(taken) = taken {
            value = value.wrapping_sub(taken);
            sum.documents = sum.documents.saturating_sub(1);
        }
        if let Some(put) = put {
            value = value.wrapping_add(put);
            sum.documents += 1;
        }
        sum.sum = value.to_le_bytes();
        self.pending.put(key, &sum);
        Ok(())
    }

    /// Stores the version; folds the tail into the snapshot when it has outgrown it.
    fn put_version(
        &mut self,
        records: &dyn Records,
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
        self.pending.put_sealed(key, bytes, head.slot);
        // So many versions are one piece of history: a long document is few rows, too.
        let many = head.version.saturating_sub(head.folded) >= HISTORY_ENTRIES_MAX as u64;
        if many || head.tail_bytes > TAIL_BYTES_MIN.max(head.folded_bytes) {
            self.fold(records, document, head)?;
        }
        Ok(())
    }

    /// Folds the tail: the changes into a new snapshot, the commands into a piece of history. The
    /// newest versions stay in the tail too, for devices that are little behind.
    fn fold(
        &mut self,
        records: &dyn Records,
        document: &Document,
        head: &mut HeadRecord,
    ) -> Result<(), StoreError> {
        let id = document.id();
        let snapshot = Saved::of(document).to_bytes();
        head.folded = head.version;
        head.folded_bytes = snapshot.len() as u64;
        head.tail_bytes = 0;
        self.pending
            .put_sealed(keys::snapshot(id), snapshot, head.slot);
        let keep_from = (head.version + 1)
            .saturating_sub(TAIL_VERSIONS_KEPT)
            .max(head.first_tail);
        let mut piece = History::default();
        for (version, record) in tail(records, &self.pending, id, head.first_tail)? {
            if version < keep_from {
                piece.entries.push(record.past());
                self.pending
                    .remove_since(keys::tail(id, version), self.is_stored(record.sequence));
            }
        }
        for (pieces, first) in piece
            .entries
            .chunks(HISTORY_ENTRIES_MAX)
            .zip((head.first_tail..).step_by(HISTORY_ENTRIES_MAX))
        {
            let piece = History {
                entries: pieces.to_vec(),
            };
            self.pending
                .put_sealed(keys::history(id, first), piece.to_bytes(), head.slot);
        }
        head.first_tail = keep_from;
        Ok(())
    }

    /// What is found by other keys than the document's id.
    fn index(
        &mut self,
        records: &dyn Records,
        admitted: &Admitted,
        document: &Document,
    ) -> Result<(), StoreError> {
        match admitted.command().body.index() {
            Some(Index::Tracking(code)) => {
                // The first case stands: a code that is used again leads nobody astray.
                let key = keys::tracking(code.index());
                if self.pending.get_bytes(records, &key)?.is_none() {
                    self.pending.put(key, &document.id());
                }
            }
            Some(Index::DirectoryOf(unit)) => {
                self.pending.put(keys::directory(unit), &document.id());
            }
            Some(Index::Organisation(body)) => {
                self.index_unit(records, body, admitted, document)?;
            }
            None => {}
        }
        Ok(())
    }

    fn index_unit(
        &mut self,
        records: &dyn Records,
        body: &UnitCommand,
        admitted: &Admitted,
        document: &Document,
    ) -> Result<(), StoreError> {
        let Some(view) = document.unit() else {
            return Ok(());
        };
        let row = view.row();
        self.pending.put(keys::unit(row.unit), &row);
        self.organisation.put_unit(row);
        let appointment = match body {
            UnitCommand::Appoint(_) => admitted.id(),
            UnitCommand::Amend(amend) => amend.appointment,
            other => return self.index_clearances(records, other, &view, admitted),
        };
        if let Some(row) = view
            .appointments
            .iter()
            .find(|known| known.id == appointment)
            .map(|known| known.row(view.id))
        {
            self.audit_post(body, &view, appointment, admitted);
            self.pending.put(keys::appointment(appointment), &row);
            self.organisation.put_appointment(row);
        }
        // New dates may have ended a clearance.
        self.note_clearances(records, &view, admitted)
    }
}
