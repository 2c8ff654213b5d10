//! The rows of a town as a test sees them: what a release of before left out, what damage changed, what a
//! check finds.

use super::{Ledger, Town, setup};
use crate::rows::View;
use alleyway_core::store::{MemoryStore, Store as _, StoreError, Transaction, Write};

/// Goes through some more documents, as [`Ledger::make_rows`] does.
type GoOn = fn(&mut Ledger, &MemoryStore) -> Result<Option<usize>, StoreError>;

impl Town {
    /// The rows under some prefixes, as they are stored.
    pub(crate) fn rows(&self, prefixes: &[&[u8]]) -> Vec<(Vec<u8>, Vec<u8>)> {
        let view = View::of_store(&self.store);
        let rows = prefixes.iter().map(|prefix| view.scan_all(prefix).unwrap());
        rows.collect::<Vec<_>>().concat()
    }

    /// Writes to the store beside the ledger.
    pub(crate) fn put(&mut self, writes: Vec<Write>) {
        let transaction = Transaction {
            writes,
            high_water: self.store.high_water().unwrap(),
            ..Transaction::default()
        };
        self.store.commit(&transaction).unwrap();
    }

    /// The town as a release left it that kept no such rows, opened by this one.
    pub(crate) fn without(mut self, prefixes: &[&[u8]]) -> Self {
        let gone = self.rows(prefixes).into_iter().map(|(key, _)| Write {
            key,
            value: None,
            slot: None,
        });
        let gone = gone.collect();
        self.put(gone);
        self.ledger = Ledger::open(&self.store, setup()).unwrap();
        self
    }

    /// Goes through all documents. How many were looked at.
    pub(crate) fn goes_through(&mut self, go_on: GoOn) -> usize {
        let mut seen = 0;
        while let Some(more) = go_on(&mut self.ledger, &self.store).unwrap() {
            seen += more;
            let transaction = self.ledger.take_transaction().unwrap();
            self.store.commit(&transaction).unwrap();
        }
        seen
    }

    /// The findings of a check.
    pub(crate) fn problems(&self) -> Vec<String> {
        let report = self.ledger.checking().run(&self.store, &mut |_| {});
        let told = report.unwrap().problems;
        told.iter().map(|problem| format!("{problem:?}")).collect()
    }
}
