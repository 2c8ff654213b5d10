//! Listings of what the server has, where the sums differ.

use crate::Replica;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Listing;

impl Replica {
    /// Asks for what differs from the listing of a range. What is held here and not listed is
    /// asked for too: the answer is that it is not to be had.
    pub(super) fn take_listing(&mut self, listing: &Listing) -> Vec<Write> {
        let mut wanted = self.held.unlike(listing);
        let mut listed = None;
        if let Some(session) = &mut self.session {
            session.progress();
            listed = session.list(listing);
        }
        if let Some(listed) = &listed {
            wanted.extend(self.held.unlisted(listing, listed));
        }
        let learnt = self.held.learn_feeds(listing, listed.as_ref());
        let wanted = wanted.into_iter().map(|id| self.held.want_missing(id));
        learnt.into_iter().chain(wanted).collect()
    }
}
