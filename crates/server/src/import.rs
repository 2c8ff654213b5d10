//! Loads a town from `units.csv`, `members.csv`, `households.csv` and `book.toml` (`docs/import.md`).
//!
//! Two pure stages between two edges: [`read_folder`] takes the bytes, [`parse`] makes rows of them
//! or says of every bad row what is wrong, [`plan`] compares the rows with what the town has and
//! makes the commands for the difference, the ledger carries them out, all or none.

mod book;
mod check;
mod current;
mod details;
mod fault;
mod folder;
mod parse;
mod plan;
mod row;
mod summary;
#[cfg(test)]
mod tests;

pub use book::{BookRows, SectionRow};
pub use check::check;
pub use current::{
    Current, CurrentAppointment, CurrentBook, CurrentField, CurrentHousehold, CurrentUnit,
};
pub use fault::{ERRORS_SHOWN_MAX, Fault, Rejected, RowError};
pub use folder::{FILE_BYTES_MAX, ReadFolderError, read_folder};
pub use parse::{HOUSEHOLD_COUNT_MAX, parse};
pub use plan::{Change, Left, Plan, PlannedBody, Step, Target, UnitRef, What, plan};
pub use row::{File, Files, HouseholdRow, Key, MemberRow, Name, Rows, UnitRow};
pub use summary::CHANGES_SHOWN_MAX;
