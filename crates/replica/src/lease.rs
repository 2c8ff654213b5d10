//! The lease: for how long what is on the device may be read without hearing from the server.
//!
//! Documents rest sealed under a key of which the server gives one half, the same one each time.
//! Every contact begins the lease anew. Once [`LEASE_DAYS`] have gone by without one, by the device's
//! clock as far as it can be believed ([`super::clock`]), the half is deleted and nothing readable is left, neither of what came from the
//! server nor of what was typed here. Recording and handing in go on ([`super::locked`]).

mod term;

pub(super) use term::{Advanced, Lease};
pub use term::{Reading, ReportsFor};

use super::{Effect, Replica, rows};
use alleyway_core::kinds::unit::Post;
use alleyway_core::store::Write;
use alleyway_core::sync::frame;
use alleyway_core::time::Time;

impl Replica {
    /// Takes the server's half. What was typed here and could not be read, can be.
    pub(super) fn take_lease(&mut self, half: &frame::Lease, now: Time) -> Vec<Write> {
        let Some(identity) = &self.identity else {
            return Vec::new();
        };
        let device = identity.sealing_secret();
        let Some(secret) = self.state.lease_mut().take(half, device, now) else {
            return Vec::new();
        };
        let mut writes = self.outbox.unlock(&secret);
        if let Some(key) = self.state.lease().resting_key(device) {
            writes.extend(self.held.unlock(key));
        }
        writes.push(self.state.write());
        writes
    }

    /// Notes the clock ([`Effect::Persist`]) and, when its time has come, ends the lease
    /// ([`Effect::PersistAnew`]). To be called whenever the program starts or is looked at again,
    /// before anything is shown. `None` if there is nothing to write. `random` is 32 random bytes.
    pub fn tick(&mut self, now: Time, random: [u8; 32]) -> Option<Effect> {
        // In the middle of a sync nothing is taken away.
        let may_end = self.session.is_none();
        match self.state.advance(now, may_end) {
            Advanced::Little => None,
            Advanced::Noted => Some(Effect::Persist(vec![self.state.write()])),
            Advanced::Over => Some(self.end_lease(now, &random)),
        }
    }

    /// Ends the lease if its time has come, and notes nothing else: a store that was opened may be of
    /// before an end that could not be kept. To be called before anything is shown. `random` is 32
    /// random bytes.
    pub fn end_if_over(&mut self, now: Time, random: [u8; 32]) -> Option<Effect> {
        let is_over = self.state.lease().is_over(now, self.state.contact());
        is_over.then(|| self.tick(now, random)).flatten()
    }

    /// For which units the member reports, by the posts held: an alley's chief for the alley, a
    /// centre's clerk for its branch, named together with the centre, a branch and a town for themselves.
    /// Known without the lease, too.
    pub fn reports_for(&self, now: Time) -> Vec<ReportsFor> {
        if let Some(reported_for) = self.state.lease().reported_for() {
            return reported_for;
        }
        let Some(device) = self.as_enrolled() else {
            return Vec::new();
        };
        let organisation = self.organisation();
        let branch = |centre| {
            organisation
                .village_of(centre)
                .and_then(|village| organisation.branch_of(village))
        };
        let posts = organisation.posts_of(device.member(), self.server_time(now));
        posts
            .filter_map(|row| match row.post {
                Post::AlleyChief
                | Post::BranchSecretary
                | Post::TownDispatcher
                | Post::DeskOfficer => Some((row.unit, None)),
                Post::CentreClerk => Some((branch(row.unit)?, Some(row.unit))),
                _ => None,
            })
            .collect()
    }

    fn end_lease(&mut self, now: Time, random: &[u8; 32]) -> Effect {
        let reports_for = self.reports_for(now);
        let mut writes = self.seal(random);
        writes.extend(self.lock(random));
        writes.extend(self.carrying.withhold_all());
        self.held.lock();
        self.worked.get_mut().clear();
        self.state.lease_mut().end(reports_for);
        writes.push(self.state.write());
        Effect::PersistAnew(rows::latest_of_each(writes))
    }
}

#[cfg(test)]
mod tests;
