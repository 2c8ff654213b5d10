//! What was typed here, once the lease has ended: it can be sent, and not be read.
//!
//! Commands are sealed into batches, batches to the town's key. What the device itself needs of
//! them again, when a refusal is to be mended, is sealed to the lease's own key, whose secret needs
//! the server's half: the next contact brings it all back.

use super::Replica;
use super::outbox::{Closed, Fate, Form, Locked, Outgoing};
use super::paging::latest_of_each;
use super::typing::{Draft, RecordError, Recorded};
use super::{rows, views};
use alleyway_core::batch::{Batch, Disclosed};
use alleyway_core::command::Command;
use alleyway_core::crypto::{Hash, SealingKey, SealingSecret, blake3_keyed};
use alleyway_core::documents::DocumentKind;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::number::CaseNumber;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Write;
use alleyway_core::text::Text;
use alleyway_core::wire::{Blob, Wire};

/// The context of what is sealed to the lease's key.
const COMMAND: &[u8] = b"alleyway locked command 1";
const BATCH: &[u8] = b"alleyway locked batch 1";
/// What a batch's seal to the town is drawn for.
const CLOSING: &[u8] = b"alleyway closing 1";

impl Replica {
    /// Types a command on what cannot be read: nothing judges it but the server. Nothing readable
    /// of it is written.
    pub(super) fn record_locked(
        &mut self,
        draft: &Draft,
        command: Command,
        random: &[u8; 32],
    ) -> Result<(Vec<Write>, Recorded), RecordError> {
        let (identity, _) = self.enrolled_row().ok_or(RecordError::NotEnrolled)?;
        let key = identity.secret().public();
        if draft.target.is_some_and(|target| !self.is_indexed(target)) {
            return Err(RefusalCode::UnknownDocument.into());
        }
        let recorded = Recorded {
            command: command.id(&key),
            document: command.target(&key),
            number: self.number_on(&command, None),
        };
        let counter = command.counter;
        self.state.counter = counter;
        self.outbox.commands.insert(
            counter,
            Outgoing {
                command,
                sealed: None,
                fate: Fate::PENDING,
            },
        );
        let mut writes = self.seal(random);
        writes.extend(self.lock(random));
        writes.push(self.write_state());
        Ok((latest_of_each(writes), recorded))
    }

    /// Whether a document is known by the index, or was created here.
    fn is_indexed(&self, document: DocumentId) -> bool {
        self.documents.contains_key(&document) || self.created_here_locked(document).is_some()
    }

    /// A case's number, as the index has it.
    pub(super) fn indexed_number(&self, document: DocumentId) -> Option<CaseNumber> {
        match self.documents.get(&document) {
            Some(confirmed) => CaseNumber::parse(confirmed.number()),
            None => self
                .created_here_locked(document)
                .and_then(|locked| CaseNumber::parse(&locked.number)),
        }
    }

    /// A document's kind, as the index has it: of those created here only the numbered ones are in
    /// it.
    pub(super) fn indexed_kind(&self, document: DocumentId) -> Option<DocumentKind> {
        match self.documents.get(&document) {
            Some(confirmed) => Some(confirmed.kind()),
            None => self
                .created_here_locked(document)
                .filter(|locked| !locked.number.is_empty())
                .and_then(|locked| DocumentKind::created_by(&locked.kind)),
        }
    }

    fn created_here_locked(&self, document: DocumentId) -> Option<&Locked> {
        self.outbox
            .locked
            .values()
            .find(|locked| locked.creates && locked.document == document)
    }

    /// Makes everything typed here unreadable.
    pub(super) fn lock(&mut self, random: &[u8; 32]) -> Vec<Write> {
        let Some(reader) = self.state.lease.as_ref().map(|lease| lease.reader) else {
            return Vec::new();
        };
        let mut writes = self.lock_batches(&reader, random);
        let locked: Vec<(u64, Locked)> = self
            .outbox
            .commands
            .iter()
            .filter_map(|(counter, outgoing)| {
                Some((*counter, self.locked(*counter, outgoing, &reader, random)?))
            })
            .collect();
        for (counter, locked) in locked {
            self.outbox.commands.remove(&counter);
            self.outbox.locked.insert(counter, locked);
            writes.push(rows::remove(rows::numbered(rows::OUTBOX, counter)));
            writes.push(self.outbox.write(counter));
        }
        writes
    }

    fn locked(
        &self,
        counter: u64,
        outgoing: &Outgoing,
        reader: &SealingKey,
        random: &[u8; 32],
    ) -> Option<Locked> {
        let row: views::OutboxRow = self.outbox_row(outgoing)?;
        let random = blake3_keyed(random, &[COMMAND, &counter.to_be_bytes()]);
        let body = reader.seal(
            random,
            &context(COMMAND, counter),
            &outgoing.command.to_bytes(),
        )?;
        Some(Locked {
            id: row.command,
            document: row.document,
            creates: outgoing.command.document.is_none(),
            number: Text::cut(
                &row.number
                    .map(|number| number.to_string())
                    .unwrap_or_default(),
            ),
            kind: Text::cut(&row.kind),
            at: row.at,
            sealed: outgoing.sealed,
            fate: outgoing.fate.clone(),
            body: Blob::new(body).ok()?,
        })
    }

    fn lock_batches(&mut self, reader: &SealingKey, random: &[u8; 32]) -> Vec<Write> {
        let Some(identity) = &self.identity else {
            return Vec::new();
        };
        let Some(enrolled) = &identity.enrolled else {
            return Vec::new();
        };
        let (key, town) = (identity.secret().public(), enrolled.town_sealing);
        let mut numbers = Vec::new();
        for (number, sealed) in &mut self.outbox.batches {
            let Form::Packed(packed) = &sealed.form else {
                continue;
            };
            let Ok(batch) = Batch::unpack(&packed.bytes, &key) else {
                continue;
            };
            let drawn = blake3_keyed(random, &[BATCH, &number.to_be_bytes()]);
            let own = reader
                .seal(drawn, &context(BATCH, *number), &packed.bytes)
                .map(Blob::new);
            let closed = sealed.closed(
                &town,
                closing(identity, &sealed.hash),
                DeviceId::of(&key),
                *number,
            );
            if let (Some(closed), Some(Ok(own))) = (closed, own) {
                let proof = Disclosed::of(&batch, |_| false);
                sealed.form = Form::Closed(Closed {
                    proof,
                    town: closed.sealed,
                    own,
                });
                numbers.push(*number);
            }
        }
        numbers
            .into_iter()
            .map(|number| self.outbox.write_batch(number))
            .collect()
    }

    /// Makes everything typed here readable again, with the secret of the lease's key.
    pub(super) fn unlock(&mut self, secret: &SealingSecret) -> Vec<Write> {
        let mut writes = Vec::new();
        for (counter, locked) in std::mem::take(&mut self.outbox.locked) {
            let opened = secret.open(&context(COMMAND, counter), &locked.body);
            let Some(command) = opened.and_then(|bytes| Command::from_bytes(&bytes).ok()) else {
                self.outbox.locked.insert(counter, locked);
                continue;
            };
            let outgoing = Outgoing {
                command,
                sealed: locked.sealed,
                fate: locked.fate,
            };
            self.outbox.commands.insert(counter, outgoing);
            writes.push(rows::remove(rows::numbered(rows::LOCKED, counter)));
            writes.push(self.outbox.write(counter));
        }
        let mut numbers = Vec::new();
        for (number, sealed) in &mut self.outbox.batches {
            let Form::Closed(closed) = &sealed.form else {
                continue;
            };
            let opened = secret
                .open(&context(BATCH, *number), &closed.own)
                .map(Blob::new);
            if let Some(Ok(bytes)) = opened {
                sealed.form = Form::packed(bytes);
                numbers.push(*number);
            }
        }
        writes.extend(
            numbers
                .into_iter()
                .map(|number| self.outbox.write_batch(number)),
        );
        writes
    }

    /// What is known of a document while it cannot be read.
    pub fn index(&self) -> Vec<IndexRow> {
        let known = self
            .documents
            .iter()
            .filter(|(_, confirmed)| confirmed.kind().is_named());
        let known =
            known.map(|(id, confirmed)| (*id, confirmed.kind(), confirmed.name().to_owned()));
        let created = self
            .outbox
            .locked
            .values()
            .filter(|locked| locked.creates && !locked.number.is_empty());
        let created = created.filter(|locked| !self.documents.contains_key(&locked.document));
        let created = created.filter_map(|locked| {
            let kind = DocumentKind::created_by(&locked.kind)?;
            Some((locked.document, kind, locked.number.to_string()))
        });
        let mut rows: Vec<IndexRow> = known
            .chain(created)
            .map(|(document, kind, name)| {
                let of = self
                    .outbox
                    .locked
                    .values()
                    .filter(|locked| locked.document == document);
                let (pending, other): (Vec<&Locked>, Vec<&Locked>) =
                    of.partition(|locked| locked.fate.is_pending());
                let refused = other
                    .into_iter()
                    .filter(|locked| matches!(locked.fate, Fate::Refused(_)))
                    .count();
                IndexRow {
                    document,
                    kind,
                    name,
                    pending: pending.len(),
                    refused,
                }
            })
            .collect();
        rows.sort_by(|a, b| (a.kind, &a.name, a.document).cmp(&(b.kind, &b.name, b.document)));
        rows
    }
}

/// A line of the index: all that can be read once the lease has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRow {
    /// The document.
    pub document: DocumentId,
    /// The document's kind.
    pub kind: DocumentKind,
    /// A case's number, a household's door.
    pub name: String,
    /// Commands of this device without a verdict.
    pub pending: usize,
    /// Refused commands not dealt with.
    pub refused: usize,
}

/// From which the seal of a batch to the town is drawn: the same each time, so that its copies are
/// the same, by whatever way they go.
pub(super) fn closing(identity: &rows::Identity, batch: &Hash) -> [u8; 32] {
    blake3_keyed(identity.sealing_secret.as_bytes(), &[CLOSING, batch])
}

/// A sealed body is of one row.
fn context(kind: &[u8], number: u64) -> Vec<u8> {
    [kind, &number.to_be_bytes()].concat()
}

/// When a locked command was typed, and what it is, are outside.
impl Locked {
    /// As the outbox lists it.
    pub(super) fn row(&self) -> views::OutboxRow {
        views::OutboxRow {
            command: self.id,
            document: self.document,
            number: CaseNumber::parse(&self.number),
            kind: self.kind.to_string(),
            at: self.at,
            refusal: match &self.fate {
                Fate::Refused(refusal) => Some(refusal.clone()),
                Fate::Pending(_) | Fate::Admitted(_) => None,
            },
            readable: false,
        }
    }
}
