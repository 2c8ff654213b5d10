//! When the kill falls: counted in what devices were told, not in milliseconds, but for the last step.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use alleyway_demo::Chance;

use rustix::process::{Pid, Signal, kill_process};

use crate::process::ProcessError;

/// Commands acknowledged before a kill, at most.
const ACKNOWLEDGED_MAX: usize = 24;
/// Requests begun after that, at most.
const BEGUN_MAX: usize = 3;
/// Microseconds after that: a commit takes a few thousand.
const DELAY_MAX: usize = 8_000;

/// A kill, as planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kill {
    acknowledged: usize,
    begun: usize,
    delay: Duration,
}

impl Kill {
    /// Draws one.
    pub(super) fn draw(rng: &mut Chance) -> Self {
        let delay = u64::try_from(rng.below(DELAY_MAX)).unwrap_or_default();
        Self {
            acknowledged: 1 + rng.below(ACKNOWLEDGED_MAX),
            begun: rng.below(BEGUN_MAX + 1),
            delay: Duration::from_micros(delay),
        }
    }
}

/// What the devices of a round have been told so far.
#[derive(Debug, Default)]
struct Count {
    acknowledged: usize,
    begun: usize,
    /// No device goes on.
    ended: bool,
    /// The signal is on its way.
    killed: bool,
}

/// Counts what the devices do.
#[derive(Debug, Default)]
pub(super) struct Meter {
    count: Mutex<Count>,
    changed: Condvar,
}

impl Meter {
    /// A device begins a request.
    pub(super) fn begins(&self) {
        self.change(|count| count.begun += 1);
    }

    /// A device was told that so many commands were admitted.
    pub(super) fn acknowledged(&self, commands: usize) {
        self.change(|count| count.acknowledged += commands);
    }

    /// Nothing more will be counted.
    pub(super) fn ends(&self) {
        self.change(|count| count.ended = true);
    }

    /// Whether the server is dead, or about to be.
    pub(super) fn is_over(&self) -> bool {
        self.count
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .killed
    }

    fn change(&self, change: impl FnOnce(&mut Count)) {
        change(&mut self.count.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    fn await_that(&self, holds: impl Fn(&Count) -> bool) -> usize {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_while(count, |count| !holds(count) && !count.ended);
        waited.unwrap_or_else(PoisonError::into_inner).begun
    }

    /// Waits for the moment, and kills the process.
    pub(super) fn kill(&self, pid: u32, kill: Kill) -> Result<(), ProcessError> {
        let begun = self.await_that(|count| count.acknowledged >= kill.acknowledged);
        self.await_that(|count| count.begun >= begun + kill.begun);
        std::thread::sleep(kill.delay);
        self.change(|count| count.killed = true);
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| ProcessError::Answer("no process to kill".to_owned()))?;
        kill_process(pid, Signal::KILL).map_err(|error| ProcessError::System {
            what: "SIGKILL".to_owned(),
            error: error.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_plans_the_same_kills_and_another_others() {
        let kills = |seed| {
            let mut rng = Chance::new(seed);
            (0..20).map(|_| Kill::draw(&mut rng)).collect::<Vec<_>>()
        };
        assert_eq!(kills(1), kills(1));
        assert_ne!(kills(1), kills(2));
    }
}
