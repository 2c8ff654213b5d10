//! Documents that are to be asked for whole: they are missing here, differ, or are damaged.

use std::collections::BTreeSet;

use super::Held;
use crate::rows;
use alleyway_core::id::DocumentId;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Why;

impl Held {
    /// Asks for a document whole.
    pub(crate) fn want(&mut self, id: DocumentId, why: Why) -> Write {
        self.wanted.insert(id, why);
        self.write_wanted(id)
    }

    /// Asks for a document that is missing, unless it is asked for already, for whatever reason.
    pub(crate) fn want_missing(&mut self, id: DocumentId) -> Write {
        self.wanted.entry(id).or_insert(Why::Missing);
        self.write_wanted(id)
    }

    /// Asks for a document no longer.
    pub(crate) fn unwant(&mut self, id: DocumentId) -> Write {
        self.wanted.remove(&id);
        self.write_wanted(id)
    }

    /// Asks for nothing any longer.
    pub(crate) fn unwant_all(&mut self) -> Vec<Write> {
        let wanted = std::mem::take(&mut self.wanted);
        wanted
            .keys()
            .map(|id| rows::remove(rows::key(rows::WANTED, id)))
            .collect()
    }

    /// Asks for the documents that could not be decoded when they were looked at.
    pub(crate) fn want_unreadable(&mut self) -> Vec<Write> {
        let mut unreadable = std::mem::take(self.unreadable.get_mut());
        unreadable.retain(|id| !self.is_wanted(*id));
        unreadable
            .into_iter()
            .map(|id| self.want(id, Why::Missing))
            .collect()
    }

    /// Asks for the documents of which only parts have come.
    pub(crate) fn want_unfinished(&mut self) -> Vec<Write> {
        let unfinished: BTreeSet<DocumentId> = self.parts.keys().map(|(id, ..)| *id).collect();
        unfinished
            .into_iter()
            .map(|id| self.want_missing(id))
            .collect()
    }

    pub(crate) fn is_wanted(&self, id: DocumentId) -> bool {
        self.wanted.contains_key(&id)
    }

    pub(crate) fn wants_nothing(&self) -> bool {
        self.wanted.is_empty()
    }

    pub(crate) fn wanted(&self) -> impl ExactSizeIterator<Item = (DocumentId, Why)> {
        self.wanted.iter().map(|(id, why)| (*id, *why))
    }

    fn write_wanted(&self, id: DocumentId) -> Write {
        let key = rows::key(rows::WANTED, &id);
        match self.wanted.get(&id) {
            Some(why) => rows::put(key, why),
            None => rows::remove(key),
        }
    }
}
