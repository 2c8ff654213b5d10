//! The rules of Alleyway, pure.
//!
//! Everything here is a function of its arguments: no I/O, no clock, no randomness, no unordered
//! maps. A device and a server link the same code, so a rule is written once, and a simulator runs
//! many devices and a server in one thread from one seed.
//!
//! From the bottom up: [`wire`] (the codec), [`id`], [`time`], [`limits`], [`text`]; [`command`] and
//! [`batch`] (what people did, and how a device signs it); [`documents`] (what a command does to a
//! document); [`organisation`], [`policy`], [`feeds`] (who may do what, and who is sent what);
//! [`admission`] (command in, verdict out); [`sync`] (frames and cursors). The two state machines
//! stand on it: `alleyway-ledger` (a server) and `alleyway-replica` (a device).

pub mod admission;
pub mod batch;
pub mod bundle;
pub mod calendar;
pub mod command;
pub mod crypto;
pub mod documents;
pub mod feeds;
pub mod id;
pub mod kinds;
pub mod limits;
pub mod number;
pub mod organisation;
pub mod policy;
pub mod refusal;
pub mod slip;
pub mod step;
pub mod store;
pub mod sync;
pub mod text;
pub mod time;
pub mod wire;
