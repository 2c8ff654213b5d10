//! Recording once the lease has ended: commands can be sent, and not be read.
//!
//! Commands are sealed into batches, batches to the town's key. What the device itself needs of
//! them again, when a refusal is to be mended, is sealed to the lease's own key, whose secret needs
//! the server's half: the next contact brings it all back.

use std::collections::BTreeMap;

use super::identity::Identity;
use super::outbox::{Fate, Locking};
use super::typing::{Draft, RecordError, Recorded};
use super::{Replica, rows};
use alleyway_core::command::Command;
use alleyway_core::documents::DocumentKind;
use alleyway_core::id::DocumentId;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Write;

impl Replica {
    /// Types a command on what cannot be read: nothing judges it but the server. Nothing readable
    /// of it is written.
    pub(super) fn record_locked(
        &mut self,
        draft: &Draft,
        counter: u64,
        command: Command,
        random: &[u8; 32],
    ) -> Result<(Vec<Write>, Recorded), RecordError> {
        let device = self.as_enrolled().ok_or(RecordError::NotEnrolled)?;
        let key = device.key();
        if draft.target.is_some_and(|target| !self.is_indexed(target)) {
            return Err(RefusalCode::UnknownDocument.into());
        }
        let recorded = Recorded {
            command: command.id(&key),
            document: command.target(&key),
            number: self.number_on(&command, None),
            code: None,
            unattended: None,
        };
        self.state.count(counter);
        self.outbox.put(counter, command);
        let mut writes = self.seal(random);
        writes.extend(self.lock(random));
        writes.push(self.state.write());
        Ok((rows::latest_of_each(writes), recorded))
    }

    /// Whether a document is known by the index, or was created here.
    fn is_indexed(&self, document: DocumentId) -> bool {
        self.held.contains(document) || self.outbox.locked_creator(document).is_some()
    }

    /// A document's kind, as the index has it: of those created here only the numbered ones are in
    /// it.
    pub(super) fn indexed_kind(&self, document: DocumentId) -> Option<DocumentKind> {
        match self.held.get(document) {
            Some(confirmed) => confirmed.kind(),
            None => self
                .outbox
                .locked_creator(document)
                .filter(|locked| locked.creates_case())
                .and_then(|locked| DocumentKind::created_by(locked.kind())),
        }
    }

    /// Makes everything typed here unreadable. `random` is 32 random bytes.
    pub(super) fn lock(&mut self, random: &[u8; 32]) -> Vec<Write> {
        let numbers: BTreeMap<_, _> = self
            .outbox
            .commands()
            .filter_map(|(counter, own)| Some((counter, self.number_of(&own.command)?)))
            .collect();
        let identity = self.identity.as_ref();
        let device = identity.and_then(Identity::as_enrolled);
        let Some((device, reader)) = device.zip(self.state.lease().reader()) else {
            return Vec::new();
        };
        self.outbox.lock(&Locking {
            device,
            reader,
            numbers,
            random: *random,
        })
    }

    /// The index: all that is known of documents while they cannot be read.
    pub fn index(&self) -> Vec<IndexRow> {
        let known = self.held.iter();
        let known = known.filter_map(|(id, confirmed)| {
            let kind = confirmed.kind().filter(|kind| kind.is_named())?;
            Some((id, kind, confirmed.name().to_owned()))
        });
        let created = self.outbox.locked().map(|(_, locked)| locked);
        let created = created.filter(|locked| locked.creates_case());
        let created = created.filter(|locked| !self.held.contains(locked.document()));
        let created = created.filter_map(|locked| {
            let kind = DocumentKind::created_by(locked.kind())?;
            Some((locked.document(), kind, locked.number_text().to_owned()))
        });
        let mut rows: Vec<IndexRow> = known
            .chain(created)
            .map(|(document, kind, name)| {
                let count = |which: fn(&Fate) -> bool| {
                    let own = self.outbox.locked().map(|(_, locked)| locked);
                    own.filter(|locked| locked.document() == document && which(locked.fate()))
                        .count()
                };
                IndexRow {
                    document,
                    kind,
                    name,
                    pending: count(Fate::is_pending),
                    refused: count(|fate| fate.refusal().is_some()),
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
