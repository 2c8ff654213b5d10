//! Held: documents as the server has them, parts of those that arrive, those that are to be asked
//! for, and what can be read off all of them together.
//!
//! Documents rest sealed under the lease's key, and are decoded when they are looked at. While the
//! lease has ended there is no key: the index outside the seals is all that can be read.

mod confirmed;
mod decoded;
mod listed;
mod parts;
mod sums;
mod wanted;

pub(super) use confirmed::Confirmed;
pub(super) use parts::Arriving;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::decoded::Decoded;
use self::listed::{RulesHere, Unkept};
use super::rows;
use alleyway_core::crypto::RestingKey;
use alleyway_core::documents::Document;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::View;
use alleyway_core::kinds::book::BookView;
use alleyway_core::kinds::directory::DirectoryView;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::sync::frame::{Filed, Welcome, Why};
use alleyway_core::time::Date;
use alleyway_core::wire::Wire;

/// Before every day: up to it a device has the rules that was never sent all.
const NEVER: Date = Date(i32::MIN);

/// All that came from the server.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Opens what rests here; none before enrolment, and while the lease has ended.
    key: Option<RestingKey>,
    documents: BTreeMap<DocumentId, Confirmed>,
    /// Those of them that were used last.
    decoded: RefCell<Decoded>,
    /// How often they have changed since the device was opened.
    changes: u64,
    /// Parts and slices of long documents, sealed, by document, version and place in bytes.
    parts: BTreeMap<(DocumentId, u64, u32), Vec<u8>>,
    /// Documents to be asked for whole.
    wanted: BTreeMap<DocumentId, Why>,
    /// The versions at which documents were last looked at.
    looked_at: BTreeMap<DocumentId, u64>,
    /// Documents that were looked at and did not decode.
    unreadable: RefCell<BTreeSet<DocumentId>>,
    /// How many documents were decoded since the device was opened.
    decoded_count: Cell<u64>,
    /// Rows that are to be written or removed.
    unkept: Unkept,
    /// The day of the last contact at whose end the device had all that it is sent, by the server's clock:
    /// up to it the town's rules are known.
    contact: Option<Date>,
    /// That day, as it is stored because it is not that of the last contact.
    contact_kept: Option<Date>,
    /// Which rules there are, read off the index when it is asked for.
    rules: OnceCell<RulesHere>,
    /// Made of the directories when it is asked for.
    organisation: OnceCell<Organisation>,
    /// The server's incarnation that the documents are of, while they have not been compared with
    /// those of the one heard last.
    compared: Option<u32>,
}

/// A document that was removed.
#[derive(Debug)]
pub(super) struct Removed {
    pub(super) document: Confirmed,
    pub(super) writes: Vec<Write>,
}

impl Held {
    /// Reads what is stored; `damaged` takes the keys of rows that cannot be read. Nothing can be
    /// opened before [`Held::unlock`].
    pub(super) fn read(
        records: &dyn Records,
        damaged: &mut Vec<Vec<u8>>,
    ) -> Result<Self, StoreError> {
        let compared = match rows::get(records, rows::COMPARED) {
            // Of some incarnation before the one that was heard last: which one, nobody knows.
            Err(StoreError::Damaged(_)) => Some(0),
            read => read?,
        };
        let contact_kept = match rows::get(records, rows::RULES_UNTIL) {
            Err(StoreError::Damaged(_)) => Some(NEVER),
            read => read?,
        };
        let mut held = Self {
            contact_kept,
            compared,
            ..Self::default()
        };
        damaged.extend(rows::each(records, rows::DOCUMENTS, |id, value| {
            held.documents.insert(id, Confirmed::read(id, value)?);
            Some(())
        })?);
        damaged.extend(held.read_rows(records)?);
        damaged.extend(rows::each(records, rows::WANTED, |id, value| {
            held.wanted.insert(id, Wire::from_bytes(value).ok()?);
            Some(())
        })?);
        damaged.extend(rows::each(records, rows::LOOKED_AT, |id, value| {
            held.looked_at.insert(id, Wire::from_bytes(value).ok()?);
            Some(())
        })?);
        damaged.extend(rows::each(
            records,
            rows::PARTS,
            |(id, (version, offset)), value| {
                held.parts.insert((id, version, offset), value.to_vec());
                Some(())
            },
        )?);
        Ok(held)
    }

    /// From now on documents can be read and put. Those of kinds that an earlier release did not know
    /// are indexed anew.
    pub(super) fn unlock(&mut self, key: RestingKey) -> Vec<Write> {
        let mut writes = Vec::new();
        for confirmed in self.documents.values_mut() {
            if confirmed.learn_kind(&key) {
                writes.push(confirmed.write());
            }
        }
        self.key = Some(key);
        self.organisation = OnceCell::new();
        self.rules = OnceCell::new();
        writes
    }

    /// The lease has ended: whatever was decoded goes, and the key.
    pub(super) fn lock(&mut self) {
        self.key = None;
        self.decoded.get_mut().clear();
        self.unkept.forget_made();
        self.organisation = OnceCell::new();
    }

    /// The store is opened; the server was heard last on this day, by its clock.
    pub(super) fn opened(&mut self, day: Option<Date>) {
        self.hear(self.contact_kept.or(day));
    }

    /// The server has ended an answer on this day, by its clock. Unless the device `has_all` that it is sent, a
    /// version of the town's book may be missing: its rules are known up to the day that they were before.
    pub(super) fn answered(&mut self, day: Option<Date>, has_all: bool) -> Option<Write> {
        let known = match self.contact {
            _ if has_all => day,
            None => Some(NEVER),
            known => known,
        };
        self.hear(known);
        let kept = known.filter(|_| known != day);
        if self.contact_kept == kept {
            return None;
        }
        self.contact_kept = kept;
        Some(match kept {
            Some(known) => rows::put(rows::RULES_UNTIL.to_vec(), &known),
            None => rows::remove(rows::RULES_UNTIL.to_vec()),
        })
    }

    /// The town's rules are known up to this day.
    pub(super) fn hear(&mut self, day: Option<Date>) {
        if self.contact != day {
            self.contact = day;
            self.rules = OnceCell::new();
            self.unkept.note_rules();
        }
    }

    /// The index of a document, which needs no key.
    pub(super) fn get(&self, id: DocumentId) -> Option<&Confirmed> {
        self.documents.get(&id)
    }

    pub(super) fn contains(&self, id: DocumentId) -> bool {
        self.documents.contains_key(&id)
    }

    /// The confirmed version; 0 if the document is not here.
    pub(super) fn version(&self, id: DocumentId) -> u64 {
        self.get(id).map_or(0, Confirmed::version)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (DocumentId, &Confirmed)> {
        self.documents
            .iter()
            .map(|(id, confirmed)| (*id, confirmed))
    }

    /// The documents in which such a view is read.
    pub(super) fn with_view<V: View>(&self) -> impl Iterator<Item = (DocumentId, &Confirmed)> {
        self.iter()
            .filter(|(_, confirmed)| confirmed.reads_as::<V>())
    }

    /// A confirmed document, decoded. One whose bytes are not those that were written is noted.
    pub(super) fn decoded(&self, id: DocumentId) -> Option<Arc<Document>> {
        // While the lease has ended nothing can be read, and nothing is damaged.
        let key = self.key.as_ref()?;
        let confirmed = self.documents.get(&id).filter(|held| !held.is_filed())?;
        if self.unreadable.borrow().contains(&id) {
            return None;
        }
        if let Some(document) = self.decoded.borrow_mut().get(id) {
            return Some(document);
        }
        self.decoded_count.set(self.decoded_count.get() + 1);
        let Some(document) = confirmed.decode(key) else {
            self.unreadable.borrow_mut().insert(id);
            return None;
        };
        let document = Arc::new(document);
        self.decoded.borrow_mut().put(Arc::clone(&document));
        Some(document)
    }

    /// The memory that decoded documents take up, in bytes.
    pub(super) fn decoded_bytes(&self) -> usize {
        self.decoded.borrow().bytes()
    }

    /// Bounds the memory that decoded documents take up, in bytes.
    #[cfg(test)]
    pub(super) fn bound_decoded(&mut self, bytes_max: usize) {
        *self.decoded.get_mut() = Decoded::new(bytes_max);
    }

    /// How many documents were decoded since the device was opened, each time counted.
    pub(super) fn decoded_count(&self) -> u64 {
        self.decoded_count.get()
    }

    /// Units, posts and names, as far as the directories here know them, and what the town has laid
    /// down.
    pub(super) fn organisation(&self) -> &Organisation {
        self.organisation.get_or_init(|| {
            let mut organisation = Organisation::default();
            let directories = self.with_view::<DirectoryView>();
            let views: Vec<_> = directories
                .filter_map(|(id, _)| self.decoded(id)?.directory())
                .collect();
            organisation.put_directories(&views);
            let mut books = self.with_view::<BookView>();
            let book = books.find_map(|(id, _)| self.decoded(id)?.rulebook());
            if let Some(book) = book {
                organisation.put_rulebook(book);
            }
            organisation
        })
    }

    /// Puts a confirmed document. What cannot be sealed is not kept, and asked for again: a server
    /// that sends documents and no lease.
    pub(super) fn put(&mut self, document: Document) -> Vec<Write> {
        let id = document.id();
        let Some(key) = &self.key else {
            return vec![self.want(id, Why::Missing)];
        };
        let row = self.row_of(&document);
        let before = self.documents.get(&id);
        let confirmed = Confirmed::new(&document, key, self.changes + 1, before);
        let Some(mut confirmed) = confirmed else {
            return Vec::new();
        };
        let (write, version) = (confirmed.write(), confirmed.version());
        let row = row.map(|row| confirmed.seal_row(key, self.rules_of(confirmed.kind()), &row));
        if let Some(row) = row {
            confirmed.set_row(row);
        }
        let row = confirmed.write_row();
        self.documents_change(&confirmed);
        self.documents.insert(id, confirmed);
        self.unkept.note(id);
        self.decoded.get_mut().put(Arc::new(document));
        self.unreadable.get_mut().remove(&id);
        // What has come of it by parts is known now.
        let mut writes = self.drop_parts(id, |arriving| arriving <= version);
        writes.push(write);
        writes.extend(row);
        writes
    }

    /// Takes a row in place of a document that has long been over. A document that is here itself stays,
    /// if it is no older.
    pub(super) fn put_filed(&mut self, filed: &Filed) -> Vec<Write> {
        let id = filed.document;
        let held = self.get(id).filter(|held| !held.is_filed());
        if held.is_some_and(|held| held.version() >= filed.version) {
            return Vec::new();
        }
        let made = self
            .key
            .as_ref()
            .and_then(|key| Confirmed::filed(filed, key, self.changes + 1));
        let Some(confirmed) = made.filter(|_| held.is_none()) else {
            return vec![self.want(id, Why::Missing)];
        };
        let writes = [Some(confirmed.write()), confirmed.write_row()];
        self.documents_change(&confirmed);
        self.documents.insert(id, confirmed);
        self.unkept.forget(id);
        self.unreadable.get_mut().remove(&id);
        writes.into_iter().flatten().collect()
    }

    /// Whether only a document's row is here.
    pub(super) fn is_filed(&self, id: DocumentId) -> bool {
        self.get(id).is_some_and(Confirmed::is_filed)
    }

    /// Removes a document. Parts of it stay: they are of what it is now, and in scope.
    pub(super) fn remove(&mut self, id: DocumentId) -> Option<Removed> {
        let document = self.documents.remove(&id)?;
        self.decoded.get_mut().remove(id);
        self.unreadable.get_mut().remove(&id);
        self.documents_change(&document);
        self.looked_at.remove(&id);
        self.unkept.forget(id);
        let writes = vec![
            rows::remove(rows::document(id)),
            rows::remove(rows::row(id)),
            rows::remove(rows::key(rows::LOOKED_AT, &id)),
        ];
        Some(Removed { document, writes })
    }

    /// The organisation is made anew once a directory or the town's book has changed.
    fn documents_change(&mut self, changed: &Confirmed) {
        self.changes += 1;
        if changed.reads_as::<DirectoryView>() || changed.reads_as::<BookView>() {
            self.organisation = OnceCell::new();
            self.rules = OnceCell::new();
            self.unkept.note_rules();
        }
    }

    /// The documents of which something is here, parts included.
    pub(super) fn ids(&self) -> BTreeSet<DocumentId> {
        let parts = self.parts.keys().map(|(id, ..)| *id);
        self.documents.keys().copied().chain(parts).collect()
    }

    /// The documents that none of these feeds holds.
    pub(super) fn beyond(&self, feeds: &BTreeSet<FeedId>) -> Vec<DocumentId> {
        self.iter()
            .filter(|(_, confirmed)| confirmed.held_by(feeds).next().is_none())
            .map(|(id, _)| id)
            .collect()
    }

    /// The version at which a document was last looked at.
    pub(super) fn looked_at(&self, id: DocumentId) -> Option<u64> {
        self.looked_at.get(&id).copied()
    }

    /// Notes that a document was looked at, as it is confirmed now. `None` if that is known.
    pub(super) fn look_at(&mut self, id: DocumentId) -> Option<Write> {
        let version = self.documents.get(&id)?.version();
        if self.looked_at.insert(id, version) == Some(version) {
            return None;
        }
        Some(rows::put(rows::key(rows::LOOKED_AT, &id), &version))
    }

    /// The server's incarnation that the documents are of, where `heard` is the one heard last. What
    /// is typed says so: a version of before a restore is another one than the same number after it.
    pub(super) fn incarnation(&self, heard: u32) -> u32 {
        self.compared.unwrap_or(heard)
    }

    /// Notes of which incarnation the documents are until they have been compared. `heard` is the
    /// incarnation that was heard before this welcome.
    pub(super) fn note_compared(
        &mut self,
        welcome: &Welcome,
        heard: u32,
        is_compared: bool,
    ) -> Option<Write> {
        let of = self.incarnation(heard);
        let compared = (!is_compared && of < welcome.incarnation).then_some(of);
        if self.compared == compared {
            return None;
        }
        self.compared = compared;
        Some(match compared {
            Some(of) => rows::put(rows::COMPARED.to_vec(), &of),
            None => rows::remove(rows::COMPARED.to_vec()),
        })
    }
}
