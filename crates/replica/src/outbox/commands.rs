//! The readable commands of the outbox, with what each is about: its id and its document, worked out
//! once, and which of them are about a document.

use std::collections::{BTreeMap, BTreeSet};

use super::{BatchPlace, Outgoing};
use alleyway_core::command::Command;
use alleyway_core::crypto::PublicKey;
use alleyway_core::id::{CommandId, DocumentId};

/// The readable commands, by counter. Whoever may change a command has changed its document: what was
/// made of a document's commands is known to be made of the same by [`Commands::change_of`].
#[derive(Debug, Default)]
pub(super) struct Commands {
    /// The device's key; none before it has one.
    key: Option<PublicKey>,
    all: BTreeMap<u64, Entry>,
    by_document: BTreeMap<DocumentId, OfDocument>,
    /// How often commands have changed since the device was opened.
    changes: u64,
}

/// A command, and what it is about.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// None while the device has no key.
    about: Option<About>,
    outgoing: Outgoing,
}

/// The id and the document of a command: both take a hash of all of it.
#[derive(Debug, Clone, Copy)]
struct About {
    id: CommandId,
    document: DocumentId,
}

/// A document's commands.
#[derive(Debug, Default)]
struct OfDocument {
    counters: BTreeSet<u64>,
    /// The change that was theirs last.
    changed: u64,
}

impl About {
    fn of(command: &Command, key: &PublicKey) -> Self {
        let id = command.id(key);
        let document = command.document.unwrap_or_else(|| id.document());
        Self { id, document }
    }
}

impl Commands {
    pub(super) fn with_key(key: Option<PublicKey>) -> Self {
        Self {
            key,
            ..Self::default()
        }
    }

    pub(super) fn key(&self) -> Option<&PublicKey> {
        self.key.as_ref()
    }

    /// The device has a key: only with it is known what a command is about.
    pub(super) fn set_key(&mut self, key: PublicKey) {
        self.key = Some(key);
        for entry in self.all.values_mut() {
            entry.about = Some(About::of(&entry.outgoing.command, &key));
        }
        self.index();
    }

    /// The last change of a document's commands, of all since the device was opened; 0 if none is
    /// here. No two sets of commands of one document have the same.
    pub(super) fn change_of(&self, document: DocumentId) -> u64 {
        self.by_document.get(&document).map_or(0, |of| of.changed)
    }

    pub(super) fn get(&self, counter: u64) -> Option<&Outgoing> {
        self.all.get(&counter).map(|entry| &entry.outgoing)
    }

    /// A command that is to be changed, but for its content.
    pub(super) fn get_mut(&mut self, counter: u64) -> Option<&mut Outgoing> {
        let entry = self.all.get_mut(&counter)?;
        self.changes += 1;
        let of = entry
            .about
            .and_then(|about| self.by_document.get_mut(&about.document));
        if let Some(of) = of {
            of.changed = self.changes;
        }
        Some(&mut entry.outgoing)
    }

    /// A command is in a batch from now on: its document stands as it did.
    pub(super) fn seal(&mut self, counter: u64, place: BatchPlace) -> Option<()> {
        self.all.get_mut(&counter)?.outgoing.sealed = Some(place);
        Some(())
    }

    pub(super) fn contains(&self, counter: u64) -> bool {
        self.all.contains_key(&counter)
    }

    pub(super) fn insert(&mut self, counter: u64, outgoing: Outgoing) {
        self.remove(counter);
        let about = self.key.map(|key| About::of(&outgoing.command, &key));
        self.changes += 1;
        if let Some(about) = about {
            let of = self.by_document.entry(about.document).or_default();
            of.counters.insert(counter);
            of.changed = self.changes;
        }
        self.all.insert(counter, Entry { about, outgoing });
    }

    pub(super) fn remove(&mut self, counter: u64) -> Option<Outgoing> {
        let entry = self.all.remove(&counter)?;
        self.changes += 1;
        if let Some(document) = entry.about.map(|about| about.document)
            && let Some(of) = self.by_document.get_mut(&document)
        {
            of.counters.remove(&counter);
            of.changed = self.changes;
            if of.counters.is_empty() {
                self.by_document.remove(&document);
            }
        }
        Some(entry.outgoing)
    }

    /// All of them, in the order typed.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Outgoing)> {
        self.all
            .iter()
            .map(|(counter, entry)| (*counter, &entry.outgoing))
    }

    /// All of them with the documents that they are about, in the order typed; none while the device
    /// has no key.
    pub(super) fn with_documents(&self) -> impl Iterator<Item = (DocumentId, &Outgoing)> {
        self.all
            .values()
            .filter_map(|entry| Some((entry.about?.document, &entry.outgoing)))
    }

    /// A document's commands with their ids, in the order typed.
    pub(super) fn of(
        &self,
        document: DocumentId,
    ) -> impl Iterator<Item = (u64, CommandId, &Outgoing)> {
        let counters = self.by_document.get(&document);
        let counters = counters.into_iter().flat_map(|of| &of.counters);
        counters.filter_map(|counter| {
            let entry = self.all.get(counter)?;
            Some((*counter, entry.about?.id, &entry.outgoing))
        })
    }

    /// The count of a document's commands.
    pub(super) fn count_of(&self, document: DocumentId) -> usize {
        self.by_document
            .get(&document)
            .map_or(0, |of| of.counters.len())
    }

    /// The counter of a command.
    pub(super) fn find(&self, id: CommandId) -> Option<u64> {
        let mut all = self.all.iter();
        let is_it = |entry: &Entry| entry.about.is_some_and(|about| about.id == id);
        all.find(|(_, entry)| is_it(entry))
            .map(|(counter, _)| *counter)
    }

    /// All of them as they are, to be put back.
    pub(super) fn snapshot(&self) -> BTreeMap<u64, Entry> {
        self.all.clone()
    }

    /// Puts all of them back as they were. What was made of others meanwhile is made of others.
    pub(super) fn restore(&mut self, all: BTreeMap<u64, Entry>) {
        self.all = all;
        self.index();
    }

    fn index(&mut self) {
        self.changes += 1;
        self.by_document.clear();
        for (counter, entry) in &self.all {
            if let Some(about) = entry.about {
                let of = self.by_document.entry(about.document).or_default();
                of.counters.insert(*counter);
                of.changed = self.changes;
            }
        }
    }
}
