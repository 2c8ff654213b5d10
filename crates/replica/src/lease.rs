//! The lease: for how long what is on the device may be read without hearing from the server.
//!
//! Documents rest sealed under a key of which the server gives one half, the same one each time.
//! Every contact begins the lease anew. Once the device's clock has gone [`LEASE_DAYS`] forward
//! without one, the half is deleted and nothing readable is left, neither of what came from the
//! server nor of what was typed here. Recording and handing in go on ([`super::locked`]).

use std::cell::OnceCell;

use super::paging::latest_of_each;
use super::rows::{LeaseState, POSTS_MAX};
use super::{Effect, Replica};
use alleyway_core::crypto::{RestingKey, SealingSecret, blake3_keyed};
use alleyway_core::id::UnitId;
use alleyway_core::kinds::unit::Post;
use alleyway_core::limits::{LEASE_DAYS, LEASE_WARNING_DAYS};
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Lease;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::List;

/// How far the clock goes between two notes of it, in milliseconds: each is a write.
const NOTED_EVERY: i64 = 60 * 60 * 1_000;

/// For how long the device may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Until then, by this device's clock.
    Until(Time),
    /// Until then, which is near: its member is to be warned.
    EndsSoon(Time),
    /// Not until the server is heard again. Recording and handing in go on.
    Ended,
}

impl Replica {
    /// Takes the server's half. What was typed here and could not be read, can be. Nobody signs a
    /// half: it is taken if it was asked for and, after the first, only if it is the same again.
    pub(super) fn take_lease(&mut self, lease: &Lease, now: Time) -> Vec<Write> {
        let Some(identity) = self.identity.as_ref().filter(|_| self.lacks_lease()) else {
            return Vec::new();
        };
        let key = blake3_keyed(
            lease.half.as_bytes(),
            &[READER, identity.sealing_secret.as_bytes()],
        );
        let secret = SealingSecret::from_bytes(key);
        if self
            .state
            .lease
            .as_ref()
            .is_some_and(|known| known.reader != secret.public())
        {
            return Vec::new();
        }
        self.state.lease = Some(LeaseState {
            half: Some(lease.clone()),
            reader: secret.public(),
            spent: 0,
            read: now,
            reports_for: List::default(),
        });
        self.noted = 0;
        let mut writes = self.unlock(&secret);
        self.organisation = OnceCell::new();
        writes.push(self.write_state());
        writes
    }

    /// Whether the server's half has to be asked for.
    pub(super) fn lacks_lease(&self) -> bool {
        self.state
            .lease
            .as_ref()
            .is_none_or(|lease| lease.half.is_none())
    }

    /// The server was heard: the lease in force begins anew.
    pub(super) fn renew_lease(&mut self, now: Time) {
        if self.state.stopped.is_none()
            && let Some(lease) = self
                .state
                .lease
                .as_mut()
                .filter(|lease| lease.half.is_some())
        {
            (lease.spent, lease.read) = (0, now);
            self.noted = 0;
        }
    }

    /// Under which documents rest; none unless the lease is in force.
    pub(super) fn lease_key(&self) -> Option<RestingKey> {
        let half = self.state.lease.as_ref()?.half.as_ref()?;
        let secret = &self.identity.as_ref()?.sealing_secret;
        Some(RestingKey::new(blake3_keyed(
            half.half.as_bytes(),
            &[RESTING, secret.as_bytes()],
        )))
    }

    /// Whether the lease has ended: the index and the numbers are there, and nothing to read.
    pub fn is_locked(&self) -> bool {
        self.state
            .lease
            .as_ref()
            .is_some_and(|lease| lease.half.is_none())
    }

    /// For how long the device may be read; none before enrolment.
    pub fn reading(&self) -> Option<Reading> {
        let lease = self.state.lease.as_ref()?;
        if lease.half.is_none() {
            return Some(Reading::Ended);
        }
        let left = (LEASE_DAYS * Date::MILLISECONDS).saturating_sub(lease.spent);
        let ends = Time(lease.read.0.saturating_add(left));
        let soon = left <= LEASE_WARNING_DAYS * Date::MILLISECONDS;
        Some(if soon {
            Reading::EndsSoon(ends)
        } else {
            Reading::Until(ends)
        })
    }

    /// Notes the clock ([`Effect::Persist`]) and, when its time has come, ends the lease
    /// ([`Effect::PersistAnew`]). To be called whenever the program starts or is looked at again,
    /// before anything is shown. `None` if there is nothing to write. `random` is 32 random bytes.
    pub fn tick(&mut self, now: Time, random: [u8; 32]) -> Option<Effect> {
        let Some(lease) = self
            .state
            .lease
            .as_mut()
            .filter(|lease| lease.half.is_some())
        else {
            return None;
        };
        let set_back = now < lease.read;
        lease.spent = lease
            .spent
            .saturating_add(now.0.saturating_sub(lease.read.0).max(0));
        lease.read = now;
        let spent = lease.spent;
        // In the middle of a sync nothing is taken away: when it is over, however it ended, it is due.
        if spent >= LEASE_DAYS * Date::MILLISECONDS && self.session.is_none() {
            return Some(self.end_lease(now, &random));
        }
        if !set_back && spent.saturating_sub(self.noted) < NOTED_EVERY {
            return None;
        }
        self.noted = spent;
        Some(Effect::Persist(vec![self.write_state()]))
    }

    /// For which units the member reports, by the posts held: an alley's chief for the alley, a
    /// centre's clerk for its branch, named together with the centre. Known without the lease, too.
    pub fn reports_for(&self, now: Time) -> Vec<(UnitId, Option<UnitId>)> {
        if let Some(lease) = self
            .state
            .lease
            .as_ref()
            .filter(|lease| lease.half.is_none())
        {
            return lease.reports_for.to_vec();
        }
        let Some((_, enrolled)) = self.enrolled_row() else {
            return Vec::new();
        };
        let organisation = self.organisation();
        let branch = |centre| {
            organisation
                .village_of(centre)
                .and_then(|village| organisation.branch_of(village))
        };
        let posts = organisation.posts_of(enrolled.member, self.server_time(now));
        posts
            .filter_map(|row| match row.post {
                Post::AlleyChief => Some((row.unit, None)),
                Post::CentreClerk => Some((branch(row.unit)?, Some(row.unit))),
                _ => None,
            })
            .collect()
    }

    fn end_lease(&mut self, now: Time, random: &[u8; 32]) -> Effect {
        let reports_for = self.reports_for(now).into_iter().take(POSTS_MAX).collect();
        let mut writes = self.seal(random);
        writes.extend(self.lock(random));
        writes.extend(self.withhold_all_carried());
        for confirmed in self.documents.values_mut() {
            confirmed.close();
        }
        self.typed = None;
        self.organisation = OnceCell::new();
        if let Some(lease) = &mut self.state.lease {
            lease.half = None;
            lease.reports_for = List::new(reports_for).unwrap_or_default();
        }
        writes.push(self.write_state());
        Effect::PersistAnew(latest_of_each(writes))
    }
}

const RESTING: &[u8] = b"alleyway lease documents 1";
const READER: &[u8] = b"alleyway lease reader 1";

#[cfg(test)]
mod tests;
