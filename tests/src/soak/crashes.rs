//! Real kills: towns of twenty rounds, side by side.

use super::Report;
use super::options::Options;
use super::workers::Work;
use crate::crash::{Plan, ROUNDS_OF_A_TOWN, Tally, run as crash};

/// Runs the rounds.
pub(super) fn run(options: &Options) -> Report {
    let towns = options.rounds.div_ceil(u64::from(ROUNDS_OF_A_TOWN));
    let work = Work::new("towns", options.from, towns, Tally::default());
    let (tally, failure) = work.share_out(options.jobs, |work, seed| {
        let before = (seed - options.from) * u64::from(ROUNDS_OF_A_TOWN);
        let rounds = u32::try_from(options.rounds - before)
            .unwrap_or(u32::MAX)
            .min(ROUNDS_OF_A_TOWN);
        let tally = crash(Plan { seed, rounds }).map_err(|error| error.to_string())?;
        work.add(|sum| sum.add(&tally));
        Ok(())
    });
    match failure {
        None => Report::good(tally),
        Some(failure) => Report::bad(tally, failure),
    }
}
