//! The rows for lists.

use super::key;
use alleyway_core::id::DocumentId;

/// How far documents have their rows for lists.
pub(crate) const LISTED_STATE: &[u8] = b"S";

/// A document's row for lists.
pub(crate) fn listed(document: DocumentId) -> Vec<u8> {
    key(b'Z', &[&document.0])
}

/// All rows for lists.
#[cfg(test)]
pub(crate) const LISTED: &[u8] = b"Z";
