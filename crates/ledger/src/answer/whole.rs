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
use alleyway_core::sync::cursor::{PartPosition, Place};
use alleyway_core::sync::frame::{Item, News, Part, Replayed, Saved, Slice, Whole, Why, check_of};
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
    let sent = if matches!(then, Then::Wanted) {
        filling.next.pages.held(document, version, bytes.first())
    } else {
        let part = filling.next.cursor.part;
        let begun = part.filter(|part| part.document == document && part.version == version);
        begun.map_or(0, |part| match part.place() {
            Place::Part(index) => index as usize * PART_BYTES_MAX,
            Place::Byte(at) => at as usize,
            Place::News(_) => 0,
        })
    };
    begin(
        filling,
        Sending {
            document,
            version,
            bytes,
            then,
            is_news: false,
            sent,
        },
    );
    Ok(())
}

/// Sends what is new in a document in slices, as many as fit.
pub(super) fn send_news_in_slices(filling: &mut Filling<'_>, version: u64, news: News, then: Then) {
    let document = news.changes.document;
    let part = filling.next.cursor.part;
    let begun = part.filter(|part| part.document == document && part.version == version);
    let sent = begun.map_or(0, |part| match part.place() {
        Place::News(at) => at as usize,
        Place::Part(_) | Place::Byte(_) => 0,
    });
    begin(
        filling,
        Sending {
            document,
            version,
            bytes: Arc::new(Whole::News(news).to_bytes()),
            then,
            is_news: true,
            sent,
        },
    );
}

/// Begins to send something long, behind what the device has of it.
fn begin(filling: &mut Filling<'_>, mut sending: Sending) {
    // What a device says that it has is not always a beginning of this; and parts begin at their own
    // places only.
    let is_sliced = filling.next.pages.is_sliced;
    if sending.sent >= sending.bytes.len()
        || !is_sliced && !sending.sent.is_multiple_of(PART_BYTES_MAX)
    {
        sending.sent = 0;
    }
    filling.next.whole = Some(sending);
    send_parts(filling);
}

/// Sends parts, or slices, of the whole document in progress until the page is full or it is sent; the
/// cursor then stands in it, or behind it.
pub(super) fn send_parts(filling: &mut Filling<'_>) -> Step {
    let Some(mut sending) = filling.next.whole.take() else {
        return Step::On;
    };
    let is_sliced = sending.is_news
        || !sending.sent.is_multiple_of(PART_BYTES_MAX)
        || filling.is_to_be_sliced(sending.bytes.len());
    while let Some(rest) = sending
        .bytes
        .get(sending.sent..)
        .filter(|rest| !rest.is_empty())
    {
        let length = if is_sliced {
            filling.slice_bytes()
        } else {
            PART_BYTES_MAX
        };
        let bytes = rest.get(..length).unwrap_or(rest);
        if bytes.is_empty() || !filling.fits(bytes.len()) {
            filling.next.whole = Some(sending);
            return Step::PageFull;
        }
        let sent = sending.sent + bytes.len();
        filling.push(sending.item(bytes, is_sliced));
        sending.sent = sent;
        if sent < sending.bytes.len() && !matches!(sending.then, Then::Wanted) {
            filling.next.cursor.part = Some(sending.position());
        }
    }
    sending.then.apply(&mut filling.next.cursor);
    Step::On
}

impl Sending {
    /// The next part, or slice.
    fn item(&self, bytes: &[u8], is_sliced: bool) -> Item {
        let (document, version) = (self.document, self.version);
        let bytes = Blob::new(bytes.to_vec()).unwrap_or_default();
        if is_sliced {
            return Item::Slice(Slice {
                document,
                version,
                total: number(self.bytes.len()),
                offset: number(self.sent),
                bytes,
            });
        }
        Item::Part(Part {
            document,
            version,
            index: number(self.sent / PART_BYTES_MAX),
            count: number(self.bytes.len().div_ceil(PART_BYTES_MAX)),
            bytes,
        })
    }

    /// Where it goes on in the next answer.
    fn position(&self) -> PartPosition {
        let place = if self.is_news {
            Place::News(number(self.sent))
        } else if self.sent.is_multiple_of(PART_BYTES_MAX) {
            Place::Part(number(self.sent / PART_BYTES_MAX))
        } else {
            Place::Byte(number(self.sent))
        };
        PartPosition {
            document: self.document,
            version: self.version,
            next: place.next(),
        }
    }
}

fn number(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
