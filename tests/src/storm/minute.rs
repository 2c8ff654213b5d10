//! The minute: each phone comes back when its time has come, and syncs until it is complete.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use alleyway_core::crypto::{first, hash};
use alleyway_device::transport::TransportError;

use super::Plan;
use super::line::{Cost, Tcp};
use super::phone::Phone;
use crate::load::Outcome;

/// After this many tries of one phone the storm has failed.
const TRIES_MAX: u32 = 200;
/// What a person is told to wait where the server does not say for how long
/// (`device/src/terminal/sync.rs`), in seconds.
const WAIT_SECONDS: u32 = 5;
/// A phone's thread has little on its stack.
const STACK_BYTES: usize = 1024 * 1024;

/// A phone that is back.
#[derive(Debug, Clone, Default)]
pub(super) struct Back {
    /// Since the minute began.
    pub(super) arrived: Duration,
    /// Since the minute began: complete, and everything typed answered for.
    pub(super) synced: Duration,
    pub(super) cost: Cost,
    /// How often it was sent away, by the code of the error.
    pub(super) sent_away: BTreeMap<String, u64>,
}

impl Back {
    /// From coming back to complete.
    pub(super) fn wait(&self) -> Duration {
        self.synced.saturating_sub(self.arrived)
    }
}

/// What came of the minute.
#[derive(Debug, Default)]
pub(super) struct Minute {
    /// By arrival.
    pub(super) back: Vec<Back>,
    /// Most phones that were back and not complete yet, at one time.
    pub(super) at_once: usize,
}

/// A number drawn for a phone: the same in each run with the same seed.
fn draw(seed: u64, phone: usize, what: u32, below: u64) -> u64 {
    let bytes = hash(
        "storm",
        &[
            &seed.to_be_bytes(),
            &phone.to_be_bytes(),
            &what.to_be_bytes(),
        ],
    );
    u64::from_be_bytes(first(&bytes)) % below.max(1)
}

/// Has all phones come back, at times drawn evenly over the plan's seconds.
pub(super) fn all_come_back(
    phones: &mut [Phone],
    url: &str,
    plan: &Plan,
    begun: Instant,
) -> Outcome<Minute> {
    let window = u64::from(plan.seconds) * 1_000;
    let mut order: Vec<_> = phones
        .iter_mut()
        .enumerate()
        .map(|(at, phone)| {
            (
                Duration::from_millis(draw(plan.seed, at, 0, window)),
                at,
                phone,
            )
        })
        .collect();
    order.sort_by_key(|(arrival, at, _)| (*arrival, *at));
    let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let back = thread::scope(|scope| {
        let mut threads = Vec::new();
        for (arrived, at, phone) in order {
            thread::sleep(arrived.saturating_sub(begun.elapsed()));
            most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            let now = &now;
            let come = move || {
                let back = come_back(phone, url, begun, arrived, |what| {
                    draw(plan.seed, at, what, u64::MAX)
                });
                now.fetch_sub(1, Ordering::Relaxed);
                back
            };
            threads.push(
                thread::Builder::new()
                    .stack_size(STACK_BYTES)
                    .spawn_scoped(scope, come)?,
            );
        }
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a phone's thread panicked")?)
            .collect::<Outcome<_>>()
    });
    Ok(Minute {
        back: back?,
        at_once: most.into_inner(),
    })
}

/// Syncs until the phone is complete. Sent away, its owner waits as he is told and tries again.
pub(super) fn come_back(
    phone: &mut Phone,
    url: &str,
    begun: Instant,
    arrived: Duration,
    draw: impl Fn(u32) -> u64,
) -> Outcome<Back> {
    let mut back = Back {
        arrived,
        ..Back::default()
    };
    for tried in 1..=TRIES_MAX {
        let mut line = Tcp::new(url)?;
        let ended = phone.sync(&mut line);
        back.cost.add(line.cost());
        // The program ends after a sync, and its connection with it.
        drop(line);
        match ended {
            Ok(summary) if summary.up_to_date => {
                back.synced = begun.elapsed();
                return Ok(back);
            }
            // Others' work came in between: at once again.
            Ok(_) => {}
            Err(error) => {
                let (code, seconds) = told_to_wait(&*error).ok_or(error)?;
                *back.sent_away.entry(code).or_default() += 1;
                thread::sleep(patience(seconds, draw(tried)));
            }
        }
    }
    Err(format!("a phone was not complete after {TRIES_MAX} tries").into())
}

/// As long as was asked for, and up to as long again: people do not press in the same instant.
fn patience(seconds: u32, drawn: u64) -> Duration {
    let asked = u64::from(seconds) * 1_000;
    Duration::from_millis(asked + drawn % asked.max(1))
}

/// What sent a phone away, and for how many seconds; none for an error that waiting does not mend.
fn told_to_wait(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<(String, u32)> {
    match error.downcast_ref::<TransportError>()? {
        TransportError::Refused(error) if error.status == 503 || error.status == 429 => Some((
            format!("{} {}", error.status, error.code),
            error.retry_after.unwrap_or(WAIT_SECONDS),
        )),
        TransportError::NoConnection { .. } => Some(("no connection".to_owned(), WAIT_SECONDS)),
        TransportError::TimedOut => Some(("no answer in time".to_owned(), WAIT_SECONDS)),
        TransportError::Broken(_) => Some(("connection broke".to_owned(), WAIT_SECONDS)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_the_same_for_a_seed_and_within_the_minute() {
        let arrivals = |seed| {
            (0..500)
                .map(|phone| draw(seed, phone, 0, 60_000))
                .collect::<Vec<_>>()
        };
        assert_eq!(arrivals(1), arrivals(1));
        assert_ne!(arrivals(1), arrivals(2));
        assert!(arrivals(1).iter().all(|at| *at < 60_000));
        let early = arrivals(1).iter().filter(|at| **at < 30_000).count();
        assert!(
            (200..300).contains(&early),
            "{early} of 500 in the first half"
        );
    }

    #[test]
    fn a_phone_waits_at_least_as_long_as_it_is_told() {
        for drawn in [0, 1, 4_999, u64::MAX] {
            let waited = patience(5, drawn);
            assert!(
                (Duration::from_secs(5)..Duration::from_secs(10)).contains(&waited),
                "{waited:?}"
            );
        }
    }

    #[test]
    fn only_what_waiting_mends_is_waited_for() {
        let boxed = |error: TransportError| Box::<dyn std::error::Error + Send + Sync>::from(error);
        assert!(told_to_wait(&*boxed(TransportError::TimedOut)).is_some());
        assert!(told_to_wait(&*boxed(TransportError::NotHttp(String::new()))).is_none());
    }
}
