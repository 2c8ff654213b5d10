//! The contents of the commands that made a document's versions: from its tail, or from the pieces
//! of its history.

use super::keys;
use super::records::{HeadRecord, TailRecord};
use super::{Tx, View, read};
use alleyway_core::command::{Command, Content};
use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::history::History;

/// The hash of a content as rows note it: under a key of the server's, for what was typed is not to be
/// guessed from a store without its secrets.
pub(crate) fn noted(key: &[u8; 32], content: Content) -> Content {
    first(&blake3_keyed(key, &[b"command content", &content]))
}

impl Tx<'_> {
    /// The hash of a command's content, as rows note it.
    pub(crate) fn content_of(&self, command: &Command) -> Content {
        noted(&self.setup().token_key, command.content())
    }
}

/// The hash of the content of the command that made a version of a document.
///
/// # Errors
/// [`StoreError::Damaged`] if the document lacks it.
pub(crate) fn content_at(
    view: View<'_>,
    document: DocumentId,
    head: &HeadRecord,
    version: u64,
) -> Result<Content, StoreError> {
    let key = keys::tail(document, version);
    if version >= head.first_tail {
        let record: Option<TailRecord> = view.get(&key)?;
        return record
            .map(|record| record.command.content())
            .ok_or_else(|| StoreError::damaged(&key));
    }
    let from = keys::history(document, 0);
    let behind = keys::history(document, version.saturating_add(1));
    let piece = view.last_key(&from, &behind)?;
    let piece = piece.ok_or_else(|| StoreError::damaged(&from))?;
    let first = piece
        .last_chunk()
        .map_or(0, |first| u64::from_be_bytes(*first));
    let bytes = view.get_bytes(&piece)?.unwrap_or_default();
    let history: History = read(&piece, &bytes)?;
    let place = usize::try_from(version.saturating_sub(first)).unwrap_or(usize::MAX);
    history
        .entries
        .get(place)
        .map(|past| past.content(document, version))
        .ok_or_else(|| StoreError::damaged(&piece))
}
