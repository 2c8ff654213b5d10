//! Backups: of a running server or a folder that is stopped, kept as chunks that they share, with
//! the document keys apart; and a new data folder from one.
//!
//! | file | what |
//! | --- | --- |
//! | `take` | a backup from its beginning to its end |
//! | `copy` | the town as it is, slice by slice, while the server goes on |
//! | `chunks`, `manifest`, `keys` | what is written |
//! | `folder` | how it is written: whole or not at all |
//! | `verify`, `check` | a backup read back |
//! | `records` | a backup's rows, read where they lie |
//! | `restore` | a new data folder, as a new incarnation |
//! | `last` | the last backup, noted for its age |
//!
//! What lies where, and what a backup does not hold: docs/backup.md.

mod check;
mod chunks;
mod copy;
mod error;
mod folder;
mod keys;
mod last;
mod manifest;
mod records;
mod restore;
mod spool;
mod take;
#[cfg(test)]
pub(crate) mod tests;
mod verify;

pub use check::{CheckedBackup, check};
pub(crate) use copy::Source;
pub use error::BackupError;
pub(crate) use folder::{make_folder, sync_folder};
pub use last::LastBackup;
pub(crate) use records::BackupRecords;
pub(crate) use restore::begin;
pub use restore::{NewFolder, RestoreRequest, Restored, restore};
pub(crate) use spool::{Spool, TownFacts};
pub(crate) use take::take;
pub use take::{BackedUp, BackupRequest, KEEP_DEFAULT};
