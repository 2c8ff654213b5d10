//! Lists of cases and households, made of the rows beside the documents: a document is worked out only
//! where commands upon it are not confirmed.

use std::collections::BTreeMap;

use crate::Replica;
use crate::outbox::Fate;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::ListRow;
use alleyway_core::kinds::case::CaseRow;
use alleyway_core::kinds::household::HouseholdRow;

/// A line of the list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLine {
    /// The case.
    pub document: DocumentId,
    /// The case as it stands, pending steps included.
    pub row: CaseRow,
    /// Commands of this device without a verdict.
    pub pending: usize,
    /// Commands of other devices, handed over phone to phone, that are not confirmed.
    pub carried: usize,
    /// Refused commands not dealt with.
    pub refused: usize,
    /// Whether it changed since it was last looked at.
    pub changed: bool,
}

/// A line of the list of households.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdLine {
    /// The household.
    pub document: DocumentId,
    /// The household as it stands, pending steps included.
    pub row: HouseholdRow,
}

/// The commands of this device on one document.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    pending: usize,
    refused: usize,
    /// Those that were admitted, and that no page has brought yet.
    admitted: usize,
}

impl Own {
    fn count(&mut self, fate: &Fate) {
        let count = match fate {
            Fate::Pending(_) | Fate::PerhapsSent(_) => &mut self.pending,
            Fate::Refused(_) => &mut self.refused,
            Fate::Admitted(_) => &mut self.admitted,
        };
        *count += 1;
    }
}

impl Replica {
    /// All cases on the device, ended ones too, newest number last.
    pub fn cases(&self) -> Vec<CaseLine> {
        let own = self.own_by_document();
        let confirmed = self.held.listed::<CaseRow>();
        let mut lines: Vec<CaseLine> = confirmed
            .chain(self.created_here())
            .chain(self.created_elsewhere())
            .filter_map(|id| {
                let own = own.get(&id).copied().unwrap_or_default();
                Some(self.line(id, self.row(id, own)?, own))
            })
            .collect();
        lines.sort_by_key(|line| (line.row.number, line.document));
        lines
    }

    /// The line of a case that was worked out.
    pub(super) fn line_of(&self, working: &Document) -> Option<CaseLine> {
        let id = working.id();
        let row = CaseRow::of(working, self.read_by())?;
        Some(self.line(id, row, self.own_on(id)))
    }

    fn line(&self, id: DocumentId, row: CaseRow, own: Own) -> CaseLine {
        let version = self.held.contains(id).then(|| self.held.version(id));
        CaseLine {
            document: id,
            row,
            pending: own.pending,
            carried: self.carried_upon(id),
            refused: own.refused,
            changed: version != self.held.looked_at(id),
        }
    }

    /// All households on the device, by door.
    pub fn households(&self) -> Vec<HouseholdLine> {
        let own = self.own_by_document();
        let held = self.held.listed::<HouseholdRow>();
        let mut lines: Vec<HouseholdLine> = held
            .filter_map(|document| {
                let row = self.row(document, own.get(&document).copied().unwrap_or_default())?;
                Some(HouseholdLine { document, row })
            })
            .collect();
        lines.sort_by(|a, b| (&a.row.door, a.document).cmp(&(&b.row.door, b.document)));
        lines
    }

    /// A household that is on the device.
    pub fn household(&self, document: DocumentId) -> Option<HouseholdLine> {
        self.held.get(document)?;
        let row = self.row(document, self.own_on(document))?;
        Some(HouseholdLine { document, row })
    }

    /// A document as lists show it, with what is not confirmed upon it.
    fn row<R: ListRow>(&self, id: DocumentId, own: Own) -> Option<R> {
        let is_as_confirmed = own.pending + own.admitted == 0 && !self.carries_for(id);
        if self.held.is_filed(id) || is_as_confirmed && self.held.contains(id) {
            return self.held.row(id);
        }
        R::of(&self.working(id)?, self.read_by())
    }

    /// The commands of other devices upon a document that are not confirmed.
    fn carried_upon(&self, id: DocumentId) -> usize {
        if !self.carries_for(id) {
            return 0;
        }
        let unconfirmed = self.unconfirmed(id);
        let all = unconfirmed.steps.iter().chain(&unconfirmed.waiting);
        all.filter(|step| step.carried).count()
    }

    fn own_on(&self, id: DocumentId) -> Own {
        let mut own = Own::default();
        for (_, outgoing) in self.outbox.of(id) {
            own.count(&outgoing.fate);
        }
        own
    }

    fn own_by_document(&self) -> BTreeMap<DocumentId, Own> {
        let mut all: BTreeMap<DocumentId, Own> = BTreeMap::new();
        for (_, outgoing) in self.outbox.commands() {
            if let Some(document) = self.outbox.target(&outgoing.command) {
                all.entry(document).or_default().count(&outgoing.fate);
            }
        }
        all
    }
}
