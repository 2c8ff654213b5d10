//! The Alleyway server.
//!
//! From the edge inwards: [`cli`] reads the command line, [`config`] checks the configuration,
//! [`instance`] opens a data folder, [`server`] runs it: [`http`] (devices, residents, operators) and
//! [`admin`] (the folder's owner, through a Unix socket) ask the [`writer`], the one thread that owns
//! the core's ledger and the [`store`]. [`import`] compares lists with a town.
//!
//! The feature `demo` adds the command of that name, which makes towns up (`alleyway-demo`) and serves
//! them.

pub mod admin;
pub mod backup;
mod by_time;
pub mod cli;
pub mod clock;
pub mod config;
mod descriptors;
#[cfg(any(test, feature = "demo"))]
mod direct;
pub mod disk;
pub mod export;
pub mod failure;
pub mod http;
pub mod import;
mod importing;
pub mod instance;
mod passing;
pub mod places;
mod problems;
pub mod progress;
mod said;
pub mod scrub;
pub mod secrets;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod writer;
