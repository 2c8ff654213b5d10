//! Documents as the server has them.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::rows;
use crate::documents::{Document, DocumentKind, Head};
use crate::feeds::{FeedId, audience, digest_of};
use crate::id::DocumentId;
use crate::number::CODE_TEXT_BYTES;
use crate::store::Write;
use crate::sync::frame::Saved;
use crate::text::Text;
use crate::wire::{List, Reader, Wire};
use crate::wire_struct;

/// Feeds of one document.
const AUDIENCE_MAX: usize = 4_096;

/// What is known of a document without decoding it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Header {
    kind: DocumentKind,
    generation: u32,
    version: u64,
    head: Head,
    number: Text<CODE_TEXT_BYTES>,
    audience: List<FeedId, AUDIENCE_MAX>,
}
wire_struct!(Header { kind, generation, version, head, number, audience });

/// A confirmed document: decoded when it is looked at.
#[derive(Debug)]
pub(super) struct Confirmed {
    id: DocumentId,
    header: Header,
    saved: Vec<u8>,
    decoded: OnceCell<Option<Document>>,
}

impl Confirmed {
    /// A decoded document; `None` if it is empty.
    pub(super) fn new(document: Document) -> Option<Self> {
        let header = Header {
            kind: document.kind()?,
            generation: document.generation(),
            version: document.version(),
            head: document.head(),
            number: Text::cut(&document.case().map(|case| case.number.to_string()).unwrap_or_default()),
            audience: List::new(audience(&document).into_iter().collect()).ok()?,
        };
        Some(Self {
            id: document.id(),
            header,
            saved: Saved::of(&document).to_bytes(),
            decoded: OnceCell::from(Some(document)),
        })
    }

    /// A stored document.
    pub(super) fn read(id: DocumentId, bytes: &[u8]) -> Option<Self> {
        let mut from = Reader::new(bytes);
        let header = Header::decode(&mut from).ok()?;
        let saved = from.take(from.remaining()).ok()?.to_vec();
        Some(Self { id, header, saved, decoded: OnceCell::new() })
    }

    pub(super) fn write(&self) -> Write {
        let mut value = self.header.to_bytes();
        value.extend_from_slice(&self.saved);
        Write { key: rows::document(self.id), value: Some(value), slot: None }
    }

    /// The document; `None` if its bytes are damaged: it is then asked for whole.
    pub(super) fn document(&self) -> Option<&Document> {
        self.decoded
            .get_or_init(|| {
                let document = Saved::from_bytes(&self.saved).ok()?.load(self.id)?;
                (document.head() == self.header.head).then_some(document)
            })
            .as_ref()
    }

    pub(super) fn is_directory(&self) -> bool {
        self.header.kind == DocumentKind::Directory
    }
    pub(super) fn is_case(&self) -> bool {
        self.header.kind == DocumentKind::Case
    }
    pub(super) fn is_household(&self) -> bool {
        self.header.kind == DocumentKind::Household
    }
    pub(super) fn version(&self) -> u64 {
        self.header.version
    }
    pub(super) fn generation(&self) -> u32 {
        self.header.generation
    }
    pub(super) fn head(&self) -> Head {
        self.header.head
    }
    /// The case's number; empty for other documents.
    pub(super) fn number(&self) -> &str {
        &self.header.number
    }
    pub(super) fn digest(&self) -> u128 {
        digest_of(self.id, self.header.generation, &self.header.head)
    }
    /// Those of `feeds` that hold the document.
    pub(super) fn held_by<'a>(&'a self, feeds: &'a BTreeSet<FeedId>) -> impl Iterator<Item = FeedId> + 'a {
        self.header.audience.iter().copied().filter(|feed| feeds.contains(feed))
    }
}
