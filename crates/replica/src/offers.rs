//! The steps that the device's member could take, and why he cannot take the others.

use super::Replica;
use super::held::Confirmed;
use alleyway_core::documents::{Document, DocumentKind};
use alleyway_core::feeds::{audience, may_name_each_other};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::{CaseRow, CaseState};
use alleyway_core::policy::{Authority, Offer, Situation, offers};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::time::Time;

impl Replica {
    /// Every step on a document, or, without one, every step that creates a document: each with the
    /// refusal that it would get by what the device knows. Empty while nothing can be read, before
    /// enrolment, and for a document that is not here.
    pub fn offers(&self, document: Option<DocumentId>, now: Time) -> Vec<Offer> {
        let Some(device) = self.as_enrolled().filter(|_| !self.is_locked()) else {
            return Vec::new();
        };
        let reported_for = self.reports_for(now).first().copied();
        let author = Authority::Member(device.member());
        let situation = Situation {
            organisation: self.organisation(),
            author,
            now: self.server_time(now),
            document: None,
            unit: reported_for.map(|(unit, _)| unit),
            centre: reported_for.and_then(|(_, centre)| centre),
        };
        let Some(document) = document else {
            return DocumentKind::ALL
                .iter()
                .flat_map(|kind| offers(&situation, *kind))
                .collect();
        };
        let Some(working) = self.working(document) else {
            return Vec::new();
        };
        let situation = Situation {
            document: Some(&working),
            ..situation
        };
        let kind = working.kind();
        let mut offered = kind
            .map(|kind| offers(&situation, kind))
            .unwrap_or_default();
        let merges =
            |offer: &&mut Offer| offer.refusal.is_none() && offer.body.needs_open().is_some();
        for offer in offered.iter_mut().filter(merges) {
            if !self.has_another_for(&working) {
                offer.refusal = Some(RefusalCode::BadMerge.into());
            }
        }
        offered
    }

    /// Whether a case is here that the document may be merged into. What is only confirmed is not
    /// decoded: whom it may be named to is in its index, and its row says whether it is open.
    fn has_another_for(&self, document: &Document) -> bool {
        let named_in = audience(document);
        let may_be_named =
            |confirmed: &Confirmed| may_name_each_other(&named_in, &confirmed.audience());
        let rests_open = |id| self.held.row(id).is_some_and(|row: CaseRow| row.is_open());
        let mut others = self
            .held
            .with_view::<CaseState>()
            .filter(|(id, _)| *id != document.id());
        others.any(|(id, confirmed)| {
            if self.is_as_confirmed(id) {
                may_be_named(confirmed) && rests_open(id)
            } else {
                self.may_be_merged(document, id).is_ok()
            }
        }) || self
            .created_here()
            .filter(|id| *id != document.id())
            .any(|id| self.may_be_merged(document, id).is_ok())
    }
}

#[cfg(test)]
mod tests;
