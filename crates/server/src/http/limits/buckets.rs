//! Token buckets in a table of bounded size.
//!
//! A bucket holds a minute's worth of tokens and fills evenly. It is kept as the time at which it
//! will be full again: one that is full says nothing and is forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// The content of a bucket, as time.
const PERIOD: Duration = Duration::from_mins(1);

/// Buckets by key.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    /// How long one token takes to come back.
    token_time: Duration,
    entries_max: usize,
    full_at: BTreeMap<K, Instant>,
    /// The same, the fullest first.
    by_time: BTreeSet<(Instant, K)>,
}

impl<K: Ord + Copy> Buckets<K> {
    /// No bucket yet. At most `entries_max` are kept; of more, the fullest is forgotten, that is the
    /// one that was left alone the longest for what it owes.
    pub(super) fn new(per_minute: u32, entries_max: usize) -> Self {
        let token_time = PERIOD / per_minute.max(1);
        Self {
            token_time,
            entries_max,
            full_at: BTreeMap::new(),
            by_time: BTreeSet::new(),
        }
    }

    /// How many are kept now.
    pub(super) fn len(&self) -> usize {
        self.full_at.len()
    }

    /// Takes a token out of a key's bucket.
    ///
    /// # Errors
    /// How long until there is one, if there is none.
    pub(super) fn take(&mut self, key: K, now: Instant) -> Result<(), Duration> {
        self.forget_full(now);
        let was = self.full_at.get(&key).copied();
        let full_at = was.unwrap_or(now) + self.token_time;
        let owed = full_at.saturating_duration_since(now);
        if owed > PERIOD {
            return Err(owed.saturating_sub(PERIOD));
        }
        match was {
            Some(was) => {
                self.by_time.remove(&(was, key));
            }
            None => self.make_room(),
        }
        self.full_at.insert(key, full_at);
        self.by_time.insert((full_at, key));
        Ok(())
    }

    fn forget_full(&mut self, now: Instant) {
        while self
            .by_time
            .first()
            .is_some_and(|(full_at, _)| *full_at <= now)
        {
            self.forget_first();
        }
    }

    fn make_room(&mut self) {
        while self.full_at.len() >= self.entries_max.max(1) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, key)) = self.by_time.pop_first() {
            self.full_at.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_one_by_one() {
        let mut buckets = Buckets::new(60, 10);
        let begin = Instant::now();
        for _ in 0..60 {
            buckets.take('a', begin).unwrap();
        }
        assert_eq!(buckets.take('a', begin), Err(Duration::from_secs(1)));
        let later = begin + Duration::from_secs(1);
        buckets.take('a', later).unwrap();
        assert_eq!(buckets.take('a', later), Err(Duration::from_secs(1)));
    }

    #[test]
    fn a_bucket_that_is_full_again_takes_no_place() {
        let mut buckets = Buckets::new(60, 10);
        let begin = Instant::now();
        for key in 'a'..='e' {
            buckets.take(key, begin).unwrap();
        }
        buckets.take('z', begin + Duration::from_secs(2)).unwrap();
        assert_eq!((buckets.full_at.len(), buckets.by_time.len()), (1, 1));
    }

    #[test]
    fn of_too_many_the_one_that_owes_least_is_forgotten() {
        let mut buckets = Buckets::new(2, 3);
        let begin = Instant::now();
        for key in ['a', 'a', 'b', 'c', 'd'] {
            buckets.take(key, begin).unwrap();
        }
        assert_eq!((buckets.full_at.len(), buckets.by_time.len()), (3, 3));
        assert!(
            buckets.take('a', begin).is_err(),
            "who owes most is remembered"
        );
    }
}
