//! Documents that come whole.

use super::replay::{self, Unfit};
use crate::Replica;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{News, Page, Whole, Why};
use alleyway_core::wire::Wire;

impl Replica {
    /// Takes a document that came whole. One that cannot be read, or does not check, is asked for
    /// again in the next round trip.
    pub(super) fn take_whole(&mut self, id: DocumentId, bytes: &[u8]) -> Vec<Write> {
        let document = match Whole::from_bytes(bytes) {
            Ok(Whole::News(news)) => return self.take_news(id, news),
            Ok(Whole::Replayed(replayed)) => replay::replay(id, &replayed),
            Ok(Whole::Saved(saved)) => saved.load(id).ok_or(Unfit(Why::Missing)),
            Err(_) => Err(Unfit(Why::Missing)),
        };
        let document = match document {
            Ok(document) => document,
            Err(Unfit(why)) => return vec![self.held.want(id, why)],
        };
        let asked_for = self.held.is_wanted(id);
        let mut writes = vec![self.held.unwant(id)];
        let held = self.held.get(id);
        let newer = held.is_none_or(|held| held.version() < document.version());
        if !newer && !asked_for && self.agrees_with_held(&document) {
            return writes;
        }
        if let Some(session) = &mut self.session {
            session.count_received(id, 1);
        }
        let arrived = self.outbox.arrived_in(&document);
        writes.extend(self.held.put(document));
        let arrived = arrived.into_iter();
        writes.extend(arrived.map(|counter| self.outbox.remove(counter)));
        writes
    }

    /// Takes what is new in a document, which came in slices: an item of a page, beside which stands
    /// what a page says.
    fn take_news(&mut self, id: DocumentId, news: News) -> Vec<Write> {
        let News {
            authors,
            since,
            changes,
        } = news;
        if changes.document != id {
            return vec![self.held.want(id, Why::Missing)];
        }
        let page = Page {
            authors,
            since,
            ..Page::default()
        };
        self.take_changes(&changes, &page)
    }

    /// Whether a document is what is held, as far as both go: the same commands, with the same
    /// receipts.
    fn agrees_with_held(&self, document: &Document) -> bool {
        self.held.decoded(document.id()).is_some_and(|held| {
            let mut commands = held.commands().iter().zip(document.commands());
            let mut receipts = held.receipts().iter().zip(document.receipts());
            commands.all(|(held, here)| held == here) && receipts.all(|(held, here)| held == here)
        })
    }
}
