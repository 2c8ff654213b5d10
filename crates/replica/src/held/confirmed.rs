//! Documents as the server has them. Outside the seal is an index: what stands at which version,
//! and what people call it.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::rows;
use alleyway_core::crypto::RestingKey;
use alleyway_core::documents::{Document, DocumentKind, Head};
use alleyway_core::feeds::{FeedId, audience, digest_of};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::View;
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Saved;
use alleyway_core::text::Text;
use alleyway_core::wire::{List, Reader, Wire};
use alleyway_core::wire_struct;

/// Feeds of one document.
const AUDIENCE_MAX: usize = 4_096;

/// The index of a document: all that is known of it without decoding it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Header {
    kind: DocumentKind,
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

/// A confirmed document: decoded when it is looked at.
#[derive(Debug)]
pub(crate) struct Confirmed {
    id: DocumentId,
    header: Header,
    /// Sealed under the lease.
    saved: Vec<u8>,
    decoded: OnceCell<Option<Document>>,
}

impl Confirmed {
    /// A decoded document, to be sealed; `None` if it is empty.
    pub(crate) fn new(document: Document, key: &RestingKey) -> Option<Self> {
        let header = Header {
            kind: document.kind()?,
            generation: document.generation(),
            version: document.version(),
            head: document.head(),
            name: Text::cut(&document.name()),
            audience: List::new(audience(&document).into_iter().collect()).ok()?,
        };
        Some(Self {
            id: document.id(),
            header,
            saved: key.seal(&document.id().0, &Saved::of(&document).to_bytes()),
            decoded: OnceCell::from(Some(document)),
        })
    }

    /// A stored document.
    pub(crate) fn read(id: DocumentId, bytes: &[u8]) -> Option<Self> {
        let mut from = Reader::new(bytes);
        let header = Header::decode(&mut from).ok()?;
        let saved = from.take(from.remaining()).ok()?.to_vec();
        Some(Self {
            id,
            header,
            saved,
            decoded: OnceCell::new(),
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

    /// The document; `None` if its bytes are damaged: it is then asked for whole.
    pub(crate) fn document(&self, key: &RestingKey) -> Option<&Document> {
        self.decoded
            .get_or_init(|| {
                let saved = key.open(&self.id.0, &self.saved)?;
                let document = Saved::from_bytes(&saved).ok()?.load(self.id)?;
                (document.head() == self.header.head).then_some(document)
            })
            .as_ref()
    }

    /// Whether it was decoded already.
    pub(crate) fn is_decoded(&self) -> bool {
        self.decoded.get().is_some()
    }

    /// The feeds that hold the document.
    pub(crate) fn audience(&self) -> BTreeSet<FeedId> {
        self.header.audience.iter().copied().collect()
    }

    /// Drops what was decoded: the lease has ended.
    pub(crate) fn close(&mut self) {
        self.decoded = OnceCell::new();
    }

    /// Whether such a view is read in it.
    pub(crate) fn reads_as<V: View>(&self) -> bool {
        self.header.kind == V::KIND
    }
    pub(crate) fn kind(&self) -> DocumentKind {
        self.header.kind
    }
    pub(crate) fn version(&self) -> u64 {
        self.header.version
    }
    pub(crate) fn generation(&self) -> u32 {
        self.header.generation
    }
    pub(crate) fn head(&self) -> Head {
        self.header.head
    }
    /// The case's number; empty for other documents.
    pub(crate) fn number(&self) -> &str {
        if self.header.kind.is_numbered() {
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
