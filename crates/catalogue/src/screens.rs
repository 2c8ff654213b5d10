//! The texts of a device, by screen: what a person sees, on a terminal or in an app.

pub mod administration;
pub mod archive;
pub mod book;
pub mod bundle;
pub mod case;
pub mod clearance;
pub mod clock;
pub mod common;
pub mod conflict;
pub mod damage;
pub mod enrol;
pub mod figures;
pub mod household;
pub mod lease;
pub mod line;
pub mod member;
pub mod moving;
pub mod outbox;
pub mod passphrase;
pub mod receipt;
pub mod step;
pub mod stopped;
pub mod store;
pub mod sync;
pub mod tray;
pub mod wipe;
