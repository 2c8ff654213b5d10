//! The place at which an answer goes on.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::compare::Comparing;
use super::handing::FlightLeft;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::limits::{PAGE_BYTES_MAX, SLOW_PAGE_BYTES_MIN};
use alleyway_core::sync::cursor::{Backfill, Cursor};
use alleyway_core::sync::frame::{HeldPart, Slow, Why};

/// The place at which an answer goes on. Holds nothing that is not the device's to know.
#[derive(Debug, Clone)]
pub struct Continuation(pub(super) Rest);

/// The rest of an answer.
#[derive(Debug, Clone)]
pub(super) enum Rest {
    /// The flight is being handed in still.
    Flight(Box<FlightLeft>),
    /// Documents that the device lacks are being sent.
    Pages(Box<PagesLeft>),
}

impl Continuation {
    /// Whether batches of the flight are left to be judged. It is to be gone on with then even if
    /// nobody waits for the answer, and before the device is asked for more.
    pub fn hands_in(&self) -> bool {
        matches!(self.0, Rest::Flight(_))
    }

    /// Whether any batch of such a flight was judged.
    pub fn has_begun(&self) -> bool {
        match &self.0 {
            Rest::Flight(left) => left.handing.has_begun(),
            Rest::Pages(_) => true,
        }
    }

    /// The long documents that the next part needs, and that were not in memory. Whoever has them
    /// loaded ([`crate::Ledger::stored`]) and asks for the next part with them
    /// ([`crate::Ledger::with_loaded`]) keeps nobody waiting; else they are loaded with that part.
    pub fn needs(&self) -> &[DocumentId] {
        match &self.0 {
            Rest::Flight(left) => left.handing.needs(),
            Rest::Pages(left) => &left.needs,
        }
    }
}

/// The rest of an answer behind its verdicts.
#[derive(Debug, Clone)]
pub(super) struct PagesLeft {
    pub(super) device: DeviceId,
    pub(super) cursor: Cursor,
    pub(super) budget_bytes: u64,
    pub(super) pages: Pages,
    pub(super) wanted: VecDeque<(DocumentId, Why)>,
    /// The long document being sent.
    pub(super) whole: Option<Sending>,
    /// The long document that the next page needs, and that was not in memory.
    pub(super) needs: Vec<DocumentId>,
    /// The holdings of the device, being compared.
    pub(super) comparing: Option<Comparing>,
    /// The cursor says nothing here.
    pub(super) lost: bool,
    /// No pages: the device has more to hand in, or is not to go on.
    pub(super) no_pages: bool,
}

/// How pages are to be, for the line of the device.
#[derive(Debug, Clone)]
pub(super) struct Pages {
    /// The bytes that one takes up at most.
    pub(super) bytes: usize,
    /// The line is slow: what is long comes in slices that fit a page.
    pub(super) is_sliced: bool,
    /// Of what has long been over, rows are enough.
    pub(super) takes_rows: bool,
    /// The parts that the device has already of documents that it wants.
    held: BTreeMap<DocumentId, HeldPart>,
}

impl Pages {
    /// For a line of which the device has said so. Everything comes whole.
    pub(super) fn of(slow: Option<&Slow>) -> Self {
        let bytes = slow.map_or(PAGE_BYTES_MAX, |slow| {
            let asked = usize::try_from(slow.page_bytes).unwrap_or(PAGE_BYTES_MAX);
            asked.clamp(SLOW_PAGE_BYTES_MIN, PAGE_BYTES_MAX)
        });
        let held = slow.into_iter().flat_map(|slow| slow.held.iter());
        Self {
            bytes,
            is_sliced: slow.is_some(),
            takes_rows: false,
            held: held.map(|held| (held.document, *held)).collect(),
        }
    }

    /// The same, if so with rows in place of what has long been over.
    pub(super) fn with_rows(self, takes_rows: bool) -> Self {
        Self { takes_rows, ..self }
    }

    /// How much of a wanted document is on the device, in bytes, in this version and form.
    pub(super) fn held(&self, document: DocumentId, version: u64, form: Option<&u8>) -> usize {
        let held = self.held.get(&document);
        let held = held.filter(|held| held.version == version && form == Some(&held.form));
        held.map_or(0, |held| usize::try_from(held.bytes).unwrap_or(0))
    }
}

/// A long document being sent in parts.
#[derive(Debug, Clone)]
pub(super) struct Sending {
    pub(super) document: DocumentId,
    pub(super) version: u64,
    pub(super) bytes: Arc<Vec<u8>>,
    pub(super) then: Then,
    /// It is what is new in the document, not all of it.
    pub(super) is_news: bool,
    /// The bytes that were sent of it.
    pub(super) sent: usize,
}

/// The place of the cursor once something has been sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Then {
    /// As it stood: the document was asked for by name.
    Wanted,
    /// Behind this sequence.
    Walk(u64),
    /// Behind this place of a gained feed.
    Backfill(Backfill),
}

impl Then {
    /// Moves the cursor behind what was sent.
    pub(super) fn apply(self, cursor: &mut Cursor) {
        match self {
            Self::Wanted => return,
            Self::Walk(sequence) => cursor.walked = sequence,
            Self::Backfill(done) => cursor.backfill = Some(done),
        }
        cursor.part = None;
    }
}
