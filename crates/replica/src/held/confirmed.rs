//! Documents as the server has them. Outside the seal is an index: what stands at which version,
//! and what people call it.

use std::collections::BTreeSet;

use crate::rows;
use alleyway_core::crypto::RestingKey;
use alleyway_core::documents::{Document, DocumentKind, Head};
use alleyway_core::feeds::{FeedId, audience, digest_of};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::View;
use alleyway_core::kinds::case::CaseRow;
use alleyway_core::kinds::list::{ListRow, RowBytes};
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Filed, Saved};
use alleyway_core::text::Text;
use alleyway_core::wire::{List, Reader, Wire, WireError};
use alleyway_core::wire_struct;

/// Feeds of one document.
const AUDIENCE_MAX: usize = 4_096;

/// The index of a document: all that is known of it without decoding it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Header {
    kind: IndexedKind,
    generation: u32,
    version: u64,
    head: Head,
    /// A case's number, a household's door.
    name: Text<NAME_BYTES_MAX>,
    audience: List<FeedId, AUDIENCE_MAX>,
}
wire_struct!(Header {
    kind,
    generation,
    version,
    head,
    name,
    audience
});

impl Header {
    /// The context of the seal of the document's row, which is of this head and these rules and no
    /// others.
    fn place_of_row(&self, id: DocumentId, rules: &[u8]) -> Vec<u8> {
        let mut place = rows::row(id);
        (self.generation, self.version).encode(&mut place);
        self.head.encode(&mut place);
        place.extend_from_slice(rules);
        place
    }
}

/// The kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IndexedKind {
    Known(DocumentKind),
    /// Only a later release knows it. The count of the kinds that were known when it was looked at last:
    /// a release that knows more of them looks again.
    Later(u8),
}

/// Where the counts of known kinds begin: no kind has so high a number.
const LATER_KINDS: u8 = 128;

impl IndexedKind {
    fn of(kind: Option<DocumentKind>) -> Self {
        kind.map_or_else(|| Self::Later(known_kinds()), Self::Known)
    }

    fn known(self) -> Option<DocumentKind> {
        match self {
            Self::Known(kind) => Some(kind),
            Self::Later(_) => None,
        }
    }

    /// Whether this release may know more of it than the one that wrote this.
    fn may_be_known_now(self) -> bool {
        matches!(self, Self::Later(knew) if knew != known_kinds())
    }
}

/// The count of the kinds that this release knows.
fn known_kinds() -> u8 {
    u8::try_from(DocumentKind::ALL.len()).unwrap_or(u8::MAX)
}

impl Wire for IndexedKind {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Known(kind) => kind.encode(out),
            Self::Later(knew) => out.push(LATER_KINDS.saturating_add(*knew)),
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let first = from.clone().byte()?;
        match first.checked_sub(LATER_KINDS) {
            Some(knew) => from.byte().map(|_| Self::Later(knew)),
            None => DocumentKind::decode(from).map(Self::Known),
        }
    }
}

/// A confirmed document, as it rests.
#[derive(Debug)]
pub(crate) struct Confirmed {
    id: DocumentId,
    header: Header,
    /// Its row for lists, sealed under the lease for this head; none if that is to be made anew, or if it
    /// is in no list.
    row: Option<Vec<u8>>,
    /// Sealed under the lease; empty if only its row is here.
    saved: Vec<u8>,
    /// The change of what is held by which it came; 0 if it was here when the device was opened.
    change: u64,
}

impl Confirmed {
    /// A decoded document, to be sealed, that comes by this change; `None` if it is empty.
    ///
    /// One of a kind that only a later release knows is kept as any other, so that what is held is
    /// what the server has: nothing of it is shown. Nobody here can tell which feeds hold it: they are
    /// those of the document `before` it, and those that a listing names it in.
    pub(crate) fn new(
        document: &Document,
        key: &RestingKey,
        change: u64,
        before: Option<&Self>,
    ) -> Option<Self> {
        if document.version() == 0 {
            return None;
        }
        let kind = document.kind();
        let audience = match kind {
            Some(_) => List::new(audience(document).into_iter().collect()).ok()?,
            None => before.map_or_else(List::default, |before| before.header.audience.clone()),
        };
        let header = Header {
            kind: IndexedKind::of(kind),
            generation: document.generation(),
            version: document.version(),
            head: document.head(),
            name: Text::cut(&document.name()),
            audience,
        };
        Some(Self {
            id: document.id(),
            header,
            row: None,
            saved: key.seal(&document.id().0, &Saved::of(document).to_bytes()),
            change,
        })
    }

    /// A document of which only its row came, by this change, to be sealed; none if that cannot be read.
    pub(crate) fn filed(filed: &Filed, key: &RestingKey, change: u64) -> Option<Self> {
        let row = CaseRow::read(&filed.row).filter(|_| filed.kind == CaseRow::KIND)?;
        let header = Header {
            kind: IndexedKind::Known(filed.kind),
            generation: filed.generation,
            version: filed.version,
            head: filed.head,
            name: Text::cut(&row.number.to_string()),
            audience: List::new(filed.audience.to_vec()).ok()?,
        };
        let mut confirmed = Self {
            id: filed.document,
            header,
            row: None,
            saved: Vec::new(),
            change,
        };
        confirmed.row = Some(confirmed.seal_row(key, &[], &filed.row));
        Some(confirmed)
    }

    /// Whether only its row is here.
    pub(crate) fn is_filed(&self) -> bool {
        self.saved.is_empty()
    }

    /// A stored document.
    pub(crate) fn read(id: DocumentId, bytes: &[u8]) -> Option<Self> {
        let mut from = Reader::new(bytes);
        let header = Header::decode(&mut from).ok()?;
        let saved = from.take(from.remaining()).ok()?.to_vec();
        Some(Self {
            id,
            header,
            row: None,
            saved,
            change: 0,
        })
    }

    pub(crate) fn write(&self) -> Write {
        let mut value = self.header.to_bytes();
        value.extend_from_slice(&self.saved);
        Write {
            key: rows::document(self.id),
            value: Some(value),
            slot: None,
        }
    }

    /// The write that keeps its row; none if there is none.
    pub(crate) fn write_row(&self) -> Option<Write> {
        let row = self.row.as_ref()?;
        Some(Write {
            key: rows::row(self.id),
            value: Some(row.clone()),
            slot: None,
        })
    }

    /// Takes its row, sealed.
    pub(crate) fn set_row(&mut self, sealed: Vec<u8>) {
        self.row = Some(sealed);
    }

    /// Whether this is its row, sealed: the same row has the same seal.
    pub(crate) fn has_row(&self, sealed: &[u8]) -> bool {
        self.row.as_deref() == Some(sealed)
    }

    /// A row of it, sealed. `rules` says on which rules it rests.
    pub(crate) fn seal_row(&self, key: &RestingKey, rules: &[u8], row: &RowBytes) -> Vec<u8> {
        key.seal(&self.header.place_of_row(self.id, rules), row)
    }

    /// Its row for lists; none if that has to be made anew. `made` is a row that was, sealed.
    pub(crate) fn row<R: ListRow>(
        &self,
        key: &RestingKey,
        rules: &[u8],
        made: Option<&[u8]>,
    ) -> Option<R> {
        let sealed = made.or(self.row.as_deref())?;
        R::read(&key.open(&self.header.place_of_row(self.id, rules), sealed)?)
    }

    /// The document, decoded; `None` if its bytes are damaged: it is then asked for whole.
    pub(crate) fn decode(&self, key: &RestingKey) -> Option<Document> {
        let saved = key.open(&self.id.0, &self.saved)?;
        let document = Saved::from_bytes(&saved).ok()?.load(self.id)?;
        (document.head() == self.header.head).then_some(document)
    }

    /// The feeds that hold the document.
    pub(crate) fn audience(&self) -> BTreeSet<FeedId> {
        self.header.audience.iter().copied().collect()
    }

    /// Whether lists of such rows show it.
    pub(crate) fn is_listed_as<R: ListRow>(&self) -> bool {
        self.kind() == Some(R::KIND)
    }

    /// Reads the index anew of a document whose kind an earlier release did not know. Returns whether
    /// there is something to be written.
    pub(crate) fn learn_kind(&mut self, key: &RestingKey) -> bool {
        if !self.header.kind.may_be_known_now() {
            return false;
        }
        let Some(known) = self.decode(key) else {
            return false;
        };
        let audience = match known.kind() {
            Some(_) => List::new(audience(&known).into_iter().collect()).ok(),
            None => Some(self.header.audience.clone()),
        };
        let Some(audience) = audience else {
            return false;
        };
        self.header.kind = IndexedKind::of(known.kind());
        self.header.name = Text::cut(&known.name());
        self.header.audience = audience;
        true
    }

    /// Notes whether a feed holds a document of a kind that is not known here. Returns whether that
    /// was not known.
    pub(crate) fn note_feed(&mut self, feed: FeedId, holds: bool) -> bool {
        if self.kind().is_some() {
            return false;
        }
        let mut feeds = self.audience();
        let is_news = if holds {
            feeds.insert(feed)
        } else {
            feeds.remove(&feed)
        };
        // No document is in more feeds than the list takes.
        match List::new(feeds.into_iter().collect()) {
            Ok(audience) if is_news => {
                self.header.audience = audience;
                true
            }
            _ => false,
        }
    }

    /// Whether such a view is read in it.
    pub(crate) fn reads_as<V: View>(&self) -> bool {
        self.kind() == Some(V::KIND)
    }
    /// Its kind; none if only a later release knows it.
    pub(crate) fn kind(&self) -> Option<DocumentKind> {
        self.header.kind.known()
    }
    pub(crate) fn version(&self) -> u64 {
        self.header.version
    }
    pub(crate) fn generation(&self) -> u32 {
        self.header.generation
    }
    /// The change by which it came: no two states of one document have the same.
    pub(crate) fn change(&self) -> u64 {
        self.change
    }
    pub(crate) fn head(&self) -> Head {
        self.header.head
    }
    /// The case's number; empty for other documents.
    pub(crate) fn number(&self) -> &str {
        if self.kind().is_some_and(DocumentKind::is_numbered) {
            &self.header.name
        } else {
            ""
        }
    }
    /// A case's number, a household's door; empty for other documents.
    pub(crate) fn name(&self) -> &str {
        &self.header.name
    }
    pub(crate) fn digest(&self) -> u128 {
        digest_of(self.id, self.header.generation, &self.header.head)
    }
    /// Those of `feeds` that hold the document.
    pub(crate) fn held_by<'a>(
        &'a self,
        feeds: &'a BTreeSet<FeedId>,
    ) -> impl Iterator<Item = FeedId> + 'a {
        self.header
            .audience
            .iter()
            .copied()
            .filter(|feed| feeds.contains(feed))
    }
}
