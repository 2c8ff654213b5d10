//! Whoever watches the server meanwhile: is it alive, and how much memory has it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use crate::load::{Outcome, system};
use crate::process::get;

/// Between two looks.
const PERIOD: Duration = Duration::from_millis(250);
/// An answer that takes longer is none: whoever watches a server would restart it.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(5);

/// What was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Watched {
    /// How often `/healthz` was asked, on a new connection each time.
    pub(super) asked: u64,
    /// How often it did not answer 200 in time.
    pub(super) failed: u64,
    /// The longest answer, of those that came.
    pub(super) worst: Duration,
    /// Resident memory in kB, by the time since the minute began.
    pub(super) memory: Vec<(Duration, u64)>,
    /// The most that was ever resident, as the system knows it, in kB.
    pub(super) most_kb: u64,
}

/// Watches until `stop`.
pub(super) fn begin<'scope>(
    scope: &'scope Scope<'scope, '_>,
    url: String,
    process: u32,
    begun: Instant,
    stop: &'scope AtomicBool,
) -> ScopedJoinHandle<'scope, Outcome<Watched>> {
    scope.spawn(move || {
        let mut watched = Watched::default();
        while !stop.load(Ordering::Relaxed) {
            let asked = Instant::now();
            watched.look(&url, process, begun)?;
            thread::sleep(PERIOD.saturating_sub(asked.elapsed()));
        }
        watched.look(&url, process, begun)?;
        Ok(watched)
    })
}

impl Watched {
    fn look(&mut self, url: &str, process: u32, begun: Instant) -> Outcome<()> {
        let (resident, most) = system::memory_kb(process)?;
        self.memory.push((begun.elapsed(), resident));
        self.most_kb = most;
        let asked = Instant::now();
        let alive = get(&format!("{url}/healthz")).is_ok_and(|answer| answer.status == 200);
        self.asked += 1;
        self.worst = self.worst.max(asked.elapsed());
        self.failed += u64::from(!alive || asked.elapsed() > ANSWER_TIME_MAX);
        Ok(())
    }
}
