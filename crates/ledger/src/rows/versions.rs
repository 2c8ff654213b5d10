//! The contents of the commands that made a document's versions: from its tail, or from the pieces
//! of its history.

use super::keys;
use super::records::{HeadRecord, TailRow};
use super::{Tx, View, read};
use alleyway_core::command::{Command, Content};
use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::history::History;
use alleyway_core::wire::Wire;

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
    let next = version.saturating_add(1);
    let content = if version >= head.first_tail {
        let rows = [head.first_tail, next].map(|version| keys::tail(document, version));
        let (key, place, row) = holding::<TailRow>(view, rows, version)?;
        let record = row.versions.get(place);
        (key, record.map(|record| record.command.content()))
    } else {
        let pieces = [0, next].map(|version| keys::history(document, version));
        let (key, place, piece) = holding::<History>(view, pieces, version)?;
        let past = piece.entries.get(place);
        (key, past.map(|past| past.content(document, version)))
    };
    let (key, content) = content;
    content.ok_or_else(|| StoreError::damaged(&key))
}

/// The row that holds a version, the last of those from one key (inclusive) to another (exclusive): its
/// key, the version's place in it, and its value.
fn holding<T: Wire>(
    view: View<'_>,
    [from, behind]: [Vec<u8>; 2],
    version: u64,
) -> Result<(Vec<u8>, usize, T), StoreError> {
    let key = view.last_key(&from, &behind)?;
    let key = key.ok_or_else(|| StoreError::damaged(&from))?;
    let first = keys::version_of(&key).unwrap_or(0);
    let bytes = view.get_bytes(&key)?.unwrap_or_default();
    let place = usize::try_from(version.saturating_sub(first)).unwrap_or(usize::MAX);
    let value = read(&key, &bytes)?;
    Ok((key, place, value))
}
