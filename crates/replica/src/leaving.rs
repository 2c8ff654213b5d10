//! Documents leave the device: they are no longer within the member's duties, or the device is not to
//! go on.

use std::collections::BTreeSet;

use super::Replica;
use super::held::{Confirmed, Removed};
use super::outbox::{Fate, Outgoing};
use super::receipts::{Became, BecameRefused, Eviction, HandedIn};
use alleyway_core::feeds::{FeedId, audience};
use alleyway_core::id::DocumentId;
use alleyway_core::number::CaseNumber;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Scope;

impl Replica {
    /// Takes the feeds that a page's cursor has reached, in the page's transaction.
    pub(super) fn take_scope(&mut self, scope: Scope) -> Vec<Write> {
        self.state.set_feeds(scope.feeds);
        let feeds = self.state.feeds();
        let gone = self.held.beyond(&feeds);
        let mut writes: Vec<Write> = gone.into_iter().flat_map(|id| self.evict(id)).collect();
        writes.extend(self.withhold_carried_beyond(&feeds));
        writes.push(self.state.write());
        writes
    }

    /// Removes a document that is no longer this device's to hold.
    pub(super) fn forget(&mut self, id: DocumentId) -> Vec<Write> {
        let mut writes = self.held.drop_parts(id, |_| true);
        writes.extend(self.carrying.withhold_unless(|of| of != id));
        writes.extend(self.evict(id));
        writes
    }

    /// Removes a document, and names it on the receipt.
    fn evict(&mut self, id: DocumentId) -> Vec<Write> {
        let Some(Removed { document, writes }) = self.held.remove(id) else {
            return Vec::new();
        };
        if let Some(session) = &mut self.session {
            session.count_forgotten();
        }
        let mut noted = self.note_evicted(id, &document);
        noted.extend(writes);
        noted
    }

    /// Notes that a document has left, with what of it was answered and is still to be seen here.
    fn note_evicted(&mut self, id: DocumentId, gone: &Confirmed) -> Vec<Write> {
        let why = if self.stopped().is_some() {
            Eviction::Stopped
        } else {
            Eviction::Scope
        };
        // The case is gone by now, and with it the number that the outbox would find.
        let number = CaseNumber::parse(gone.number());
        let answered: Vec<HandedIn> = self
            .outbox
            .of(id)
            .filter_map(|(_, outgoing)| {
                let became = became(outgoing)?;
                let row = self.outbox_row(outgoing)?.handed_in(became);
                Some(HandedIn { number, ..row })
            })
            .collect();
        let case = Some(gone.number()).filter(|number| !number.is_empty());
        self.note_receipt(|receipt| {
            receipt.evict(why, case);
            for command in answered {
                receipt.hand_in(command);
            }
        })
    }

    /// Withholds what others did to documents that are in none of these feeds.
    fn withhold_carried_beyond(&mut self, feeds: &BTreeSet<FeedId>) -> Vec<Write> {
        let is_held = |id: DocumentId| match self.held.get(id) {
            Some(held) => held.held_by(feeds).next().is_some(),
            None => self
                .working(id)
                .is_some_and(|document| !audience(&document).is_disjoint(feeds)),
        };
        let seen: BTreeSet<DocumentId> = self
            .carrying
            .documents()
            .filter(|id| is_held(*id))
            .collect();
        self.carrying.withhold_unless(|of| seen.contains(&of))
    }
}

/// The outcome of a command that was answered; none of one without a verdict.
fn became(outgoing: &Outgoing) -> Option<Became> {
    match &outgoing.fate {
        Fate::Admitted(admission) => Some(Became::of_mark(admission.receipt.mark)),
        Fate::Refused(refusal) => Some(Became::Refused(BecameRefused {
            code: refusal.code.clone(),
        })),
        Fate::Pending(_) | Fate::PerhapsSent(_) => None,
    }
}
