//! A device on a computer: its store, its way to the server, and the terminal program.
//!
//! The rules, the documents and the sync are in `alleyway-core`; here is what they need of a
//! computer: [`store`] keeps what they write, sealed under a key of [`keys`], [`transport`] carries what they send, [`session`]
//! drives one with the other, and [`terminal`] lets people use it.

pub mod keys;
pub mod session;
pub mod store;
pub mod transport;
