use super::*;
use crate::lease::Reading;
use crate::samples;
use crate::{Effect, Replica};
use alleyway_core::documents::samples::START;
use alleyway_core::limits::LEASE_DAYS;
use alleyway_core::store::{MemoryStore, Store as _, Transaction};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// A device that was enrolled at [`START`] by the server's clock.
struct Bench {
    store: MemoryStore,
    replica: Replica,
}

/// A time so long behind the contact.
fn at(milliseconds: i64) -> Time {
    Time(START.0 + milliseconds)
}

/// A clock that begins in 1970, so long after that.
fn fallen(milliseconds: i64) -> Time {
    Time(milliseconds)
}

impl Bench {
    fn new() -> Self {
        let device = samples::device();
        let mut store = MemoryStore::default();
        commit(&mut store, device.written());
        Self {
            store,
            replica: device.replica,
        }
    }

    /// The server was heard, when both clocks showed this.
    fn heard(server: Time, here: Time) -> Self {
        let mut bench = Self::new();
        bench.replica.state.lease_mut().renew(here);
        bench.replica.state.hear(server, here);
        let written = bench.replica.state.write();
        commit(&mut bench.store, vec![written]);
        bench
    }

    /// The program starts, looks at the clock and ends. Returns for how long the device may still be
    /// read, in milliseconds; none if it may not.
    fn left(&mut self, now: Time) -> Option<i64> {
        self.replica = Replica::open(&self.store).unwrap();
        match self.replica.tick(now, [1; 32]) {
            Some(Effect::Persist(writes) | Effect::PersistAnew(writes)) => {
                commit(&mut self.store, writes);
            }
            other => assert_eq!(other, None),
        }
        let spent = self
            .replica
            .state
            .lease()
            .spent_at(now, self.replica.state.contact());
        match self.replica.reading() {
            Some(Reading::Ended) => None,
            _ => Some(LEASE_DAYS * DAY - spent),
        }
    }

    /// As [`Bench::left`], how much of the lease is spent.
    fn spent(&mut self, now: Time) -> i64 {
        LEASE_DAYS * DAY - self.left(now).expect("the lease is in force")
    }
}

fn commit(store: &mut MemoryStore, writes: Vec<alleyway_core::store::Write>) {
    let transaction = Transaction {
        writes,
        ..Transaction::default()
    };
    store.commit(&transaction).unwrap();
}

#[test]
fn a_clock_that_falls_to_1970_and_comes_back_costs_the_time_that_went_by() {
    let mut bench = Bench::new();
    // Less than an hour is not noted.
    assert_eq!(bench.spent(at(5 * MINUTE)), 5 * MINUTE);
    assert_eq!(bench.spent(fallen(10_000)), 0);
    assert_eq!(bench.spent(at(10 * MINUTE)), 10 * MINUTE);
}

#[test]
fn a_clock_a_little_before_the_last_contact_is_as_wrong_as_one_in_1970() {
    let mut bench = Bench::new();
    assert_eq!(bench.spent(at(HOUR)), HOUR);
    for _ in 0..1_000 {
        assert_eq!(bench.spent(at(-MINUTE)), HOUR);
        assert_eq!(bench.spent(at(HOUR)), HOUR);
    }
    // 60 days before: what lies between is not one long step of its own.
    assert_eq!(bench.spent(at(-60 * DAY)), HOUR);
    assert_eq!(bench.spent(at(2 * HOUR)), 2 * HOUR);
}

#[test]
fn a_clock_that_falls_twice_costs_what_it_went_forward_and_not_the_fall_between() {
    let mut bench = Bench::new();
    bench.left(at(HOUR));
    assert_eq!(bench.spent(fallen(0)), HOUR);
    assert_eq!(bench.spent(fallen(3 * HOUR)), 4 * HOUR);
    assert_eq!(bench.spent(fallen(0)), 4 * HOUR, "off and on again");
    assert_eq!(bench.spent(fallen(2 * HOUR)), 6 * HOUR);
    // A phone whose system sets it from 1970 to when the system was made.
    assert_eq!(bench.spent(at(-3 * YEAR)), 6 * HOUR);
    assert_eq!(bench.spent(at(-3 * YEAR + HOUR)), 7 * HOUR);
    // It was off for long: what goes beyond the estimate counts; and what does not, not twice.
    assert_eq!(bench.spent(at(30 * HOUR)), 30 * HOUR);
    assert_eq!(bench.spent(fallen(0)), 30 * HOUR);
    assert_eq!(bench.spent(at(31 * HOUR)), 31 * HOUR);
}

#[test]
fn a_fallen_clock_ends_the_lease_by_its_own_steps() {
    let mut bench = Bench::new();
    assert_eq!(bench.spent(fallen(0)), 0);
    assert_eq!(bench.spent(fallen(13 * DAY)), 13 * DAY);
    assert_eq!(bench.left(fallen(14 * DAY)), None);
    // Set back again and again it ends no later.
    let mut bench = Bench::new();
    for day in 0..13 {
        assert_eq!(bench.spent(fallen(0)), day * DAY);
        assert_eq!(bench.spent(fallen(DAY)), (day + 1) * DAY);
    }
    bench.left(fallen(0));
    assert_eq!(bench.left(fallen(DAY)), None);
}

#[test]
fn a_phone_that_was_off_for_longer_than_the_lease_is_locked_when_its_clock_is_right_again() {
    let mut bench = Bench::new();
    bench.left(fallen(HOUR));
    assert_eq!(bench.left(at(14 * DAY)), None);
}

#[test]
fn a_clock_that_jumps_ahead_counts_and_one_that_shows_what_no_clock_shows_does_not() {
    let mut bench = Bench::new();
    assert_eq!(bench.spent(Time(i64::MAX)), 0);
    assert_eq!(bench.spent(at(HOUR)), HOUR);
    assert_eq!(bench.spent(at(3 * DAY)), 3 * DAY);
    assert_eq!(bench.spent(at(2 * HOUR)), 3 * DAY, "nothing is taken off");
    assert_eq!(bench.left(at(20 * DAY)), None, "nobody knows better");
}

#[test]
fn a_contact_while_the_clock_was_in_1970_is_not_undone_when_it_is_set_right() {
    for (server, here) in [
        (START, fallen(HOUR)),
        (START, at(-2 * YEAR)),
        (START, at(-3 * DAY)),
    ] {
        let mut bench = Bench::heard(server, here);
        let later = |time: Time, by| Time(time.0 + by);
        assert_eq!(bench.spent(later(here, HOUR)), HOUR);
        assert_eq!(bench.spent(later(server, 2 * HOUR)), 2 * HOUR);
        assert_eq!(bench.spent(later(server, DAY)), DAY);
        assert_eq!(bench.left(later(server, 14 * DAY)), None);
        // A phone that stays as it was is locked in time, too.
        let mut bench = Bench::heard(server, here);
        for day in 1..14 {
            assert_eq!(bench.spent(later(here, day * DAY)), day * DAY, "{here:?}");
        }
        assert_eq!(bench.left(later(here, 14 * DAY)), None);
    }
}

#[test]
fn a_clock_in_1970_at_the_contact_that_then_shows_weeks_later_is_one_that_was_off_for_weeks() {
    // It may as well come back to a wrong time that it had before. No contact has seen that.
    let mut bench = Bench::heard(START, fallen(HOUR));
    assert_eq!(bench.left(at(49 * DAY)), None);
    // One that had that lead at the contact has it again.
    let mut bench = Bench::heard(START, at(49 * DAY));
    assert_eq!(bench.spent(fallen(0)), 0);
    assert_eq!(bench.spent(at(49 * DAY + HOUR)), HOUR);
}

#[test]
fn a_clock_that_was_ahead_at_the_contact_and_is_set_right_loses_no_more_than_that_step() {
    let mut bench = Bench::heard(START, at(2 * YEAR));
    assert_eq!(bench.spent(at(2 * YEAR + HOUR)), HOUR);
    assert_eq!(bench.spent(at(2 * HOUR)), HOUR);
    assert_eq!(bench.spent(at(DAY)), 23 * HOUR);
    assert_eq!(bench.left(at(14 * DAY + HOUR)), None);
}

#[test]
fn while_the_clock_is_wrong_the_time_is_estimated() {
    let mut bench = Bench::new();
    assert_eq!(bench.replica.wrong_clock(at(HOUR)), None);
    bench.left(at(5 * DAY));
    bench.left(fallen(0));
    let now = fallen(HOUR);
    let estimate = at(5 * DAY + HOUR);
    assert_eq!(bench.replica.wrong_clock(now), Some(START));
    assert_eq!(bench.replica.server_time(now), estimate);
    let until = Some(Reading::Until(at(14 * DAY)));
    assert_eq!(bench.replica.reading(), until, "and not until 1970");
    // A clock that is off by so much as before, and one that was set right since.
    let bench = Bench::heard(START, at(YEAR));
    assert_eq!(bench.replica.server_time(at(YEAR + DAY)), at(DAY));
    assert_eq!(bench.replica.server_time(at(DAY)), at(DAY));
    let bench = Bench::heard(START, fallen(0));
    assert_eq!(bench.replica.server_time(fallen(DAY)), at(DAY));
    assert_eq!(bench.replica.server_time(at(DAY)), at(DAY));
    assert_eq!(bench.replica.wrong_clock(fallen(DAY)), Some(START));
}
