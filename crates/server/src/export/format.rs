//! The lines of an export.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the export that this program writes and reads.
pub(super) const EXPORT_FORMAT: u32 = 1;
/// The manifest's file, written last.
pub(super) const MANIFEST: &str = "manifest.json";
/// Every row of the store.
pub(super) const ROWS: &str = "rows.jsonl";
/// Every document.
pub(super) const DOCUMENTS: &str = "documents.jsonl";
/// The longest line, in bytes: no document comes near.
pub(super) const LINE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The head of an export: its layout, its town, its moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportManifest {
    /// The version of this layout.
    pub(super) export: u32,
    /// The layout of the rows: the data folder's format.
    pub(super) format: u32,
    /// The town.
    pub(super) town: String,
    /// Its name.
    pub(super) town_name: String,
    /// The server's own device: whose signature phones trust.
    pub(super) server: String,
    /// When it was made (RFC 3339).
    pub(super) taken: String,
    /// The ledger's incarnation.
    pub(super) incarnation: u32,
    /// The last sequence.
    pub(super) sequence: u64,
    /// The chain hash there.
    pub(super) chain: String,
    /// Lines of `rows.jsonl`.
    pub(super) rows: u64,
    /// Rows left out because their key was destroyed.
    pub(super) erased: u64,
    /// Lines of `documents.jsonl`.
    pub(super) documents: u64,
    /// The files, by their names.
    pub(super) files: BTreeMap<String, FileSeal>,
}

/// The sum and size of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSeal {
    pub(super) bytes: u64,
    pub(super) blake3: String,
}

/// A line of `rows.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowLine {
    /// The key, in hexadecimal.
    pub(super) key: String,
    /// The value, in base64.
    pub(super) value: String,
    /// The slot of the key that the value is to be sealed under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) slot: Option<u64>,
}

/// A line of `documents.jsonl`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct DocumentLine {
    pub(super) id: String,
    /// Its kind, as domain.md calls it.
    pub(super) kind: Option<&'static str>,
    pub(super) generation: u32,
    pub(super) version: u64,
    /// The hash of its last change.
    pub(super) head: String,
    /// The saved Automerge document, in base64.
    pub(super) automerge: String,
    /// Its present content.
    pub(super) state: serde_json::Value,
}
