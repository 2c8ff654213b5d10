//! How often steps may be sent with one tracking code.
//!
//! A table of fixed size that never forgets within its time: a code's place is found by a hash under
//! a key of this process, so nobody can aim at another's place. Codes that lead nowhere cost
//! the same as those that lead to a case.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Places in the table: 32 KiB. Codes that share a place share what it grants.
const PLACES: usize = 4_096;
/// Steps sent at once before the first wait.
const BURST: u64 = 10;
/// How long one step takes to be granted again, in seconds.
pub(super) const STEP_SECONDS: u64 = 6;
const STEP_MILLISECONDS: u64 = STEP_SECONDS * 1_000;

/// The requests that came with each code of late.
#[derive(Debug)]
pub(in crate::http) struct StepLimit {
    key: RandomState,
    began: Instant,
    /// When all that was sent would have been granted at an even pace, in milliseconds since `began`.
    places: Vec<AtomicU64>,
}

impl Default for StepLimit {
    fn default() -> Self {
        let places = std::iter::repeat_with(AtomicU64::default)
            .take(PLACES)
            .collect();
        Self {
            key: RandomState::new(),
            began: Instant::now(),
            places,
        }
    }
}

impl StepLimit {
    /// Whether one more step may be sent with this code; if so, it is counted.
    pub(super) fn take(&self, code: &[u8]) -> bool {
        self.take_at(
            code,
            u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
        )
    }

    fn take_at(&self, code: &[u8], now: u64) -> bool {
        let at = usize::try_from(self.key.hash_one(code) % PLACES as u64).unwrap_or(0);
        let Some(place) = self.places.get(at) else {
            return false;
        };
        let granted = place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |until| {
            let until = until.max(now).saturating_add(STEP_MILLISECONDS);
            (until <= now.saturating_add(BURST * STEP_MILLISECONDS)).then_some(until)
        });
        granted.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_granted_then_one_at_a_time() {
        let limit = StepLimit::default();
        let granted = |now| {
            (0..BURST + 5)
                .filter(|_| limit.take_at(b"code", now))
                .count() as u64
        };
        assert_eq!(granted(0), BURST);
        assert_eq!(granted(STEP_MILLISECONDS - 1), 0);
        assert_eq!(granted(STEP_MILLISECONDS), 1);
        assert_eq!(granted(100 * BURST * STEP_MILLISECONDS), BURST);
    }

    #[test]
    fn one_codes_haste_is_not_anothers() {
        let limit = StepLimit::default();
        while limit.take_at(b"code", 0) {}
        // One place is full; of a hundred other codes at most a few can share it.
        let granted = (0_u8..100)
            .filter(|other| limit.take_at(&[*other], 0))
            .count();
        assert!(granted > 90, "{granted}");
    }
}
