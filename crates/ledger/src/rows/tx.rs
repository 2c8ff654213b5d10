//! A transaction in the making: every read sees what it has written, every write goes into it.

use super::keys;
use super::memory::{Memory, Savepoint};
use super::orders::Order;
use super::pending::View;
use super::records::{DeviceRecord, HeadRecord, TAIL_ROW_BYTES_MAX};
use crate::setup::Setup;
use crate::stats::LedgerStats;
use alleyway_core::command::Body;
use alleyway_core::crypto::PublicKey;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, UnitId};
use alleyway_core::kinds::directory::DeviceRow;
use alleyway_core::kinds::tray::{OpenTray, TrayItem};
use alleyway_core::kinds::unit::{ImportFailed, NoteDevice};
use alleyway_core::store::{Records, Row, StoreError};
use alleyway_core::wire::Wire;

/// A transaction in the making. Requests that are committed together share what it writes.
pub(crate) struct Tx<'a> {
    pub(super) records: &'a dyn Records,
    setup: &'a Setup,
    pub(super) memory: &'a mut Memory,
}

/// Something that the server itself has to say in a document, because of what was admitted, kept or
/// stopped. It waits here until the batch at hand has been judged, and is then carried out in the
/// same transaction. What later commands of that batch must see of it is in rows already.
#[derive(Debug, Clone)]
pub(crate) enum FollowUp {
    /// A tray gets an item: the tray of the unit, open or confidential.
    PutItem(OpenTray, TrayItem),
    /// A document is changed: its log says that a step stood there before a restore.
    Change(DocumentId, Body),
    /// The document in which another goes on says what became of that one, or was noted there: the
    /// other, the one that it names, what is said.
    GoOn(DocumentId, DocumentId, Body),
    /// Directories say who has a post, and until when.
    PublishPost(CommandId),
    /// Directories say whether an appointment is cleared.
    PublishClearance(CommandId),
    /// The directories of a member's posts name a new device.
    PublishDevice(DeviceRow),
    /// The units where a member is cleared name a new device.
    NoteDevice(NoteDevice),
    /// Askings that a device go on end: it was thawed, or stopped anew.
    EndThaws(DeviceId),
    /// An import that was asked for in a unit's document is not carried out.
    EndImport(UnitId, ImportFailed),
    /// Directories say that a device is stopped, or goes on again.
    Retire {
        /// The device.
        device: PublicKey,
        /// Whether it goes on again.
        back: bool,
    },
}

impl<'a> Tx<'a> {
    /// Goes on with the transaction that `memory` collects.
    pub(crate) fn new(records: &'a dyn Records, setup: &'a Setup, memory: &'a mut Memory) -> Self {
        Self {
            records,
            setup,
            memory,
        }
    }

    /// The setup that the ledger was opened with.
    pub(crate) fn setup(&self) -> &'a Setup {
        self.setup
    }

    /// The server's own public key.
    pub(crate) fn server(&self) -> PublicKey {
        self.memory.server
    }

    /// Counters for operators.
    pub(crate) fn stats(&mut self) -> &mut LedgerStats {
        &mut self.memory.stats
    }

    /// The rows, for reading alone.
    pub(crate) fn view(&self) -> View<'_> {
        self.memory.view(self.records)
    }

    /// The value of a key.
    pub(crate) fn get<T: Wire>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.view().get(key)
    }

    /// Whether a key has a value.
    pub(crate) fn has(&self, key: &[u8]) -> Result<bool, StoreError> {
        Ok(self.view().get_bytes(key)?.is_some())
    }

    /// The rows from one key (inclusive) to another (exclusive), `limit` at most.
    pub(crate) fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        self.view().scan(from, to, limit)
    }

    /// Every row whose key begins with `prefix`.
    pub(crate) fn scan_all(&self, prefix: &[u8]) -> Result<Vec<Row>, StoreError> {
        self.view().scan_all(prefix)
    }

    /// Writes a value.
    pub(crate) fn put(&mut self, key: Vec<u8>, value: &impl Wire) {
        self.memory.pending.put(key, value);
    }

    /// Writes what people wrote: sealed under the document's key slot.
    pub(crate) fn put_sealed(&mut self, key: Vec<u8>, value: Vec<u8>, slot: u64) {
        self.memory.pending.put_sealed(key, value, slot);
    }

    /// Writes a version of a document: into the row of the one before it, if this transaction writes that
    /// and it begins behind the document's snapshot, otherwise into a row of its own.
    pub(crate) fn put_version(&mut self, id: DocumentId, head: &HeadRecord, record: Vec<u8>) {
        let behind_snapshot = keys::tail(id, head.snapshot_version.saturating_add(1));
        self.memory.pending.join_sealed(
            behind_snapshot,
            keys::tail(id, head.version),
            record,
            head.slot,
            TAIL_ROW_BYTES_MAX,
        );
    }

    /// Removes a key.
    pub(crate) fn remove(&mut self, key: Vec<u8>) {
        self.memory.pending.remove(key);
    }

    /// Removes a key that was written at `sequence`. What was written since the last transaction
    /// was taken is not in the store, and leaves nothing to remove there.
    pub(crate) fn remove_written_at(&mut self, key: Vec<u8>, sequence: u64) {
        let is_stored = sequence <= self.memory.stored_state.sequence;
        self.memory.pending.remove_since(key, is_stored);
    }

    /// A device's record.
    pub(crate) fn device(&self, device: DeviceId) -> Result<Option<DeviceRecord>, StoreError> {
        self.get(&keys::device(device))
    }

    /// Writes a device's record.
    pub(crate) fn put_device(&mut self, device: &DeviceRecord) {
        self.put(keys::device(device.id()), device);
    }

    /// Where a document stands.
    pub(crate) fn head(&self, document: DocumentId) -> Result<Option<HeadRecord>, StoreError> {
        self.get(&keys::head(document))
    }

    /// Looks at a document; none if there is no such document.
    pub(crate) fn document<T>(
        &mut self,
        id: DocumentId,
        look: impl FnOnce(&Document) -> T,
    ) -> Result<Option<T>, StoreError> {
        let Some(document) = self.take_document(id)? else {
            return Ok(None);
        };
        let seen = look(&document);
        self.put_document(document);
        Ok(Some(seen))
    }

    /// Takes a document out of memory to change it, loading it if need be. It is to be put back.
    pub(crate) fn take_document(&mut self, id: DocumentId) -> Result<Option<Document>, StoreError> {
        let view = View::new(self.records, &self.memory.pending);
        let is_cold = !self.memory.documents.contains(id);
        let taken = self.memory.documents.take(view, id)?;
        if let Some(document) = taken.as_ref().filter(|_| is_cold) {
            self.memory.count_loaded(document.version());
        }
        Ok(taken)
    }

    /// Puts a document back.
    pub(crate) fn put_document(&mut self, document: Document) {
        self.memory.documents.put(document);
    }

    /// Lets the server say something once the batch at hand has been judged.
    pub(crate) fn follow_up(&mut self, follow_up: FollowUp) {
        self.memory.follow_ups.push_back(follow_up);
    }

    /// The follow-ups that wait, in order.
    #[cfg(test)]
    pub(crate) fn follow_ups(&self) -> impl Iterator<Item = &FollowUp> {
        self.memory.follow_ups.iter()
    }

    /// Takes everything that the server has to say.
    pub(crate) fn take_follow_ups(&mut self) -> Vec<FollowUp> {
        self.memory.follow_ups.drain(..).collect()
    }

    /// Has something done once the batch at hand has been judged.
    pub(crate) fn order(&mut self, order: Order) {
        self.memory.orders.push(order);
    }

    /// Takes everything that is to be done.
    pub(crate) fn take_orders(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.memory.orders)
    }

    /// Where an all-or-nothing request begins.
    pub(crate) fn savepoint(&self) -> Savepoint {
        self.memory.savepoint()
    }

    /// Undoes everything since `savepoint`.
    pub(crate) fn roll_back(&mut self, savepoint: Savepoint) {
        self.memory.roll_back(savepoint);
    }
}
