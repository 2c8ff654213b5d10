//! Rows beside the documents, which lists show, so that a list decodes none.
//!
//! A row is written with its document. Of a document that a release without rows wrote, or whose
//! row is damaged or of another form, a list makes it anew, once: [`Held::keep_rows`] writes what
//! was made. An older release that changes a document leaves its row: that one does not open, for
//! it is sealed for the head that it is of. A row that says what is due is sealed for the town's book
//! as it is here, too; one for which rules were missing holds until the server is heard on another day.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Held;
use crate::rows;
use alleyway_core::calendar::NATIONAL_YEARS;
use alleyway_core::documents::{Document, DocumentKind};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::ListRow;
use alleyway_core::kinds::book::BookView;
use alleyway_core::kinds::case::clocks::ReadBy;
use alleyway_core::kinds::list::{Listed, RowBytes};
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::time::Date;
use alleyway_core::wire::Wire as _;

/// Rows that are not as the store has them.
#[derive(Debug, Default)]
pub(super) struct Unkept {
    /// Rows that were made for a list, sealed.
    made: RefCell<BTreeMap<DocumentId, Vec<u8>>>,
    /// Documents that left without their rows.
    orphans: BTreeSet<DocumentId>,
    /// Documents that came since an answer was whole.
    came: BTreeSet<DocumentId>,
    /// Whether rules came since then.
    rules_came: bool,
}

/// Which rules the device has.
#[derive(Debug)]
pub(super) struct RulesHere {
    /// The last year of the national calendar, and the head of the town's book.
    mark: Vec<u8>,
    /// The last day whose rules are known.
    known_until: Date,
}

/// Before every day: no rules are known.
const NEVER: Date = Date(i32::MIN);

impl Unkept {
    /// The document's row is written or removed with it.
    pub(super) fn forget(&mut self, id: DocumentId) {
        self.made.get_mut().remove(&id);
        self.orphans.remove(&id);
        self.came.remove(&id);
    }

    /// A document came, and its row with it.
    pub(super) fn note(&mut self, id: DocumentId) {
        self.forget(id);
        self.came.insert(id);
    }

    /// Rules came, or a day whose rules are known.
    pub(super) fn note_rules(&mut self) {
        self.rules_came = true;
    }

    /// Nothing can be opened any more.
    pub(super) fn forget_made(&mut self) {
        self.made.get_mut().clear();
    }
}

impl Held {
    /// Reads the rows of the documents that are here. Returns the keys of those that cannot be read.
    pub(super) fn read_rows(&mut self, records: &dyn Records) -> Result<Vec<Vec<u8>>, StoreError> {
        rows::each(records, rows::ROWS, |id, value| {
            match self.documents.get_mut(&id) {
                Some(confirmed) => confirmed.set_row(value.to_vec()),
                None => {
                    self.unkept.orphans.insert(id);
                }
            }
            Some(())
        })
    }

    /// The documents that lists of such rows show.
    pub(crate) fn listed<R: ListRow>(&self) -> impl Iterator<Item = DocumentId> {
        self.iter()
            .filter(|(_, confirmed)| confirmed.is_listed_as::<R>())
            .map(|(id, _)| id)
    }

    /// By whose rules clocks are read here. Without the town's book none are known; rules that begin
    /// after the last contact may be missing.
    pub(crate) fn read_by(&self) -> ReadBy<'_> {
        let organisation = self.organisation();
        let has_book = organisation.rulebook().town().is_some();
        let known_until = if has_book {
            self.rules_here().known_until
        } else {
            NEVER
        };
        ReadBy {
            organisation,
            known_until: Some(known_until),
        }
    }

    /// A document as lists show it, as it is confirmed; none while nothing can be read, and if it
    /// is of another kind. The document is decoded only if its row has to be made.
    pub(crate) fn row<R: ListRow>(&self, id: DocumentId) -> Option<R> {
        let key = self.key.as_ref()?;
        let confirmed = self.get(id).filter(|held| held.is_listed_as::<R>())?;
        let rules: &[u8] = if confirmed.is_filed() {
            &[]
        } else {
            self.rules_of(Some(R::KIND))
        };
        let made = self.unkept.made.borrow().get(&id).cloned();
        let known_until = self.rules_here().known_until;
        let kept = confirmed.row(key, rules, made.as_deref());
        if let Some(row) = kept.filter(|row: &R| row.holds(known_until)) {
            return Some(row);
        }
        if confirmed.is_filed() {
            // The row was all there was: the document is asked for.
            self.unreadable.borrow_mut().insert(id);
            return None;
        }
        let document = self.decoded(id)?;
        let row = R::of(&document, self.read_by())?;
        let sealed = confirmed.seal_row(key, rules, &row.kept()?);
        self.unkept.made.borrow_mut().insert(id, sealed);
        Some(row)
    }

    /// The row of a document that is confirmed now, as it is kept.
    pub(super) fn row_of(&self, document: &Document) -> Option<RowBytes> {
        match document.kind()?.listed() {
            Listed::Never => None,
            Listed::Alone | Listed::ByRules => document.list_row(self.read_by()),
        }
    }

    /// The rules on which rows of a kind rest, as their seals name them.
    pub(super) fn rules_of(&self, kind: Option<DocumentKind>) -> &[u8] {
        match kind.map(DocumentKind::listed) {
            Some(Listed::ByRules) => &self.rules_here().mark,
            Some(Listed::Alone | Listed::Never) | None => &[],
        }
    }

    /// Which rules are here, by the index.
    fn rules_here(&self) -> &RulesHere {
        self.rules.get_or_init(|| {
            let book = self.with_view::<BookView>().next();
            let mut mark = NATIONAL_YEARS.1.to_bytes();
            if let Some((_, book)) = book {
                book.head().encode(&mut mark);
            }
            let known_until = self.contact.filter(|_| book.is_some());
            RulesHere {
                mark,
                known_until: known_until.unwrap_or(NEVER),
            }
        })
    }

    /// Makes the rows of documents that came in this sync anew, if rules came that they may rest on. Those
    /// of documents that are not decoded any more are left to a list.
    pub(crate) fn settle_rows(&mut self) -> Vec<Write> {
        let came = std::mem::take(&mut self.unkept.came);
        let mut writes = Vec::new();
        if !std::mem::take(&mut self.unkept.rules_came) {
            return writes;
        }
        for id in came {
            let sealed = self.row_anew(id);
            let confirmed = self.documents.get_mut(&id);
            if let Some((sealed, confirmed)) = sealed.zip(confirmed) {
                confirmed.set_row(sealed);
                writes.extend(confirmed.write_row());
            }
        }
        writes
    }

    /// The row of a document that is decoded, sealed, if it is another than the one that is kept.
    fn row_anew(&self, id: DocumentId) -> Option<Vec<u8>> {
        let (key, confirmed) = (self.key.as_ref()?, self.get(id)?);
        let document = self.decoded.borrow_mut().get(id)?;
        let row = self.row_of(&document)?;
        let sealed = confirmed.seal_row(key, self.rules_of(confirmed.kind()), &row);
        (!confirmed.has_row(&sealed)).then_some(sealed)
    }

    /// Keeps the rows that lists had to make, and removes those of documents that are not here.
    pub(crate) fn keep_rows(&mut self) -> Vec<Write> {
        let mut writes = Vec::new();
        for (id, sealed) in std::mem::take(self.unkept.made.get_mut()) {
            if let Some(confirmed) = self.documents.get_mut(&id) {
                confirmed.set_row(sealed);
                writes.extend(confirmed.write_row());
            }
        }
        let orphans = std::mem::take(&mut self.unkept.orphans).into_iter();
        writes.extend(orphans.map(|id| rows::remove(rows::row(id))));
        writes
    }
}

#[cfg(test)]
mod tests;
