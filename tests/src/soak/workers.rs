//! Numbers shared out to threads, and a line that says how far they are.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Between two lines of progress: on a terminal the line is written over, elsewhere a new one is added.
const ON_A_TERMINAL: Duration = Duration::from_millis(500);
const ELSEWHERE: Duration = Duration::from_secs(30);

/// A part at work: `total` numbers, of which each is worked on once, and a sum of what they did.
pub(super) struct Work<S> {
    /// What is counted, in the plural.
    pub(super) what: &'static str,
    /// How many numbers.
    pub(super) total: u64,
    /// The first number.
    pub(super) from: u64,
    state: Mutex<State<S>>,
}

struct State<S> {
    next: u64,
    done: u64,
    sum: S,
    failure: Option<String>,
    begun: Instant,
    told: Instant,
}

impl<S: Display + Send> Work<S> {
    pub(super) fn new(what: &'static str, from: u64, total: u64, sum: S) -> Self {
        let (begun, told) = (Instant::now(), Instant::now());
        let state = State {
            next: 0,
            done: 0,
            sum,
            failure: None,
            begun,
            told,
        };
        Self {
            what,
            total,
            from,
            state: Mutex::new(state),
        }
    }

    /// Works on every number, in so many threads, until one fails. Returns the sum, and the failure.
    /// `one` says what to add to the sum, or what went wrong; a panic goes wrong too.
    pub(super) fn share_out(
        self,
        jobs: u64,
        one: impl Fn(&Self, u64) -> Result<(), String> + Sync,
    ) -> (S, Option<String>) {
        thread::scope(|scope| {
            for _ in 0..jobs.min(self.total) {
                scope.spawn(|| {
                    while let Some(number) = self.take() {
                        let done = catch_unwind(AssertUnwindSafe(|| one(&self, number)));
                        let done = done.unwrap_or_else(|panic| {
                            Err(format!("{number}: {}", said(panic.as_ref())))
                        });
                        self.done(done);
                    }
                });
            }
        });
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        (state.sum, state.failure)
    }

    fn take(&self) -> Option<u64> {
        self.with(|state| {
            if state.failure.is_some() || state.next >= self.total {
                return None;
            }
            state.next += 1;
            Some(self.from + state.next - 1)
        })
    }

    fn done(&self, done: Result<(), String>) {
        self.with(|state| match done {
            Ok(()) => {
                state.done += 1;
                self.tell(state);
            }
            // The first one counts: others were under way.
            Err(what) => {
                state.failure.get_or_insert(what);
            }
        });
    }

    /// Adds to the sum, and shows it now and then.
    pub(super) fn add(&self, add: impl FnOnce(&mut S)) {
        self.with(|state| {
            add(&mut state.sum);
            self.tell(state);
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut State<S>) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self, state: &mut State<S>) {
        let terminal = std::io::stderr().is_terminal();
        let period = if terminal { ON_A_TERMINAL } else { ELSEWHERE };
        if state.told.elapsed() < period {
            return;
        }
        state.told = Instant::now();
        let line = line(self.what, state.done, self.total, state.begun.elapsed());
        if terminal {
            // To the line's begin, and what stood there is wiped out.
            eprint!("\r\x1b[K{line}; {}", state.sum);
            let _ = std::io::stderr().flush();
        } else {
            eprintln!("{line}; {}", state.sum);
        }
    }
}

/// How far it is: done of all, per second, time left.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts far below 2^52, shown to three digits"
)]
fn line(what: &str, done: u64, total: u64, took: Duration) -> String {
    let rate = done as f64 / took.as_secs_f64().max(f64::EPSILON);
    let left = if done == 0 {
        "? s".to_owned()
    } else {
        let left = Duration::from_secs_f64((total - done) as f64 / rate).as_secs();
        format!("{} min {:02} s", left / 60, left % 60)
    };
    format!("{what} {done}/{total}, {rate:.1} a second, {left} left")
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_worked_on_once_whatever_the_threads() {
        let work = Work::new("numbers", 10, 100, String::new());
        let seen = Mutex::new(Vec::new());
        let (_, failure) = work.share_out(3, |_, number| {
            seen.lock().unwrap().push(number);
            Ok(())
        });
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable();
        assert_eq!((seen, failure), ((10..110).collect(), None));
    }

    #[test]
    fn the_first_failure_or_panic_ends_the_work() {
        let work = Work::new("numbers", 1, u64::MAX / 2, String::new());
        let (_, failure) = work.share_out(1, |_, number| {
            if number == 3 {
                Err("three".to_owned())
            } else {
                Ok(())
            }
        });
        assert_eq!(failure.as_deref(), Some("three"));
        let work = Work::new("numbers", 1, 5, String::new());
        let (_, failure) = work.share_out(1, |_, _| panic!("no"));
        assert_eq!(failure.as_deref(), Some("1: no"));
    }

    #[test]
    fn the_line_says_how_much_time_is_left() {
        assert_eq!(
            line("seeds", 50, 300, Duration::from_secs(20)),
            "seeds 50/300, 2.5 a second, 1 min 40 s left"
        );
    }
}
