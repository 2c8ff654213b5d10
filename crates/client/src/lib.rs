//! A device's part that every app needs and no machine: what a person reads and types, by name, and
//! a sync's effects in their order.
//!
//! No files, no threads, no sockets, no clock and no randomness: the time and random bytes come in.
//! A program over files and HTTP (`alleyway-device`), a simulator and a browser drive the same
//! code.
//!
//! | module | what |
//! | --- | --- |
//! | [`screen`] | a replica as a person looks at it: names resolved, words in a language |
//! | [`names`] | what people call cases, households, units, members, commands |
//! | [`views`] | the records that screens show and programs read |
//! | [`drafts`] | a step as a person fills it in, by name |
//! | [`fault`], [`faults`] | what went wrong, as data |
//! | [`link`] | enrolment links |
//! | [`dates`] | places, days and clocks as people write them |
//! | [`driver`] | a sync: effects out, completions in |
//! | [`frames`] | an answer's frames, cut out of its bytes |
//! | [`store`] | what a device keeps its rows in: a port |

pub mod dates;
pub mod drafts;
pub mod driver;
pub mod fault;
pub mod faults;
pub mod frames;
pub mod link;
pub mod names;
pub mod screen;
pub mod store;
pub mod views;

pub use driver::{DriveError, Driver};
pub use fault::{Fault, Kind, Notice, Problem, Warning};
pub use screen::Screen;
