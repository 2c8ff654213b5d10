//! Long after a run somebody gets a new phone. Of what has been over for so long it has rows, which say
//! what the documents say; then it fetches them all.

use std::collections::BTreeMap;

use super::violation::{Broken, Checked, QUIET, SAME, broken, ensure};
use super::world::World;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::ListRow as _;
use alleyway_core::kinds::case::CaseRow;
use alleyway_replica::CaseLine;

/// The days of the book that ships behind which a new phone is sent rows.
const RETENTION_DAYS: i64 = 90;
/// Syncs after which a new phone is up to date.
const SYNCS_MAX: usize = 8;

impl World {
    /// The last thing of a run: nobody else syncs any more.
    pub(crate) fn check_newcomer(&mut self) -> Checked {
        self.now = self.now.plus_days(RETENTION_DAYS);
        let key = ["xie", "lan", "qin", "wei"][self.rng.below(4)];
        self.enrol("a newcomer", key)?;
        let index = self.phones.len() - 1;
        self.is_brought_up_to_date(index)?;
        self.check_filed(index)?;
        self.phones[index].crash()?;
        let filed = self.check_filed(index)?;
        self.done.filed += filed as u64;
        let writes = self.phones[index].replica.fetch_all();
        ensure(writes.len() == filed, SAME, || {
            format!("{} of {filed} documents are asked for", writes.len())
        })?;
        self.persist(index, writes)?;
        self.is_brought_up_to_date(index)?;
        let left = self.check_filed(index)?;
        ensure(left == 0, QUIET, || {
            format!("{left} documents were not fetched")
        })
    }

    fn is_brought_up_to_date(&mut self, index: usize) -> Checked {
        for _ in 0..SYNCS_MAX {
            if self.sync_calmly(index)?.up_to_date {
                return Ok(());
            }
        }
        Err(broken(QUIET, "a new phone is not up to date".to_owned()))
    }

    /// Compares a phone with the oracle, and the rows that it has in place of documents with these. How
    /// many they are.
    fn check_filed(&mut self, index: usize) -> Result<usize, Broken> {
        let reader = self.reader(index);
        let phone = &self.phones[index].replica;
        self.oracle.quiet(phone, reader, self.now)?;
        let documents = self.server.documents()?;
        let documents: BTreeMap<DocumentId, Document> = documents
            .into_iter()
            .map(|document| (document.id(), document))
            .collect();
        let mut filed = 0;
        let lines = phone.cases().into_iter();
        for CaseLine { document, row, .. } in lines.filter(|line| phone.is_filed(line.document)) {
            filed += 1;
            let alone = documents.get(&document).and_then(CaseRow::alone);
            ensure(alone.as_ref() == Some(&row), SAME, || {
                format!("{document} is listed as {row:?}, and is {alone:?}")
            })?;
            // Nothing of it is due, whatever the rules.
            let by_rules = documents.get(&document);
            let by_rules = by_rules.and_then(|document| CaseRow::of(document, phone.read_by()));
            let whole = by_rules.map(|whole| CaseRow {
                known_until: None,
                ..whole
            });
            ensure(whole.as_ref() == Some(&row), SAME, || {
                format!("{document} is listed as {row:?}, and is {whole:?} by the rules")
            })?;
        }
        Ok(filed)
    }
}
