//! The bottom: rows, as they lie in the store and as they will once the transaction is committed.

pub(crate) mod batches;
pub(crate) mod entries;
pub(crate) mod keys;
pub(crate) mod loaded;
pub(crate) mod pending;
pub(crate) mod records;
