//! The ledger's store: a port.
//!
//! # Contract
//! A store is a map from keys to values, ordered by key, bytewise.
//!
//! * [`Store::commit`] applies all writes of a transaction or none, and returns only when they
//!   would survive a power cut. A failed commit leaves the store unusable: the caller ends.
//! * What was committed is read back until it is overwritten or removed. A value that was damaged
//!   is never returned: reading it is [`StoreError::Damaged`].
//! * [`Records::scan`] returns keys in ascending order, from `from` (inclusive) to `to`
//!   (exclusive), `limit` rows at most.
//! * A write that names a slot is sealed under that slot's key. A slot is never used for two
//!   documents; after its key is destroyed its values are unreadable, in every copy.
//! * The high water of the last commit is kept apart from the values; [`Store::high_water`] reads
//!   it. A store whose values end before it has lost its tail, and must not be opened.
//! * The security journal lies apart from the values, so that it is not restored with them. What a
//!   transaction adds to it is durable before any of its writes is: a commit that was cut off may
//!   leave entries without their writes, never writes without their entries. [`Store::journal`]
//!   returns every entry since the journal was begun, in order, or nothing at all if the journal is
//!   missing or damaged. One that begins anew replaces what was there, all or nothing.
//! * One process writes. Reads see the last commit.
//!
//! Nothing above the port may assume more: not an engine, not files, not one machine. The suite
//! `conformance`, behind the feature of that name, tests every adapter against these sentences.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;

use thiserror::Error;

use crate::crypto::Hash;
use crate::wire_struct;

/// Why a store did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// A record does not match its checksum, or its seal does not open.
    #[error("the record {0} is damaged; restore the data folder from a backup")]
    Damaged(String),
    /// The store ends before its high water: acknowledged records are missing.
    #[error("acknowledged records are missing: {0}; restore the data folder from a backup")]
    TailMissing(String),
    /// The disk has no room for what was to be written.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The engine or the disk failed.
    #[error("the store failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// The record under `key` is not what was written.
    pub fn damaged(key: &[u8]) -> Self {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('?');
        Self::Damaged(
            key.iter()
                .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
                .collect(),
        )
    }
}

/// How far acknowledged records reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HighWater {
    /// The last acknowledged sequence; 0 if there is none.
    pub sequence: u64,
    /// The chain hash there.
    pub chain: Hash,
}
wire_struct!(HighWater { sequence, chain });

/// One write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The key.
    pub key: Vec<u8>,
    /// The value; none removes the key.
    pub value: Option<Vec<u8>>,
    /// The key slot the value is sealed under, if it holds what people wrote.
    pub slot: Option<u64>,
}

/// Writes that happen together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transaction {
    /// The writes; a key occurs once.
    pub writes: Vec<Write>,
    /// How far acknowledged records reach once it is committed.
    pub high_water: HighWater,
    /// The entries for the security journal, written before the writes.
    pub journal: JournalWrites,
}

/// The change of a transaction to the security journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalWrites {
    /// Entries behind those that are there.
    pub entries: Vec<Vec<u8>>,
    /// The journal begins anew: what was there goes.
    pub anew: bool,
}

impl JournalWrites {
    /// Whether the journal stays as it is.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && !self.anew
    }
}

/// A key and its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// Reading.
pub trait Records {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The rows of a range, in order, `limit` at most.
    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError>;

    /// The keys of a range, in order, `limit` at most. A store that can tell keys whose values are
    /// damaged says them too, so that the others can still be read one by one.
    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self
            .scan(from, to, limit)?
            .into_iter()
            .map(|(key, _)| key)
            .collect())
    }
}

/// Reading and committing.
pub trait Store: Records {
    /// Commits durably.
    fn commit(&mut self, transaction: &Transaction) -> Result<(), StoreError>;

    /// The high water of the last commit.
    fn high_water(&self) -> Result<HighWater, StoreError>;

    /// The security journal's entries, in order; `None` if it is missing or damaged.
    fn journal(&self) -> Result<Option<Vec<Vec<u8>>>, StoreError>;
}

/// A store in memory, for tests and simulations. Nothing survives the process.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    rows: std::collections::BTreeMap<Vec<u8>, Vec<u8>>,
    high_water: HighWater,
    journal: Vec<Vec<u8>>,
}

impl MemoryStore {
    /// This store's values with another's security journal, as after a restore from a backup.
    #[must_use]
    pub fn with_journal_of(mut self, other: &Self) -> Self {
        self.journal.clone_from(&other.journal);
        self
    }
}

impl Records for MemoryStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows.get(key).cloned())
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let range = self.rows.range(from.to_vec()..to.to_vec());
        Ok(range
            .take(limit)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect())
    }
}

impl Store for MemoryStore {
    fn commit(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        if transaction.journal.anew {
            self.journal.clear();
        }
        self.journal
            .extend(transaction.journal.entries.iter().cloned());
        for write in &transaction.writes {
            match &write.value {
                Some(value) => self.rows.insert(write.key.clone(), value.clone()),
                None => self.rows.remove(&write.key),
            };
        }
        self.high_water = transaction.high_water;
        Ok(())
    }

    fn high_water(&self) -> Result<HighWater, StoreError> {
        Ok(self.high_water)
    }

    fn journal(&self) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
        Ok(Some(self.journal.clone()))
    }
}

/// A store whose adapter is chosen when the program runs.
impl<S: Records + ?Sized> Records for Box<S> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        (**self).get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        (**self).scan(from, to, limit)
    }

    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        (**self).keys(from, to, limit)
    }
}

impl<S: Store + ?Sized> Store for Box<S> {
    fn commit(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        (**self).commit(transaction)
    }

    fn high_water(&self) -> Result<HighWater, StoreError> {
        (**self).high_water()
    }

    fn journal(&self) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
        (**self).journal()
    }
}

#[cfg(test)]
mod tests {
    use super::conformance::Bench;
    use super::{MemoryStore, Store};

    impl Bench for MemoryStore {
        fn create() -> Self {
            Self::default()
        }

        fn store(&mut self) -> &mut dyn Store {
            self
        }

        /// Ends the process and begins it again: a store in memory is then empty.
        fn restart(&mut self) {}
    }

    crate::store_conformance!(super::MemoryStore);
}
