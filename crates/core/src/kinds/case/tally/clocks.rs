//! Since when a case waits for what, by the server's receipts.

use super::Code;
use crate::time::{Date, Time};
use crate::wire_struct;

/// A case's clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clocks {
    /// The newest receipt: a receipt of before counts as the newest.
    pub(super) now: Time,
    /// The report, or the last reopening.
    round: Time,
    /// Whether it was accepted since.
    accepted: bool,
    /// When whoever works on it was given it: the acceptance, or the last time it was sent on.
    given: Option<Time>,
    /// The milliseconds that it has waited since.
    waited: i64,
    /// Why it waits, and since when.
    waiting: Option<Waiting>,
    /// When the work ended, while nobody has verified it.
    resolved: Option<Time>,
    /// Whether it was verified since the round began, and not taken up again.
    verified: bool,
}
wire_struct!(Clocks {
    now,
    round,
    accepted,
    given,
    waited,
    waiting,
    resolved,
    verified
});

#[derive(Debug, Clone, PartialEq, Eq)]
struct Waiting {
    code: Code,
    since: Time,
}
wire_struct!(Waiting { code, since });

impl Clocks {
    /// Those of a case that is reported, or reopened.
    pub(super) fn begun(at: Time) -> Self {
        Self {
            now: at,
            round: at,
            accepted: false,
            given: None,
            waited: 0,
            waiting: None,
            resolved: None,
            verified: false,
        }
    }

    pub(super) fn goes_on(&mut self, received: Time) {
        self.now = self.now.max(received);
    }

    /// It is accepted: how long that took, if it is the first time since the round began.
    pub(super) fn is_accepted(&mut self) -> Option<i64> {
        if self.given.is_none() {
            self.is_sent();
        }
        let is_first = !std::mem::replace(&mut self.accepted, true);
        is_first.then(|| self.since_round())
    }

    /// The clock of whoever works on it begins when it is sent there.
    pub(super) fn is_sent(&mut self) {
        self.given = Some(self.now);
        self.waited = 0;
        if let Some(waiting) = &mut self.waiting {
            self.waited = waiting.since.0.saturating_sub(self.now.0);
        }
    }

    pub(super) fn waits(&mut self, code: Code) {
        let since = self.now;
        self.waiting = Some(Waiting { code, since });
    }

    /// A wait is over, if there was one: its code, and its whole days.
    pub(super) fn goes_on_working(&mut self) -> Option<(Code, u64)> {
        let Waiting { code, since } = self.waiting.take()?;
        let waited = self.now.0.saturating_sub(since.0);
        self.waited = self.waited.saturating_add(waited);
        let days = waited / Date::MILLISECONDS;
        Some((code, u64::try_from(days).unwrap_or_default()))
    }

    /// The work is done: how long it took since it was given, without what it waited.
    pub(super) fn is_resolved(&mut self) -> Option<i64> {
        self.resolved = Some(self.now);
        self.verified = false;
        let given = self.given?;
        let took = self.now.0.saturating_sub(given.0);
        Some(took.saturating_sub(self.waited))
    }

    /// It is verified: how long that took since the work ended.
    pub(super) fn is_verified(&mut self) -> Option<i64> {
        self.verified = true;
        let resolved = self.resolved.take()?;
        Some(self.now.0.saturating_sub(resolved.0))
    }

    /// The work was not done.
    pub(super) fn is_worked_on_again(&mut self) {
        self.resolved = None;
        self.verified = false;
    }

    pub(super) fn was_verified(&self) -> bool {
        self.verified
    }

    /// The milliseconds since the round began.
    pub(super) fn since_round(&self) -> i64 {
        self.now.0.saturating_sub(self.round.0)
    }
}
