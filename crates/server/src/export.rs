//! A whole town written out in a form that needs no engine, and a new data folder from that.
//!
//! Three files (docs/export.md): `manifest.json`, `rows.jsonl` with every row of the store, opened,
//! and `documents.jsonl` with every document, for people and other programs. It is made from a copy
//! of one sequence, as a backup is, and so while the server goes on. All of it is plain text.

mod error;
mod format;
mod import;
#[cfg(test)]
mod tests;
mod write;

pub use error::ExportError;
pub use import::{ImportRequest, ImportedTown, import};
pub use write::Exported;
pub(crate) use write::export;
