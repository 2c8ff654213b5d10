//! The bottom room: rows, as they lie in the store and as they will once the transaction in the
//! making is committed.
//!
//! Every room above works on a [`Tx`]. It reads through what was written since the last commit,
//! collects writes, holds the documents and the organisation that are in memory, and remembers what
//! the server itself has to say ([`FollowUp`]).

mod ahead;
pub(crate) mod batches;
pub(crate) mod budgets;
pub(crate) mod entries;
pub(crate) mod gone_through;
pub(crate) mod keys;
pub(crate) mod loaded;
mod memory;
pub(crate) mod orders;
mod organisation;
pub(crate) mod outcomes;
pub(crate) mod pending;
pub(crate) mod ranges;
pub(crate) mod records;
mod state;
mod tx;
pub(crate) mod versions;

pub use loaded::StoredDocument;
pub(crate) use memory::{Memory, first_transaction, organisation};
pub(crate) use pending::{View, read};
pub(crate) use tx::{FollowUp, Tx};
