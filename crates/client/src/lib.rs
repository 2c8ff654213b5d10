//! A device's part that every app needs and no machine: what a person reads and types, by name, and
//! a sync's effects in their order.
//!
//! No files, no threads, no sockets, no clock and no randomness: the time and random bytes come in.
//! A program over files and HTTP (`alleyway-device`), a simulator and a browser drive the same
//! code.
//!
//! | module | what |
//! | --- | --- |
//! | [`driver`] | a sync: effects out, completions in |
//! | [`frames`] | an answer's frames, cut out of its bytes |
//! | [`store`] | what a device keeps its rows in: a port |

pub mod driver;
pub mod frames;
pub mod store;

pub use driver::{DriveError, Driver};
