//! Whole documents, sent in parts where they are long.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use super::continuation::{Sending, Then};
use super::filling::{Filling, Step};
use crate::rows::loaded::history;
use crate::rows::records::HeadRecord;
use crate::rows::{Tx, keys};
use crate::scopes::meets;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::PART_BYTES_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::sync::cursor::PartPosition;
use alleyway_core::sync::frame::{Item, Part, Replayed, Saved, Whole, Why, check_of};
use alleyway_core::sync::history::HISTORY_ENTRIES_MAX;
use alleyway_core::wire::{Blob, Wire};

/// Long documents that are being sent, encoded: whoever is sent the same version shares the bytes.
#[derive(Debug, Default)]
pub(crate) struct SharedDocuments {
    sent: BTreeMap<SentAs, Weak<Vec<u8>>>,
}

/// A version of a document, as its commands or as it is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SentAs {
    document: DocumentId,
    version: u64,
    replayed: bool,
}

impl SentAs {
    fn of(document: DocumentId, head: &HeadRecord, why: Why) -> Self {
        Self {
            document,
            version: head.version,
            replayed: why == Why::Missing && head.version <= HISTORY_ENTRIES_MAX as u64,
        }
    }
}

impl SharedDocuments {
    fn shared(&self, key: &SentAs) -> Option<Arc<Vec<u8>>> {
        self.sent.get(key).and_then(Weak::upgrade)
    }

    /// Whether a document has to be loaded to be sent, and that takes long.
    fn has_to_load_long(
        &self,
        tx: &Tx<'_>,
        id: DocumentId,
        head: &HeadRecord,
        why: Why,
    ) -> Result<bool, StoreError> {
        let key = SentAs::of(id, head, why);
        Ok(!key.replayed && self.shared(&key).is_none() && tx.long_and_cold(id)?.is_some())
    }

    /// A document, encoded whole. A long one stays in memory for as long as it is being sent, once
    /// for all who are sent it.
    fn encoded(
        &mut self,
        tx: &mut Tx<'_>,
        id: DocumentId,
        head: &HeadRecord,
        why: Why,
    ) -> Result<Arc<Vec<u8>>, StoreError> {
        let key = SentAs::of(id, head, why);
        if let Some(bytes) = self.shared(&key) {
            return Ok(bytes);
        }
        let bytes = Arc::new(encode(tx, id, head, key.replayed)?);
        if bytes.len() > PART_BYTES_MAX {
            self.sent.retain(|_, sent| sent.strong_count() > 0);
            self.sent.insert(key, Arc::downgrade(&bytes));
        }
        Ok(bytes)
    }
}

/// Encodes a document whole: as its commands, without loading it, unless they are many or gave
/// another head on the device.
fn encode(
    tx: &mut Tx<'_>,
    id: DocumentId,
    head: &HeadRecord,
    replayed: bool,
) -> Result<Vec<u8>, StoreError> {
    let whole = if replayed {
        Whole::Replayed(Replayed {
            generation: head.generation,
            check: check_of(&head.head),
            history: history(tx.view(), id, head)?,
        })
    } else {
        let saved = tx.document(id, Saved::of)?;
        Whole::Saved(saved.ok_or_else(|| StoreError::damaged(&keys::head(id)))?)
    };
    Ok(whole.to_bytes())
}

/// Sends a whole document, or as many of its parts as fit, or says that it is not to be had. If it is
/// to be loaded first, the continuation says so, and nothing is sent.
pub(super) fn send_whole(
    tx: &mut Tx<'_>,
    filling: &mut Filling<'_>,
    document: DocumentId,
    why: Why,
    then: Then,
) -> Result<(), StoreError> {
    let feeds = &filling.scope.feeds;
    let Some(head) = tx.head(document)?.filter(|head| meets(head, feeds)) else {
        filling.push_if_fits(Item::Forget(document), then);
        return Ok(());
    };
    if !filling.asked.contains(&document)
        && filling.shared.has_to_load_long(tx, document, &head, why)?
    {
        filling.next.needs = vec![document];
        return Ok(());
    }
    let version = head.version;
    let bytes = filling.shared.encoded(tx, document, &head, why)?;
    let sent = filling
        .next
        .cursor
        .part
        .filter(|part| part.document == document && part.version == version);
    let begun = if matches!(then, Then::Wanted) {
        0
    } else {
        sent.map_or(0, |part| part.next)
    };
    filling.next.whole = Some(Sending {
        document,
        version,
        bytes,
        then,
        next: begun,
    });
    send_parts(filling);
    Ok(())
}

/// Sends parts of the whole document in progress until the page is full or it is sent; the cursor
/// then stands in it, or behind it.
pub(super) fn send_parts(filling: &mut Filling<'_>) -> Step {
    let Some(mut sending) = filling.next.whole.take() else {
        return Step::On;
    };
    let count = u32::try_from(sending.bytes.chunks(PART_BYTES_MAX).len()).unwrap_or(u32::MAX);
    while sending.next < count {
        let Some(bytes) = sending
            .bytes
            .chunks(PART_BYTES_MAX)
            .nth(sending.next as usize)
        else {
            break;
        };
        if !filling.fits(bytes.len()) {
            filling.next.whole = Some(sending);
            return Step::PageFull;
        }
        let bytes = Blob::new(bytes.to_vec()).unwrap_or_default();
        let (document, version, index) = (sending.document, sending.version, sending.next);
        filling.push(Item::Part(Part {
            document,
            version,
            index,
            count,
            bytes,
        }));
        sending.next += 1;
        if sending.next < count && !matches!(sending.then, Then::Wanted) {
            filling.next.cursor.part = Some(PartPosition {
                document,
                version,
                next: sending.next,
            });
        }
    }
    sending.then.apply(&mut filling.next.cursor);
    Step::On
}

#[cfg(test)]
mod tests;
