//! A device on a computer or a phone: all that an app needs, and nothing of its screens.
//!
//! [`Device`] is the whole of it: opened or made, enrolled, read, typed on, synced, listened to,
//! wiped. Below it: [`store`] keeps rows, sealed under a key of [`keys`]; [`transport`] carries
//! flights; [`session`] carries a sync out over both. The rules and documents are in
//! `alleyway-core`, a device's machine in `alleyway-replica`, names and views in `alleyway-client`.

pub mod device;
mod faults;
pub mod keys;
pub mod session;
pub mod store;
pub mod transport;

pub use device::{Device, Local, Platform};
